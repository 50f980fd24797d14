"""A32: another's rejection withdrawn."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def withdraw(scene: Scene, *parents: str) -> None:
    data = forge.approval(scene, "1.1.0")
    data["predicate"].update(kind="signoff.withdraw", parents=sorted(parents))
    data["predicateType"] = data["predicateType"].replace("approve", "withdraw")
    forge.put_statement(scene, "1.1.0", data, "ines")


def crime(scene: Scene) -> list[str] | None:
    scene.must("reject", "credit-memo", "1.1.0", "--key", str(scene.key("noor")), "--yes")
    scene.commit("reject")
    own = scene.statement("1.1.0", "signoff.approve", "ines").read_bytes()
    rejection = scene.statement("1.1.0", "signoff.reject", "noor").read_bytes()
    withdraw(scene, forge.sha256(own), forge.sha256(rejection))
    return None


def twin(scene: Scene) -> list[str] | None:
    withdraw(scene, forge.sha256(scene.statement("1.1.0", "signoff.approve", "ines").read_bytes()))
    return None
