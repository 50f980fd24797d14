"""Reading: blobs, trees and history, in process with pygit2, never the work tree.

libgit2 does not follow `refs/replace/*`, and the repository is opened by path, so neither replace
refs nor `GIT_DIR` in the caller's environment change what is read. Grafts and shallow boundaries
do hide history; `Repository.hidden_history` says so, and the verification stops there.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cognify.errors import SurroundingsError
from cognify.git.blobs import Blobs
from cognify.git.refusals import crafted, missing, plain_name

if TYPE_CHECKING:
    import pygit2

FILE = 0o100644
EXECUTABLE = 0o100755
LINK = 0o120000
SUBMODULE = 0o160000
_TREE = 0o040000
_MAX_DEPTH = 64
_MOST_LISTED = 4
"""Trees whose listing is kept: HEAD, the branch, the log, and the newest sealed commit."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in a tree: its mode and the id of its blob."""

    mode: int
    oid: str


class Snapshot:
    """The tree of one commit: path to entry, and the bytes behind each, from the object database."""

    def __init__(self, repository: Repository, commit: str, entries: Mapping[str, Entry]) -> None:
        self._repository = repository
        self.commit = commit
        self.entries = entries

    @cached_property
    def _order(self) -> tuple[tuple[str, ...], list[bytes]]:
        """The paths, and the bytes that they are sorted by."""
        return tuple(self.entries), [path.encode() for path in self.entries]

    def paths(self, under: str = "") -> tuple[str, ...]:
        """Every path that starts with *under*, sorted by its bytes."""
        paths, keys = self._order
        # No UTF-8 text holds the byte 0xff, so it ends the run of what begins with *under*.
        return paths[bisect_left(keys, under.encode()) : bisect_left(keys, under.encode() + b"\xff")]

    def exists(self, path: str) -> bool:
        """Whether the tree holds a file at *path*."""
        return path in self.entries

    def read(self, path: str) -> bytes:
        """The bytes at *path*.

        Raises:
            SurroundingsError: `object-missing`, no such path or its object is not in the database.
        """
        entry = self.entries.get(path)
        if entry is None:
            raise missing(f"no file {path} in commit {self.commit[:12]}")
        return self._repository.blob(entry.oid)


