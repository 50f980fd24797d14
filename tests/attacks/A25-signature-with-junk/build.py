"""A25: signature with junk."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    path = forge.put_statement(
        scene, "1.1.0", forge.approval(scene, "1.1.0", person="tomas", role="compliance"), "tomas"
    )
    signature = path.with_name(path.name + ".sig")
    signature.write_bytes(signature.read_bytes() + b"\n-- \nTomas\n")
    scene.commit()
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas")
    return None
