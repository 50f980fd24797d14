"""TensorBoard's event files: TFRecord frames around protocol buffers, read by hand.

Source: tensorflow/core/lib/io/record_writer.h (u64 length, masked CRC-32C of it, data, masked
CRC-32C of the data); event.proto (1 wall time, 2 step, 5 summary); summary.proto (value 1: tag 1,
simple value 2, tensor 8, metadata 9 → plugin 1 → name 1, content 2); tensor.proto; the hparams
plugin's plugin_data.proto (3 session start: settings 1; 4 session end: status 1, time 2).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import google_crc32c

from cognify.readers import protowire
from cognify.readers.protowire import Broken, Value, inside, last_number, last_text, message

_HEAD, _SUM, _TIME = struct.Struct("<QI"), struct.Struct("<I"), struct.Struct("<d")
_LOOKED_AT = 1024 * 1024
"""Larger records are images, audio and graphs; they are stepped over."""
_MAX_TAGS = 10_000
_MAX_RECORDS = 10_000_000
_MAX_HEADS = 1000
_FLOAT, _DOUBLE, _STRING = 1, 2, 7
_WALL_TIME, _STEP = 0x09, 0x10


@dataclass(slots=True)
class Events:
    """What the events add up to: the last value and step by tag, settings, texts, times in seconds.

    `fault` says where and why reading stopped before the end; `version` is what the file says of
    its own format.
    """

    values: dict[str, tuple[str, int]] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    first: float = 0.0
    last: float = 0.0
    ended: float = 0.0
    status: int = 0
    version: str = ""
    fault: str = ""
    records: int = 0


def read(raw: bytes, events: Events) -> Events:
    """*events* with everything that is whole in *raw*.

    Of records that differ in time, step and value alone, only the last is looked into.
    """
    events.fault, events.records = "", 0
    known: dict[bytes, str] = {}
    last: dict[str, bytes] = {}
    try:
        for record in _records(raw):
            events.records += 1
            if events.records > _MAX_RECORDS:
                raise Broken(f"it holds more than {_MAX_RECORDS} records, and those up to there count")
            tag = known.get(_shape(record))
            if tag is not None:
                last[tag] = record
                _clocked(_TIME.unpack_from(record, 1)[0], events)
            else:
                _looked_at(record, events, known, last)
    except Broken as error:
        events.fault = str(error)
    for record in last.values():
        _looked_at(record, events, {}, {})
    return events


def _shape(record: bytes) -> bytes:
    """What a record holds between its step and its last four bytes; nothing for one without a time."""
    if len(record) < 20 or record[0] != _WALL_TIME:
        return b""
    at = 9
    if record[9] == _STEP:
        at = 10
        while record[at] > 127 and at < 19:
            at += 1
        at += 1
    return record[at:-4]


def _looked_at(record: bytes, events: Events, known: dict[bytes, str], last: dict[str, bytes]) -> None:
    """Take in what *record* says; if it is one plain scalar, its shape is *known* from now on."""
    try:
        found = message(record)
        _event(found, events)
        values = [message(value) for value in inside(found, 5).get(1, ())]
        tags = [last_text(value, 1) for value in values]
    except Broken:
        events.fault = events.fault or "a record in it does not read and is left out"
        return
    for tag in tags:
        last.pop(tag, None)
    shape = _shape(record)
    if len(tags) == 1 and tags[0] in events.values and shape == _plain(tags[0].encode()):
        known[shape] = tags[0]


def _plain(tag: bytes) -> bytes:
    """The shape of a record that holds one scalar and nothing else; nothing where *tag* is too long."""
    size = len(tag)
    if size > 100:
        return b""
    return bytes([0x2A, size + 9, 0x0A, size + 7, 0x0A, size]) + tag + b"\x15"


def _records(raw: bytes) -> Iterator[bytes]:
    at, end, heads = 0, len(raw), dict[bytes, int]()
    while at < end:
        if at + 12 > end:
            raise Broken(f"it is cut short at byte {at}")
        head = raw[at : at + 12]
        length = heads.get(head)  # most records are of few lengths: each head is summed once
        if length is None:
            length, crc = _HEAD.unpack(head)
            if _masked(head[:8]) != crc:
                raise Broken(f"it is damaged at byte {at}: what follows is not read")
            if len(heads) < _MAX_HEADS:
                heads[head] = length
        start = at + 12
        stop = start + length
        if stop + 4 > end:
            raise Broken(f"it is cut short at byte {at}")
        if length <= _LOOKED_AT:
            data = raw[start:stop]
            if _masked(data) != _SUM.unpack_from(raw, stop)[0]:
                raise Broken(f"it is damaged at byte {at}: what follows is not read")
            yield data
        at = stop + 4


def _masked(data: bytes) -> int:
    crc: int = google_crc32c.value(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFF_FFFF


def _clocked(at: float, events: Events) -> None:
    if 0 < at < 2**40:
        events.first = min(events.first or at, at)
        events.last = max(events.last, at)


def _event(found: dict[int, list[Value]], events: Events) -> None:
    _clocked(protowire.float64(found[1][-1]) if 1 in found else 0.0, events)
    events.version = last_text(found, 3) or events.version
    step = last_number(found, 2)
    for value in inside(found, 5).get(1, ()):
        _summary(message(value), step - 2**64 if step >= 2**63 else step, events)


def _summary(value: dict[int, list[Value]], step: int, events: Events) -> None:
    tag = last_text(value, 1)
    plugin = inside(inside(value, 9), 1)
    if last_text(plugin, 1) == "hparams" and 2 in plugin:
        _hparams(message(plugin[2][-1]), events)
        return
    if len(events.values) + len(events.texts) >= _MAX_TAGS:
        return
    if 2 in value:
        events.values[tag] = (shortest(protowire.float32(value[2][-1])), step)
    elif 8 in value:
        _tensor(tag, message(value[8][-1]), step, events)


def _tensor(tag: str, tensor: dict[int, list[Value]], step: int, events: Events) -> None:
    """A scalar as TensorFlow 2 writes it, or a text."""
    kind, content = last_number(tensor, 1), tensor.get(4, [b""])[-1]
    if kind == _STRING and 8 in tensor:
        events.texts[tag] = last_text(tensor, 8)
    elif kind in (_FLOAT, _DOUBLE) and not inside(tensor, 2).get(2):
        raw = content or tensor.get(5 if kind == _FLOAT else 6, [b""])[-1]
        if isinstance(raw, bytes) and len(raw) == (4 if kind == _FLOAT else 8):
            known = shortest(protowire.float32(raw)) if kind == _FLOAT else repr(protowire.float64(raw))
            events.values[tag] = (known, step)


def shortest(value: float) -> str:
    """The shortest text that is this float of 32 bits and no other."""
    if not math.isfinite(value):
        return repr(value)
    packed = struct.pack("<f", value)
    for digits in range(1, 9):
        text = f"{value:.{digits}g}"
        try:
            if struct.pack("<f", float(text)) == packed:
                return text
        except OverflowError:
            continue
    return f"{value:.9g}"


def _hparams(data: dict[int, list[Value]], events: Events) -> None:
    for entry in inside(data, 3).get(1, ()):
        pair = message(entry)
        if len(events.settings) < _MAX_TAGS:
            events.settings[last_text(pair, 1)] = _setting(inside(pair, 2))
    end = inside(data, 4)
    if end:
        events.status = last_number(end, 1)
        events.ended = protowire.float64(end[2][-1]) if 2 in end else 0.0


def _setting(value: dict[int, list[Value]]) -> Any:
    """A `google.protobuf.Value`: a number, a text or a truth; of others nothing is said."""
    if 2 in value:
        number = protowire.float64(value[2][-1])
        text = repr(number)
        return int(number) if number.is_integer() and abs(number) < 2**53 else Decimal(text)
    if 3 in value:
        return last_text(value, 3)
    return bool(last_number(value, 4)) if 4 in value else None
