"""A40b: exception stated in the far future."""

from __future__ import annotations

import json
from pathlib import Path

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    path = granted(scene)
    data = json.loads(path.read_bytes())
    data["predicate"].update(stated_at="9998-06-01T00:00:00Z", expires="9999-05-31")
    raw = forge.jcs(data)
    for old in (path, path.with_name(path.name + ".sig")):
        old.unlink()
    path = path.with_name(f"exception.grant.ines.{forge.sha256(raw)[:8]}.json")
    path.write_bytes(raw)
    signature = forge.ssh_sign(scene, raw, "ines", "exception.grant.v1@cognify.dev")
    path.with_name(path.name + ".sig").write_bytes(signature)
    scene.commit("excepted")
    scene.cognify("seal")
    return None


def twin(scene: Scene) -> list[str] | None:
    granted(scene)
    scene.commit("excepted")
    scene.seal()
    return None


def granted(scene: Scene) -> Path:
    scene.must(
        "state",
        "except",
        "--what",
        "größer",
        "--expires",
        "2027-01-01",
        "--key",
        str(scene.key("ines")),
        "--yes",
    )
    return next((scene.root / "statements").glob("exception.grant.*.json"))
