"""P01: policy loosened by file."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    first = (scene.root / "policy/0001.yaml").read_text()
    previous = forge.sha256(first.encode())
    looser = first.replace("version: 1", f'version: 2\nprevious: {{sha256: "{previous}"}}', 1).replace(
        "not: [author, trainer, evidence-author]", "not: [trainer]"
    )
    (scene.root / "policy/0002.yaml").write_text(looser)
    scene.commit()
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.commit("an honest change")
    return None
