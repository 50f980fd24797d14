"""P02b: newcomer cites the old policy."""

from __future__ import annotations

import json
from pathlib import Path

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    scene.next_policy(("max_age_days: 30", "max_age_days: 20"), commit=False)
    mine = next(Path(scene.root, "statements").glob("policy.update.ines.*.json"))
    data = json.loads(mine.read_bytes())
    data["predicate"].update(person="eve")
    raw = forge.jcs(data)
    path = mine.with_name(f"policy.update.eve.{forge.sha256(raw)[:8]}.json")
    path.write_bytes(raw)
    path.with_name(path.name + ".sig").write_bytes(
        forge.ssh_sign(scene, raw, "eve", "policy.update.v1@cognify.dev")
    )
    scene.commit("policy 2")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.next_policy(("max_age_days: 30", "max_age_days: 20"))
    return None
