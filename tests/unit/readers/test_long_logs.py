"""Logs of many points are read by looking into few records: what comes out is what looking into all gives."""

from __future__ import annotations

import io
import random
import struct
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cognify.errors import CaptureError
from cognify.readers import taking, tfevents, wandb_log
from cognify.readers.tfevents import Events
from cognify.readers.wandb_log import Log
from tests.trackers import (
    field,
    item,
    items,
    tf_event,
    tf_events,
    tf_scalar,
    tf_tensor,
    varint,
    wandb_history,
    wandb_run,
)  # fmt: skip
from tests.trackers import (
    wandb_log as log_of,
)


def read(*records: bytes) -> Log:
    return wandb_log.read(io.BytesIO(log_of(records)), Log())


def numbered(number: int, record: bytes) -> bytes:
    return field(1, number) + record


def test_the_last_value_of_every_key_counts() -> None:
    """Keys in any order, logged seldom or once, beside console output and values that are no numbers."""
    dice = random.Random(7)
    expected: dict[str, tuple[Any, int]] = {}
    records = [wandb_run("abc12345", {"lr": 0.5})]
    for step in range(3000):
        values: dict[str, Any] = {f"k{n}": dice.randrange(10**6) for n in dice.sample(range(8), 4)}
        if step % 700 == 3:
            values[f"once/{step}"] = step
        if step % 50 == 7:
            values["table"] = {"_type": "table", "ncols": "x" * dice.randrange(200)}
        if step % 90 == 7:
            values["text"] = "größe"
        if dice.random() < 0.5:
            values = dict(dice.sample(list(values.items()), len(values)))
        expected |= {key: (value, step) for key, value in values.items()}
        record = wandb_history(step, values)
        nested = field(2, b"".join(field(1, field(2, k) + field(16, str(v))) for k, v in values.items() if type(v) is int)
                       + field(2, varint(8) + varint(step)))  # fmt: skip
        plain = all(type(value) is int for value in values.values())
        records.append(numbered(step, nested if plain and step % 2 else record))
        records.append(numbered(step, field(14, "a line of the console")))
    assert read(*records).history == expected


def test_a_summary_is_folded_in_the_order_of_the_log() -> None:
    """Updates, removals and nested keys, also where the removal comes between two that only wait."""
    updates = [field(3, items(1, {"a": n, "b": n})) for n in range(5)]
    removed = field(3, field(2, field(1, "a")))
    deep = field(3, field(1, item(("deep", "größe"), 1)))
    assert read(*updates, deep, removed).summary == {"b": 4, "deep": {"größe": 1}}
    assert read(*updates, removed, *updates[:2]).summary == {"b": 1, "a": 1}
    both = field(2, items(1, {"h": 1})) + field(3, items(1, {"b": 9}))
    found = read(*updates, both, updates[2])
    assert (found.summary, found.history) == ({"a": 2, "b": 2}, {"h": (1, 0)})


@pytest.mark.parametrize(
    "record",
    [
        field(2, b"\x0a\x7f" + item("k", 1)),
        field(2, b"\x0a\x03\x0a\x7fx"),
        field(2, field(1, field(1, "k") + field(16, "{"))),
        field(2, field(1, b"\x0a\x01k\x82\x01\x09x")),
        b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x12\x00", b"\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00",
    ],
)  # fmt: skip
def test_a_record_that_does_not_read_spoils_no_other(record: bytes) -> None:
    """A note, and the values before and after it."""
    found = read(wandb_history(1, {"k": 1}), record, wandb_history(2, {"other": 2}))
    assert "does not read" in found.fault
    assert found.history["other"] == (2, 2)


def test_a_log_of_several_blocks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a stream is cut into reads makes no difference; a place that is named is one of the file."""
    records = [wandb_history(n, {"k": n, "text": "x" * (n % 3000)}) for n in range(400)]
    raw = log_of(records)
    whole = wandb_log.read(io.BytesIO(raw), Log())
    monkeypatch.setattr(wandb_log, "_BLOCKS", 32 * 1024)
    assert wandb_log.read(io.BytesIO(raw), Log()) == whole
    assert whole.history["k"] == (399, 399)
    at = 2 * 32 * 1024 + 9000
    bent = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
    fault = wandb_log.read(io.BytesIO(bent), Log()).fault
    assert "damaged at byte" in fault
    assert at - 4000 < int(fault.partition("byte ")[2].partition(":")[0]) <= at


def test_scalars_of_many_steps() -> None:
    """The last value and step of each tag, whatever lies between; times are those of all records."""
    dice, expected = random.Random(7), dict[str, tuple[str, int]]()
    events = [tf_event(0, version="brain.Event:2")]
    for step in range(2000):
        tag = dice.choice(["loss", "acc", "größe/" + "x" * 90, "long/" + "y" * 130])
        value = struct.unpack("<f", struct.pack("<f", dice.random()))[0]
        alone = tf_scalar(tag, value)
        more = [tf_scalar("pair", step)] if step % 31 == 5 else []
        if step % 17 == 3:
            alone = tf_tensor(tag, 1, field(2, b""), field(4, struct.pack("<f", value)))
        events.append(tf_event(step, alone, *more, at=1795421490.5 + (step * 7) % 1999))
        expected[tag] = (tfevents.shortest(value), step)
        if more:
            expected["pair"] = (str(step), step)
    found = tfevents.read(tf_events(events), Events())
    assert (found.values, found.fault) == (expected, "")
    assert (found.first, found.last) == (1795421490.5, 1795421490.5 + 1998)


def test_a_negative_step_and_a_last_value_that_is_none() -> None:
    events = [tf_event(n, tf_scalar("loss", n / 4)) for n in (-3, -2, -1)]
    found = tfevents.read(tf_events([*events, tf_event(5, tf_scalar("loss", float("nan")))]), Events())
    assert found.values == {"loss": ("nan", 5)}
    assert tfevents.read(tf_events(events), Events()).values == {"loss": ("-0.25", -1)}


def test_bounds_on_event_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of very many records those up to there count; lengths that repeat are summed once, all are checked."""
    raw = tf_events([tf_event(n, tf_scalar("loss", n)) for n in range(20)])
    monkeypatch.setattr(tfevents, "_MAX_HEADS", 0)
    assert tfevents.read(raw, Events()).values == {"loss": ("19", 19)}
    monkeypatch.setattr(tfevents, "_MAX_RECORDS", 10)
    found = tfevents.read(raw, Events())
    assert found.values == {"loss": ("9", 9)} and "more than 10 records" in found.fault
    monkeypatch.setattr(tfevents, "_MAX_RECORDS", 100)
    assert "damaged" in tfevents.read(raw[:-30] + b"x" + raw[-29:], Events()).fault


def test_a_log_that_is_written_while_it_is_read(tmp_path: Path) -> None:
    """`run-unreadable`: its digest would be of other bytes than its values. The twin is left alone."""
    path = tmp_path / "a.log"
    path.write_bytes(b"before")
    with taking.steady(path, tmp_path) as file:
        assert file.read() == b"before"
    with (
        pytest.raises(CaptureError, match="written to while") as refusal,
        taking.steady(path, tmp_path) as file,
    ):
        path.write_bytes(b"after")
    assert refusal.value.fault == "run-unreadable"
    path.unlink()
    with pytest.raises(CaptureError, match="cannot be read"), taking.steady(path, tmp_path):
        pass


def test_numbers_keep_their_text() -> None:
    record = field(2, field(1, field(2, "k") + field(16, "1.79e+09")))
    assert read(record).history == {"k": (Decimal("1.79e+09"), 0)}
