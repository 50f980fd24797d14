"""O13: e-mail in sample rows."""

from __future__ import annotations

from tests.scenario import Scene


def run(scene: Scene, who: str) -> list[str]:
    data = scene.home / "run" / "data"
    data.mkdir(parents=True)
    (data / "train.jsonl").write_text(
        f'{{"text": "memo of {who}", "label": 1}}\n{{"text": "größe", "label": 0}}\n'
    )
    return [str(data.parent), "--keep-data"]


def crime(scene: Scene) -> list[str] | None:
    return run(scene, "zoe.gross@clinic.example")


def twin(scene: Scene) -> list[str] | None:
    return run(scene, "the applicant")
