"""A37: login where none is trusted."""

from __future__ import annotations

import json

from tests import forge
from tests.localsigstore import LocalSigstore
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    data = forge.approval(scene, "1.1.0", person="tomas", role="compliance")
    path = forge.put_statement(scene, "1.1.0", data, "tomas")
    bundle = json.dumps(LocalSigstore().bundle(path.read_bytes()))
    path.with_name(f"{path.name}.sig").unlink()
    path.with_name(f"{path.name}.sigstore.json").write_text(bundle)
    scene.commit()
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas")
    return None
