"""P05b: policy follows another."""

from __future__ import annotations

import re
from pathlib import Path

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    scene.next_policy(("max_age_days: 30", "max_age_days: 20"), commit=False)
    file = Path(scene.root, "policy/0002.yaml")
    text = re.sub(r"previous: \{sha256: .*\}", f'previous: {{sha256: "{"0" * 64}"}}', file.read_text())
    file.write_text(text)
    forge.restate_policy(scene, "ines")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.next_policy(("max_age_days: 30", "max_age_days: 20"))
    return None
