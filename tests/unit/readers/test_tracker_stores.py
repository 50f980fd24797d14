"""TensorBoard, Comet and Trackio: true values of real stores, and what a store may have become."""

from __future__ import annotations

import json
import sqlite3
import struct
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cognify.errors import CaptureError
from cognify.readers import comet, tensorboard, tfevents
from cognify.readers.tfevents import shortest
from tests.trackers import (
    comet_archive,
    comet_metric,
    comet_param,
    field,
    tf_event,
    tf_events,
    tf_hparams,
    tf_scalar,
    tf_tensor,
    trackio_store,
    varint,
)
from tests.unit.readers.test_recorded_runs_read import FIXTURES, beside

SETTINGS = "/training/hyperparameters"
EVENTS = "runs/x/events.out.tfevents.1795421490.rechner7.10330.0"
LATER = "runs/x/events.out.tfevents.1795421685.rechner7.10330.1"
HEAD = tf_event(0, version="brain.Event:2")
ARCHIVE = f"comet/{'a' * 32}.zip"
MESSAGES = [
    comet_param("eta0", 0.01), comet_param("labels", ["a", "b"]), comet_param("eta0", 0.02),
    comet_param("curr_step", 9, "auto-logged"), comet_param("neg_label", 0, "auto-logged"),
    comet_metric("accuracy", 0.5, "test"), comet_metric("accuracy", 0.75, "test", 12),
    comet_metric("sys.ram.total", 1),
]  # fmt: skip


def values(found: Any) -> dict[tuple[str, str], Any]:
    return {(e["dataset"], e["metric"]): e["value"] for e in found.entries("/evaluation/runs")}


def settings(found: Any) -> dict[str, Any]:
    return {k.removeprefix(f"{SETTINGS}/"): v for k, v in found.values.items() if k.startswith(SETTINGS)}


@beside
def test_comet_true_values(read: Callable[..., Any]) -> None:
    """What the README says; what Comet's hook into scikit-learn logged beside is noise."""
    found = read(FIXTURES / "iris-comet")
    assert settings(found) == {
        "eta0": Decimal("0.01"), "alpha": Decimal("0.001"), "epochs": 12,
        "labels": ["setosa", "versicolor", "virginica"],
    }  # fmt: skip
    assert found["/training/seeds/seed"] == 12
    assert values(found)["test", "accuracy"] == Decimal("0.9666666666666667")
    assert found["/training/run_id"] == "879d6389e1d648bfb33990e7df0050ba"
    assert found["/training/code_commit"] == "efae9247148dee593fe0ee0ca73a9b7dbf011448"
    assert found.kinds["/training/code_commit"] == "declared"
    assert found["/data/datasets/[train]/version"] == "iris-split-1.0"
    assert found["/data/datasets/[train]/records"] == 120
    assert found["/training/framework/scikit-learn"] == "1.9.1"


@beside
def test_five_trackers_at_once(read: Callable[..., Any]) -> None:
    """Each is read or named, one counts, and where one says another split's value it contradicts."""
    found = read(FIXTURES / "docs-sft")
    cited = {found.origins[c.origin].extractor for c in found.reading.claims}
    assert cited >= {"hf-trainer", "mlflow", "wandb", "comet", "tensorboard", "trackio"}
    assert found.noted("of 2 archives of Comet", "not used", "c4e928e5ba7242e88506473a16df282c")
    assert found.noted("Comet's hook into MLflow", "copy")
    assert values(found)["eval", "mean_token_accuracy"] == Decimal("0.04571032971143722")
    said = [c for c in found.reading.claims if c.pointer.endswith("[eval_mean_token_accuracy]/value")]
    witnesses = {found.origins[c.origin].extractor for c in said if c.weight == "witness"}
    assert witnesses == {"wandb", "tensorboard", "trackio"}
    losses = [c for c in found.reading.claims if c.pointer.endswith("[test_loss]/value")]
    assert "tensorboard" not in {found.origins[c.origin].extractor for c in losses}


