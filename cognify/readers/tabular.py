"""Counting and describing data files, streamed: records by parsing, columns with their types."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import struct
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from cognify.errors import ReplayError
from cognify.hashing import Summed, changing, state_of
from cognify.readers import taking
from cognify.replay.binary import parquet_footer

MAX_UNPACKED = 64 * 1024**3
MAX_RECORD = 64 * 1024**2
MAX_COLUMNS = 10_000
_MAX_FOOTER = 64 * 1024**2
_INTEGER = re.compile(r"-?[0-9]{1,18}\Z")
_NUMBER = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\Z|-?inf\Z|nan\Z", re.IGNORECASE)
_BOOLEAN = ("true", "false")


@dataclass(frozen=True, slots=True)
class Table:
    """What a data file holds: its bytes by digest, its records by count, its columns by type."""

    sha256: str
    size: int
    records: int
    columns: tuple[tuple[str, str], ...]


class _Bounded(io.RawIOBase):
    """A decompressed stream that ends in a refusal where a bomb would go on."""

    def __init__(self, stream: gzip.GzipFile, where: str) -> None:
        self._stream, self._where, self._left = stream, where, MAX_UNPACKED

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        chunk = self._stream.read(len(buffer))
        self._left -= len(chunk)
        if self._left < 0:
            raise taking.unreadable(f"unpacks to more than {MAX_UNPACKED} bytes", self._where)
        buffer[: len(chunk)] = chunk
        return len(chunk)


def table(path: Path, kind: str, where: str) -> Table:
    """What the data file *path* of *kind* (`jsonl`, `csv`, `tsv`, `parquet`) holds.

    Memory is bounded by the longest record and the columns, whatever the size of the file.

    Raises:
        CaptureError: `run-unreadable`: cut short, not what its name says, one record too long, or
            written to meanwhile.
    """
    try:
        with open(path, "rb") as file:
            state = state_of(os.fstat(file.fileno()))
            if kind == "parquet":
                records, columns = _parquet(file, state.size, where)
                digest = taking.digest(path, where)
                found, then = Table(digest.sha256, digest.size, records, columns), digest.state
            else:
                found = counted(Summed(file), kind, path.name, where)
                then = state_of(os.fstat(file.fileno()))
    except OSError as error:
        raise taking.unreadable(f"the file cannot be read: {error.strerror or error}", where) from None
    if then != state:
        raise taking.unreadable(changing(where).what, where)
    return found


def counted(source: Summed, kind: str, name: str, where: str) -> Table:
    """What a stream holds that is called *name*, read once from beginning to end; see `table`."""
    if kind == "parquet":
        tail = _tail(source)
        records, columns = _parquet(io.BytesIO(tail), len(tail), where)
        return Table(source.finish(), source.size, records, columns)
    try:
        raw: io.RawIOBase = source
        if name.lower().endswith(".gz"):
            raw = _Bounded(gzip.GzipFile(fileobj=io.BufferedReader(source)), where)
        stream: io.BufferedReader = io.BufferedReader(raw, 1024 * 1024)
        count = _jsonl if kind == "jsonl" else _tsv if kind == "tsv" else _csv
        records, columns = count(stream, where)
        return Table(source.finish(), source.size, records, columns)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise taking.unreadable(f"the packed file is cut short or damaged: {error}", where) from None


def _tail(source: Summed) -> bytes:
    """The end of a stream, as long as a footer may be."""
    kept, size = deque[bytes](), 0
    while chunk := source.read(1024 * 1024):
        kept.append(chunk)
        size += len(chunk)
        while size - len(kept[0]) >= _MAX_FOOTER + 12:
            size -= len(kept.popleft())
    return b"".join(kept)


def _jsonl(stream: io.BufferedReader, where: str) -> tuple[int, tuple[tuple[str, str], ...]]:
    """One JSON value a line; blank lines and a byte order mark are no records."""
    types: dict[str, set[str]] = {}
    records = 0
    for number, line in enumerate(_lines(stream, where), 1):
        text = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if not text.strip():
            continue
        try:
            value = json.loads(text.decode())
        except (ValueError, RecursionError) as error:
            reason = "nested too deep" if isinstance(error, RecursionError) else str(error)[:120]
            raise taking.unreadable(f"line {number} is no JSON: {reason}", where) from None
        records += 1
        for key, item in value.items() if isinstance(value, dict) else (("value", value),):
            types.setdefault(key, set()).add(_json_type(item))
        _require_columns(types, where)
    return records, _columns(types, empty="null")


def _lines(stream: io.BufferedReader, where: str) -> Iterator[bytes]:
    while line := stream.readline(MAX_RECORD + 1):
        if len(line) > MAX_RECORD:
            raise taking.unreadable(f"a record of more than {MAX_RECORD} bytes", where)
        yield line


def _json_type(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    names = {int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return names[type(value)]


def _csv(stream: io.BufferedReader, where: str) -> tuple[int, tuple[tuple[str, str], ...]]:
    return _separated(stream, where, ",")


def _tsv(stream: io.BufferedReader, where: str) -> tuple[int, tuple[tuple[str, str], ...]]:
    return _separated(stream, where, "\t")


def _separated(stream: io.BufferedReader, where: str, mark: str) -> tuple[int, tuple[tuple[str, str], ...]]:
    """RFC 4180: a quoted field may hold line breaks; blank lines are no records."""
    # A field may be longer than the module's default of 128 KiB, and its limit is a global one.
    old = csv.field_size_limit(MAX_RECORD)
    try:
        lines = (line.decode() for line in _lines(_text(stream), where))
        rows = csv.reader(lines, delimiter=mark, strict=True)
        header = next((row for row in rows if row), [])
        if not header:
            raise taking.unreadable("an empty table: it has not even a header", where)
        if len(set(header)) != len(header) or not all(name.strip() for name in header):
            raise taking.unreadable("a column without a name, or two of one name", where)
        types: dict[str, set[str]] = {name: set() for name in header}
        _require_columns(types, where)
        return _count(rows, header, types, where), _columns(types, empty="empty")
    except csv.Error as error:
        raise taking.unreadable(f"not CSV: {error}", where) from None
    except UnicodeDecodeError as error:
        raise taking.unreadable(f"not UTF-8: {error.reason}", where) from None
    finally:
        csv.field_size_limit(old)


def _count(rows: Iterable[list[str]], header: list[str], types: dict[str, set[str]], where: str) -> int:
    records = 0
    for row in rows:
        if not row:
            continue
        records += 1
        if len(row) != len(header):
            what = f"record {records} has {len(row)} fields, the header {len(header)}"
            raise taking.unreadable(what, where)
        for name, text in zip(header, row, strict=True):
            types[name].add(_text_type(text))
    return records


def _text(stream: io.BufferedReader) -> io.BufferedReader:
    """The stream without its byte order mark."""
    if stream.peek(3)[:3] == b"\xef\xbb\xbf":
        stream.read(3)
    return stream


def _text_type(text: str) -> str:
    if not text:
        return "empty"
    if _INTEGER.match(text):
        return "integer"
    if _NUMBER.match(text):
        return "number"
    return "boolean" if text.lower() in _BOOLEAN else "string"


def _columns(types: dict[str, set[str]], *, empty: str) -> tuple[tuple[str, str], ...]:
    """Each column with the one type that holds all its values, `… or null` where some are missing."""
    return tuple((name, _joint(found, empty)) for name, found in types.items() if name.strip())


def _joint(found: set[str], empty: str) -> str:
    given = found - {empty}
    if not given:
        return empty
    if given == {"integer", "number"}:
        given = {"number"}
    if empty == "empty" and len(given) > 1:
        given = {"string"}  # in CSV everything can be read as text
    return " or ".join([*sorted(given), *([empty] if empty in found else [])])


def _require_columns(types: dict[str, set[str]], where: str) -> None:
    if len(types) > MAX_COLUMNS:
        raise taking.unreadable(f"more than {MAX_COLUMNS} columns", where)


def _parquet(file: IO[bytes], size: int, where: str) -> tuple[int, tuple[tuple[str, str], ...]]:
    """Rows and columns stand in the footer; only the digest needs the other bytes."""
    tail = b""
    if size >= 12:
        file.seek(size - 8)
        tail = file.read(8)
    length = struct.unpack("<I", tail[:4])[0] if len(tail) == 8 else 0
    if tail[4:] != b"PAR1" or not 0 < length <= min(_MAX_FOOTER, size - 12):
        raise taking.unreadable("cut short, or not a Parquet file", where)
    file.seek(size - 8 - length)
    footer = file.read(length)
    try:
        records, columns = parquet_footer(b"PAR1" + footer + tail, where)
    except ReplayError as error:
        raise taking.unreadable(error.what, where) from None
    if len(columns) > MAX_COLUMNS:
        raise taking.unreadable(f"more than {MAX_COLUMNS} columns", where)
    return records, tuple(c for c in columns if c[0].strip())
