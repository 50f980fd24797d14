"""Does anything that lies beside the versions hold a credential, or a number of a person?

What a pull request brings is in Git for ever, wherever it lies: settings, policies, agreements,
documents, statements. What belongs to a version is judged with it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from cognify import privacy
from cognify.checks.private import allowed
from cognify.errors import CognifyError
from cognify.inventory import Inventory, version_of
from cognify.records import lock, manifest
from cognify.records.finding import Finding, Severity

_OF_THE_VERSION = ("card.yaml", lock.NAME, manifest.NAME)


def is_beside(path: str) -> bool:
    """Whether *path* is none of what a version is made of."""
    version = version_of(path)
    inside = path.removeprefix(version.prefix) if version else ""
    return version is None or not (inside in _OF_THE_VERSION or inside.startswith("evidence/"))


def check_beside(
    inventory: Inventory, paths: Iterable[str], *, granted: Callable[[], Collection[str]] = frozenset
) -> tuple[Finding, ...]:
    """Every finding about the files at *paths* that are beside the versions, by path.

    They are looked through as a card is: who answers for an inventory is named in it. Exceptions
    settle what they settle in a version.
    """
    examined = privacy.examine(
        _items(inventory, filter(is_beside, paths)), allow=allowed(inventory), granted=granted
    )
    unread = (
        Finding(path, "not-looked-into", why, "", Severity.NOTE)
        for path, why in examined.unread.items() if not why.startswith(privacy.NO_TEXT)
    )  # fmt: skip
    return (*examined.findings, *unread)


def _items(inventory: Inventory, paths: Iterable[str]) -> Iterator[privacy.Item]:
    for path in paths:
        yield privacy.Item(path, path.encode(errors="replace"), place="its name", kinds=privacy.OF_A_CARD)
        try:
            raw = inventory.files.read(path)
        except CognifyError:
            continue  # a link, or gone by now: what no commit can hold as a file, or the verification refuses
        yield privacy.Item(path, raw, kinds=privacy.OF_A_CARD)
