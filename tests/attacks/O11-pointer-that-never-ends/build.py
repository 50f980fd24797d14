"""O11: pointer that never ends."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene

ENDLESS = "/" * 1000 + "~x"


def amend(scene: Scene, at: str) -> None:
    data = forge.approval(scene, "1.0.0", amendments=[{"at": at, "text": "Größere Memos."}], kind="amend")
    data["predicateType"] = "https://cognify.dev/predicate/amend/v1"
    del data["predicate"]["parents"]
    forge.put_statement(scene, "1.0.0", data, "ines")


def crime(scene: Scene) -> list[str] | None:
    amend(scene, ENDLESS)
    return None


def twin(scene: Scene) -> list[str] | None:
    amend(scene, "/use/oversight")
    return None
