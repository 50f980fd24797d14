"""Weights & Biases: true values of three client versions, and what a log may have become."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cognify.errors import CaptureError
from tests.trackers import (
    BLOCK,
    WANDB_HEADER,
    field,
    item,
    wandb_exit,
    wandb_history,
    wandb_log,
    wandb_run,
)
from tests.unit.readers.test_recorded_runs_read import FIXTURES, beside

LOG = "wandb/offline-run-20261123_082345-abc12345/run-abc12345.wandb"
SYNCED = "wandb/run-20261123_082345-abc12345"
SETTINGS = "/training/hyperparameters"
RUN = wandb_run("abc12345", {"eta0": 0.05, "seed": 11, "_wandb": {}, "api_token": "geheim", "out": "/home/x"})
WHOLE = [RUN, wandb_history(3, {"val/accuracy": 0.5}), wandb_history(4, {"val/accuracy": 0.75}), wandb_exit()]


def value(found: Any, dataset: str, metric: str) -> Any:
    (entry,) = [
        e for e in found.entries("/evaluation/runs") if (e["dataset"], e["metric"]) == (dataset, metric)
    ]
    return entry["value"]


@beside
@pytest.mark.parametrize(
    ("run", "eta0", "accuracy", "loss"),
    [
        ("20261123_082345-zeaajz03", "0.05", "0.9537037037037037", "0.21430881414261452"),
        ("20261123_082354-9lvu2onr", "0.02", "0.9425925925925925", "0.3003231145126508"),
        ("20261123_082453-0mvt19j3", "0.1", "0.9555555555555556", "0.16892620054196558"),
    ],
)
def test_true_values(run: str, eta0: str, accuracy: str, loss: str, read: Callable[..., Any]) -> None:
    """What the README says of each run is what its log says, whichever client wrote it."""
    root = FIXTURES / "digits-wandb"
    found = read(root / "wandb" / f"offline-run-{run}", root / "data")
    assert found["/training/run_id"] == run.partition("-")[2]
    assert found[f"{SETTINGS}/eta0"] == Decimal(eta0)
    assert found[f"{SETTINGS}/alpha"] == Decimal("0.0001")
    assert found[f"{SETTINGS}/epochs"] == 8
    assert found["/training/seeds/seed"] == 11
    assert value(found, "test", "accuracy") == Decimal(accuracy)
    assert value(found, "train", "loss") == Decimal(loss)
    assert found["/training/code_commit"] == "b68b3c03d147a696a85f67c44b4553c1f16f3ea5"
    assert found.kinds["/training/code_commit"] == "declared"
    assert found["/training/started_at"].startswith("2026-11-23T08:2")
    assert found["/data/datasets/[train]/version"] == "digits-splits:c5a601dd81aab56e792121bd19f2f2e8"
    assert found.kinds["/data/datasets/[train]/version"] == "declared"
    assert found["/data/datasets/[train]/records"] == 1257
    texts = [m.raw.decode() for m in found.reading.materials if m.raw] + list(found.reading.notes)
    for word in ("FAKE-not-a-real-token", "dev@example", '"vm"', "/tmp/", "root"):
        assert not any(word in text for text in texts), word


@beside
def test_several_runs_are_ambiguous_until_one_is_named(read: Callable[..., Any]) -> None:
    with pytest.raises(CaptureError, match="3 runs of W&B") as refused:
        read(FIXTURES / "digits-wandb")
    assert refused.value.fault == "run-ambiguous"


def test_a_log_by_hand(source: Callable[..., Path], read: Callable[..., Any]) -> None:
    """Settings, last values, steps and times; secrets and places are in nothing that is kept."""
    found = read(source({LOG: wandb_log(WHOLE)}))
    assert found[f"{SETTINGS}/eta0"] == Decimal("0.05")
    assert value(found, "val", "accuracy") == Decimal("0.75")
    assert found["/training/ended_at"] == "2026-11-23T08:23:48Z"
    assert found["/training/framework/python"] == "3.11.7"
    seen = json.loads(next(m.raw for m in found.reading.materials if m.observed))
    assert seen["metrics"]["val/accuracy"] == {"value": "0.75", "step": 4}
    assert "geheim" not in str(seen)
    assert "/home" not in str(seen)
    assert found.reading.notes == ()


def test_values_in_every_spelling(source: Callable[..., Path], read: Callable[..., Any]) -> None:
    """JSON, truths, zig-zag integers, doubles and texts; nested keys; what is removed is gone."""
    config = b"".join((
        field(1, field(1, "deep") + field(16, '{"a": {"b": 1}, "list": ["x", 2]}')),
        field(1, field(1, "yes") + field(4, 1)),
        field(1, field(1, "minus") + field(5, 5)),
        field(1, field(1, "double") + field(6, 0.25)),
        field(1, field(1, "text") + field(7, "größe")),
        field(1, field(1, "old") + field(8, "7")),
        field(1, item("gone", 1)), field(1, item("none", None)), field(1, field(1, "empty")),
        field(1, item(("deep", "more"), 9)),
    ))  # fmt: skip
    removed = field(2, field(1, "gone")) + field(2, field(2, "no") + field(2, "such"))
    summary = field(3, field(1, item("test_accuracy", 0.5)) + field(1, item(("best", "x"), 1)))
    found = read(source({LOG: wandb_log([*WHOLE, field(5, config), field(5, removed), summary])}))
    settings = {k.removeprefix(f"{SETTINGS}/"): v for k, v in found.values.items() if k.startswith(SETTINGS)}
    assert settings == {
        "eta0": Decimal("0.05"), "deep.a.b": 1, "deep.list": ["x", 2], "deep.more": 9, "yes": True,
        "minus": -3, "double": Decimal("0.25"), "text": "größe", "old": 7,
    }  # fmt: skip
    assert value(found, "test", "accuracy") == Decimal("0.5")


@pytest.mark.parametrize("lost", [1, 3, 9, 20])
def test_a_killed_run_gives_what_is_whole(
    lost: int, source: Callable[..., Path], read: Callable[..., Any]
) -> None:
    """A log that ends in a record; and one that ends between two has no exit."""
    found = read(source({LOG: wandb_log(WHOLE[:-1])[:-lost]}))
    assert value(found, "val", "accuracy") == Decimal("0.5")
    assert found.noted("cut short")
    assert found.noted("UNFINISHED")
    assert "/training/ended_at" not in found


def test_records_over_several_blocks(source: Callable[..., Path], read: Callable[..., Any]) -> None:
    """Long records lie in parts, with padding where a header does not fit."""
    filler = [field(9, b"x" * size) for size in (BLOCK * 2 + 5, 100, BLOCK - 250)]
    for pad in range(12):
        raw = wandb_log([RUN, field(9, b"y" * pad), *filler, *WHOLE[1:]])
        found = read(source({LOG: raw}))
        assert value(found, "val", "accuracy") == Decimal("0.75")
        assert found.reading.notes == ()


def test_damage_stops_the_reading_and_is_said(source: Callable[..., Path], read: Callable[..., Any]) -> None:
    raw = bytearray(wandb_log(WHOLE))
    raw[-30] ^= 1
    found = read(source({LOG: bytes(raw)}))
    assert value(found, "val", "accuracy") == Decimal("0.5")
    assert found.noted("damaged at byte", "not read")


def test_a_record_that_is_no_message_is_left_out(
    source: Callable[..., Path], read: Callable[..., Any]
) -> None:
    broken = (
        b"\x0b",
        field(17, 5),
        field(2, field(1, field(1, b"\xff"))),
        field(2, field(1, field(16, "{"))),
    )
    found = read(source({LOG: wandb_log([*WHOLE[:-1], *broken, wandb_exit(1)])}))
    assert value(found, "val", "accuracy") == Decimal("0.75")
    assert found.noted("does not read and is left out")
    assert found.noted("FAILED with exit code 1")


def test_a_negative_exit_code(source: Callable[..., Path], read: Callable[..., Any]) -> None:
    assert read(source({LOG: wandb_log([RUN, wandb_exit(-9)])})).noted("exit code -9")


def test_a_newer_format_is_listed_and_said(source: Callable[..., Path], read: Callable[..., Any]) -> None:
    """The version that is known is named, and the bytes are captured all the same."""
    found = read(source({LOG: wandb_log(WHOLE, WANDB_HEADER[:-1] + b"\x01")}))
    assert found.noted("version 1", "version 0 is known")
    assert LOG in found.origins
    assert f"{SETTINGS}/eta0" not in found


@pytest.mark.parametrize("raw", [b"", b":W&B", b"\x80\x04\x95pickle..."])
def test_what_is_no_log_is_refused(raw: bytes, source: Callable[..., Path], read: Callable[..., Any]) -> None:
    with pytest.raises(CaptureError, match="not a log of W&B") as refused:
        read(source({LOG: raw}))
    assert refused.value.fault == "run-unreadable"


def test_a_log_beyond_the_limit_is_listed(
    source: Callable[..., Path], read: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cognify.readers.wandb._MAX_LOG", 10)
    found = read(source({LOG: wandb_log(WHOLE)}))
    assert found.noted("larger than 10 bytes")
    assert LOG in found.origins


def test_a_resumed_run_is_one_run(source: Callable[..., Path], read: Callable[..., Any]) -> None:
    """Two folders with one id: the later part counts, the earlier start does."""
    later = LOG.replace("082345", "092345")
    again = wandb_run("abc12345", {"eta0": 0.05}, started=1_795_425_827)
    parts = {
        LOG: wandb_log(WHOLE[:2]),
        later: wandb_log([again, wandb_history(9, {"val/accuracy": 0.9}), wandb_exit()]),
    }
    found = read(source(parts))
    assert value(found, "val", "accuracy") == Decimal("0.9")
    assert found["/training/started_at"] == "2026-11-23T08:23:47Z"
    assert found["/training/ended_at"] == "2026-11-23T09:23:48Z"
    assert found.noted("resumed", "2 parts")


def test_nan_is_not_reported(source: Callable[..., Path], read: Callable[..., Any]) -> None:
    history = wandb_history(1, {"val/loss": float("nan"), "val/f1": float("inf"), "val/accuracy": 0.5})
    found = read(source({LOG: wandb_log([RUN, history, wandb_exit()])}))
    assert [e["metric"] for e in found.entries("/evaluation/runs")] == ["accuracy"]
    assert found.noted("val/loss is not finite")


def test_names_that_no_record_holds_are_left_out(
    source: Callable[..., Path], read: Callable[..., Any]
) -> None:
    odd = {"val/a\u202eb": 1, "val/\x07": 2, "val/größe": 0.5, "val/ok": 0.25}
    config = {"a\u202e": 1, "b": "x\u202ey", "größe": 2}
    found = read(
        source({LOG: wandb_log([wandb_run("abc12345", config), wandb_history(1, odd), wandb_exit()])})
    )
    assert {e["metric"] for e in found.entries("/evaluation/runs")} == {"größe", "ok"}
    assert [k for k in found.values if k.startswith(SETTINGS)] == [f"{SETTINGS}/größe"]


CONFIG = """wandb_version: 1

