"""What lies between two commits, and a part of one commit: without listing either of them whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cognify.git.objects import Entry, Repository
from cognify.git.refusals import crafted, missing, plain_name

_TREE = 0o040000
_MAX_DEPTH = 64
_NOTHING: dict[str, Entry] = {}


@dataclass(frozen=True, slots=True)
class Change:
    """A file that differs between two commits; None where it is not there."""

    path: str
    before: Entry | None
    after: Entry | None


def items(repository: Repository, tree: str, prefix: str) -> dict[str, Entry]:
    """The entries of one tree object by name, folders among them (`Entry.mode` tells).

    Raises:
        SurroundingsError, VerificationError: as `Repository.snapshot`.
    """
    found = repository.tree(tree)
    entries = {plain_name(item, prefix): Entry(int(item.filemode), str(item.id)) for item in found}
    if len(entries) != len(found):
        raise crafted("a name that is there twice", prefix)
    return entries


def changes(repository: Repository, old: str, new: str) -> Iterator[Change]:
    """Every file that differs between the trees of two commits; folders that are the same are not read.

    Raises:
        SurroundingsError, VerificationError: as `Repository.snapshot`.
    """
    yield from _between(repository, repository.root_tree(old), repository.root_tree(new), "", 0)


def _between(
    repository: Repository, old: str | None, new: str | None, prefix: str, depth: int
) -> Iterator[Change]:
    if depth > _MAX_DEPTH:
        raise missing(f"{prefix} is not a readable tree")
    before = items(repository, old, prefix) if old else _NOTHING
    after = items(repository, new, prefix) if new else _NOTHING
    for name in sorted({*before, *after}):
        was, here = before.get(name), after.get(name)
        if was == here:
            continue
        folders = [e.oid if e and e.mode == _TREE else None for e in (was, here)]
        files = [None if e and e.mode == _TREE else e for e in (was, here)]
        if any(folders):
            yield from _between(repository, folders[0], folders[1], f"{prefix}{name}/", depth + 1)
        if any(files):
            yield Change(prefix + name, files[0], files[1])


class Part:
    """The files of one commit, of which only what lies under *folders* is ever listed.

    What is asked for by its path is found wherever it lies.
    """

    def __init__(self, repository: Repository, commit: str, folders: tuple[str, ...] = ()) -> None:
        self._repository, self.commit, self._folders = repository, commit, folders
        self._listed: dict[str, Entry] | None = None

    @property
    def entries(self) -> dict[str, Entry]:
        """Path to entry of what is listed, by path bytes."""
        if self._listed is None:
            found = {path: entry for folder in self._folders for path, entry in self._under(folder)}
            self._listed = {path: found[path] for path in sorted(found, key=str.encode)}
        return self._listed

    def _under(self, folder: str) -> Iterator[tuple[str, Entry]]:
        tree = self._repository.entry(self.commit, folder.rstrip("/"))
        for change in _between(self._repository, None, tree, folder, 0):
            assert change.after is not None
            yield change.path, change.after

    def paths(self, under: str = "") -> tuple[str, ...]:
        """Every listed path that starts with *under*, sorted by its bytes."""
        return tuple(path for path in self.entries if path.startswith(under))

    def exists(self, path: str) -> bool:
        """Whether the commit holds something at exactly *path*, listed or not."""
        return self._file(path) is not None

    def read(self, path: str) -> bytes:
        """The bytes at *path*, listed or not.

        Raises:
            SurroundingsError: `object-missing`.
        """
        oid = self._file(path)
        if oid is None:
            raise missing(f"no file {path} in commit {self.commit[:12]}")
        return self._repository.blob(oid)

    def _file(self, path: str) -> str | None:
        # A look-up by path would forgive a slash too many; a listing of all files would not.
        plain = all(part not in ("", ".", "..") for part in path.split("/"))
        return self._repository.entry(self.commit, path) if plain else None
