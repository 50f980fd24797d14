"""O10: statement too deep."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    raw = b'{"_type":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    forge.put_statement(scene, "1.1.0", raw, "tomas", person="tomas")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas")
    return None
