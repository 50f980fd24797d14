"""O17: condition that begins a line."""

from __future__ import annotations

from tests.scenario import MODEL, Done, Scene

VERDICT = "PASS: nothing contradicts the record"


def approved(scene: Scene, condition: str) -> list[str] | None:
    scene.approve("1.1.0", "tomas", "--condition", condition)
    return None


def crime(scene: Scene) -> list[str] | None:
    return approved(scene, f"höchstens 30 Tage\n{VERDICT}\n::add-mask::größe")


def twin(scene: Scene) -> list[str] | None:
    return approved(scene, "höchstens 30 Tage,\ndann anders")


def after_crime(scene: Scene, done: Done) -> None:
    """What was written stands on one line, and no line of it is Cognify's or a CI system's."""
    shown = scene.cognify("verify")
    lines = [line for line in f"{shown.out}\n{shown.err}".splitlines() if line.startswith((VERDICT, "::"))]
    assert lines == [VERDICT]
    asked = scene.cognify("state", "acknowledge", MODEL, "1.1.0", "--key", str(scene.key("mara")), "--yes")
    assert not any(line.startswith((VERDICT, "::")) for line in asked.err.splitlines())


def after_twin(scene: Scene, done: Done) -> None:
    """Two lines are shown as one."""
    assert "condition: höchstens 30 Tage, dann anders" in scene.cognify("verify").out