def test_events_by_hand(source: Callable[..., Path], read: Callable[..., Any]) -> None:
    """Scalars of both TensorFlows, settings as text and by the plugin; the last value and step count."""
    arguments = json.dumps({"learning_rate": 0.002, "per_device_train_batch_size": 8, "hub_token": "x"})
    plugin = field(1, field(1, "lr") + field(2, field(2, 0.5))) + field(
        1, field(1, "amp") + field(2, field(4, 1))
    )
    plugin += field(1, field(1, "opt") + field(2, field(3, "adam"))) + field(
        1, field(1, "n") + field(2, field(2, 3.0))
    )
    first = [
        HEAD, tf_event(1, tf_scalar("val/accuracy", 0.5)), tf_event(2, tf_scalar("val/accuracy", 0.75)),
        tf_event(2, tf_tensor("val/f1", 1, field(4, struct.pack("<f", 0.1)))),
        tf_event(2, tf_tensor("val/f2", 1, field(5, struct.pack("<f", 0.2)))),
        tf_event(2, tf_tensor("val/f3", 2, field(4, struct.pack("<d", 0.1)))),
        tf_event(2, tf_tensor("val/shaped", 1, field(2, field(2, field(1, 2))), field(4, bytes(8)))),
        tf_event(2, tf_tensor("args/text_summary", 7, field(8, " " + arguments))),
        tf_event(2, tf_tensor("note/text_summary", 7, field(8, "hello"))),
        tf_event(2, tf_hparams("_hparams_/session_start_info", field(3, plugin))),
        tf_event(2, tf_hparams("_hparams_/session_end_info", field(4, field(1, 1) + field(2, 1795421700.0)))),
    ]  # fmt: skip
    found = read(
        source({EVENTS: tf_events(first), LATER: tf_events([HEAD, tf_event(-1, tf_scalar("test/loss", 2))])})
    )
    assert values(found) == {
        ("val", "accuracy"): Decimal("0.75"), ("val", "f1"): Decimal("0.1"), ("val", "f2"): Decimal("0.2"),
        ("val", "f3"): Decimal("0.1"), ("test", "loss"): 2,
    }  # fmt: skip
    assert found[f"{SETTINGS}/learning_rate"] == Decimal("0.002")
    seen = json.loads(next(m.raw for m in found.reading.materials if m.observed))
    assert seen["params"] == {
        "learning_rate": "0.002", "per_device_train_batch_size": "8", "lr": "0.5", "amp": "True", "opt": "adam", "n": "3",
    }  # fmt: skip
    assert seen["metrics"]["val/accuracy"] == {"value": "0.75", "step": 2}
    assert seen["metrics"]["test/loss"]["step"] == -1
    assert found["/training/ended_at"] == "2026-11-23T08:15:00Z"
    assert "rechner7" not in str(seen)


@pytest.mark.parametrize("lost", [1, 3, 5, 20, 30])
def test_cut_events_give_what_is_whole(
    lost: int, source: Callable[..., Path], read: Callable[..., Any]
) -> None:
    raw = tf_events([HEAD, tf_event(1, tf_scalar("val/loss", 0.5)), tf_event(2, tf_scalar("val/loss", 0.25))])
    found = read(source({EVENTS: raw[:-lost]}))
    assert values(found) == {("val", "loss"): Decimal("0.5")}
    assert found.noted("cut short at byte")


@pytest.mark.parametrize("at", [-1, -6, -40])
def test_damaged_events_are_believed_up_to_there(
    at: int, source: Callable[..., Path], read: Callable[..., Any]
) -> None:
    raw = bytearray(
        tf_events([HEAD, tf_event(1, tf_scalar("val/loss", 0.5)), tf_event(2, tf_scalar("val/loss", 0.25))])
    )
    raw[at] ^= 1
    found = read(source({EVENTS: bytes(raw)}))
    assert values(found) == {("val", "loss"): Decimal("0.5")}
    assert found.noted("damaged at byte")


def test_what_is_no_event_file(source: Callable[..., Path], read: Callable[..., Any]) -> None:
    with pytest.raises(CaptureError, match="no event file") as refused:
        read(source({EVENTS: b"\x80\x04\x95" + bytes(40)}))
    assert refused.value.fault == "run-unreadable"


