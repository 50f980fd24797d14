"""Through the command line: what evaluation and data tools leave, and outputs of one's own making."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cognify import strictyaml
from tests.scenario import Done, Scene
from tests.unit.readers.test_inspect_logs import LOG, archive
from tests.unit.readers.test_mapping import OUTPUT, TEN_LINES
from tests.unit.readers.test_recorded_runs_read import FIXTURES, ROOT, beside


@pytest.fixture
def scene(sealed_scene: Scene, tmp_path: Path) -> Scene:
    return sealed_scene.copy(tmp_path / "home")


def capture(scene: Scene, *sources: Path) -> Done:
    return scene.cognify("capture", "memo", "1.0.0", *map(str, sources), "--tier", "low")


def kept(scene: Scene, name: str) -> bytes:
    return (scene.root / "models/memo/1.0.0" / name).read_bytes()


def replays(scene: Scene) -> bool:
    done = scene.cognify("fill", "models/memo/1.0.0", "--check")
    return done.code == 0 and "replayed" in done.out + done.err


@beside
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("docs-inspect", lambda card: next((e["dataset"], e["value"]) for e in card["evaluation"]["runs"]) == ("mc", 0.20833333333333334)),
        ("credit-croissant", lambda card: {d["license"] for d in card["data"]["datasets"]} == {"CC-BY-4.0"}),
        ("wine-dvc", lambda card: card["training"]["hyperparameters"]["train.max_depth"] == 4),
        ("credit-s3", lambda card: 600 in [d.get("records") for d in card["data"]["datasets"]]),
    ],
)  # fmt: skip
def test_recorded_outputs(name: str, says: Callable[[dict[str, Any]], bool], scene: Scene) -> None:
    """Nothing blocks, the card says what the README says, every citation replays; exit 0."""
    done = capture(scene, FIXTURES / name)
    assert done.code == 0, done.err
    assert says(strictyaml.load(kept(scene, "card.yaml"), where="card"))
    assert replays(scene)


def test_ten_lines_from_the_manual(scene: Scene, tmp_path: Path) -> None:
    """The manual's own mapping, on an output that nobody foresaw; the mapping is kept as evidence."""
    assert TEN_LINES in (ROOT / "docs/mapping.md").read_text(encoding="utf-8")
    run = tmp_path / "run"
    (run / "out").mkdir(parents=True)
    (run / "out/final.json").write_text(json.dumps(OUTPUT))
    (run / "cognify-mapping.yaml").write_text(TEN_LINES)
    assert capture(scene, run).code == 0
    card: Any = strictyaml.load(kept(scene, "card.yaml"), where="card")
    (result,) = card["evaluation"]["runs"]
    told = {"dataset": "newstest-2026", "metric": "BLEU-4", "value": 31.25, "n": 512}
    assert {key: value for key, value in result.items() if key != "report_digest"} == told
    assert kept(scene, "evidence/cognify-mapping.yaml") == TEN_LINES.encode()
    assert replays(scene)


def test_a_mapping_that_does_not_fit(scene: Scene, tmp_path: Path) -> None:
    """`mapping-unfit`, exit 2, nothing written; the key of a person in the file is not printed."""
    run = tmp_path / "run"
    (run / "out").mkdir(parents=True)
    (run / "out/final.json").write_text(json.dumps({"ann.lee@example.org": 1}))
    (run / "cognify-mapping.yaml").write_text(TEN_LINES)
    done = capture(scene, run)
    assert done.code == 2
    assert "error[mapping-unfit]" in done.err and "cognify-mapping.yaml:5:" in done.err
    assert "ann.lee" not in done.err
    assert not (scene.root / "models/memo/1.0.0").exists()


