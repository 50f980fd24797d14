"""A script that records itself: what it writes, and that nothing of it ever stops a training."""

from __future__ import annotations

import json
import logging
import math
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

import cognify
from cognify.callbacks import Run, recording
from cognify.running import looking
from cognify.running.record import NAME, RUN_ID, plain


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (RUN_ID, "RANK", "OMPI_COMM_WORLD_RANK", "PMI_RANK", "SLURM_PROCID"):
        monkeypatch.delenv(name, raising=False)


def told(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / NAME).read_text(encoding="utf-8")))


def test_a_run_tells_what_it_was_told(tmp_path: Path) -> None:
    """Settings, results and data; secrets and what is no scalar are left out."""
    data = tmp_path / "größe.csv"
    data.write_text("a\n1\n")
    with cognify.record(tmp_path / "run") as run:
        run.params({"lr": 0.5, "hub_token": "x", "layers": [1, 2]}, seed=7, model=object(), none=None)
        run.dataset(data, role="train", name="größe")
        run.metric("accuracy", 0.25, dataset="test", n=8)
        run.metric("accuracy", 0.75, dataset="test", n=8, step=2)
        run.metrics({"loss": float("nan"), "note": "text", "rows": [1]}, dataset="test")
    record = told(tmp_path / "run")
    assert record["params"] == {"lr": 0.5, "layers": [1, 2], "seed": 7}
    assert record["metrics"] == [
        {"name": "accuracy", "value": 0.75, "dataset": "test", "n": 8, "step": 2},
        {"name": "loss", "value": "NaN", "dataset": "test"},
    ]
    (entry,) = record["datasets"]
    assert (entry["name"], entry["path"], entry["bytes"]) == ("größe", "größe.csv", 4)
    assert record["outcome"] == "finished"
    assert record["writer"] == "script"
    assert record["hardware"]["cores"] >= 1
    assert (tmp_path / "run/cognify-environment.txt").read_text().count("==") == record["environment"][
        "packages"
    ]
    assert str(tmp_path) not in (tmp_path / "run" / NAME).read_text()


def test_a_metric_at_every_step_is_no_file_at_every_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Written when it begins, now and then, and whole when it ends."""
    clock, writes = [0.0], []
    write = recording.records.write
    monkeypatch.setattr(recording.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(recording.records, "write", lambda *a: (writes.append(clock[0]), write(*a)))
    with cognify.record(tmp_path) as run:
        for step in range(1000):
            clock[0] += 0.25
            run.metric("loss", step, step=step)
        assert told(tmp_path)["metrics"][0]["value"] >= 996
    assert len(writes) == 1 + 250 + 1
    assert told(tmp_path)["metrics"] == [{"name": "loss", "value": 999, "step": 999}]


def test_names_without_end_are_bounded(tmp_path: Path) -> None:
    """A metric named after its step does not make the record grow for ever."""
    with cognify.record(tmp_path) as run:
        run.metrics({f"loss{step}": step for step in range(10_050)})
    assert len(told(tmp_path)["metrics"]) == 10_000


def test_the_path_of_the_training_is_its_own(tmp_path: Path) -> None:
    """`python -c` and notebooks import from the working folder, before and after the record began."""
    (tmp_path / "neighbour.py").write_text("x = 1\n")
    script = "import cognify, neighbour\nwith cognify.record('r'):\n pass\nimport sys; assert '' in sys.path; del sys.modules['neighbour']; import neighbour"
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)


@pytest.mark.parametrize(("error", "outcome"), [
    (ValueError("secret"), "failed with ValueError"), (KeyboardInterrupt(), "failed with KeyboardInterrupt"),
    (SystemExit(3), "failed with SystemExit"), (SystemExit(0), "finished"),
])  # fmt: skip
def test_an_error_goes_on_its_way(tmp_path: Path, error: BaseException, outcome: str) -> None:
    """Of it the class is written, and no word of its message."""
    with pytest.raises(type(error)), cognify.record(tmp_path):
        raise error
    assert told(tmp_path)["outcome"] == outcome
    assert "secret" not in (tmp_path / NAME).read_text()


def test_while_it_goes_on_it_says_so(tmp_path: Path) -> None:
    """A training that is killed leaves a record without an end."""
    run = Run(tmp_path)
    run.begin()
    run.metric("f1", 0.5)
    assert told(tmp_path)["outcome"] == "running"
    assert "ended_at" not in told(tmp_path)
    run.end()


def test_a_resumed_training_keeps_the_earlier_record(tmp_path: Path) -> None:
    """The first record's bytes stay, under another name."""
    first = None
    for number in range(3):
        with cognify.record(tmp_path) as run:
            run.params(n=number)
        first = first or (tmp_path / NAME).read_bytes()
    assert (tmp_path / "cognify-run-1.json").read_bytes() == first
    assert sorted(p.name for p in tmp_path.glob("cognify-run*")) == [
        "cognify-run-1.json",
        "cognify-run-2.json",
        NAME,
    ]


