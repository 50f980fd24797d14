"""Evidence is foreign bytes: whatever they hold, replay ends soon, in a value or one refusal."""

from __future__ import annotations

import json
import sqlite3
import struct
import time
from contextlib import closing
from pathlib import Path

import pytest

from cognify import replay
from cognify.errors import ReplayError
from cognify.replay import jsontree


@pytest.mark.parametrize(
    "raw",
    [b"[" * 1_000_000, b'{"a":' * 500_000, b"[" * 129 + b"]" * 129, b'"' + b"\\" * 2_000_000,
     b"1" * 3_000_000 + b"x", b" " * 3_000_000, b"[" + b"1," * (jsontree.MAX_VALUES + 1) + b"1]"],
    ids=["arrays", "objects", "one-too-deep", "backslashes", "digits", "spaces", "values"],
)  # fmt: skip
def test_json_without_end_or_bottom(raw: bytes) -> None:
    """Depth, length and number of values are bounded."""
    start = time.monotonic()
    with pytest.raises(ReplayError) as stop:
        replay.find("json:/a", raw)
    assert stop.value.fault == "citation-unreplayable"
    assert time.monotonic() - start < 120  # it hangs, or it does not: no measure of speed


def test_json_as_deep_as_allowed() -> None:
    """The limit refuses nothing that training tools write."""
    raw = b"[" * 128 + b"]" * 128
    assert replay.find("json:" + "/0" * 127, raw).raw == "[]"


def test_a_number_of_a_million_digits() -> None:
    """It is found as it stands, and no transform takes it for a card value."""
    raw = b'{"a": ' + b"9" * 1_000_000 + b"}"
    assert len(replay.find("json:/a", raw).raw) == 1_000_000


def test_shapes_whose_product_would_never_end() -> None:
    """Sizes and dimensions are bounded before anything is multiplied."""
    for shape in ([2**63], [10**300] * 50, [2] * 65, [True], ["2"], [0.5], {"a": 1}, None):
        header = json.dumps({"w": {"shape": shape}}).encode()
        with pytest.raises(ReplayError) as stop:
            replay.find("safetensors:parameters", struct.pack("<Q", len(header)) + header)
        assert stop.value.fault == "citation-unreplayable"


def test_csv_of_one_endless_quote() -> None:
    """A quote that never closes is refused in one pass."""
    start = time.monotonic()
    with pytest.raises(ReplayError) as stop:
        replay.find("csv:1/a", b'a\n"' + b'x""' * 1_000_000)
    assert stop.value.fault == "citation-unreplayable"
    assert time.monotonic() - start < 120


def test_a_database_that_would_compute_for_ever(tmp_path: Path) -> None:
    """A table large enough to search for long is given up; the count of steps is bounded."""
    from cognify.replay import sqlite

    path = tmp_path / "s.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE t (k TEXT, v TEXT)")
        db.executemany("INSERT INTO t VALUES (?, 'x')", ((str(n),) for n in range(200_000)))
        db.commit()
    raw = path.read_bytes()
    assert replay.find("sqlite:t?k=199999#v", raw).value == "x"
    with sqlite.opened(raw, "test") as connection, pytest.raises(sqlite3.OperationalError):
        connection.execute(
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"
        ).fetchall()


def test_a_schema_that_is_no_text(tmp_path: Path) -> None:
    """SQLite quotes a damaged schema in its message, and the message may be no UTF-8."""
    path = tmp_path / "s.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript("CREATE TABLE t (k TEXT, status TEXT); CREATE INDEX i ON t (status);")
    with pytest.raises(ReplayError) as stop:
        replay.find("sqlite:t?k=1#status", path.read_bytes().replace(b"(status)", b"(statu\xe1)"))
    assert stop.value.fault == "citation-unreplayable"


def test_a_database_cannot_be_written_through_a_citation(tmp_path: Path) -> None:
    """The bytes are read in memory; query-only, and no attached file."""
    from cognify.replay import sqlite

    path = tmp_path / "s.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE t (k TEXT)")
    raw = path.read_bytes()
    with pytest.raises(ReplayError) as stop, sqlite.opened(raw, "test") as connection:
        connection.execute("INSERT INTO t VALUES ('x')")
    assert stop.value.fault == "citation-unreplayable"
    assert path.read_bytes() == raw
