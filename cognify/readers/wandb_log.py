"""The transaction log of Weights & Biases, `run-<id>.wandb`: what it says of its run.

Header `:W&B`, 0xBEE1, version; then blocks of 32 KiB of records as LevelDB writes them, each a
protocol buffer. The fields are the same from client 0.16 to 0.31. A run that was killed leaves a
log that ends in the middle of a record; what is whole counts.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO, Any

from cognify.readers import protowire
from cognify.readers.protowire import Broken, inside, last_number, last_text, message

_HEADER = struct.Struct("<4sHB")
_RECORD = struct.Struct("<IHB")
_BLOCK = 32 * 1024
_BLOCKS = 32 * _BLOCK
_VERSION = 0
_MAX_RECORD = 64 * 1024 * 1024
_MAX_KEYS = 10_000
_JSON = json.JSONDecoder(parse_float=Decimal, parse_constant=str)
_FULL, _FIRST, _MIDDLE, _LAST = 1, 2, 3, 4
_KINDS = tuple(zlib.crc32(bytes([kind])) for kind in range(_LAST + 1))
_HISTORY, _SUMMARY = 0x12, 0x1A


@dataclass(slots=True)
class Log:
    """What the records add up to: last values and steps by tag, the configuration, the run.

    `started` and `resumed`, the first and the last start, are milliseconds; `runtime` is whole
    seconds over all parts. `code` is the exit code, None where none was recorded.
    `fault` says where and why reading stopped before the end.
    """

    config: dict[str, Any] = field(default_factory=dict)
    summary: dict[str, Any] = field(default_factory=dict)
    history: dict[str, tuple[Any, int]] = field(default_factory=dict)
    id: str = ""
    name: str = ""
    commit: str = ""
    client: str = ""
    python: str = ""
    cpu: str = ""
    cpus: int = 0
    memory: int = 0
    gpu: str = ""
    gpus: int = 0
    started: int = 0
    resumed: int = 0
    runtime: int = 0
    code: int | None = None
    artifacts: list[tuple[str, str, str, tuple[str, ...]]] = field(default_factory=list)
    fault: str = ""


def version(head: bytes) -> int | None:
    """The version of the format, or None for what is no such log; its first bytes are enough."""
    if len(head) < _HEADER.size:
        return None
    ident, magic, found = _HEADER.unpack_from(head)
    return int(found) if (ident, magic) == (b":W&B", 0xBEE1) else None


def known(head: bytes) -> bool:
    """Whether the log is of the version that is read here."""
    return version(head) == _VERSION


def read(stream: IO[bytes], log: Log) -> Log:
    """*log* with the records of *stream*, which stands at its beginning and whose header was looked at.

    Of the records of history and summary only those are looked into that hold the last value of a key.
    """
    waiting = _Waiting(log)
    try:
        for record in _records(stream):
            if not waiting.takes(record):
                _looked_at(record, log, waiting)
    except Broken as error:
        log.fault = str(error)
    waiting.settle()
    return log


class _Waiting:
    """Records of plain values, kept until it is known which of them were the last for any key."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._history, self._summary = dict[bytes, tuple[int, bytes]](), dict[bytes, tuple[int, bytes]]()
        self._count = 0

    def takes(self, record: bytes) -> bool:
        """Whether *record* is one of those."""
        # Record: number 1 (a varint), then history 2 or summary 3, and nothing after it.
        at, end = 0, len(record)
        if end > 3 and record[0] == 0x08:
            at = 1
            while at < end and record[at] > 127:
                at += 1
            at += 1
        if end - at < 4 or record[at] not in (_HISTORY, _SUMMARY):
            return False
        held = self._history if record[at] == _HISTORY else self._summary
        length, at = _length(record, at + 1)
        if at + length != end or len(held) >= _MAX_KEYS:
            return False
        return self._items(record, at, end, held)

    def _items(self, record: bytes, at: int, end: int, held: dict[bytes, tuple[int, bytes]]) -> bool:
        """Item 1: key 1 or 2, JSON 16; each shorter than 128 bytes, and behind them the step at most."""
        self._count += 1
        kept, heads = (self._count, record), []
        while at + 6 < end and record[at] == 0x0A:
            length = record[at + 1]
            head = record[at + 2 : at + 6 + record[at + 3]]
            if length > 127 or (head not in held and not _is_head(head)):
                return False
            heads.append(head)
            at += 2 + length
        step = held is self._history and at + 2 <= end and record[at] == 0x12
        if at != end and not (step and at + 2 + record[at + 1] == end):
            return False
        for head in heads:
            held[head] = kept
        return True

    def settle(self) -> None:
        """Look into what is waiting, in the order of the log."""
        for held in (self._history, self._summary):
            for _, record in sorted(set(held.values())):
                _looked_at(record, self._log)
            held.clear()


def _is_head(head: bytes) -> bool:
    """Whether an item begins with one key and goes on with JSON."""
    return len(head) > 4 and head[0] in (0x0A, 0x12) and head[1] == len(head) - 4 and head[-2:] == b"\x82\x01"


def _length(record: bytes, at: int) -> tuple[int, int]:
    """A length and where it ends; of one that is no length, more than any record has."""
    try:
        return protowire.varint(record, at)
    except Broken:
        return _MAX_RECORD * 2, at


def _looked_at(record: bytes, log: Log, waiting: _Waiting | None = None) -> None:
    try:
        found = message(record)
        if waiting and (2 in found or 3 in found):
            waiting.settle()  # what was logged before comes before
        _take(found, log)
    except (Broken, ValueError, RecursionError):
        log.fault = log.fault or "a record in it does not read and is left out"


