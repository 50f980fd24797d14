"""Reports: lm-eval, scikit-learn, subgroups, baselines and the environment."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cognify.errors import CaptureError

Make = Callable[[Any], Path]
Reads = Callable[..., Any]
AVERAGE = {"precision": 0.5, "recall": 0.25, "f1-score": 0.375, "support": 4.0}
REPORT = {"größe": {**AVERAGE, "support": 4.0}, "accuracy": 0.75, "macro avg": AVERAGE}
LM_EVAL = {
    "results": {"t": {"alias": "t", "acc,none": 0.5, "acc_stderr,none": "N/A", "f1,strict": float("nan")}},
    "n-samples": {"t": {"original": 90, "effective": 10}}, "n-shot": {"t": 5}, "versions": {"t": 2},
    "config": {"limit": 10, "model_num_parameters": 42}, "lm_eval_version": "0.4.13", "date": 1795422556.7,
}  # fmt: skip


def test_lm_eval_with_a_limit(source: Make, read: Reads) -> None:
    """The count is the effective one, the limit a condition; NaN and a missing error are no numbers."""
    found = read(source({"results_2026-11-23T08-29-45.332936.json": LM_EVAL}))
    (entry,) = found.entries("/evaluation/runs")
    assert entry == {
        "dataset": "t", "metric": "acc", "value": Decimal("0.5"), "n": 10, "conditions/num_fewshot": 5,
        "conditions/limit": 10, "conditions/task_version": 2, "tool": "lm_eval", "tool_version": "0.4.13",
        "executed_at": "2026-11-23T08:29:16Z",
    }  # fmt: skip
    assert found["/model/parameters_total"] == 42
    assert found.noted("limit of 10")
    assert found.noted("f1", "not reported")


def test_other_results_are_not_of_lm_eval(source: Make, read: Reads) -> None:
    """A file of that name by another tool gives no value, and that is said."""
    found = read(source({"results.json": {"results": {"a": {"b,c": 1}}}}))
    assert found.values == {}
    assert found.noted("results.json", "no results file of lm-eval")


def test_a_classification_report(source: Make, read: Reads) -> None:
    """Averages by their full name; classes as slices with their own support."""
    found = read(source({"classification_report.json": REPORT, "data/test.csv": "a\n1\n2\n3\n4\n"}))
    runs = found.entries("/evaluation/runs")
    assert {"metric": "accuracy", "value": Decimal("0.75"), "n": 4, "dataset": "test"} in runs
    assert {"metric": "macro avg recall", "value": Decimal("0.25"), "n": 4, "dataset": "test"} in runs
    assert {"metric": "recall", "value": Decimal("0.25"), "n": 4, "slice": "größe", "dataset": "test"} in runs
    assert found.noted("names no data set", "'test' is taken")


@pytest.mark.parametrize(
    "data",
    [
        {"data/test.csv": "a\n1\n2\n3\n4\n", "data/train.csv": "a\n1\n2\n3\n5\n"},
        {"data/test.csv": "a\n1\n"},
        {},
    ],
)
def test_a_report_that_fits_no_data_says_so(data: dict[str, str], source: Make, read: Reads) -> None:
    """Two splits of one size, or none of that size: the card does not guess."""
    found = read(source({"classification_report.json": REPORT, **data}))
    named = {e["dataset"] for e in found.entries("/evaluation/runs")}
    assert named == {"not named in classification_report.json"}
    assert found.noted("do not tell")


def test_many_classes_are_left_to_the_report(source: Make, read: Reads) -> None:
    """Beyond twenty classes only the averages stand in the card, and that is said."""
    report = {**{f"c{n}": AVERAGE for n in range(21)}, "accuracy": float("nan"), "macro avg": AVERAGE}
    found = read(source({"classification_report.json": report}))
    assert {e["metric"] for e in found.entries("/evaluation/runs")} == {
        "macro avg precision", "macro avg recall", "macro avg f1-score",
    }  # fmt: skip
    assert found.noted("21 classes")
    assert found.noted("accuracy", "NaN")


def test_subgroups(source: Make, read: Reads) -> None:
    """One row, one entry; attributes joined by a star are intersectional; quotes are CSV's."""
    text = 'attribute,group,metric,n,value\nage,"18, or 19",acc,30,0.5\nage*region,60+*öst,acc,20,1\nage,x,acc,11,nan\n'
    found = read(source({"groups.csv": text}))
    assert found.entries("/evaluation/subgroups") == [
        {"attribute": "age", "group": "18, or 19", "metric": "acc", "n": 30, "value": Decimal("0.5")}
    ]
    assert found.entries("/evaluation/intersectional") == [
        {"attributes": ["age", "region"], "groups": ["60+", "öst"], "metric": "acc", "n": 20, "value": 1}
    ]
    assert found.noted("row 3", "not reported")


@pytest.mark.parametrize("tail", ["age,x,acc,3\n", 'age,"x,acc,3,1\n', "a,b,c,1,1\n" * 1001])
def test_subgroups_that_are_no_table(tail: str, source: Make, read: Reads) -> None:
    """Ragged, unclosed, endless."""
    with pytest.raises(CaptureError) as stop:
        read(source({"groups.csv": "attribute,group,metric,n,value\n" + tail}))
    assert stop.value.fault == "run-unreadable"