_wandb:
  desc: null
  value:
    python_version: 3.11.7
learning_rate:
  desc: null
  value: 1.0e-05
packed:
  value: false
nothing:
  value: null
deep:
  value:
    layers: [1, 2]
    name: 'größe'
hub_token:
  value: geheim
"""
METADATA = {
    "python": "CPython 3.11.7", "host": "rechner7", "username": "ines", "email": "i@example.com", "state": "crashed",
    "args": ["--api-token", "geheim"], "git": {"commit": "b" * 40}, "cpu_count": 4, "gpu": "Tesla T4",
    "gpu_count": 1, "memory": {"total": "25276502016"},
}  # fmt: skip


def synced(**files: object) -> dict[str, object]:
    return {f"{SYNCED}/files/{name}": content for name, content in files.items()}


def test_a_synced_run_without_its_log(source: Callable[..., Path], read: Callable[..., Any]) -> None:
    """`config.yaml`, summary and metadata; the console and who ran it where stay outside."""
    files = {
        "config.yaml": CONFIG, "wandb-summary.json": {"test/f1": 0.5, "_step": 9, "best": {"max": 1}},
        "wandb-metadata.json": METADATA, "output.log": "i@example.com says /home/ines\n",
        "requirements.txt": "torch==2.13.0\n",
    }  # fmt: skip
    found = read(source(synced(**files)))
    settings = {k.removeprefix(f"{SETTINGS}/"): v for k, v in found.values.items() if k.startswith(SETTINGS)}
    assert settings == {
        "learning_rate": Decimal("0.000010"), "packed": False, "deep.layers": [1, 2], "deep.name": "größe",
    }  # fmt: skip
    assert value(found, "test", "f1") == Decimal("0.5")
    assert found["/training/run_id"] == "abc12345"
    assert found["/training/code_commit"] == "b" * 40
    assert found["/training/hardware/gpu"] == "Tesla T4"
    assert found["/training/hardware/memory_bytes"] == 25276502016
    assert found["/training/framework/torch"] == "2.13.0"
    assert "/training/environment_digest" in found
    assert found.noted("status crashed")
    kept = str([m.raw for m in found.reading.materials if m.raw]) + str(found.reading.notes)
    assert not any(word in kept for word in ("geheim", "rechner7", "ines", "example.com"))


@pytest.mark.parametrize("config", ["a: &x [1]\nb: *x\n", "a: [\n", "- 1\n", "\x00"])
def test_another_yaml_is_listed_and_not_read(
    config: str, source: Callable[..., Path], read: Callable[..., Any]
) -> None:
    found = read(source(synced(**{"config.yaml": config, "wandb-summary.json": {"test/f1": 0.5}})))
    assert value(found, "test", "f1") == Decimal("0.5")
    assert f"{SYNCED}/files/config.yaml" in found.origins


@pytest.mark.parametrize("summary", ['{"test/f1": 0.5', "[]", "\x80\x04pickle"])
def test_a_damaged_summary_is_said(
    summary: str, source: Callable[..., Path], read: Callable[..., Any]
) -> None:
    found = read(source(synced(**{"config.yaml": CONFIG, "wandb-summary.json": summary})))
    assert found.entries("/evaluation/runs") == []
    assert summary == "[]" or found.noted("wandb-summary.json", "not read")


def test_the_log_goes_before_the_files(source: Callable[..., Path], read: Callable[..., Any]) -> None:
    """Of a run with both, the summary beside the log, which may lack metrics, is not asked."""
    log = f"{SYNCED}/run-abc12345.wandb"
    found = read(source({log: wandb_log(WHOLE), **synced(**{"wandb-summary.json": {"val/accuracy": 0.1}})}))
    assert value(found, "val", "accuracy") == Decimal("0.75")


def test_a_lock_file_goes_before_what_the_client_froze(
    source: Callable[..., Path], read: Callable[..., Any]
) -> None:
    frozen = LOG.rpartition("/")[0] + "/files/requirements.txt"
    files = {LOG: wandb_log(WHOLE), frozen: "torch==1.0\n", "requirements.lock": "torch==2.0\n"}
    found = read(source(files))
    assert found["/training/framework/torch"] == "2.0"
    assert len([c for c in found.reading.claims if c.pointer == "/training/environment_digest"]) == 1
