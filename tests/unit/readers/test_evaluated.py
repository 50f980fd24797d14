"""What stands around a result: interval, report, per-item file, judge, what was left out, and the weights."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.readers.test_inspect_logs import LOG

Make = Callable[[Any], Path]
Reads = Callable[..., Any]
STAMP = "2026-11-23T08-29-45.332936"


def lm_eval(arguments: object = None, **more: Any) -> dict[str, Any]:
    return {
        "results": {"t": {"acc,none": 0.75, "acc_norm,none": 0.7512, "ppl,none": 3.5, "f1,none": float("nan")}},
        "n-samples": {"t": {"original": 50, "effective": 40}}, "lm_eval_version": "0.4.13",
        "higher_is_better": {"t": {"acc": True, "ppl": False}}, "config": {"model_args": arguments}, **more,
    }  # fmt: skip


def intervals(found: Any) -> set[str]:
    return {
        d.pointer.partition("[")[2].partition("]")[0] for d in found.reading.derivations if "wilson" in d.via
    }


def weights(found: Any) -> dict[str, Any]:
    return {entry["report"]: entry for entry in found.entries("/evaluation/weights", around=True)}


def sha(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def test_around_a_result_of_lm_eval(source: Make, read: Reads) -> None:
    """An interval where the value is a count of the records; the samples by digest; skipped and NaN stay told."""
    report = json.dumps(lm_eval()).encode()
    found = read(source({f"r/results_{STAMP}.json": report, f"r/samples_t_{STAMP}.jsonl": '{"acc": 1}\n'}))
    assert {name.rpartition(" ")[2] for name in intervals(found)} == {"acc,none"}
    directions = {e["metric"]: e.get("direction") for e in found.entries("/evaluation/runs")}
    assert directions == {"acc": "higher", "acc_norm": None, "ppl": "lower"}
    around = found.entries("/evaluation/runs", around=True)
    assert {(e["report_digest"], e["items_digest"]) for e in around} == {(sha(report), sha(b'{"acc": 1}\n'))}
    # acc_norm has no word of lm-eval's; its name says enough.
    assert [e["direction"] for e in around if "direction" in e] == ["higher"]
    told = {"report": f"r/results_{STAMP}.json", "test": "t"}
    assert found.entries("/evaluation/excluded", around=True) == [
        {**told, "outcome": "skipped", "n": 10, "of": 50},
        {**told, "metric": "f1", "outcome": "not-a-number"},
    ]


@pytest.mark.parametrize("change", [{"configs": {"t": {"repeats": 4}}}, {"n-samples": {}}])
def test_no_interval_where_records_do_not_count_once(
    change: dict[str, Any], source: Make, read: Reads
) -> None:
    """Several answers to one document, or no number of them."""
    assert intervals(read(source({"results.json": lm_eval(**change)}))) == set()


@pytest.mark.parametrize(
    ("change", "metrics", "expected"),
    [
        ({}, {}, {"f": "normal(95)", "acc": "wilson(95)"}),
        ({"n-samples": {"t": {"effective": 29}}}, {}, {}),
        ({"configs": {"t": {"repeats": 2, "metric_list": [{"metric": "f", "aggregation": "mean"}]}}}, {}, {}),
        ({}, {"f_stderr,none": 0}, {"acc": "wilson(95)"}),
        ({}, {"f_stderr,none": "N/A"}, {"acc": "wilson(95)"}),
        ({"configs": {"t": {"metric_list": [{"metric": "f", "aggregation": "median"}, 5]}}}, {}, {"acc": "wilson(95)"}),
    ],
)  # fmt: skip
def test_an_interval_from_a_reported_error(
    change: dict[str, Any], metrics: dict[str, Any], expected: dict[str, str], source: Make, read: Reads
) -> None:
    """Of a mean over enough records; a share of a count has the better one."""
    said = {"acc,none": 0.75, "acc_stderr,none": 0.1, "f,none": 0.7312, "f_stderr,none": 0.04, **metrics}
    listed = [{"metric": name, "aggregation": "mean"} for name in ("acc", "f")]
    configs = {"configs": {"t": {"metric_list": listed}}}
    found = read(source({"results.json": lm_eval(**{"results": {"t": said}, **configs, **change})}))
    vias = {d.pointer.partition(",none]")[0].rpartition(" ")[2]: d.via for d in found.reading.derivations}
    assert vias == expected


def test_an_interval_of_a_graded_mean_in_an_inspect_log(source: Make, read: Reads) -> None:
    """Inspect takes the error over samples; who is right by halves has no count."""
    metrics = {"accuracy": {"value": 0.7}, "stderr": {"value": 0.05}}
    part = {"name": "model_graded_qa", "scored_samples": 40, "metrics": metrics}
    found = read(source({"a.json": log(score=part)}))
    assert [d.via for d in found.reading.derivations] == ["normal(95)"]


NAMED = [
    ("pretrained=base,peft=out", {"out/adapter_model.safetensors": "ours"}, "same"),
    ({"pretrained": "base", "peft": "./out/"}, {"out/adapter_model.safetensors": "ours"}, "same"),
    ({"peft": "/scratch/job/out"}, {"out/adapter_model.safetensors": "ours"}, "same"),
    ({"pretrained": "run/out"}, {"out/model.safetensors": "ours"}, "same"),
    ({"pretrained": "run"}, {"model.safetensors": "ours"}, "same"),
    ({"pretrained": "out/m.gguf"}, {"out/model.safetensors": "ours", "b/model.safetensors": "more"}, None),
    ({"pretrained": "base"}, {"base/model.safetensors": "base", "out/adapter_model.safetensors": "ours"}, "other"),
    ({"pretrained": "out"}, {"a/out/model.safetensors": "ours", "b/out/model.safetensors": "more"}, None),
    ({"pretrained": "out/checkpoint-5"}, {"out/model.safetensors": "ours", "out/checkpoint-5/model.safetensors": "old"}, "other"),
    ({"pretrained": "hub/elsewhere"}, {"out/model.safetensors": "ours"}, None),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "files", "relation"), NAMED)
def test_weights_that_a_report_names(
    arguments: object, files: dict[str, str], relation: str | None, source: Make, read: Reads, weights_of: Any
) -> None:
    """By name, where the name can mean one folder only; equal to what is released, or not."""
    run = source(
        {"r/results.json": lm_eval(arguments), **{path: weights_of(text) for path, text in files.items()}}
    )
    entry = weights(read(run))["r/results.json"]
    assert entry.get("relation") == (relation if relation == "same" else None)
    assert ("digests" in entry) is (relation is not None)
    if relation:
        assert "nothing hashed them before" in entry["basis"]
    assert "scratch" not in entry.get("name", "")


@pytest.fixture
def weights_of(weights: Callable[..., bytes]) -> Callable[[str], bytes]:
    """Weights that differ by a word."""
    return lambda text: weights(2, name=text)


def test_a_training_evaluates_what_it_saves(source: Make, read: Reads, weights_of: Any) -> None:
    """Results beside the weights are of them; a report elsewhere is not thereby."""
    trained = {
        "out/trainer_state.json": {"log_history": []},
        "out/test_results.json": {"test_accuracy": 0.5, "test_samples": 8},
    }
    report = {
        "accuracy": 0.5,
        "macro avg": {"precision": 0.5, "support": 8.0},
        "a": {"recall": 0.25, "support": 4.0},
    }
    found = read(
        source({**trained, "out/model.safetensors": weights_of("x"), "r/classification_report.json": report})
    )
    entries = weights(found)
    assert entries["out/test_results.json"]["relation"] == "same"
    assert "relation" not in entries["r/classification_report.json"]
    assert intervals(found) == {
        "test_accuracy", "r~1classification_report.json accuracy", "r~1classification_report.json a recall",
    }  # fmt: skip


def _run(report: bytes, before: bytes, after: bytes, **more: Any) -> dict[str, Any]:
    return {
        "cognify_run": 1, "writer": "cognify run", "run_id": "r", "outcome": "finished",
        "inputs": [{"path": "w/model.safetensors", "folder": False, "before": {"sha256": sha(before)},
                    "after": {"sha256": sha(after)}}, {"path": "gone", "before": None, "after": None}],
        "outputs": [{"path": "r", "folder": True, "after": {"listed": [{"path": "results.json", "sha256": sha(report)}]}}],
        **more,
    }  # fmt: skip


def test_weights_hashed_before_the_evaluation_are_the_strongest(
    source: Make, read: Reads, weights_of: Any
) -> None:
    """What `cognify run` hashed counts over the file that lies there by that name."""
    report = json.dumps(lm_eval({"pretrained": "w"})).encode()
    ours, other = weights_of("ours"), weights_of("other")
    for record, digest, basis in (
        (_run(report, ours, ours), ours, "hashed by cognify run"),
        (_run(report, other, other), other, "hashed by cognify run"),
        (_run(report, other, ours), ours, "nothing hashed them"),  # they changed under its hands
        (_run(b"another report", other, other), ours, "nothing hashed them"),
        (_run(report, other, other, writer="script"), ours, "nothing hashed them"),
        (_run(report, other, other, inputs=5, outputs=[5]), ours, "nothing hashed them"),
    ):
        run = source({"r/results.json": report, "w/model.safetensors": ours, "cognify-run.json": record})
        entry = weights(read(run))["r/results.json"]
        assert (entry["digests"], basis in entry["basis"]) == ([sha(digest)], True)
        assert ("relation" in entry) is (digest == ours)


def log(**changes: Any) -> dict[str, Any]:
    part = {"name": "match", "scorer": "match", "scored_samples": 8, "metrics": {"accuracy": {"value": 0.75}}}
    return {
        "version": 2, "status": "success",
        "eval": {"task": "t", "model": "hf/out", "dataset": {"name": "set", "samples": 8}, "config": {},
                 **changes.get("eval", {})},
        "results": {"total_samples": 8, "completed_samples": 8, "scores": [{**part, **changes.get("score", {})}],
                    **changes.get("results", {})},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "sure"),
    [
        ({}, True),
        ({"score": {"name": "model_graded_qa"}}, False),
        ({"eval": {"config": {"epochs": 2}}}, False),
    ],
)
def test_an_interval_in_an_inspect_log(
    changes: dict[str, Any], sure: bool, source: Make, read: Reads
) -> None:
    """Only of scorers that know right and wrong alone, each sample once."""
    assert bool(intervals(read(source({"a.json": log(**changes)})))) is sure


@pytest.mark.parametrize(
    ("changes", "judge"),
    [
        ({}, None),
        ({"score": {"scorer": "model_graded_qa"}}, "hf/out"),
        ({"score": {"scorer": "inspect_ai/model_graded_fact", "params": {"model": "acme/judge-2026-02-01"}}}, "acme/judge-2026-02-01"),
        ({"score": {"scorer": "model_graded_qa"}, "eval": {"model_roles": {"grader": {"model": "x/größe"}}}}, "x/größe"),
        ({"score": {"scorer": "model_graded_qa"}, "eval": {"model": 5}}, None),
    ],
)  # fmt: skip
def test_the_judge_of_a_graded_answer(
    changes: dict[str, Any], judge: str | None, source: Make, read: Reads
) -> None:
    """The scorer's own, the role's, and where none is named the model that was evaluated."""
    (entry,) = read(source({"a.json": log(**changes)})).entries("/evaluation/runs")
    assert entry.get("judge") == judge


@pytest.mark.parametrize(
    ("model", "name"),
    [({"model": "hf/out"}, "out"), ({"model": "acme/judge"}, "acme/judge"), ({"model": 5}, "5"), ({"model": None}, None),
     ({"model": "hf/x", "model_args": {"model_path": "/scratch/zoe/out"}}, "out")],
)  # fmt: skip
def test_what_an_inspect_log_calls_its_model(
    model: dict[str, Any], name: str | None, source: Make, read: Reads
) -> None:
    """A local provider's path; no folder of anybody's machine."""
    assert weights(read(source({"a.json": log(eval=model)})))["a.json"].get("name") == name


def test_what_an_inspect_log_leaves_out(source: Make, read: Reads) -> None:
    """Samples that failed, went unscored or were not asked; the log itself is the file of each item."""
    found = read(source({"a.json": LOG}))
    assert found.entries("/evaluation/excluded", around=True) == [
        {"report": "a.json", "test": "t", "outcome": "errored", "n": 1, "of": 5},
        {"report": "a.json", "test": "t", "outcome": "skipped", "n": 13, "of": 18},
        {"report": "a.json", "test": "t", "metric": "f", "outcome": "unscored", "n": 1},
        {"report": "a.json", "test": "t", "metric": "std", "outcome": "not-a-number"},
    ]
    digests = {
        (e["report_digest"], e["items_digest"]) for e in found.entries("/evaluation/runs", around=True)
    }
    assert digests == {(sha(json.dumps(LOG).encode()),) * 2}


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ({"status": "error"}, [{"outcome": "unfinished", "n": 1, "of": 5}]),
        ({"status": "cancelled", "results": None}, [{"outcome": "unfinished"}]),
        ({"invalidated": True}, [{"outcome": "invalidated"}]),
        ({"eval": {"task": " "}, "status": "error"}, []),
        ({"results": {}}, []),
    ],
)
def test_a_log_without_scores_is_told_all_the_same(
    changes: Any, left: Any, source: Make, read: Reads
) -> None:
    found = read(source({"a.json": {**LOG, **changes}}))
    assert found.entries("/evaluation/excluded", around=True) == [
        {"report": "a.json", "test": "t", **e} for e in left
    ]


def test_nan_of_a_trainer_and_of_a_report_is_told(source: Make, read: Reads) -> None:
    found = read(source({
        "out/test_results.json": '{"test_loss": NaN, "test_accuracy": 0.5}',
        "classification_report.json": '{"accuracy": NaN, "macro avg": {"precision": NaN, "support": 3}}',
    }))  # fmt: skip
    left = {(e["report"], e["test"], e["metric"]) for e in found.entries("/evaluation/excluded", around=True)}
    assert left == {
        ("out/test_results.json", "test", "loss"),
        ("classification_report.json", "classification report", "accuracy"),
        ("classification_report.json", "classification report", "macro avg precision"),
    }


def test_several_sources_keep_their_reports_apart(tmp_path: Path, read: Reads, weights_of: Any) -> None:
    """The name that a report gives is found in the source of that name."""
    for name in ("out", "evals"):
        (tmp_path / name).mkdir()
    (tmp_path / "out/model.safetensors").write_bytes(weights_of("x"))
    (tmp_path / "evals" / f"results_{STAMP}.json").write_text(json.dumps(lm_eval({"pretrained": "out"})))
    (tmp_path / "evals" / f"samples_t_{STAMP}.jsonl").write_text("{}\n")
    found = read(tmp_path / "out", tmp_path / "evals")
    entry = weights(found)[f"evals/results_{STAMP}.json"]
    assert entry["relation"] == "same"
    assert found.entries("/evaluation/runs", around=True)[0]["items_digest"] == sha(b"{}\n")


def test_names_that_no_record_can_hold(source: Make, read: Reads) -> None:
    """Surrogates, slashes, what deceives the eye, counts beyond all size: spelled out, and nothing stops."""
    odd = "t\ud800/../\u202ex"
    report = lm_eval({"pretrained": odd})
    report["results"] = {
        odd: {"acc,none": float("nan"), "f1\x07,none": "N/A"},
        "a/b": {"acc,none": 0.5},
        "c": 5,
    }
    report["n-samples"] = {odd: {"original": 10**30, "effective": 1}, "c": {"original": 3, "effective": 2}}
    found = read(source({"r/results.json": report}))
    left = found.entries("/evaluation/excluded", around=True)
    assert [e["outcome"] for e in left] == ["skipped", "not-a-number", "not-a-number", "skipped"]
    assert "n" not in left[0]
    assert "\\ud800" in left[0]["test"]
    assert "\\x07" in left[2]["metric"]
    assert all(entry["name"].isprintable() for entry in weights(found).values() if "name" in entry)


def test_of_very_many_that_are_left_out_the_first_are_told(source: Make, read: Reads) -> None:
    report = lm_eval()
    report["results"] = {"t": {f"m{n},none": float("nan") for n in range(501)}}
    found = read(source({"results.json": report}))
    assert len(found.entries("/evaluation/excluded", around=True)) == 500
    assert found.noted("502 results", "500 of them")
