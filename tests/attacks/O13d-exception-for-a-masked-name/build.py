"""O13d: exception for a masked name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.scenario import Scene

ROW = '{"text": "größer", "contact": "anna.berg@example.org"}\n'


def run(scene: Scene, name: str) -> list[str]:
    """Rows in a file called *name*, and an exception in the words under which it is shown."""
    day = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
    shown = "*" if "@" in name else name
    for path in (f"evidence/data/{shown}", "evidence.lock.json"):
        what = f"pii-suspect F in models/credit-memo/2.0.0/{path}"
        scene.must(
            "state", "except", "--what", what, "--expires", day, "--key", str(scene.key("ines")), "--yes"
        )
    folder = scene.home / "run/data"
    folder.mkdir(parents=True)
    (folder / name).write_text(ROW)
    return [str(scene.home / "run"), "--keep-data"]


def crime(scene: Scene) -> list[str] | None:
    return run(scene, "carl.berg@example.org.jsonl")


def twin(scene: Scene) -> list[str] | None:
    return run(scene, "train.jsonl")