def test_nothing_stops_the_training(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A folder that is a file, a role that is none, data that are not there: a warning, and on it goes."""
    blocked = tmp_path / "file"
    blocked.write_text("x")
    with caplog.at_level(logging.WARNING, "cognify"), cognify.record(blocked / "run") as run:
        run.metric("f1", 0.5)
        run.dataset("nowhere.csv", role="train")
        run.dataset("nowhere.csv", role="no such role")
        run.params(5)  # type: ignore[arg-type]
    assert "the training goes on" in caplog.text
    assert blocked.read_text() == "x"
    never = Run(tmp_path / "never")
    never.end()
    assert not (tmp_path / "never").exists()


def test_only_the_first_process_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of several ranks the first; its twin writes."""
    monkeypatch.setenv("RANK", "1")
    with cognify.record(tmp_path / "second") as run:
        run.dataset("x", role="train")
    assert not (tmp_path / "second").exists()
    monkeypatch.setenv("RANK", "0")
    with cognify.record(tmp_path / "first"):
        pass
    assert told(tmp_path / "first")["outcome"] == "finished"


def test_within_a_wrapped_run_it_says_in_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wrapper's identifier, beside its own."""
    monkeypatch.setenv(RUN_ID, "20261123T000000Z-00000000")
    with cognify.record(tmp_path):
        pass
    assert told(tmp_path)["within"] == "20261123T000000Z-00000000"
    assert told(tmp_path)["run_id"] != told(tmp_path)["within"]


def test_data_that_take_long_to_hash_hold_nobody_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`dataset` returns at once, and the end waits for it no longer than it may."""
    held = threading.Event()
    monkeypatch.setattr(looking, "look", lambda roots: held.wait(30))
    monkeypatch.setattr(recording, "_WAIT", 0.05)
    start = time.monotonic()
    with cognify.record(tmp_path) as run:
        run.dataset("x.csv", role="train")
    assert time.monotonic() - start < 20
    assert told(tmp_path)["not_observed"]
    held.set()


class _Scalar:
    """Like one number of NumPy or torch."""

    def item(self) -> float:
        return 0.5


@pytest.mark.parametrize(("value", "held"), [
    (True, True), (3, 3), (0.5, 0.5), ("größe", "größe"), ("", None), (None, None), ({}, None), ([], None),
    ((1, "a"), [1, "a"]), ({"b", "a"}, ["a", "b"]), ([[1]], None), ([object()], None), (_Scalar(), 0.5),
    (math.inf, "Infinity"), (-math.inf, "-Infinity"), (logging.WARNING, 30), ("x" * 5000, None),
])  # fmt: skip
def test_values_become_what_json_holds(value: object, held: object) -> None:
    """Scalars and lists of them; a number that is not finite becomes a word; the rest is none."""
    assert plain(value) == held


def test_importing_the_callbacks_imports_nothing_else() -> None:
    """The standard library, and of Cognify the two rooms that it takes."""
    code = (
        "import sys; before = set(sys.modules); import cognify, cognify.callbacks; cognify.record; "
        "print('|'.join(sorted({m for m in sys.modules if m not in before})))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(Path(cognify.__file__).parents[1])!r}); {code}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    loaded = set(done.stdout.strip().split("|"))
    ours = {m for m in loaded if m.startswith("cognify")}
    assert ours == {
        "cognify", "cognify.callbacks", "cognify.callbacks.recording", "cognify.running", "cognify.running.record",
    }  # fmt: skip
    assert {m.partition(".")[0] for m in loaded} - ours <= {*sys.stdlib_module_names, "cognify"}


def test_there_is_no_other_name() -> None:
    """A name that is none is an AttributeError, as Python has it."""
    with pytest.raises(AttributeError):
        _ = cognify.callbacks.NoCallback
    with pytest.raises(AttributeError):
        _ = cognify.no_name