class Repository:
    """An existing repository, opened by path for reading.

    *incoming* is the folder in which git keeps what a push brings until it is accepted (git-receive-pack,
    "Quarantine Environment"): objects are looked up there, too, and only after the repository's own.
    They are named by their digests, so it can add objects and never change what a name stands for.
    """

    def __init__(self, path: Path, *, incoming: Path | None = None) -> None:
        import pygit2

        found = pygit2.discover_repository(str(path)) if path.exists() else None
        if found is None:
            raise SurroundingsError(
                "not in a Git repository",
                where=str(path),
                fix="run the command inside the inventory, or name its folder",
                id="not-a-repository",
            )
        try:
            self._repository = pygit2.Repository(found)
        except pygit2.GitError as error:
            raise SurroundingsError(
                f"the repository cannot be opened: {error}",
                where=str(path),
                fix="check it with `git fsck`; Cognify reads SHA-1 repositories",
                id="not-a-repository",
            ) from None
        if incoming is not None:
            self._repository.odb.add_disk_alternate(str(incoming))
        self._blobs = Blobs(self._repository.odb)
        self._listed: dict[str, dict[str, Entry]] = {}
        self.git_dir = Path(self._repository.path)
        self.common_dir = self._common_dir()

    def _common_dir(self) -> Path:
        pointer = self.git_dir / "commondir"
        if pointer.is_file():
            return (self.git_dir / pointer.read_text().strip()).resolve()
        return self.git_dir

    @property
    def top(self) -> Path | None:
        """The work tree's top folder; None for a bare repository."""
        work = self._repository.workdir
        return Path(work) if work else None

    def hidden_history(self) -> str | None:
        """What hides history here (a shallow boundary, grafts), or None."""
        for name, what in (("shallow", "a shallow clone"), ("info/grafts", "a grafts file")):
            path = self.common_dir / name
            if path.is_file() and path.read_bytes().strip():
                return what
        return None

    def replaced(self) -> tuple[str, ...]:
        """The replace refs there are: ignored here, but plain git would be fooled by them.

        Their names are for showing: bytes that are no text are replaced.
        """
        found = (r for r in self._repository.references if r.startswith("refs/replace/"))
        return tuple(r.encode(errors="surrogateescape").decode(errors="replace") for r in found)

    def tags(self) -> tuple[str, ...]:
        """The names of all tags, without `refs/tags/`."""
        return tuple(r.removeprefix("refs/tags/") for r in self._repository.references
                     if r.startswith("refs/tags/"))  # fmt: skip

    def resolve(self, ref: str) -> str | None:
        """The commit id that the full name *ref* (or a 40-digit id) stands for, or None."""
        import pygit2

        try:
            found: Any = (
                self._repository.lookup_reference(ref).peel(pygit2.Commit)
                if ref.startswith("refs/") or ref == "HEAD"
                else self._repository[pygit2.Oid(hex=ref)].peel(pygit2.Commit)
            )
        except (KeyError, ValueError, pygit2.GitError):
            return None
        return str(found.id)

    def branch(self, name: str) -> str | None:
        """The commit of branch *name*: the local one, or `origin`'s where that is ahead or alone."""
        local = self.resolve(f"refs/heads/{name}")
        remote = self.resolve(f"refs/remotes/origin/{name}")
        if local and remote and self.descends(remote, local):
            return remote
        return local or remote

    def head_branch(self) -> str | None:
        """The short name of the branch that HEAD is on, or None when it is detached or unborn."""
        if self._repository.head_is_unborn or self._repository.head_is_detached:
            return None
        return str(self._repository.head.shorthand)

    def aims_at(self, ref: str) -> str:
        """The full name of the ref that *ref* stands for at last: its own, unless it is symbolic."""
        import pygit2

        for _ in range(5):  # as many links as git itself follows
            found = self._repository.references.get(ref)
            if found is None or found.type != pygit2.enums.ReferenceType.SYMBOLIC:
                break
            ref = str(found.target)
        return ref

    def branches(self) -> tuple[str, ...]:
        """The short names of all local branches."""
        return tuple(self._repository.branches.local)

    def root_tree(self, commit: str) -> str:
        """The id of the tree of *commit*."""
        return str(self._commit(commit).tree_id)

    def tree(self, oid: str) -> pygit2.Tree:
        """The tree object *oid*.

        Raises:
            SurroundingsError: `object-missing`.
        """
        import pygit2

        found = self._object(oid)
        if not isinstance(found, pygit2.Tree):
            raise missing(f"{oid[:12]} is not a readable tree")
        return found

    def _commit(self, oid: str) -> pygit2.Commit:
        found = self._object(oid)
        import pygit2

        if not isinstance(found, pygit2.Commit):
            raise missing(f"{oid[:12]} is not a commit")
        return found

    def _object(self, oid: str) -> Any:
        import pygit2

        try:
            return self._repository[pygit2.Oid(hex=oid)]
        except (KeyError, ValueError, pygit2.GitError):
            raise missing(f"object {oid[:12]} is missing or damaged") from None

    def blob(self, oid: str) -> bytes:
        """The bytes of blob *oid*; small ones are kept, since most are asked for twice.

        Raises:
            SurroundingsError: `object-missing`.
        """
        return self._blobs.read(oid)

    def snapshot(self, commit: str) -> Snapshot:
        """The whole tree of *commit*, listed once; contents are read on demand.

        Raises:
            SurroundingsError: `object-missing` for a damaged tree, `path-not-normal` for a name
                that is not UTF-8.
            VerificationError: `fsck`, a tree that no honest git writes: a name twice, `..`, a slash.
        """
        root = self.root_tree(commit)
        if root not in self._listed:
            while len(self._listed) >= _MOST_LISTED:
                del self._listed[next(iter(self._listed))]
            self._listed[root] = self._list(root)
        return Snapshot(self, commit, self._listed[root])

    def _list(self, root: str) -> dict[str, Entry]:
        """Every file of the tree object *root*, by path bytes."""
        import pygit2

        entries: dict[str, Entry] = {}
        stack: list[tuple[str, str, int]] = [("", root, 0)]
        while stack:
            prefix, oid, depth = stack.pop()
            tree = self._object(oid)
            if not isinstance(tree, pygit2.Tree) or depth > _MAX_DEPTH:
                raise missing(f"{prefix or 'the root'} is not a readable tree")
            if len({item.raw_name for item in tree}) != len(tree):
                raise crafted("a name that is there twice", prefix)
            for item in tree:
                path = prefix + plain_name(item, prefix)
                mode = int(item.filemode)
                if mode == _TREE:
                    stack.append((path + "/", str(item.id), depth + 1))
                else:
                    entries[path] = Entry(mode, str(item.id))
        # Text sorts by code points, which is the order of its UTF-8 bytes.
        return {path: entries[path] for path in sorted(entries)}

    def entry(self, commit: str, path: str) -> str | None:
        """The blob id at *path* in the tree of *commit*, without listing that tree; None if absent."""
        tree = self._commit(commit).tree
        return str(tree[path].id) if path in tree else None

    def folder(self, commit: str, path: str) -> dict[str, str]:
        """Name to id of all that the folder at *path* holds in the tree of *commit*; empty if absent.

        Raises:
            SurroundingsError: `object-missing`.
            VerificationError: `fsck`, a name that is there twice.
        """
        import pygit2

        tree = self._commit(commit).tree
        if path not in tree or not isinstance(found := tree[path], pygit2.Tree):
            return {}
        held = {os.fsdecode(item.raw_name or b""): str(item.id) for item in found}
        if len(held) != len(found):
            raise crafted("a name that is there twice", path)
        return held

    def size(self, commit: str, path: str) -> int:
        """How many bytes lie at *path* in the tree of *commit*, without reading them; 0 if absent."""
        import pygit2

        oid = self.entry(commit, path)
        if oid is None:
            return 0
        try:
            return int(self._repository.odb.read_header(pygit2.Oid(hex=oid))[1])
        except (KeyError, ValueError, pygit2.GitError):
            raise missing(f"object {oid[:12]} is missing or damaged") from None

    def parents(self, commit: str) -> tuple[str, ...]:
        """The parents of *commit*, first parent first."""
        return tuple(str(oid) for oid in self._commit(commit).parent_ids)

    def added(self, commit: str) -> tuple[str, ...]:
        """The paths that *commit* brings that its first parent did not have, by their bytes."""
        brought = (path for status, path in self.changes(commit) if status == "A")
        # A name that was never UTF-8 may lie in history, long removed: it must stop nobody.
        return tuple(sorted(brought, key=os.fsencode))

    def changes(self, commit: str, parent: int = 0) -> tuple[tuple[str, str], ...]:
        """Status letter (A, M, D, T) and path of all that *commit* changes against a parent: its first."""
        import pygit2

        parents = self.parents(commit)
        tree = self._commit(commit).tree
        flags = pygit2.enums.DiffOption.INCLUDE_TYPECHANGE
        if parents:
            diff = self._commit(parents[parent]).tree.diff_to_tree(tree, flags=flags)
        else:
            diff = tree.diff_to_tree(flags=flags, swap=True)
        return tuple(sorted((d.status_char(), d.new_file.path) for d in diff.deltas))

    def first_parents(self, tip: str) -> Iterator[str]:
        """*tip* and its first parents, newest first, down to the root commit."""
        commit: str | None = tip
        while commit is not None:
            yield commit
            parents = self.parents(commit)
            commit = parents[0] if parents else None

    def descends(self, commit: str, ancestor: str) -> bool:
        """Whether *ancestor* is reachable from *commit* (a commit descends from itself)."""
        import pygit2

        if commit == ancestor:
            return True
        return bool(self._repository.descendant_of(pygit2.Oid(hex=commit), pygit2.Oid(hex=ancestor)))

    def commit_time(self, commit: str) -> int:
        """The committer's clock, in seconds since 1970. Shown, never trusted."""
        return int(self._commit(commit).commit_time)

    def message(self, commit: str) -> str:
        """The commit's message, undecodable bytes replaced."""
        return self._commit(commit).raw_message.decode(errors="replace")

    def raw(self, oid: str) -> bytes:
        """The raw bytes of any object, without its header."""
        return bytes(self._object(oid).read_raw())

    @cached_property
    def has_origin(self) -> bool:
        """Whether a remote called `origin` is configured."""
        return any(remote.name == "origin" for remote in self._repository.remotes)

    def ignored(self, path: str) -> bool:
        """Whether the work tree's ignore rules cover *path*."""
        return bool(self._repository.path_is_ignored(path))

    @cached_property
    def staged(self) -> frozenset[str]:
        """Every path in the index, relative to the work tree's top: what the next commit holds."""
        self._repository.index.read()
        return frozenset(entry.path for entry in self._repository.index)
