"""SHA-256 of what lies in commits: of every file once, and of a whole tree."""

from __future__ import annotations

from cognify import canonical
from cognify.git import Snapshot
from cognify.inventory import Files


class Digests:
    """SHA-256 of files, each content hashed once.

    A blob's id stands for one content in one object database, so the same file in the sealed tree
    and at the branch's tip is read once; other files are told apart by their paths.
    """

    def __init__(self) -> None:
        self._of_blobs: dict[str, str] = {}
        self._of_files: dict[str, str] = {}

    def of(self, files: Files, path: str) -> str:
        """The digest of the file at *path*; raises what `files.read` raises."""
        entry = files.entries.get(path) if isinstance(files, Snapshot) else None
        known, key = (self._of_files, path) if entry is None else (self._of_blobs, entry.oid)
        if key not in known:
            known[key] = canonical.sha256(files.read(path))
        return known[key]


def tree_manifest(snapshot: Snapshot, digests: Digests) -> bytes:
    """`sha256  mode  path` of every file of a commit, by path bytes: what a checkpoint binds.

    So that Git's SHA-1 is never what the record rests on.
    """
    return b"".join(
        f"{digests.of(snapshot, path)}  {entry.mode:06o}  {path}\n".encode()
        for path, entry in snapshot.entries.items()
    )
