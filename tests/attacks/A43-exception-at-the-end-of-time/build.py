"""A43: exception at the end of time."""

from __future__ import annotations

import json
from pathlib import Path

from tests import forge
from tests.scenario import Scene


def _grant(scene: Scene, stated: str, expires: str) -> None:
    scene.must(
        "state",
        "except",
        "--what",
        "ein Pilot",
        "--expires",
        "2027-01-01",
        "--key",
        str(scene.key("ines")),
        "--yes",
    )
    old = next(Path(scene.root, "statements").glob("exception.grant.*.json"))
    data = json.loads(old.read_bytes())
    data["predicate"].update(stated_at=stated, expires=expires)
    raw = forge.jcs(data)
    for path in (old, old.with_name(old.name + ".sig")):
        path.unlink()
    path = old.with_name(f"exception.grant.ines.{forge.sha256(raw)[:8]}.json")
    path.write_bytes(raw)
    path.with_name(path.name + ".sig").write_bytes(
        forge.ssh_sign(scene, raw, "ines", "exception.grant.v1@cognify.dev")
    )
    scene.commit("exception")


def crime(scene: Scene) -> list[str] | None:
    _grant(scene, "9999-12-31T09:00:00Z", "9999-12-31")
    return None


def twin(scene: Scene) -> list[str] | None:
    _grant(scene, "2026-11-23T09:00:00Z", "2027-06-30")
    return None
