"""Protocol buffers by hand: the wire fields of a message, within bounds. No schema, no runtime.

Source: Protocol Buffers encoding (protobuf.dev/programming-guides/encoding): varint 0, 64 bit 1,
length-delimited 2, 32 bit 5; groups (3, 4) have been out of use for long and are refused.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

Value = int | bytes
_MAX_FIELDS = 1_000_000


class Broken(ValueError):
    """The bytes are no message."""


def varint(raw: bytes, at: int) -> tuple[int, int]:
    """The varint at *at*, and where the next thing begins.

    Raises:
        Broken: cut short, or longer than ten bytes.
    """
    value = shift = 0
    while shift < 70:
        if at >= len(raw):
            raise Broken("a number is cut short")
        byte = raw[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, at
        shift += 7
    raise Broken("a number is too long")


def fields(raw: bytes) -> Iterator[tuple[int, Value]]:
    """Number and value of every field in order: varints as integers, everything else as bytes.

    Raises:
        Broken: no message, or one of more than a million fields.
    """
    at = count = 0
    while at < len(raw):
        count += 1
        key, at = (raw[at], at + 1) if raw[at] < 0x80 else varint(raw, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = varint(raw, at)
            yield number, value
            continue
        if wire == 2:
            short = at < len(raw) and raw[at] < 0x80
            length, at = (raw[at], at + 1) if short else varint(raw, at)
        elif wire in (1, 5):
            length = 8 if wire == 1 else 4
        else:
            raise Broken(f"wire type {wire}")
        if number == 0 or count > _MAX_FIELDS or length > len(raw) - at:
            raise Broken("a field is cut short")
        yield number, raw[at : at + length]
        at += length


def message(raw: Value) -> dict[int, list[Value]]:
    """The fields of a message by their number, each as often as it is there.

    Raises:
        Broken: no message.
    """
    if isinstance(raw, int):
        raise Broken("a number where a message should be")
    found: dict[int, list[Value]] = {}
    for number, value in fields(raw):
        found.setdefault(number, []).append(value)
    return found


def text(value: Value) -> str:
    """A text field.

    Raises:
        Broken: not UTF-8.
    """
    if isinstance(value, int):
        raise Broken("a number where text should be")
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise Broken("text that is not UTF-8") from None


def last_text(found: dict[int, list[Value]], number: int) -> str:
    """The last text of that number, or nothing."""
    return text(found[number][-1]) if number in found else ""


def last_number(found: dict[int, list[Value]], number: int) -> int:
    """The last varint of that number; absent is 0, as everywhere in this format."""
    value = found[number][-1] if number in found else 0
    if isinstance(value, bytes):
        raise Broken("bytes where a number should be")
    return value


def inside(found: dict[int, list[Value]], number: int) -> dict[int, list[Value]]:
    """The last message of that number, or one without fields."""
    return message(found[number][-1]) if number in found else {}


def float32(value: Value) -> float:
    """A field of 32 bits as the float that it is."""
    if isinstance(value, int) or len(value) != 4:
        raise Broken("no float")
    return float(struct.unpack("<f", value)[0])


def float64(value: Value) -> float:
    """A field of 64 bits as the float that it is."""
    if isinstance(value, int) or len(value) != 8:
        raise Broken("no double")
    return float(struct.unpack("<d", value)[0])
