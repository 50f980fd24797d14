"""`cognify-run.json` as values: what was observed, what was told, and what a person should know."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cognify.errors import CaptureError

Make = Callable[[Any], Path]
Reads = Callable[..., Any]
COMMIT = "79c4395b8e203df7b437aa34dd8a255320f8f8a8"
WRAPPED: dict[str, Any] = {
    "cognify_run": 1, "writer": "cognify run", "run_id": "20261123T185856Z-19989b25", "outcome": "finished",
    "exit_code": 0, "started_at": "2026-11-23T18:58:56Z", "ended_at": "2026-11-23T18:59:57Z",
    "command": {"text": "python train.py --größe 3"}, "code": {"commit": COMMIT, "dirty": True},
    "environment": {"python": "3.11.7"}, "hardware": {"cpu": "AMD EPYC", "cores": 2, "memory_gib": 23.5, "other": {}},
    "inputs": [{"path": "data", "changed": [], "created": [], "removed": [], "before": {}, "after": {}}],
    "outputs": [{"path": "out", "after": {}}], "not_observed": [],
    "datasets": [{"name": "train", "path": "data/train.csv", "role": "train", "sha256": "a" * 64}],
    "opened": {"undeclared": [], "inputs_never_opened": []},
}  # fmt: skip
SCRIPT: dict[str, Any] = {
    **{k: WRAPPED[k] for k in ("cognify_run", "run_id", "outcome", "started_at", "ended_at", "hardware", "environment")},
    "writer": "script", "command": {"text": "train.py"},
    "params": {"lr": 0.5, "seed": 7, "bf16": True, "out": "/scratch/zoe/x", "api_key": "x", "layers": ["a", 1], "none": "None"},
    "metrics": [
        {"name": "accuracy", "value": 0.75, "dataset": "test", "n": 8}, {"name": "eval_loss", "value": 0.5},
        {"name": "f1", "value": "NaN"}, {"name": "", "value": 1}, {"name": "auc", "value": 0.9}, 5,
    ],
    "datasets": [{"name": "x", "path": "x.csv", "role": "no such role", "sha256": "b" * 64}, 5],
}  # fmt: skip
NAME = "cognify-run.json"


def test_what_the_wrapper_saw(source: Make, read: Reads) -> None:
    """Each value under its field, measured or computed; nothing to note."""
    found = read(source({NAME: WRAPPED}))
    assert {k.removeprefix("/training/"): v for k, v in found.values.items() if k.startswith("/training")} == {
        "run_id": "20261123T185856Z-19989b25", "started_at": "2026-11-23T18:58:56Z",
        "ended_at": "2026-11-23T18:59:57Z", "procedure": "python train.py --größe 3", "framework/python": "3.11.7",
        "code_commit": COMMIT, "code_dirty": True, "x-exit_code": 0, "x-outcome": "finished",
        "hardware/cpu": "AMD EPYC", "hardware/cores": 2, "hardware/memory_gib": Decimal("23.5"),
    }  # fmt: skip
    assert found.kinds["/training/run_id"] == "measured"
    assert found.kinds["/training/code_commit"] == "computed"
    assert found.entries("/data/datasets") == [{"role": "train", "id": "train", "digest": "a" * 64}]
    assert found.reading.notes == ()


def test_what_a_script_tells_of_itself_is_declared(source: Make, read: Reads) -> None:
    """Settings, seeds and results; secrets, folders, empty settings and NaN are none."""
    found = read(source({NAME: SCRIPT}))
    assert set(found.kinds.values()) == {"declared", "computed"}
    assert {p for p, k in found.kinds.items() if k == "computed"} <= {
        p for p in found.values if p.startswith("/evaluation") and p.endswith("/dataset")
    }
    assert {p: v for p, v in found.values.items() if "hyperparameters" in p} == {
        "/training/hyperparameters/lr": Decimal("0.5"), "/training/hyperparameters/bf16": True,
        "/training/hyperparameters/layers": ["a", 1],
    }  # fmt: skip
    assert found["/training/seeds/seed"] == 7
    runs = {entry["metric"]: entry for entry in found.entries("/evaluation/runs")}
    assert runs["accuracy"] == {"metric": "accuracy", "value": Decimal("0.75"), "dataset": "test", "n": 8}
    assert runs["loss"]["dataset"] == "eval"
    assert runs["auc"]["dataset"] == f"not named in {NAME}"
    assert set(runs) == {"accuracy", "loss", "auc"}
    assert found.noted("f1 is NaN", "not reported")
    assert found.entries("/data/datasets") == []


def test_a_script_within_a_wrapped_run_leaves_the_run_to_it(source: Make, read: Reads) -> None:
    """Of the run it tells the wrapper's identifier alone, so that nothing is said twice."""
    found = read(
        source({NAME: WRAPPED, "out/" + NAME: {**SCRIPT, "within": WRAPPED["run_id"], "run_id": "b"}})
    )
    assert found["/training/run_id"] == WRAPPED["run_id"]
    assert found["/training/hyperparameters/lr"] == Decimal("0.5")
    assert found.kinds["/training/started_at"] == "measured"


