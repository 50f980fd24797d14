"""One member of a ZIP archive, by name and within bounds; nothing is extracted.

Zstandard (method 93, APPNOTE 6.3.8) is what Inspect writes; Python knows it from 3.14 on.
"""

from __future__ import annotations

import struct
import sys
import zipfile
import zlib
from pathlib import Path
from typing import IO

from cognify.readers import taking, walk

MAX_MEMBERS = 200_000
_STORED, _DEFLATED, _ZSTD = 0, 8, 93
_LOCAL = struct.Struct("<4s22xHH")
_WINDOW = 27
"""The largest Zstandard window that is allowed, as a power of two: 128 MiB."""


def names(path: Path, source: Path) -> tuple[str, ...]:
    """The members' names as they stand in the archive; they are never used as paths.

    Raises:
        CaptureError: `run-unreadable`.
    """
    with open(path, "rb") as file:
        return tuple(info.filename for info in _listed(file, walk.relative(path, source)))


def read(path: Path, source: Path, name: str, *, limit: int = taking.MAX_JSON) -> bytes:
    """The bytes of the only member called *name*, checked against the CRC that the archive gives.

    Raises:
        CaptureError: `run-unreadable`: no archive, no such member or two, locked, compressed in an
            unknown way, larger than *limit*, or not the bytes that it is said to be.
    """
    where = walk.relative(path, source)
    with open(path, "rb") as file:
        found = [info for info in _listed(file, where) if info.filename == name]
        if len(found) != 1:
            raise taking.unreadable(f"{len(found)} members are called {name!r}, not one", where)
        info = found[0]
        if info.flag_bits & 1:
            raise taking.unreadable(f"{name} is encrypted", where)
        if info.file_size > limit or info.compress_size > limit:
            raise taking.unreadable(f"{name} is larger than {limit} bytes", where, "capture without it")
        raw = _unpacked(_packed(file, info, where), info, where)
    if len(raw) != info.file_size or zlib.crc32(raw) != info.CRC:
        raise taking.unreadable(f"{name} is damaged: not the size or CRC that the archive gives", where)
    return raw


def _listed(file: IO[bytes], where: str) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(file) as archive:
            listed = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error):
        raise taking.unreadable("cut short, or not a ZIP archive", where) from None
    if len(listed) > MAX_MEMBERS:
        raise taking.unreadable(f"more than {MAX_MEMBERS} members", where)
    return listed


def _packed(file: IO[bytes], info: zipfile.ZipInfo, where: str) -> bytes:
    try:
        file.seek(info.header_offset)
        head = file.read(_LOCAL.size)
        magic, name, extra = _LOCAL.unpack(head)
        file.seek(name + extra, 1)
        raw = file.read(info.compress_size)
    except (OSError, ValueError, struct.error):
        magic, raw = b"", b""
    if magic != b"PK\x03\x04" or len(raw) != info.compress_size:
        raise taking.unreadable(f"{info.filename[:100]} is cut short", where)
    return raw


def _unpacked(raw: bytes, info: zipfile.ZipInfo, where: str) -> bytes:
    """Never more than one byte beyond the size that the archive gives, whatever the bytes say."""
    most = info.file_size + 1
    try:
        if info.compress_type == _STORED:
            return raw[:most]
        if info.compress_type == _DEFLATED:
            return zlib.decompressobj(-zlib.MAX_WBITS).decompress(raw, most)
        if info.compress_type == _ZSTD:
            return _zstd(raw, most)
    except (zlib.error, ValueError, EOFError, MemoryError):
        raise taking.unreadable(f"{info.filename[:100]} is damaged", where) from None
    what = f"{info.filename[:100]} is compressed by method {info.compress_type}, which is not known"
    raise taking.unreadable(what, where)


def _zstd(raw: bytes, most: int) -> bytes:
    """All frames of *raw*, up to *most* bytes."""
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd

    out, left = list[bytes](), most
    while raw and left:
        frame = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _WINDOW})
        try:
            out.append(frame.decompress(raw, max_length=left))
        except zstd.ZstdError as error:
            raise ValueError(str(error)) from None
        left -= len(out[-1])
        if not frame.eof:
            break
        raw = frame.unused_data
    return b"".join(out)
