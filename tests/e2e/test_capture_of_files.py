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
    assert card["evaluation"]["runs"] == [
        {"dataset": "newstest-2026", "metric": "BLEU-4", "value": 31.25, "n": 512}
    ]
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
