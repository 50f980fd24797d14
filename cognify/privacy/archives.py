"""What is packed: gzip, bzip2 and xz; and the members of ZIP and tar archives, within bounds."""

from __future__ import annotations

import bz2
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

MAX_UNPACKED = 256 * 1024 * 1024
"""How many bytes come out of one file, all that is packed within it together."""
MAX_MEMBERS = 10_000
DEEP = 3
"""How often an archive is looked into within another."""
_XZ_MEMORY = 256 * 1024 * 1024
_PACKERS: tuple[tuple[bytes, Callable[[], Any]], ...] = (
    (b"\x1f\x8b", lambda: zlib.decompressobj(wbits=31)),
    (b"BZh", bz2.BZ2Decompressor),
    (b"\xfd7zXZ\x00", lambda: lzma.LZMADecompressor(memlimit=_XZ_MEMORY)),
)
_DAMAGED = (
    OSError, EOFError, ValueError, OverflowError, struct.error, zlib.error, lzma.LZMAError, RuntimeError,
    zipfile.BadZipFile, tarfile.TarError,
)  # fmt: skip
"""What the standard library raises for an archive that is none, or uses what it does not know."""


@dataclass(slots=True)
class Room:
    """What may still come out of one file."""

    left: int = field(default_factory=lambda: MAX_UNPACKED)
    members: int = field(default_factory=lambda: MAX_MEMBERS)
    deep: int = DEEP


@dataclass(frozen=True, slots=True)
class Member:
    """One file in an archive; without bytes, `why` says so."""

    name: str
    raw: bytes | None
    why: str = ""


def packed(raw: bytes) -> bool:
    """Whether *raw* begins as a packed file does."""
    return any(raw.startswith(magic) for magic, _ in _PACKERS)


def unpacked(raw: bytes, room: Room) -> bytes | None:
    """All parts of a packed file; None if one is damaged, or they are too large together."""
    begin = next(begin for magic, begin in _PACKERS if raw.startswith(magic))
    whole = bytearray()
    while raw:
        inflate = begin()
        try:
            whole += inflate.decompress(raw, room.left - len(whole) + 1)
        except (*_DAMAGED, MemoryError):
            return None
        if not inflate.eof or len(whole) > room.left:
            return None
        raw = inflate.unused_data
    room.left -= len(whole)
    return bytes(whole)


def members(raw: bytes, room: Room) -> Iterator[Member] | None:
    """The members of the archive that *raw* is, as far as there is *room*; None if it is none."""
    if raw[257:262] == b"ustar":
        return _bounded(_of_tar(raw, room), room)
    if zipfile.is_zipfile(io.BytesIO(raw)):
        try:
            archive = zipfile.ZipFile(io.BytesIO(raw))
        except _DAMAGED:
            return None
        return _bounded(_of_zip(archive, raw, room), room)
    return None


def _bounded(found: Iterator[Member], room: Room) -> Iterator[Member]:
    for member in found:
        if room.members <= 0:
            yield Member("", None, "too many members: the rest was not unpacked")
            return
        room.members -= 1
        yield member


def _of_zip(archive: zipfile.ZipFile, raw: bytes, room: Room) -> Iterator[Member]:
    first = min((info.header_offset for info in archive.infolist()), default=archive.start_dir)
    if first > 0:
        # An archive is known by its end: what begins the file may be anything.
        yield Member("before_the_first", raw[:first])
    for info in archive.infolist():
        if info.flag_bits & 1:
            yield Member(info.filename, None, "encrypted")
        elif not info.is_dir():
            yield _read(info.filename, lambda info=info: archive.open(info), room)  # type: ignore[misc]


def _of_tar(raw: bytes, room: Room) -> Iterator[Member]:
    try:
        with tarfile.open(fileobj=io.BytesIO(raw), mode="r:") as archive:
            for info in archive:
                if info.isreg():
                    yield _read(info.name, lambda info=info: archive.extractfile(info), room)  # type: ignore[misc]
    except _DAMAGED:
        yield Member("", None, "damaged: what follows in it was not unpacked")


def _read(name: str, opened: Callable[[], Any], room: Room) -> Member:
    """One member; its header may say any size, so that what counts is what comes out."""
    try:
        with opened() as file:
            raw = file.read(room.left + 1)
    except _DAMAGED:
        return Member(name, None, "damaged, or packed in a way that is not known")
    if len(raw) > room.left:
        return Member(name, None, "too large when unpacked")
    room.left -= len(raw)
    return Member(name, raw)