def test_events_without_a_scalar(
    source: Callable[..., Path], read: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Empty, of records that are no messages, or too large: listed, and said."""
    assert read(source({EVENTS: b""})).noted("it is empty")
    found = read(source({EVENTS: tf_events([HEAD, b"\x0b", tf_event(1, b"\x0b")])}))
    assert found.noted("does not read and is left out")
    assert found.noted("holds no scalar")
    assert read(source({EVENTS: tf_events([tf_event(0, version="brain.Event:3")])})).noted(
        "brain.Event:2 is known"
    )
    monkeypatch.setattr(tfevents, "_MAX_RECORDS", 1)
    raw = tf_events([HEAD, tf_event(1, tf_scalar("val/loss", 1))])
    assert read(source({EVENTS: raw})).noted("more than 1 records")
    monkeypatch.setattr(tensorboard, "_MAX_FILE", 10)
    assert read(source({EVENTS: tf_events([HEAD])})).noted("larger than 10 bytes")


def test_of_several_runs_the_newest_is_taken(source: Callable[..., Path], read: Callable[..., Any]) -> None:
    """Folders called after splits are of one run, as Keras writes them; others are named."""
    name = "events.out.tfevents.{}.h"
    found = read(source({
        f"logs/old/{name.format(1795421000)}": tf_events([HEAD, tf_event(1, tf_scalar("val/loss", 9))]),
        f"logs/new/train/{name.format(1795422000)}": tf_events([HEAD, tf_event(1, tf_scalar("loss", 1))]),
        f"logs/new/validation/{name.format(1795422001)}": tf_events([HEAD, tf_event(1, tf_scalar("loss", 2))]),
    }))  # fmt: skip
    assert values(found) == {("train", "loss"): 1, ("validation", "loss"): 2}
    assert found.noted("of 2 runs of TensorBoard", "not used: logs/old")


def test_events_that_are_not_finite(source: Callable[..., Path], read: Callable[..., Any]) -> None:
    found = read(source({EVENTS: tf_events([HEAD, tf_event(1, tf_scalar("val/loss", float("nan")))])}))
    assert values(found) == {}
    assert found.noted("val/loss is not finite")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.1, "0.1"), (6.859360694885254, "6.8593607"), (1 / 3, "0.33333334"), (16777216.0, "16777216"), (0.0, "0"),
     (3.4028234663852886e38, "3.4028235e+38"), (1e-45, "1e-45")],
)  # fmt: skip
def test_floats_of_32_bits_are_told_as_they_are(value: float, text: str) -> None:
    """The shortest text that gives the same 32 bits."""
    assert shortest(struct.unpack("<f", struct.pack("<f", value))[0]) == text


def test_an_archive_by_hand(source: Callable[..., Path], read: Callable[..., Any]) -> None:
    more = [
        ("log_other", {"key": "Name", "value": "größe"}), ("log_other", {"key": "dataset_info", "value": "iris-2.0, /scratch/ines/train.csv"}),
        ("git_metadata", {"git_metadata": {"parent": "b" * 40, "user": "Ines", "origin": "git@x:y"}}),
        ("system_details", {"hostname": "rechner7", "user": "ines", "python_version": "3.11.7", "command": ["--token", "geheim"]}),
        ("installed_packages", {"installed_packages": ["torch==2.13.0", "leftpad==1"]}),
        ("file_upload", {"upload_type": "git-patch"}), ("unknown", {}), ("metric_msg", {}),
        comet_param("api_key", "geheim"), comet_metric("x", "n/a", "test"), comet_metric("nan", "NaN", "test"),
    ]  # fmt: skip
    found = read(source({ARCHIVE: comet_archive([*MESSAGES, *more])}))
    assert settings(found) == {"eta0": Decimal("0.02"), "labels": ["a", "b"]}
    assert values(found) == {("test", "accuracy"): Decimal("0.75")}
    assert found["/training/code_dirty"] is True
    assert found["/training/framework/torch"] == "2.13.0"
    assert found["/data/datasets/[train]/version"] == "iris-2.0"
    assert found["/training/started_at"] == "2026-11-23T08:58:31Z"
    assert found.noted("test/nan is not finite")
    kept = str([m.raw for m in found.reading.materials if m.raw]) + str(found.reading.notes)
    assert not any(word in kept for word in ("geheim", "rechner7", "ines/", "Ines", "leftpad"))


def test_what_comet_logged_counts_where_nothing_was_set(
    source: Callable[..., Path], read: Callable[..., Any]
) -> None:
    logged = [comet_param("C", 1, "auto-logged"), comet_param("curr_step", 9, "auto-logged")]
    assert settings(read(source({ARCHIVE: comet_archive(logged)}))) == {"C": 1}


def test_an_archive_with_damaged_messages(source: Callable[..., Path], read: Callable[..., Any]) -> None:
    raw = comet_archive(MESSAGES)
    lines = b'{"type": "metric_msg", "payload": {"context": "test", "metric": {"metricName": "f1", "metricValue": 1}}}\n{"ty'
    import io
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("experiment.json", "{}")
        archive.writestr("messages.json", lines)
    found = read(source({ARCHIVE: buffer.getvalue()}))
    assert values(found) == {("test", "f1"): 1}
    assert found.noted("message 2 does not read")
    assert found["/training/run_id"] == "a" * 32
    assert raw


def test_two_experiments_are_ambiguous(source: Callable[..., Path], read: Callable[..., Any]) -> None:
    other = f"comet/{'b' * 32}.zip"
    with pytest.raises(CaptureError, match="2 experiments of Comet") as refused:
        read(source({ARCHIVE: comet_archive(MESSAGES), other: comet_archive(MESSAGES, "1" * 32)}))
    assert refused.value.fault == "run-ambiguous"
    copy = comet_archive(
        [*MESSAGES, ("log_other", {"key": "Created from", "value": "MLFlow auto-logger"})], "1" * 32
    )
    found = read(source({ARCHIVE: comet_archive(MESSAGES), other: copy}))
    assert found["/training/run_id"] == "0" * 32
    assert found.noted("of 2 archives")


@pytest.mark.parametrize("cut", [10, 100, 200])
def test_a_cut_archive_is_refused_if_it_is_comets(
    cut: int, source: Callable[..., Path], read: Callable[..., Any]
) -> None:
    """By its name; any other damaged ZIP file is nobody's and listed by digest."""
    raw = comet_archive(MESSAGES)[:-cut]
    assert "other.zip" in read(source({"other.zip": raw})).origins
    with pytest.raises(CaptureError, match="cut short or damaged") as refused:
        read(source({ARCHIVE: raw}))
    assert refused.value.fault == "run-unreadable"


def test_a_zip_bomb_is_refused(
    source: Callable[..., Path], read: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a member unpacks to is bounded, whatever its header says; paths in an archive are nothing."""
    climbing = {"../../x": b"x", "/etc/passwd": b"x"}
    assert values(read(source({ARCHIVE: comet_archive(MESSAGES, **climbing)})))
    monkeypatch.setattr(comet, "_MAX_EXPERIMENT", 20)
    with pytest.raises(CaptureError, match="larger than 20 bytes"):
        read(source({ARCHIVE: comet_archive(MESSAGES)}))


def test_archives_of_odd_forms(
    source: Callable[..., Path], read: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large directory is nobody's; a member twice, or packed otherwise, is refused."""
    import io
    import warnings
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("experiment.json", "{}")
        archive.writestr("messages.json", "")
    with pytest.raises(CaptureError, match="not read"):
        read(source({ARCHIVE: buffer.getvalue()}))
    with zipfile.ZipFile(buffer, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("experiment.json", "{}")
    with pytest.raises(CaptureError, match="one twice"):
        read(source({ARCHIVE: buffer.getvalue()}))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("experiment.json", "[]")
        archive.writestr("messages.json", "")
    with pytest.raises(CaptureError, match="no object"):
        read(source({ARCHIVE: buffer.getvalue()}))
    monkeypatch.setattr(comet, "_MAX_DIRECTORY", 10)
    assert "/training/run_id" not in read(source({ARCHIVE: comet_archive(MESSAGES)}))


def test_messages_beyond_the_limit(
    source: Callable[..., Path], read: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comet, "_MAX_LINES", 5)
    found = read(source({ARCHIVE: comet_archive(MESSAGES)}))
    assert found.noted("more or longer messages")
    assert settings(found)["eta0"] == Decimal("0.02")


RUNS = {
    "größe": ({"lr": 0.5, "_Created": "2026-11-23T08:14:45.65+00:00", "deep": {"a": 1}},
              [{"val/loss": 2, "val/acc": "NaN"}, {"val/loss": 1.5}]),
    "empty": ({}, []),
}  # fmt: skip


@pytest.mark.parametrize("ids", [True, False])
def test_a_trackio_store_by_hand(ids: bool, tmp_path: Path, read: Callable[..., Any]) -> None:
    """Settings and last values of the run that trained, in the layout of now and of before."""
    trackio_store(tmp_path / "p.db", RUNS, ids=ids)
    found = read(tmp_path)
    assert settings(found) == {"lr": Decimal("0.5"), "deep.a": 1}
    assert values(found) == {("val", "loss"): Decimal("1.5")}
    assert found["/training/started_at"] == "2026-11-23T08:10:00Z"
    assert found.values.get("/training/run_id") is None  # an id with a letter that no id has
    assert found.noted("of 2 runs größe is taken", "empty")
    assert found.noted("val/acc is not finite")


def test_a_trackio_store_with_its_log(tmp_path: Path, read: Callable[..., Any]) -> None:
    """Rows that are still in the write-ahead log count; nothing is written beside."""
    path = trackio_store(tmp_path / "p.db", RUNS)
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("UPDATE metrics SET metrics = ? WHERE step = 1", ('{"val/loss": 0.25}',))
        db.commit()
        before = sorted(p.name for p in tmp_path.iterdir())
        assert values(read(tmp_path)) == {("val", "loss"): Decimal("0.25")}
        assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_a_trackio_store_of_another_layout(tmp_path: Path, read: Callable[..., Any]) -> None:
    with closing(sqlite3.connect(tmp_path / "p.db")) as db:
        db.execute("CREATE TABLE metrics (a)")
        db.execute("CREATE TABLE configs (b)")
    found = read(tmp_path)
    assert found.noted("another layout than Trackio 0.43")
    assert "p.db" in found.origins


def test_a_trackio_store_without_a_run(tmp_path: Path, read: Callable[..., Any]) -> None:
    trackio_store(tmp_path / "p.db", {})
    assert read(tmp_path).noted("holds no run")


def test_a_damaged_trackio_store(tmp_path: Path, read: Callable[..., Any]) -> None:
    path = trackio_store(tmp_path / "p.db", RUNS)
    raw = bytearray(path.read_bytes())
    raw[4096:4200] = bytes(104)
    path.write_bytes(raw)
    with pytest.raises(CaptureError) as refused:
        read(tmp_path)
    assert refused.value.fault == "run-unreadable"


def test_rows_that_do_not_read_are_passed_over(tmp_path: Path, read: Callable[..., Any]) -> None:
    path = trackio_store(tmp_path / "p.db", RUNS)
    with closing(sqlite3.connect(path)) as db:
        db.execute(
            "UPDATE metrics SET metrics = ?, timestamp = 'gestern' WHERE step = 1", (b"\x80\x04pickle",)
        )
        db.execute("UPDATE configs SET config = 7 WHERE run_name = 'empty'")
        db.commit()
    assert values(read(tmp_path)) == {("val", "loss"): 2}


def test_a_varint_is_bounded() -> None:
    from cognify.readers import protowire

    assert protowire.varint(varint(2**64 - 1), 0) == (2**64 - 1, 10)
    for raw in (b"\xff" * 11, b"\x80", b"\x0b", b"\x0a\x05x", b"\x02\x00"):
        with pytest.raises(protowire.Broken):
            list(protowire.fields(raw))
    for call in (protowire.text, protowire.float32, protowire.float64, protowire.message):
        with pytest.raises(protowire.Broken):
            call(7)
    with pytest.raises(protowire.Broken):
        protowire.last_number({1: [b"x"]}, 1)