def test_a_baseline(source: Make, read: Reads) -> None:
    """The named model's metrics, and those of the commonest label; NaN is told and not given."""
    text = '{"model": "größe", "data": "data/test.csv", "n": 4, "accuracy": 0.5, "majority_accuracy": 0.25, "f1": NaN}'
    found = read(source({"reports/baseline.json": text}))
    assert found.entries("/evaluation/baseline") == [
        {"model": "größe", "metric": "accuracy", "value": Decimal("0.5"), "n": 4, "dataset": "test"},
        {"model": "majority", "metric": "accuracy", "value": Decimal("0.25"), "n": 4, "dataset": "test"},
    ]
    assert found.noted("f1", "NaN")


def test_the_environment(source: Make, read: Reads) -> None:
    """Exact pins of known libraries; loose ones, extras and links give no version."""
    text = "torch==2.13.0+cpu\nnumpy>=2\ntransformers @ file:///x\nScikit-Learn==1.9\npeft==1; python_version<'4'\n"
    found = read(source({"environment.txt": text, "sub/requirements.txt": "torch==1\n"}))
    versions = {p.rpartition("/")[2]: v for p, v in found.values.items() if "/framework/" in p}
    assert versions == {"torch": "2.13.0+cpu", "scikit-learn": "1.9"}
    assert len(found["/training/environment_digest"]) == 64


UV = """\
version = 1
requires-python = ">=3.11"

[[package]]
name = "numpy"
version = "1.26.4"
resolution-markers = ["python_full_version < '3.12'"]

[[package]]
name = "numpy"
version = "2.1.0"

[[package]]
name = "torch"
version = "2.5.1+cu124"
source = { registry = "https://example.org/simple" }
dependencies = [
    { name = "sympy", version = "9" },
]

[package.metadata]
version = "7"
"""
CONDA = """\
name: größe
channels: [conda-forge]
dependencies:
  - python=3.11.7=h955ad1f_0
  - pytorch=2.5.1=py3.11_cuda12.4_0
  - scipy=1.14
  - numpy>=2
  - pip:
      - peft==0.13.2
"""
PIPFILE = {
    "_meta": {},
    "default": {
        "torch": {"version": "==2.5.1", "hashes": ["sha256:0"]}, "numpy": {"version": "==1", "markers": "x"},
        "peft": {"git": "https://example.org/peft"},
    },
}  # fmt: skip
HASHED = "torch==2.5.1 \\\n    --hash=sha256:0123\npeft==0.13.2 --hash=sha256:4567\nnumpy==1 ; python_version < '3.12' \\\n"


@pytest.mark.parametrize(
    ("name", "content", "versions", "kind"),
    [
        ("uv.lock", UV, {"torch": "2.5.1+cu124"}, "declared"),
        ("poetry.lock", UV.replace(" = ", " = "), {"torch": "2.5.1+cu124"}, "declared"),
        ("environment.yml", CONDA, {"torch": "2.5.1", "scipy": "1.14", "peft": "0.13.2"}, "declared"),
        ("Pipfile.lock", PIPFILE, {"torch": "2.5.1"}, "declared"),
        ("requirements.txt", HASHED, {"torch": "2.5.1", "peft": "0.13.2"}, "measured"),
    ],
)
def test_a_lock_file(
    name: str, content: Any, versions: dict[str, str], kind: str, source: Make, read: Reads
) -> None:
    """What a lock asked for is declared; a library that it pins twice, or perhaps, has no version."""
    found = read(source({name: content}))
    told = {p.rpartition("/")[2]: v for p, v in found.values.items() if "/framework/" in p}
    assert told == versions
    assert {k for p, k in found.kinds.items() if "/framework/" in p} == {kind}
    assert len(found["/training/environment_digest"]) == 64


def test_what_was_installed_comes_before_what_was_asked_for(source: Make, read: Reads) -> None:
    """The lock beside a freeze is listed by digest, and says nothing."""
    found = read(source({"uv.lock": UV, "environment.txt": "torch==2.4.0\n"}))
    assert found["/training/framework/torch"] == "2.4.0"
    assert {m.extractor for m in found.reading.materials if m.origin == "uv.lock"} == {"plain"}


@pytest.mark.parametrize(
    ("name", "text"), [("uv.lock", "[[package"), ("poetry.lock", "a = [" * 5000), ("Pipfile.lock", "{")]
)
def test_a_lock_file_cut_short(name: str, text: str, source: Make, read: Reads) -> None:
    """`run-unreadable`, and no crash however deep."""
    with pytest.raises(CaptureError) as stop:
        read(source({name: text}))
    assert (stop.value.fault, stop.value.where) == ("run-unreadable", name)


@pytest.mark.parametrize(
    "name", ["classification_report.json", "baseline.json", "results_2026-11-23T08-29-45.json"]
)
def test_a_report_cut_short_stops_the_capture(name: str, source: Make, read: Reads) -> None:
    """Half a report is not read for the half that is there."""
    with pytest.raises(CaptureError) as stop:
        read(source({name: '{"accuracy": 0.5, "macro avg": {"prec'}))
    assert (stop.value.fault, stop.value.where) == ("run-unreadable", name)


def test_text_that_a_record_cannot_hold_takes_its_entry_with_it(source: Make, read: Reads) -> None:
    """A name that deceives the eye, or is not NFC, leaves no half entry; the rest stays."""
    rows = "age,ok,acc,3,0.5\nage,a\u202eb,acc,3,0.5\nage,o\u0308,acc,3,0.5\nage,x\x07y,acc,3,0.5\n"
    found = read(source({"groups.csv": "attribute,group,metric,n,value\n" + rows}))
    assert [e["group"] for e in found.entries("/evaluation/subgroups")] == ["ok"]
    assert found.noted("left out")
    assert all(note.isprintable() for note in found.reading.notes)
