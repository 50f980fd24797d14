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
from typing import Any

from cognify.readers import protowire
from cognify.readers.protowire import Broken, inside, last_number, last_text, message

_HEADER = struct.Struct("<4sHB")
_RECORD = struct.Struct("<IHB")
_BLOCK = 32 * 1024
_VERSION = 0
_MAX_RECORD = 64 * 1024 * 1024
_MAX_KEYS = 10_000
_JSON = json.JSONDecoder(parse_float=Decimal, parse_constant=str)
_FULL, _FIRST, _MIDDLE, _LAST = 1, 2, 3, 4


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


def version(raw: bytes) -> int | None:
    """The version of the format, or None for what is no such log."""
    if len(raw) < _HEADER.size:
        return None
    ident, magic, found = _HEADER.unpack_from(raw)
    return int(found) if (ident, magic) == (b":W&B", 0xBEE1) else None


def known(raw: bytes) -> bool:
    """Whether the log is of the version that is read here."""
    return version(raw) == _VERSION


def read(raw: bytes, log: Log) -> Log:
    """*log* with the records of *raw*, whose header has been looked at."""
    try:
        for record in _records(raw):
            try:
                _take(message(record), log)
            except (Broken, ValueError, RecursionError):
                log.fault = log.fault or "a record in it does not read and is left out"
    except Broken as error:
        log.fault = str(error)
    return log


def _records(raw: bytes) -> Iterator[bytes]:
    at, parts, size = _HEADER.size, list[bytes](), 0
    while at < len(raw):
        left = _BLOCK - at % _BLOCK
        if left < _RECORD.size:
            at += left
            continue
        if at + _RECORD.size > len(raw):
            raise Broken(f"it is cut short at byte {at}")
        crc, length, kind = _RECORD.unpack_from(raw, at)
        data = raw[at + _RECORD.size : at + _RECORD.size + length]
        if kind == 0 and not (crc or length):
            at += left  # a block that was set aside and never written
            continue
        if len(data) < length:
            raise Broken(f"it is cut short at byte {at}")
        if zlib.crc32(data, zlib.crc32(bytes([kind]))) != crc:
            raise Broken(f"it is damaged at byte {at}: what follows is not read")
        at += _RECORD.size + length
        if kind in (_FULL, _FIRST):
            parts, size = [], 0
        parts.append(data)
        size += _RECORD.size + length  # with its head: pieces of nothing are many, too
        if kind > _LAST or size > _MAX_RECORD:
            raise Broken(f"it holds a record of no known kind or size at byte {at}")
        if kind in (_FULL, _LAST):
            yield b"".join(parts)
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
