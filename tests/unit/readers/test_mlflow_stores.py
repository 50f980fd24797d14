"""MLflow's stores: SQLite of any name and state, and folders of small files."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cognify.errors import CaptureError

COMMIT = "0863a0bd42d9b96d7a0458d71114a5f60956f7e0"
TABLES = """
CREATE TABLE experiments (experiment_id INTEGER, name TEXT, lifecycle_stage TEXT);
CREATE TABLE runs (run_uuid TEXT, name TEXT, status TEXT, start_time BIGINT, end_time BIGINT,
                   lifecycle_stage TEXT, experiment_id INTEGER);
CREATE TABLE params (key TEXT, value TEXT, run_uuid TEXT);
CREATE TABLE metrics (key TEXT, value FLOAT, run_uuid TEXT, is_nan BOOLEAN);
CREATE TABLE latest_metrics (key TEXT, value FLOAT, run_uuid TEXT, is_nan BOOLEAN);
CREATE TABLE tags (key TEXT, value TEXT, run_uuid TEXT);
INSERT INTO experiments VALUES (1, 'größe', 'active'), (2, 'gone', 'deleted');
"""
Reads = Callable[..., Any]


def store(path: Path, *, mode: str = "delete", **runs: dict[str, Any]) -> Path:
    """A store with *runs*: `r1={"lr": "0.5", "stage": "active", ...}`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA journal_mode = {mode}")
        db.executescript(TABLES)
        for id, run in runs.items():
            add(db, id, run)
        db.commit()
    return path


def add(db: sqlite3.Connection, id: str, run: dict[str, Any]) -> None:
    times = run.get("times", (1795421486599, 1795421678804))
    db.execute(
        "INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            id,
            run.get("name", id),
            run.get("status", "FINISHED"),
            *times,
            run.get("stage", "active"),
            run.get("of", 1),
        ),
    )
    for key, value in run.get("params", {}).items():
        db.execute("INSERT INTO params VALUES (?, ?, ?)", (key, value, id))
    for key, (value, is_nan) in run.get("metrics", {}).items():
        db.execute("INSERT INTO latest_metrics VALUES (?, ?, ?, ?)", (key, value, id, is_nan))
    for key, value in run.get("tags", {}).items():
        db.execute("INSERT INTO tags VALUES (?, ?, ?)", (key, value, id))


@pytest.mark.parametrize("name", ["mlflow.db", "tracking", "größe.sqlite3"])
def test_a_store_is_known_by_its_tables(name: str, tmp_path: Path, read: Reads) -> None:
    """It may bear any name; a SQLite file of another tool is only listed."""
    store(tmp_path / "run" / name, r1={"params": {"lr": "0.5"}, "tags": {"mlflow.source.git.commit": COMMIT}})
    with closing(sqlite3.connect(tmp_path / "run" / "other.db")) as db:
        db.execute("CREATE TABLE metrics (x)")
    found = read(tmp_path / "run")
    assert found["/training/run_id"] == "r1"
    assert found["/training/started_at"] == "2026-11-23T08:11:26Z"
    assert found["/training/hyperparameters/lr"] == Decimal("0.5")
    assert found["/training/code_commit"] == COMMIT
    assert found.origins["other.db"].extractor == "plain"


def test_deleted_runs_and_experiments_are_not_taken(tmp_path: Path, read: Reads) -> None:
    """They stay in the database for ever."""
    rich = {"params": {"a": "1", "b": "2"}}
    store(
        tmp_path / "run/m.db",
        gone={**rich, "stage": "deleted"},
        other={**rich, "of": 2},
        r1={"params": {"a": "3"}},
    )
    found = read(tmp_path / "run")
    assert found["/training/run_id"] == "r1"
    assert not found.noted("not used")


def test_the_run_that_trained_is_taken(tmp_path: Path, read: Reads) -> None:
    """An evaluation after the training opens a run of its own, later and with a random name."""
    store(
        tmp_path / "run/m.db",
        train={"params": {"per_device_train_batch_size": "4"}, "metrics": {"test_loss": (1.5, 0)}},
        eval={
            "metrics": dict.fromkeys(("a", "b", "c"), (1.0, 0)),
            "times": (1795421686599, None),
            "name": "odd-auk",
        },
    )
    found = read(tmp_path / "run")
    assert found["/training/run_id"] == "train"
    assert found.noted("2 runs", "train is taken", "odd-auk")


def test_nan_is_no_zero(tmp_path: Path, read: Reads) -> None:
    """SQLite holds NaN as 0.0 with a flag, and infinity as the greatest double."""
    metrics = {"test_loss": (0.0, 1), "test_auc": (1.7976931348623157e308, 0), "test_f1": (0.25, 0)}
    store(tmp_path / "run/m.db", r1={"metrics": metrics, "params": {"a": "1"}})
    found = read(tmp_path / "run")
    assert [e["metric"] for e in found.entries("/evaluation/runs")] == ["f1"]
    assert found.noted("test_loss", "diverged")
    assert found.noted("test_auc", "diverged")


def test_a_run_that_never_ended(tmp_path: Path, read: Reads) -> None:
    """RUNNING for ever after a kill: no end is claimed, and the status is told."""
    store(
        tmp_path / "run/m.db", r1={"status": "RUNNING", "times": (1795421486599, None), "params": {"a": "1"}}
    )
    found = read(tmp_path / "run")
    assert "/training/ended_at" not in found
    assert found.noted("RUNNING")