def test_two_runs_in_one_source(source: Make, read: Reads) -> None:
    """Which of them the version is, nobody can tell; its twin is one run."""
    for writer in ("script", "cognify run"):
        with pytest.raises(CaptureError) as stopped:
            read(
                source(
                    {
                        NAME: WRAPPED | {"writer": writer},
                        "out/" + NAME: {**SCRIPT, "run_id": "b", "writer": writer},
                    }
                )
            )
        assert stopped.value.fault == "run-ambiguous"
    assert read(source({NAME: WRAPPED, "out/" + NAME: WRAPPED}))["/training/x-exit_code"] == 0


def test_a_script_that_calls_itself_the_wrapper(source: Make, read: Reads) -> None:
    """It knows the run's id; what it writes under it fills no field that the wrapper left open."""
    with pytest.raises(CaptureError) as stopped:
        read(source({NAME: WRAPPED, "out/" + NAME: {**WRAPPED, "code": {"commit": "f" * 40}}}))
    assert stopped.value.fault == "run-ambiguous"
    assert "two records of one run, which differ" in stopped.value.what


def test_a_record_that_an_earlier_run_left(source: Make, read: Reads) -> None:
    """The wrapper says which run this is: what another one told of itself is not used."""
    found = read(source({NAME: WRAPPED, "out/" + NAME: {**SCRIPT, "run_id": "b"}}))
    assert not [pointer for pointer in found.values if "hyperparameters" in pointer]
    assert found.noted("out/" + NAME, "another run", "not used")


@pytest.mark.parametrize(("change", "words"), [
    ({"outcome": "failed with exit code 3", "exit_code": 3}, ("THE RUN DID NOT SUCCEED", "exit code 3")),
    ({"outcome": "killed by SIGKILL", "exit_code": None}, ("THE RUN DID NOT SUCCEED", "SIGKILL")),
    ({"outcome": "running"}, ("no end was recorded",)),
    ({"inputs": [{"path": "a.csv", "changed": [""]}]}, ("input a.csv changed during the run", "changed a.csv")),
    ({"inputs": [{"path": "data", "removed": list("abcdefg")}]}, ("removed a, b, c, d, e and 2 more",)),
    ({"inputs": [{"path": "data", "unread": ["secret"]}]}, ("could not be read: secret",)),
    ({"outputs": [{"path": "out", "after": None}]}, ("output out was not written",)),
    ({"outputs": [{"path": "out", "after": {"files": 3}, "created": ["a"], "changed": []}]}, ("2 files of the output out are older",)),
    ({"opened": {"undeclared": ["größe.csv"]}}, ("opened and not declared: größe.csv",)),
    ({"opened": {"inputs_never_opened": ["b"]}}, ("declared and never opened: b",)),
    ({"not_observed": ["the code"]}, ("not observed: the code",)),
])  # fmt: skip
def test_what_a_person_should_know(
    source: Make, read: Reads, change: dict[str, Any], words: tuple[str, ...]
) -> None:
    """How it ended, what changed, what was opened: a note each."""
    assert read(source({NAME: WRAPPED | change})).noted(*words)


def test_a_newer_format(source: Make, read: Reads) -> None:
    """Which version is known is said, and the bytes are captured all the same."""
    found = read(source({NAME: {"cognify_run": 2, "run_id": "x"}}))
    assert found.values == {}
    assert NAME in found.origins
    assert found.noted("format 2", "knows 1")


@pytest.mark.parametrize(
    "content", ["{", "[]", "{}", '{"cognify_run": "1"}', '{"cognify_run": 1, "cognify_run": 1}', b"\x80\x04."]
)
def test_what_is_no_record(source: Make, read: Reads, content: object) -> None:
    """Refused by name."""
    with pytest.raises(CaptureError) as stopped:
        read(source({NAME: content}))
    assert stopped.value.fault == "run-unreadable"


@pytest.mark.parametrize("junk", [None, 5, "x", [], [5], {"a": 5}, [{"path": 5, "changed": 5, "unread": 5}]])
def test_a_record_with_junk_in_it(source: Make, read: Reads, junk: object) -> None:
    """A field of another shape gives no value, and stops nothing."""
    for key in (*WRAPPED, "params", "metrics", "within"):
        if key not in ("cognify_run", "writer"):
            read(source({NAME: WRAPPED | {key: junk}}))
