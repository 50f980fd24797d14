"""How many records an Arrow file holds: the lengths of its record batches, from their headers alone.

Source: Apache Arrow's IPC streaming format (Message.fbs: 1 header_type, 2 header, 3 bodyLength;
RecordBatch: 0 length), in FlatBuffers. Bodies are passed over, and every length is held against
the file first.
"""

from __future__ import annotations

import struct
from typing import IO

_CONTINUES = b"\xff\xff\xff\xff"
_FILE_MAGIC = b"ARROW1\x00\x00"
_MAX_META = 64 * 1024 * 1024
_MAX_MESSAGES = 1_000_000
_MAX_RECORDS = 2**53 - 1
_SCHEMA, _BATCH = 1, 3


class Malformed(ValueError):
    """The bytes are no Arrow stream, or it is cut short."""


def records(file: IO[bytes], size: int) -> int:
    """The records in *file*, which has *size* bytes; of the file format its stream is read.

    Raises:
        Malformed: no schema first, a length that the file does not have, or no end.
    """
    at = len(_FILE_MAGIC) if file.read(len(_FILE_MAGIC)) == _FILE_MAGIC else 0
    total, first = 0, True
    for _ in range(_MAX_MESSAGES):
        file.seek(at)
        head = file.read(8)
        at += 8
        if head[:4] != _CONTINUES or len(head) != 8:
            if at - 8 == size and not first:
                return total  # a stream may end without a mark
            raise Malformed("cut short, or no Arrow stream")
        length = struct.unpack("<i", head[4:])[0]
        if length == 0:
            if first:
                break
            return total
        if not 0 < length <= min(_MAX_META, size - at):
            raise Malformed("cut short, or a length that the file does not have")
        kind, count, body = _message(file.read(length))
        at += length + body
        if (kind == _SCHEMA) != first or body < 0 or at > size:
            raise Malformed("cut short, or its schema is not first")
        total, first = total + count, False
        if total > _MAX_RECORDS:
            break
    raise Malformed("no stream of records")


def _message(raw: bytes) -> tuple[int, int, int]:
    """What kind of message it is, the records of a batch, and the length of the body."""
    try:
        root = struct.unpack_from("<I", raw)[0]
        kind = _scalar(raw, root, 1, "<B")
        body = _scalar(raw, root, 3, "<q")
        count = 0
        if kind == _BATCH:
            place = _place(raw, root, 2)
            batch = place + struct.unpack_from("<I", raw, place)[0]
            count = _scalar(raw, batch, 0, "<q")
    except (struct.error, IndexError):
        raise Malformed("a message that does not read") from None
    if count < 0:
        raise Malformed("a batch of less than no records")
    return kind, count, body


def _scalar(raw: bytes, table: int, field: int, form: str) -> int:
    place = _place(raw, table, field)
    return int(struct.unpack_from(form, raw, place)[0]) if place else 0


def _place(raw: bytes, table: int, field: int) -> int:
    """Where a field of the FlatBuffers table stands; 0 where it is left out."""
    vtable = table - struct.unpack_from("<i", raw, table)[0]
    if vtable < 0:
        raise IndexError("before the buffer")
    size = struct.unpack_from("<H", raw, vtable)[0]
    entry = 4 + 2 * field
    offset = struct.unpack_from("<H", raw, vtable + entry)[0] if entry + 2 <= size else 0
    return table + int(offset) if offset else 0
