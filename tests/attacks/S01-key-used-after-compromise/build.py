"""S01: key used after compromise."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    scene.must(
        "key", "compromise", scene.mark("tomas"), "--since", "7", "--key", str(scene.key("ines")), "--yes"
    )
    scene.commit("compromised")
    scene.seal()
    stolen = forge.approval(scene, "1.1.0", person="tomas", role="compliance", comment="größer")
    forge.put_statement(scene, "1.1.0", stolen, "tomas")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.must(
        "key", "compromise", scene.mark("noor"), "--since", "7", "--key", str(scene.key("ines")), "--yes"
    )
    scene.commit("compromised")
    scene.seal()
    scene.approve("1.1.0", "tomas")
    return None
