"""File contents from the object database, small ones kept: most are hashed first and read after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognify.git.refusals import missing

if TYPE_CHECKING:
    import pygit2

SMALL = 64 * 1024
ROOM = 64 * 1024 * 1024
"""What is kept in all, in bytes; what comes after is read each time."""


class Blobs:
    """The blobs of *database*. An id stands for one content, so what is kept never grows old."""

    def __init__(self, database: pygit2.Odb) -> None:
        self._database = database
        self._kept: dict[str, bytes] = {}
        self._room = ROOM

    def read(self, oid: str) -> bytes:
        """The bytes of blob *oid*.

        Raises:
            SurroundingsError: `object-missing`.
        """
        if oid in self._kept:
            return self._kept[oid]
        raw = self._read(oid)
        if len(raw) <= min(SMALL, self._room):
            self._kept[oid], self._room = raw, self._room - len(raw)
        return raw

    def _read(self, oid: str) -> bytes:
        # Straight from the object database, which holds bytes against their id for whoever asks: to
        # make an object of pygit2 of them first takes half as long again.
        import pygit2

        try:
            kind, raw = self._database.read(pygit2.Oid(hex=oid))
        except (KeyError, ValueError, pygit2.GitError):
            raise missing(f"object {oid[:12]} is missing or damaged") from None
        if kind != pygit2.enums.ObjectType.BLOB:
            raise missing(f"{oid[:12]} is not a file's content")
        return bytes(raw)