def _records(stream: IO[bytes]) -> Iterator[bytes]:
    """The records, whole; read in blocks, since none begins in the last bytes of one."""
    parts, size, kind, before, first = list[bytes](), 0, 0, 0, _HEADER.size
    while chunk := stream.read(_BLOCKS):
        at, end = first, len(chunk)
        first = 0
        while at < end:
            left = _BLOCK - at % _BLOCK
            if left < 7:
                at += left
                continue
            if at + 7 > end:
                raise Broken(f"it is cut short at byte {before + at}")
            crc, length, kind = _RECORD.unpack_from(chunk, at)
            data = chunk[at + 7 : at + 7 + length]
            if kind == 0 and not (crc or length):
                at += left  # a block that was set aside and never written
                continue
            if len(data) < length:
                raise Broken(f"it is cut short at byte {before + at}")
            if kind > _LAST or zlib.crc32(data, _KINDS[kind]) != crc:
                raise Broken(f"it is damaged at byte {before + at}: what follows is not read")
            at += 7 + length
            if kind == _FULL:
                parts, size = [], 0
                yield data
                continue
            if kind == _FIRST:
                parts, size = [], 0
            parts.append(data)
            size += 7 + length  # with its head: pieces of nothing are many, too
            if size > _MAX_RECORD:
                raise Broken(f"it holds a record of no known kind or size at byte {before + at}")
            if kind == _LAST:
                yield b"".join(parts)
        before += end
    if parts and kind in (_FIRST, _MIDDLE):
        raise Broken("it is cut short in its last record")


def _take(record: dict[int, list[protowire.Value]], log: Log) -> None:
    takers = {2: _history, 3: _summary, 5: _config, 8: _artifact, 17: _run, 18: _exit, 26: _environment}
    for number, take in takers.items():
        for part in record.get(number, ()):
            take(message(part), log)


def _items(found: dict[int, list[protowire.Value]], number: int) -> Iterator[tuple[list[str], Any]]:
    """Key, as its steps, and value of each item; of the values only JSON has been seen in use."""
    for raw in found.get(number, ()):
        item = message(raw)
        keys = [protowire.text(key) for key in item.get(2, [])] or [last_text(item, 1)]
        yield keys, _value(item)


def _value(item: dict[int, list[protowire.Value]]) -> Any:
    for number in (16, 8):
        if number in item:
            text = last_text(item, number)
            return _JSON.decode(text) if text else None
    if 4 in item:
        return bool(last_number(item, 4))
    if 5 in item:
        value = last_number(item, 5)
        return (value >> 1) ^ -(value & 1)
    if 6 in item:
        return Decimal(repr(protowire.float64(item[6][-1])))
    return last_text(item, 7) if 7 in item else None


def _put(held: dict[str, Any], keys: list[str], value: Any) -> None:
    for key in keys[:-1]:
        inner = held.get(key)
        if not isinstance(inner, dict):
            inner = held[key] = {}
        held = inner
    if len(held) < _MAX_KEYS or keys[-1] in held:
        held[keys[-1]] = value


def _drop(held: dict[str, Any], keys: list[str]) -> None:
    for key in keys[:-1]:
        inner = held.get(key)
        if not isinstance(inner, dict):
            return
        held = inner
    held.pop(keys[-1], None)


def _history(found: dict[int, list[protowire.Value]], log: Log) -> None:
    step = last_number(inside(found, 2), 1)
    for keys, value in _items(found, 1):
        tag = ".".join(keys)
        if len(log.history) < _MAX_KEYS or tag in log.history:
            log.history[tag] = (value, step)


def _summary(found: dict[int, list[protowire.Value]], log: Log) -> None:
    _fold(found, log.summary)


def _config(found: dict[int, list[protowire.Value]], log: Log) -> None:
    _fold(found, log.config)


def _fold(found: dict[int, list[protowire.Value]], held: dict[str, Any]) -> None:
    for keys, value in _items(found, 1):
        _put(held, keys, value)
    for keys, _ in _items(found, 2):
        _drop(held, keys)


def _run(found: dict[int, list[protowire.Value]], log: Log) -> None:
    log.id, log.name = last_text(found, 1) or log.id, last_text(found, 8) or log.name
    _fold(inside(found, 4), log.config)
    start = inside(found, 17)
    moment = last_number(start, 1) * 1000 + last_number(start, 2) // 1_000_000
    log.started = min(log.started or moment, moment) if moment else log.started
    log.resumed = max(log.resumed, moment)
    log.commit = last_text(inside(found, 21), 2) or log.commit
    telemetry = inside(found, 19)
    log.python, log.client = last_text(telemetry, 4) or log.python, last_text(telemetry, 5) or log.client


def _exit(found: dict[int, list[protowire.Value]], log: Log) -> None:
    code = last_number(found, 1)
    # A negative code is written as 64 bits.
    log.code = code - 2**64 if code >= 2**63 else code
    log.runtime = last_number(found, 2)


def _environment(found: dict[int, list[protowire.Value]], log: Log) -> None:
    """Of what the client notes of the machine only what the card asks for."""
    log.commit = last_text(inside(found, 9), 2) or log.commit
    log.cpus = last_number(found, 16) or log.cpus
    log.gpu, log.gpus = last_text(found, 18) or log.gpu, last_number(found, 19) or log.gpus
    log.memory = last_number(inside(found, 21), 1) or log.memory
    log.cpu = last_text(inside(found, 22), 3) or log.cpu


def _artifact(found: dict[int, list[protowire.Value]], log: Log) -> None:
    contents = inside(found, 12).get(4, [])[:_MAX_KEYS]
    names = tuple(last_text(message(entry), 1) for entry in contents)
    log.artifacts.append((last_text(found, 4), last_text(found, 5), last_text(found, 6), names))
