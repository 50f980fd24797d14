"""DVC: the recorded pipeline, and pipelines that changed, are older, newer, or no YAML at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cognify.errors import CaptureError
from cognify.readers import read_sources

Make = Callable[[Mapping[str, object]], Path]
Reads = Callable[..., Any]
FIXTURE = Path(__file__).parents[4] / "shared/fixtures/runs/wine-dvc"
beside = pytest.mark.skipif(
    not FIXTURE.is_dir(), reason="fixture runs are not here; a real pipeline goes untested"
)
CSV = b"a,b\n1,2\n"


def md5(raw: bytes) -> str:
    return hashlib.md5(raw, usedforsecurity=False).hexdigest()


@beside
def test_the_recorded_pipeline(read: Reads) -> None:
    """The README's parameters, metrics and hashes; everything on disk is what DVC saw."""
    found = read(FIXTURE)
    settings = {p.rpartition("/")[2]: v for p, v in found.values.items() if "/hyperparameters/" in p}
    assert settings == {
        "split.test_size": Decimal("0.25"), "split.val_size": Decimal("0.15"), "train.n_estimators": 25,
        "train.max_depth": 4,
    }  # fmt: skip
    assert found["/training/seeds/split.seed"] == found["/training/seeds/train.seed"] == 21
    runs = {(e["dataset"], e["metric"]): (e["value"], e.get("n")) for e in found.entries("/evaluation/runs")}
    assert runs["test", "accuracy"] == (Decimal("1.0"), 44)
    assert runs["validation", "accuracy"] == (Decimal("0.9629629629629629"), 27)
    data = {e["id"]: e for e in found.entries("/data/datasets")}
    assert {name: entry["records"] for name, entry in data.items()} == {
        "wine": 178, "test": 44, "train": 107, "validation": 27,
    }  # fmt: skip
    assert data["wine"]["digest"] == "cd80158fad3d1e203d61dae42242620b02dd5f918e637b5f08381e39e7cf5204"
    assert data["wine"]["version"] == md5((FIXTURE / "raw/wine.csv").read_bytes())
    assert data["train"]["version"] == "c66f0ab5eb4fdf737b3488c181422fde.dir"
    assert found.kinds["/data/datasets/[train]/version"] == "declared"
    assert not found.noted("changed after")


def pointer(path: str, raw: bytes, **more: str) -> str:
    lines = [f"- md5: {md5(raw)}", f"  path: {path}", *(f"  {key}: {value}" for key, value in more.items())]
    return "outs:\n" + "\n".join(lines) + "\n"


def test_data_that_changed(source: Make, read: Reads) -> None:
    """A file, and a folder, that are no longer what DVC saw; one of before DVC 3 with other line ends."""
    listed = [{"md5": md5(CSV), "relpath": "a.csv"}]
    folder = md5(json.dumps(listed).encode()) + ".dir"
    files = {
        "x.csv": b"a,b\n9,9\n", "x.csv.dvc": pointer("x.csv", CSV, hash="md5"),
        "old.csv": CSV.replace(b"\n", b"\r\n"), "old.csv.dvc": pointer("old.csv", CSV),
        "data/a.csv": CSV, "data.dvc": f"outs:\n- md5: {folder}\n  path: data\n",
        "splits/train.csv": CSV, "splits.dvc": f"outs:\n- md5: {folder}\n  path: splits\n",
        "gone.csv.dvc": pointer("gone.csv", CSV),
    }  # fmt: skip
    found = read(source(files))
    assert found.noted("x.csv.dvc", md5(CSV), "changed after")
    assert not found.noted("old.csv.dvc") and not found.noted("data.dvc")
    assert found.noted("splits.dvc", folder, "changed after")
    assert found.noted("gone.csv.dvc", "is not here")
    assert found["/data/datasets/[gone]/version"] == md5(CSV)
    assert "/data/datasets/[gone]/digest" not in found


LOCK = """\
schema: '2.0'
stages:
  fit:
    cmd: python fit.py
    params:
      params.yaml:
        fit: {lr: 1.0e-3, deep: {er: true}, api_key: hush, path: /srv/me/x, none: null, list: [1]}
        fit.random_state: 5
        kind: forest
"""


def test_parameters(source: Make, read: Reads) -> None:
    """Sections are told by their dotted names; secrets, paths, lists and what says nothing are left out."""
    found = read(source({"dvc.lock": LOCK}))
    settings = {p.rpartition("/")[2]: v for p, v in found.values.items()}
    assert settings == {
        "fit.lr": Decimal("0.001"),
        "fit.deep.er": True,
        "fit.random_state": 5,
        "kind": "forest",
    }


METRICS = """\
vars: [conf]
metrics: [top.json, '${conf.where}.json', gone.json, scores.yaml]
stages:
  fit:
    metrics:
      - out/test.json: {cache: false}
      - out/classification_report.json
  odd: 7
"""


def test_metric_files(source: Make, read: Reads) -> None:
    """Nested names are joined, NaN is said, and what is no JSON is named."""
    files = {
        "dvc.yaml": METRICS, "scores.yaml": "a: 1\n", "top.json": '{"rmse": NaN, "auc": {"macro": 0.5}, "seed": 3, "s": "x"}',
        "out/test.json": {"f1": 0.25, "n_samples": 9},
    }  # fmt: skip
    found = read(source(files))
    runs = {e["metric"]: (e["value"], e.get("n")) for e in found.entries("/evaluation/runs")}
    assert runs == {"auc macro": (Decimal("0.5"), None), "f1": (Decimal("0.25"), 9)}
    assert found.noted("top.json", "rmse is NaN")
    assert found.noted("scores.yaml", "JSON only")


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("dvc.lock", "schema: '3.0'\nstages: {}\n", "this reader knows '2.0'"),
        ("dvc.lock", "schema: '2.0'\nstages: 7\n", ""),
        ("dvc.yaml", "a: &x {b: 1}\nstages: *x\n", "anchor or alias at line 1"),
        ("x.dvc", "outs: [7, {path: 5}, {path: a.csv, md5: zz}]\n", ""),
    ],
)
def test_files_that_say_nothing(name: str, text: str, says: str, source: Make, read: Reads) -> None:
    """Newer, odd, or not plain YAML: kept, and said."""
    found = read(source({name: text}))
    assert not found.values
    assert found.origins[name].raw == text.encode()
    assert not says or found.noted(name, says)


def test_a_lock_beyond_the_limit(source: Make, read: Reads) -> None:
    """It is listed by digest, and that is said."""
    found = read(source({"dvc.lock": b"# \n" * 400_000}))
    assert found.noted("dvc.lock", "not read")
    assert found.origins["dvc.lock"].raw is None


@pytest.mark.parametrize("raw", [b"a: [1\n", b"\xff\xfe", b"- 1\n", b"\x80\x04}q\x00."])
def test_files_that_are_no_yaml(raw: bytes, source: Make) -> None:
    """Refused by name; a pickle is no YAML."""
    with pytest.raises(CaptureError) as stop:
        read_sources([source({"dvc.lock": raw})], keep_data=False)
    assert stop.value.fault == "run-unreadable"
