"""What several commands need from their surroundings: the root, the clock, the key."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cognify.errors import ConfigurationError
from cognify.inventory import Inventory, Version, WorkTree, find_root

if TYPE_CHECKING:
    from cognify.approvals.course import Course
    from cognify.checks import Around

FORMAT = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="How to report.",
)  # fmt: skip
KEY = click.option(
    "--key", type=click.Path(path_type=Path), envvar="COGNIFY_KEY",
    help="SSH key file to sign with (private, or .pub of a key that your agent holds).",
)  # fmt: skip


def _day(ctx: click.Context, param: click.Parameter, value: str | None) -> date | None:
    """A calendar day, and nothing that only looks like one."""
    found = None
    with contextlib.suppress(ValueError):
        found = date.fromisoformat(value) if value and len(value) == len("2026-11-30") else None
    if value is not None and found is None:
        raise click.BadParameter(f"{value!r} is no day; write one as 2026-11-30", ctx, param)
    return found


DAY = click.option("--on", callback=_day, metavar="DATE", help="Say what was in force on this day.")


def now() -> datetime:
    """The clock, whole seconds; `SOURCE_DATE_EPOCH` stands in for it where a build must repeat."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is not None and epoch.isdecimal():
        return datetime.fromtimestamp(int(epoch), UTC)
    return datetime.now(UTC).replace(microsecond=0)


def work_tree() -> WorkTree:
    """The inventory that the command runs in."""
    return WorkTree(find_root(Path.cwd()))


def signing_key(key: Path | None) -> Path:
    """The key to sign with: the one named, or git's `user.signingkey`.

    Raises:
        ConfigurationError: `key-missing`.
    """
    if key is not None:
        return key.expanduser().resolve()
    from cognify.git.authoring import configured

    found = configured("user.signingkey", Path.cwd())
    if found and not found.startswith(("key::", "ssh-")):
        return Path(found).expanduser().resolve()
    raise ConfigurationError(
        "no key to sign with",
        where=None,
        fix="name one: --key ~/.ssh/id_ed25519, or set it once: git config user.signingkey FILE",
        id="key-missing",
    )


def granted(tree: WorkTree) -> Callable[[], frozenset[str]]:
    """Asks, once and only when called, which exceptions a quorum granted; none if nothing verifies."""

    @cache
    def ask() -> frozenset[str]:
        from cognify import approvals, stating
        from cognify.errors import CognifyError
        from cognify.git import Repository

        try:
            desk = stating.sit_down(tree, Repository(tree.root), at=now())
        except CognifyError:
            return frozenset()
        return approvals.excepted(desk.proceedings, at=now())

    return ask


def around(inventory: Inventory) -> Around:
    """What else the inventory holds, by the log as it lies here; without a log, nothing was approved."""
    from cognify import checks, ledger
    from cognify.errors import CognifyError
    from cognify.git import Repository

    assert isinstance(inventory.files, WorkTree)
    try:
        log = ledger.tip(Repository(inventory.files.root))
    except CognifyError:
        log = None  # `verify` says what is wrong with it
    return checks.by_log(inventory, log, inventory.files.apart(checks.PORTRAITS), _standing(inventory.files))


def _standing(tree: WorkTree) -> Callable[[Version], frozenset[str] | None]:
    """Asks, once and only when called, which statements stand; None if nothing verifies."""

    @cache
    def courses() -> Mapping[Version, Course] | None:
        from cognify import stating
        from cognify.errors import CognifyError
        from cognify.git import Repository

        try:
            return stating.sit_down(tree, Repository(tree.root), at=now()).proceedings.courses
        except CognifyError:
            return None

    def ask(version: Version) -> frozenset[str] | None:
        known = courses()
        if known is None:
            return None
        return known[version].standing if version in known else frozenset()

    return ask


def chosen(inventory: Inventory, paths: tuple[Path, ...]) -> tuple[Version, ...]:
    """The versions that *paths* lie in or hold; all of the inventory without paths.

    Raises:
        ConfigurationError: `not-an-inventory`, a path lies outside.
    """
    if not paths:
        return inventory.versions()
    assert isinstance(inventory.files, WorkTree)
    root, found = inventory.files.root, dict[Version, None]()
    for path in paths:
        place = path.resolve()
        if not place.is_relative_to(root):
            raise ConfigurationError(
                "a path outside the inventory", where=str(path), fix=f"name one under {root}",
                id="not-an-inventory",
            )  # fmt: skip
        if not place.exists():
            raise ConfigurationError(
                "there is no such path", where=str(path),
                fix="name a card, a version's folder, or nothing for all", id="record-missing",
            )  # fmt: skip
        parts = place.relative_to(root).parts
        if parts[:1] == ("models",) and len(parts) > 2:
            found[Version(parts[1], parts[2])] = None
        elif parts[:1] in ((), ("models",)):
            inside = "/".join((*parts, ""))
            found |= {v: None for v in inventory.versions() if v.prefix.startswith(inside)}
    return tuple(found)


def _below(tree: WorkTree, under: list[str]) -> tuple[str, ...]:
    """The paths in *under* and those below them; nothing else of a large inventory is walked."""
    found = set[str]()
    for place in under:
        if ".git" not in place.split("/"):
            found |= {*tree.paths(f"{place}/")} | ({place} if tree.exists(place) else set())
    return tuple(sorted(found, key=os.fsencode))


def brought(tree: WorkTree, paths: tuple[Path, ...]) -> tuple[str, ...]:
    """What a commit of the work tree would hold under *paths* (everything without), by path.

    A file that Git ignores is left out, unless it was added all the same.
    """
    from cognify.errors import CognifyError
    from cognify.git import Repository

    under = [place.resolve().relative_to(tree.root).as_posix() for place in paths]
    found = tree.paths() if not under or "." in under else _below(tree, under)
    try:
        repository = Repository(tree.root)
    except CognifyError:
        return tuple(found)
    top = repository.top
    base = tree.root.relative_to(top.resolve()).as_posix() if top else "."
    prefix = "" if base == "." else f"{base}/"

    @cache
    def left(folder: str) -> bool:
        above = folder.rstrip("/").rpartition("/")[0]
        return bool(folder) and ((bool(above) and left(f"{above}/")) or repository.ignored(folder))

    return tuple(
        path for path in found
        if (whole := prefix + path) in repository.staged
        or not (left(whole[: whole.rfind("/") + 1]) or repository.ignored(whole))
    )  # fmt: skip