def test_secrets_paths_and_empty_settings_are_left_out(tmp_path: Path, read: Reads) -> None:
    """By key and by shape, before anything is written."""
    params = {
        "hub_token": "hf_x", "api-key": "k", "db_password": "p", "aws_secret": "s", "root": "/home/zoë/x",
        "cache": "C:\\x", "url": "https://u:p@h/x", "mail": "zoe@example.org", "none": "None", "blank": " ",
        "nested": "{'a': 1}", "layers": "[1, 2]", "names": "['a', 'b']", "on": "True", "tokenizer_padding": "left",
    }  # fmt: skip
    store(tmp_path / "run/m.db", r1={"params": params, "tags": {"mlflow.user": "zoë"}})
    found = read(tmp_path / "run")
    settings = {p.rpartition("/")[2]: v for p, v in found.values.items() if "hyperparameters" in p}
    assert settings == {"layers": [1, 2], "names": ["a", "b"], "on": True, "tokenizer_padding": "left"}


def test_rows_in_the_write_ahead_log_are_read_and_nothing_is_written(tmp_path: Path, read: Reads) -> None:
    """A copy is checkpointed; the originals keep their bytes, and no file appears beside them."""
    live, run = tmp_path / "live.db", tmp_path / "run"
    store(live, mode="wal", r1={"params": {"a": "1"}})
    run.mkdir()
    with closing(sqlite3.connect(live)) as db:
        db.execute("PRAGMA wal_autocheckpoint = 0")
        add(db, "r2", {"params": {"a": "7", "b": "2"}})
        db.commit()
        for suffix in ("", "-wal"):
            shutil.copy(f"{live}{suffix}", run / f"m.db{suffix}")
    before = {p.name: p.read_bytes() for p in run.iterdir()}
    found = read(run)
    assert found["/training/run_id"] == "r2"
    assert found["/training/hyperparameters/a"] == 7
    assert found.origins["observed/m.db.json"].observed
    assert found.origins["m.db"].raw is None
    assert {p.name: p.read_bytes() for p in run.iterdir()} == before


def test_a_database_in_wal_mode_without_its_log(tmp_path: Path, read: Reads) -> None:
    """Everything committed is in the file; nothing is written beside it."""
    path = store(tmp_path / "run/m.db", mode="wal", r1={"params": {"a": "1"}})
    for suffix in ("-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    assert read(path.parent)["/training/run_id"] == "r1"
    assert os.listdir(path.parent) == ["m.db"]


@pytest.mark.parametrize("keep", [100, 512, 5000, -1])
def test_a_store_cut_short_stops_the_capture(keep: int, tmp_path: Path, read: Reads) -> None:
    """However much of it is left, it is named, and no value comes of it."""
    path = store(tmp_path / "run/m.db", r1={"params": {"a": "1"}})
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(CaptureError) as stop:
        read(tmp_path / "run")
    assert (stop.value.fault, stop.value.where) == ("run-unreadable", "m.db")


def test_a_damaged_store_stops_the_capture(tmp_path: Path, read: Reads) -> None:
    """Pages overwritten after the header."""
    path = store(tmp_path / "run/m.db", r1={"params": {f"p{n}": "x" * 500 for n in range(100)}})
    raw = path.read_bytes()
    path.write_bytes(raw[:4096] + b"\xa5" * (len(raw) - 4096))
    with pytest.raises(CaptureError) as stop:
        read(tmp_path / "run")
    assert stop.value.fault == "run-unreadable"


def test_values_of_other_types_than_the_columns_say(tmp_path: Path, read: Reads) -> None:
    """SQLite keeps any type in any column: a time as text or a blob is no time, and nothing breaks."""
    odd = {"times": ("soon", b"\x00"), "params": {"a": 5, "b": b"x"}, "metrics": {"test_loss": ("high", 0)}}
    store(tmp_path / "run/m.db", r1=odd, r2={"params": {"a": "1"}})
    found = read(tmp_path / "run")
    assert found["/training/run_id"] == "r1"
    assert "/training/started_at" not in found
    assert found.entries("/evaluation/runs") == []


def folder(source: Callable[..., Path], **files: str) -> Path:
    meta = "lifecycle_stage: active\nrun_id: r1\nrun_name: n\nstart_time: 1795421486599\nstatus: 3\n"
    known = {"meta.yaml": meta, "params/lr": "0.5", "params/hub_token": "hf_x", **files}
    return source({f"mlruns/7/r1/{name}": text for name, text in known.items()})


def test_the_file_store(source: Callable[..., Path], read: Reads) -> None:
    """The last step's value counts; a secret is not even in what Cognify writes down."""
    found = read(
        folder(source, **{"metrics/test_f1": "2 0.5 1\n3 0.75 2\n1 0.25 0\n", "metrics/a/b": "1 nan 0\n"})
    )
    (entry,) = found.entries("/evaluation/runs")
    assert entry == {"dataset": "test", "metric": "f1", "value": Decimal("0.75")}
    assert found["/training/hyperparameters/lr"] == Decimal("0.5")
    assert "/training/ended_at" not in found
    assert b"hf_x" not in b"".join(m.raw or b"" for m in found.reading.materials)


def test_a_metric_file_cut_short(source: Callable[..., Path], read: Reads) -> None:
    """A line without its step is no value."""
    with pytest.raises(CaptureError) as stop:
        read(folder(source, **{"metrics/test_f1": "2 0.5 1\n3 0.7"}))
    assert stop.value.fault == "run-unreadable"
    assert "test_f1" in str(stop.value.where)
