"""P02: policy signed by newcomers."""

from __future__ import annotations

import json
from pathlib import Path

from tests import forge
from tests.scenario import Scene


def _eve(scene: Scene) -> tuple[str, str]:
    person = f'  eve:\n    name: Eve Größe\n    roles: [policy-owner]\n    keys: [{{ssh: "{scene.public("eve")}"}}]\n'
    return "exclusive_roles:", person + "exclusive_roles:"


def crime(scene: Scene) -> list[str] | None:
    scene.next_policy(_eve(scene), approve=("eve",), commit=False)
    for path in Path(scene.root, "statements").glob("policy.update.ines.*"):
        path.unlink()
    eve = next(Path(scene.root, "statements").glob("policy.update.eve.*.json"))
    data = json.loads(eve.read_bytes())
    assert data["predicate"]["policy"]["version"] == 2
    data["predicate"].update(role="policy-owner", meaning="I put policy 2 in force.")
    raw = forge.jcs(data)
    path = Path(scene.root, "statements", f"policy.update.eve.{forge.sha256(raw)[:8]}.json")
    path.write_bytes(raw)
    path.with_name(path.name + ".sig").write_bytes(
        forge.ssh_sign(scene, raw, "eve", "policy.update.v1@cognify.dev")
    )
    scene.commit("policy 2")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.next_policy(_eve(scene), approve=("eve",))
    return None
