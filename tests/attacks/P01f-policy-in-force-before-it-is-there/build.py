"""P01f: policy in force before it is there."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    scene.next_policy(("max_age_days: 30", "max_age_days: 3000"), commit=False)
    files = [scene.root / "policy/0002.yaml", scene.root / "trust/allowed_signers.0002"]
    content = [file.read_bytes() for file in files]
    for file in files:
        file.unlink()
    scene.commit("only the statement")
    forge.seal_merged(scene)
    for file, raw in zip(files, content, strict=True):
        file.write_bytes(raw)
    scene.approve("1.1.0", "tomas")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.next_policy(("max_age_days: 30", "max_age_days: 3000"))
    forge.seal_merged(scene)
    return None
