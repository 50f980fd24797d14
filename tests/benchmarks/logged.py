"""What trackers leave of a run with very many logged points: written as the tools write it, seeded."""

from __future__ import annotations

import json
import random
import sqlite3
import struct
import zlib
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

import google_crc32c

from tests import trackers
from tests.trackers import field, varint

TAGS = ("train/loss", "train/grad_norm", "train/learning_rate", "test/loss")
_MLFLOW = """\
CREATE TABLE experiments (experiment_id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(256), lifecycle_stage VARCHAR(32));
CREATE TABLE runs (run_uuid VARCHAR(32) NOT NULL PRIMARY KEY, name VARCHAR(250), status VARCHAR(9),
  start_time BIGINT, end_time BIGINT, lifecycle_stage VARCHAR(20), experiment_id INTEGER);
CREATE TABLE params (key VARCHAR(250) NOT NULL, value VARCHAR(8000), run_uuid VARCHAR(32) NOT NULL, PRIMARY KEY (key, run_uuid));
CREATE TABLE tags (key VARCHAR(250) NOT NULL, value VARCHAR(8000), run_uuid VARCHAR(32) NOT NULL, PRIMARY KEY (key, run_uuid));
CREATE TABLE metrics (key VARCHAR(250) NOT NULL, value FLOAT NOT NULL, timestamp BIGINT NOT NULL,
  run_uuid VARCHAR(32) NOT NULL, step BIGINT DEFAULT '0' NOT NULL, is_nan BOOLEAN DEFAULT '0' NOT NULL,
  PRIMARY KEY (key, timestamp, step, run_uuid, value, is_nan));
CREATE INDEX index_metrics_run_uuid ON metrics (run_uuid);
CREATE TABLE latest_metrics (key VARCHAR(250) NOT NULL, value FLOAT NOT NULL, timestamp BIGINT, step BIGINT NOT NULL,
  is_nan BOOLEAN NOT NULL, run_uuid VARCHAR(32) NOT NULL, PRIMARY KEY (key, run_uuid));
INSERT INTO experiments VALUES (1, 'bench', 'active');
"""


def mlflow(path: Path, points: int) -> dict[str, float]:
    """A store of MLflow 3 with *points* rows of metrics; the last value of each key."""
    random.seed(7)
    run, last = "ab" * 16, dict[str, float]()
    with closing(sqlite3.connect(path)) as store:
        store.executescript(_MLFLOW)
        store.execute(
            "INSERT INTO runs VALUES (?, 'r', 'FINISHED', 1795421490000, 1795429490000, 'active', 1)", (run,)
        )
        store.execute("INSERT INTO params VALUES ('learning_rate', '0.0003', ?)", (run,))
        rows = []
        for number in range(points):
            tag, step = TAGS[number % 4].replace("/", "_"), number // 4
            last[tag] = random.random()
            rows.append((tag, last[tag], 1795421490000 + step, run, step, 0))
        store.executemany("INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?)", rows)
        store.executemany(
            "INSERT INTO latest_metrics VALUES (?, ?, 1, 1, 0, ?)", [(k, v, run) for k, v in last.items()]
        )
        store.commit()
    return last


def _summed(data: bytes) -> bytes:
    crc = google_crc32c.value(data)
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def tensorboard(path: Path, points: int) -> dict[str, float]:
    """An event file as PyTorch's writer makes it, one scalar a record."""
    random.seed(7)
    last = dict[str, float]()
    with open(path, "wb") as file:
        for number in range(-1, points):
            tag, step = TAGS[number % 4], number // 4
            if number < 0:
                event = trackers.tf_event(0, version="brain.Event:2")
            else:
                last[tag] = struct.unpack("<f", struct.pack("<f", random.random()))[0]
                event = trackers.tf_event(step, trackers.tf_scalar(tag, last[tag]), at=1795421490.5 + step)
            head = struct.pack("<Q", len(event))
            file.write(head + _summed(head) + event + _summed(event))
    return last


def wandb(path: Path, points: int) -> dict[str, float]:
    """A log as the client's core makes it: four metrics a step with its own three, keys in any order."""
    random.seed(7)
    last = dict[str, float]()
    with open(path, "wb") as file:
        place = _Blocks(file)
        place.add(trackers.wandb_run("abc12345", {"learning_rate": 0.0003}))
        for step in range(points // 4):
            last = {tag: random.random() for tag in TAGS}
            own = {"_step": step, "_timestamp": 1795421490.5 + step, "_runtime": step / 7}
            pairs = list((last | own).items())
            random.shuffle(pairs)
            items = b"".join(field(1, field(2, key) + field(16, json.dumps(value))) for key, value in pairs)
            place.add(varint(8) + varint(step) + field(2, items + field(2, field(1, step) if step else b"")))
        place.add(trackers.wandb_exit())
    return last


class _Blocks:
    """LevelDB's blocks of 32 KiB, written one record after the other."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._at = file.write(trackers.WANDB_HEADER)

    def add(self, record: bytes) -> None:
        first = True
        while True:
            left = trackers.BLOCK - self._at % trackers.BLOCK
            if left < 7:
                self._at += self._file.write(bytes(left))
                left = trackers.BLOCK
            part, record = record[: left - 7], record[left - 7 :]
            kind = (1 if not record else 2) if first else (4 if not record else 3)
            head = struct.pack("<IHB", zlib.crc32(bytes([kind]) + part), len(part), kind)
            self._at += self._file.write(head + part)
            first = False
            if not record:
                return
