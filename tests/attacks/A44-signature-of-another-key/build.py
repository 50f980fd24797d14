"""A44: signature of another key."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    path = scene.statement("1.0.0", "signoff.approve", "ines")
    signature = forge.ssh_sign(scene, path.read_bytes(), "ines2", "signoff.approve.v1@cognify.dev")
    path.with_name(path.name + ".sig").write_bytes(signature)
    scene.commit("sign anew")
    return None


def twin(scene: Scene) -> list[str] | None:
    path = scene.statement("1.0.0", "signoff.approve", "ines")
    signature = forge.ssh_sign(scene, path.read_bytes(), "ines", "signoff.approve.v1@cognify.dev")
    path.with_name(path.name + ".sig").write_bytes(signature)
    scene.commit("sign anew: an Ed25519 signature is the same each time")
    return None
