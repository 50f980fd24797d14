"""Stores of trackers, written by hand as the tools write them: for tests of what reads them."""

from __future__ import annotations

import io
import json
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

WANDB_HEADER = b":W&B\xe1\xbe\x00"
BLOCK = 32 * 1024


def varint(value: int) -> bytes:
    value %= 2**64
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def field(number: int, value: int | str | bytes | float) -> bytes:
    """One protobuf field: integers as varints, floats as doubles, the rest with its length."""
    if isinstance(value, float):
        return varint(number << 3 | 1) + struct.pack("<d", value)
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    raw = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(raw)) + raw


def item(key: str | tuple[str, ...], value: object) -> bytes:
    keys = field(1, key) if isinstance(key, str) else b"".join(field(2, part) for part in key)
    return keys + field(16, json.dumps(value))


def items(number: int, values: Mapping[str, object]) -> bytes:
    return b"".join(field(number, item(key, value)) for key, value in values.items())


def wandb_run(id: str, config: Mapping[str, object], started: int = 1_795_422_227) -> bytes:
    moment = field(1, started) + field(2, 766_000_000)
    inside = field(1, id) + field(4, items(1, config)) + field(8, "größe") + field(17, moment)
    return field(17, inside + field(19, field(4, "3.11.7") + field(5, "0.31.0")))


def wandb_history(step: int, values: Mapping[str, object]) -> bytes:
    return field(2, items(1, values) + field(2, field(1, step) if step else b""))


def wandb_exit(code: int = 0, runtime: int = 1) -> bytes:
    return field(18, (field(1, code) if code else b"") + field(2, runtime))


def wandb_log(records: Iterable[bytes], header: bytes = WANDB_HEADER) -> bytes:
    """The log, its records cut at the ends of blocks as LevelDB cuts them."""
    out = bytearray(header)
    for record in records:
        first, rest = True, record
        while True:
            left = BLOCK - len(out) % BLOCK
            if left < 7:
                out += bytes(left)
                left = BLOCK
            part, rest = rest[: left - 7], rest[left - 7 :]
            kind = (1 if not rest else 2) if first else (4 if not rest else 3)
            out += struct.pack("<IHB", zlib.crc32(bytes([kind]) + part), len(part), kind) + part
            first = False
            if not rest:
                break
    return bytes(out)


def _crc32c(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def tf_events(events: Iterable[bytes]) -> bytes:
    """The frames around *events*."""
    out = b""
    for event in events:
        length = struct.pack("<Q", len(event))
        out += length + struct.pack("<I", _crc32c(length)) + event + struct.pack("<I", _crc32c(event))
    return out


def tf_event(step: int, *values: bytes, at: float = 1_795_421_490.5, version: str = "") -> bytes:
    said = field(3, version) if version else b""
    summary = field(5, b"".join(field(1, value) for value in values)) if values else b""
    return field(1, at) + (field(2, step) if step else b"") + said + summary


def tf_scalar(tag: str, value: float) -> bytes:
    return field(1, tag) + varint(2 << 3 | 5) + struct.pack("<f", value)


def tf_tensor(tag: str, kind: int, *parts: bytes) -> bytes:
    return field(1, tag) + field(8, field(1, kind) + b"".join(parts))


def tf_hparams(tag: str, content: bytes) -> bytes:
    return field(1, tag) + field(9, field(1, field(1, "hparams") + field(2, content)))


def comet_archive(
    messages: Iterable[tuple[str, Mapping[str, object]]], id: str = "0" * 32, **more: bytes
) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        head = {"offline_id": id, "start_time": 1_795_424_311_666, "stop_time": 1_795_424_314_192}
        archive.writestr("experiment.json", json.dumps(head))
        lines = [json.dumps({"type": kind, "payload": payload}) for kind, payload in messages]
        archive.writestr("messages.json", "\n".join(lines) + "\n")
        for name, raw in more.items():
            archive.writestr(name, raw)
    return buffer.getvalue()


def comet_metric(
    name: str, value: object, context: str | None = None, step: int = 1
) -> tuple[str, dict[str, object]]:
    return "metric_msg", {
        "context": context,
        "metric": {"metricName": name, "metricValue": value, "step": step},
    }


def comet_param(name: str, value: object, source: str = "manual") -> tuple[str, dict[str, object]]:
    key = "params" if isinstance(value, list) else "param"
    return "parameter_msg", {key: {"paramName": name, "paramValue": value, "source": source}}


def trackio_store(
    path: Path,
    runs: Mapping[str, tuple[Mapping[str, object], list[Mapping[str, object]]]],
    *,
    ids: bool = True,
) -> Path:
    """A store with settings and metric rows by run; without *ids* as Trackio's first versions had it."""
    key = "run_id TEXT, " if ids else ""
    with closing(sqlite3.connect(path)) as db:
        db.execute(
            f"CREATE TABLE metrics (id INTEGER PRIMARY KEY, {key}timestamp TEXT, run_name TEXT, step INTEGER, metrics TEXT)"
        )
        db.execute(
            f"CREATE TABLE configs (id INTEGER PRIMARY KEY, {key}run_name TEXT, config TEXT, created_at TEXT)"
        )
        for name, (config, rows) in runs.items():
            own = {"run_id": f"{name}-id"} if ids else {}
            for step, row in enumerate(rows):
                _insert(db, "metrics", {**own, "timestamp": f"2026-11-23T08:1{step}:00+00:00", "run_name": name,
                                        "step": step, "metrics": json.dumps(row).encode()})  # fmt: skip
            _insert(db, "configs", {**own, "run_name": name, "config": json.dumps(config).encode(),
                                    "created_at": ""})  # fmt: skip
        db.commit()
    return path


def _insert(db: sqlite3.Connection, table: str, row: Mapping[str, object]) -> None:
    marks = ", ".join("?" * len(row))
    db.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))
