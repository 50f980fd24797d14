"""Pushes of the everyday kind, accepted by judging what they change and nothing else.

The answer is only ever "this surely verifies" or "I do not know"; then all is verified. It is sound
on one assumption, which the hook itself upholds: what stood there before the push verifies.
Everyday is: files of a version that is still a draft; a proposal, an approval, a rejection or a
withdrawal of one, and what takes an approval's conditions on; files that no verification looks at.
The log is as it was.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from cognify.errors import CognifyError
from cognify.git import Change, Part, Repository, changes
from cognify.git.comparing import items
from cognify.git.objects import FILE
from cognify.inventory import BUNDLE, MONITORING, SIGNATURE, Version, is_statement, version_of
from cognify.receiving.course import stands
from cognify.receiving.remembered import remembered
from cognify.records import manifest, settings
from cognify.records.manifest import safe_path

_LONGEST = 5000
"""How many commits of one push are walked before the whole verification takes over."""
_JUDGED = ("policy/", "trust/", "statements/", settings.NAME)


def plain(repository: Repository, old: str, new: str, log: str) -> bool:
    """Whether the protected branch may go from *old* to *new*, the log staying at *log*.

    False says nothing against the push: it asks for the whole verification.
    """
    try:
        if not _continues(repository, old, new):
            return False
        touched = _touched(repository, old, new)
        if touched is None:
            return False
        judged = [v for v in touched if _is_stated(repository, new, v)]
        if not judged:
            return True
        known = remembered(repository, old, log)
        return known is not None and all(stands(known, repository, new, version) for version in judged)
    except CognifyError:
        return False


def _continues(repository: Repository, old: str, new: str) -> bool:
    """Whether *old* is on the first-parent line of *new*, so that every sealed commit still is."""
    for walked, commit in enumerate(repository.first_parents(new)):
        if commit == old:
            return True
        if walked > _LONGEST:
            break
    return False


def _touched(repository: Repository, old: str, new: str) -> tuple[Version, ...] | None:
    """The versions in which files changed, or None if something else changed that verification looks at."""
    found: dict[Version, list[Change]] = {}
    added = []
    for change in changes(repository, old, new):
        if not _harmless(change):
            return None
        if change.before is None:
            added.append(change.path)
        version = version_of(change.path)
        if version is not None:
            found.setdefault(version, []).append(change)
    if not _no_twins(repository, new, added):
        return None
    allowed = (_may_change(repository, old, new, version, listed) for version, listed in found.items())
    return tuple(found) if all(allowed) else None


def _harmless(change: Change) -> bool:
    """Whether nothing about the name, the mode or the place of a change asks for a closer look."""
    path, entry = change.path, change.after
    if path.rpartition("/")[2] == ".gitattributes" or path.startswith(_JUDGED):
        return False
    if path.startswith("datasets/") and change.before is not None:
        return False  # sealed versions may cite it
    if path.startswith(MONITORING):
        return False  # a report that is in the log may stand for it, or be about to
    if path.startswith("models/") and version_of(path) is None:
        return False
    if not path.startswith(("models/", "datasets/", "agreements/")):
        return True
    return entry is None or (entry.mode == FILE and safe_path(path))


def _no_twins(repository: Repository, commit: str, added: Iterable[str]) -> bool:
    """No new name differs from its neighbours in case or normal form only, in any folder on its way."""
    folders = {"/".join(path.split("/")[:depth]) for path in added for depth in range(path.count("/") + 1)}
    for folder in folders:
        tree = repository.entry(commit, folder) if folder else repository.root_tree(commit)
        names = items(repository, tree, folder) if tree else {}
        if len({unicodedata.normalize("NFC", name).casefold() for name in names}) != len(names):
            return False
    return True


def _is_stated(repository: Repository, commit: str, version: Version) -> bool:
    """Whether *version* is more than a draft: it has a manifest or a statement."""
    return any(repository.entry(commit, path) for path in (version.manifest, version.statements.rstrip("/")))


def _may_change(repository: Repository, old: str, new: str, version: Version, listed: list[Change]) -> bool:
    """Statements are only added; other bytes change as long as the version is a draft."""
    for change in listed:
        if change.path.startswith(version.statements):
            if change.before is not None:
                return False
        elif _is_stated(repository, old, version):
            return False
    return repository.entry(new, version.prefix.rstrip("/")) is None or _layout(
        Part(repository, new, (version.prefix,)), version
    )


def _layout(part: Part, version: Version) -> bool:
    """Only what the layout knows lies in the version's folder."""
    for path in part.paths():
        name = path.removeprefix(version.prefix)
        if name in ("card.yaml", "evidence.lock.json", manifest.NAME) or name.startswith("evidence/"):
            continue
        if not is_statement(path) and not _is_signature(part, path):
            return False
    return True


def _is_signature(part: Part, path: str) -> bool:
    of = [path.removesuffix(s) for s in (SIGNATURE, BUNDLE) if path.endswith(s)]
    return any(is_statement(p) and part.exists(p) for p in of)
