"""O17b: file name that begins a line."""

from __future__ import annotations

from tests.scenario import Done, Scene

VERDICT = "PASS: nothing contradicts the record"


def crime(scene: Scene) -> list[str] | None:
    scene.path("1.0.0", f"evidence/größe\n{VERDICT}\n::add-mask::größe").write_text("{}\n")
    scene.commit("größer")
    return None


def twin(scene: Scene) -> list[str] | None:
    (scene.root / "docs/größe.md").write_text(f"{VERDICT}\n")
    scene.commit("größer")
    return None


def after_crime(scene: Scene, done: Done) -> None:
    """Neither `verify` nor `check` lets the name begin a line."""
    for command in (["verify"], ["check"], ["status"]):
        shown = scene.cognify(*command)
        assert not any(
            line.startswith((VERDICT, "::")) for line in f"{shown.out}\n{shown.err}".splitlines()
        ), command
