"""O13c: identifier allowed by whoever captures."""

from __future__ import annotations

import importlib.util
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.scenario import Scene

WORDS = "pii-suspect F in models/credit-memo/2.0.0/evidence/data/train.jsonl"


def run(scene: Scene) -> list[str]:
    place = Path(__file__).parent.parent / "O13-e-mail-in-sample-rows" / "build.py"
    spec = importlib.util.spec_from_file_location("o13", place)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return list(module.crime(scene))


def grant(scene: Scene, person: str, what: str) -> None:
    day = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
    done = scene.cognify(
        "state", "except", "--what", what, "--expires", day, "--key", str(scene.key(person)), "--yes"
    )
    assert done.code == (0 if person == "ines" else 3), done.err


def crime(scene: Scene) -> list[str] | None:
    grant(scene, "mara", WORDS)
    return run(scene)


def twin(scene: Scene) -> list[str] | None:
    grant(scene, "ines", WORDS)
    return run(scene)
