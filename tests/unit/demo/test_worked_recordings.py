"""The worked examples' recordings are small, free of machine traces, and by the scripts that are shipped."""

from __future__ import annotations

import csv
import json
import math
import re
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cognify import demo, replay
from cognify.canonical import sha256

DEMO = Path(demo.__file__).parent
WORKED, RECORD = DEMO / "worked", DEMO / "record"
SCRIPTS = {"health": ("notes.py", "fall_finder.py"), "insurer": ("claims.py", "claim_triage.py")}
MAKERS = {"health": "notes.py", "insurer": "claims.py"}


def _files() -> list[Path]:
    return sorted(path for path in WORKED.rglob("*") if path.is_file())


def _read(name: str, file: str) -> Any:
    return json.loads((WORKED / name / "run" / file).read_text(encoding="utf-8"))


def test_they_are_small() -> None:
    assert sum(path.stat().st_size for path in _files()) < 2_000_000


def test_nothing_of_a_machine_is_in_them() -> None:
    """No home, no host, no user but the clean account; weights are plain numbers, never pickles."""
    for path in _files():
        raw = path.read_bytes()
        assert (
            re.findall(rb"/(?:root|work|home|Users)/\w+|\.local\b(?!/)|@[a-z0-9-]+\.(?:com|net|org)\b", raw)
            == []
        ), path
        assert {*re.findall(rb"/tmp/[\w-]+", raw)} <= {b"/tmp/cognify-worked", b"/tmp/worked-venv"}, path
        assert path.suffix not in (".pkl", ".joblib", ".pickle", ".bin", ".pt"), path


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_code_that_trained_is_the_code_that_is_shipped(name: str, tmp_path: Path) -> None:
    """At the commit that the run recorded; the thresholds are an earlier commit, before the first result."""
    clone = tmp_path / "code"
    subprocess.run(
        ["git", "clone", "-q", "-b", "main", str(WORKED / name / "training-code.bundle"), str(clone)],
        check=True,
    )
    log = subprocess.run(
        ["git", "log", "--format=%H"], cwd=clone, check=True, capture_output=True, text=True
    ).stdout.split()
    for script in SCRIPTS[name]:
        assert (clone / script).read_bytes() == (RECORD / script).read_bytes()
    thresholds, evaluation = _read(name, "reports/thresholds.json"), _read(name, "reports/evaluation.json")
    assert log[1] == thresholds["commit"]
    assert thresholds["at"] <= evaluation["executed_at"]
    assert json.loads((clone / "thresholds.json").read_text()) == thresholds["thresholds"]
    if name == "health":
        assert _read(name, "cognify-run.json")["code"]["commit"] == log[0]
    else:
        assert log[0].encode() in (WORKED / name / "run/mlflow.db").read_bytes()


@pytest.mark.parametrize("name", MAKERS)
def test_the_data_come_out_the_same_again(name: str, tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(RECORD / MAKERS[name])], cwd=tmp_path, check=True)
    made = {path.name: path.read_bytes() for path in (tmp_path / "data").iterdir()}
    assert made == {path.name: path.read_bytes() for path in (WORKED / name / "run/data").iterdir()}


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_is_told_of_the_weights_is_so(name: str) -> None:
    """The reports are about these bytes, and these bytes give the parameters that are told."""
    raw = (WORKED / name / "run/model/model.safetensors").read_bytes()
    assert _read(name, "reports/evaluation.json")["weights"] == sha256(raw)
    assert replay.find("safetensors:parameters", raw).value > 0


def _tensors(raw: bytes) -> dict[str, list[float]]:
    size = int.from_bytes(raw[:8], "little")
    head, body = json.loads(raw[8 : 8 + size]), raw[8 + size :]
    return {
        name: list(struct.unpack(f"<{told['shape'][0]}f", body[slice(*told["data_offsets"])]))
        for name, told in head.items()
    }


def test_the_results_follow_from_weights_and_data() -> None:
    """The insurer's model is thirteen numbers: whom it sends on, and whom rightly, is counted again by hand."""
    told = _read("insurer", "reports/evaluation.json")
    report = _read("insurer", "reports/classification_report_test.json")
    held = _tensors((WORKED / "insurer/run/model/model.safetensors").read_bytes())
    with (WORKED / "insurer/run/data/test.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    numbers = ("injury_reported", "vehicles", "days_to_report", "police_report", "estimate", "vehicle_age",
               "airbag", "towed", "earlier_claims")  # fmt: skip
    sent = []
    for row in rows:
        x = [math.log(float(row[n]) + 1) if n == "estimate" else float(row[n]) for n in numbers]
        x += [float(row["territory"] == place) for place in ("city", "coast", "hills")]
        scaled = [(a - m) / s for a, m, s in zip(x, held["mean"], held["scale"], strict=True)]
        odds = held["intercept"][0] + sum(a * c for a, c in zip(scaled, held["coefficients"], strict=True))
        sent.append(1 / (1 + math.exp(-odds)) >= told["mark"])
    right = sum(s and row["complex"] == "1" for s, row in zip(sent, rows, strict=True))
    assert sum(sent) / len(rows) == pytest.approx(told["selection"]["value"], abs=1 / len(rows))
    assert right / report["complex"]["support"] == pytest.approx(report["complex"]["recall"], abs=0.004)


def test_the_look_over_the_bank_s_data_gives_the_same_bytes_again(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(RECORD)!r}); import reviewing, worked; "
         f"from pathlib import Path; out = Path({str(tmp_path / 'review')!r}); "
         f"reviewing.review(worked.HERE.parent / 'runs/1.1.0', worked.PLANS['bank'], out); "
         f"reviewing.write_mapping(out / 'cognify-mapping.yaml', reviewing.mapping(out, ''))"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    made = {path.name: path.read_bytes() for path in (tmp_path / "review").iterdir()}
    assert made == {path.name: path.read_bytes() for path in (WORKED / "bank/review").iterdir()}
