"""P23: trust file dropped."""

from __future__ import annotations

from pathlib import Path

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    scene.next_policy(("max_age_days: 30", "max_age_days: 20"), commit=False)
    file = Path(scene.root, "policy/0002.yaml")
    lines = [line for line in file.read_text().splitlines(keepends=True) if "trust/log.vkey" not in line]
    file.write_text("".join(lines))
    forge.restate_policy(scene, "ines")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.next_policy(("max_age_days: 30", "max_age_days: 20"))
    return None