def test_a_log_of_inspect(scene: Scene, tmp_path: Path) -> None:
    """Its header is kept, scrubbed like all that is kept; samples and archive stay outside."""
    run = tmp_path / "run"
    run.mkdir()
    log = {**LOG, "eval": {**LOG["eval"], "task_file": "/srv/ann/evals/t.py", "user": "ann"}}
    (run / "a.eval").write_bytes(archive(log))
    assert capture(scene, run).code == 0
    lock = json.loads(kept(scene, "evidence.lock.json"))
    (header,) = [a for a in lock["artifacts"].values() if a["origin"] == "observed/a.eval.header.json"]
    assert header["scrubbed"]["rules"] == ["header-only", "path", "user"]
    (whole,) = [a for a in lock["artifacts"].values() if a["origin"] == "a.eval"]
    assert (whole["sha256"], "path" in whole) == (header["scrubbed"]["sha256"], False)
    assert b"/srv/ann" not in kept(scene, "evidence/observed/a.eval.header.json")
    assert replays(scene)


RESULTS = {
    "results": {"t": {"acc,none": 0.75, "acc_stderr,none": 0.0687}}, "lm_eval_version": "0.4.13",
    "n-samples": {"t": {"original": 50, "effective": 40}}, "higher_is_better": {"t": {"acc": True}},
    "config": {"model_args": {"pretrained": "out"}},
}  # fmt: skip
GROUPS = "attribute,group,metric,n,value\nage,a,accuracy,90,0.9\nage,b,accuracy,7,0.857143\nage,c,accuracy,30,0.8\n"


def _evaluated(run: Path, weights: bytes) -> Path:
    for name in ("evals", "out"):
        (run / name).mkdir(parents=True)
    (run / "evals/results_2026-11-23T08-29-45.332936.json").write_text(json.dumps(RESULTS))
    (run / "evals/groups.csv").write_text(GROUPS)
    (run / "out/model.safetensors").write_bytes(weights)
    return run


def test_an_evaluation_with_all_that_stands_around_it(scene: Scene, tmp_path: Path) -> None:
    """Interval, skipped samples, weights by digest; of the small group nothing; every citation replays."""
    header = json.dumps({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}).encode()
    run = _evaluated(tmp_path / "run", len(header).to_bytes(8, "little") + header + bytes(8))
    done = capture(scene, run)
    assert done.code == 0, done.err
    assert "rows are withheld" in done.err
    card = strictyaml.load(kept(scene, "card.yaml"), where="card")
    result = card["evaluation"]["runs"][0]
    assert (result["ci"], result["direction"]) == (
        {"low": 0.59806, "high": 0.858129, "level": 0.95, "method": "wilson"},
        "higher",
    )
    assert card["evaluation"]["excluded"][0]["n"] == 10
    assert [entry.get("relation") for entry in card["evaluation"]["weights"]] == ["same", None]
    assert replays(scene)
    everything = b"".join(p.read_bytes() for p in (scene.root / "models/memo").rglob("*") if p.is_file())
    assert b"857143" not in everything
    assert "857143" not in done.out + done.err
    why = scene.must("why", "memo", "1.0.0", "/evaluation/runs/0/ci/low")
    assert "wilson(95)" in why.out
    found = scene.cognify("check", "models/memo/1.0.0", "--format", "json").json()
    unknown = [f for f in found["findings"] if f["id"] == "evaluated-weights-unknown"]
    assert ["groups.csv" in f["what"] and "results_" not in f["what"] for f in unknown] == [True]


def test_a_small_group_that_a_mapping_brings_is_not_written(scene: Scene, tmp_path: Path) -> None:
    """`small-cell`: nothing at all is written; the twin has enough records."""
    mapping = "mapping: 1\nfiles:\n  - file: g.json\n    values:\n"
    for field in ("attribute", "group", "metric", "n", "value"):
        mapping += f"      /evaluation/subgroups/[a]/{field}: /{field}\n"
    run = tmp_path / "run"
    run.mkdir()
    (run / "cognify-mapping.yaml").write_text(mapping)
    for n, code in ((7, 2), (77, 0)):
        group = {"attribute": "age", "group": "60+", "metric": "accuracy", "n": n, "value": 0.5}
        (run / "g.json").write_text(json.dumps(group))
        done = capture(scene, run)
        assert (done.code, done.ids if code else set()) == (code, {"small-cell"} if code else set()), done.err
        assert (scene.root / "models/memo").exists() is not bool(code)
