"""P17: signers edited."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    signers = scene.root / "trust/allowed_signers"
    signers.write_text(signers.read_text() + f"tomas {scene.public('eve')}\n")
    scene.commit()
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.commit("an honest change")
    return None
