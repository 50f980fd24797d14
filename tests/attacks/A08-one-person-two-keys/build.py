"""A08: one person two keys."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    scene.write_version("1.2.0", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03", tier="high")
    scene.commit()
    forge.put_proposal(
        scene, "1.2.0", "mara", tier="high", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03"
    )
    scene.approve("1.2.0", "ines", "--role", "model-risk")
    scene.approve("1.2.0", "ines2", "--role", "model-risk", "--expires", "2099-11-30")
    scene.approve("1.2.0", "tomas")
    forge.seal_by_force(scene, "1.2.0")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.write_version("1.2.0", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03", tier="high")
    scene.commit()
    forge.put_proposal(
        scene, "1.2.0", "mara", tier="high", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03"
    )
    scene.approve("1.2.0", "ines", "--role", "model-risk")
    scene.approve("1.2.0", "noor")
    scene.approve("1.2.0", "tomas")
    forge.seal_by_force(scene, "1.2.0")
    return None
