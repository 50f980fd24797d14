"""A63b: explanation of other bytes."""

from __future__ import annotations

import json
from typing import Any

from tests import forge
from tests.scenario import Scene


def explanation(scene: Scene, of: str) -> dict[str, Any]:
    """That Mara explains something in *of*, as data, about the bytes that were proposed there."""
    data: dict[str, Any] = json.loads(scene.statement(of, "record.propose").read_bytes())
    predicate = data["predicate"]
    for key in ("contributors", "tier"):
        predicate.pop(key, None)
    predicate["parents"] = [forge.sha256(scene.statement(of, "record.propose").read_bytes())]
    predicate |= {
        "kind": "finding.explain",
        "explanation": "Größe ist gleich.",
        "finding": {"id": "field-gone", "where": "/model/base"},
    }
    data["predicateType"] = "https://cognify.dev/predicate/finding.explain/v1"
    return data


def crime(scene: Scene) -> list[str] | None:
    data = explanation(scene, "1.1.0")
    other = json.loads(scene.statement("1.0.0", "record.propose").read_bytes())
    data["subject"][0]["digest"] = other["subject"][0]["digest"]
    forge.put_statement(scene, "1.1.0", data, "mara")
    return None


def twin(scene: Scene) -> list[str] | None:
    forge.put_statement(scene, "1.1.0", explanation(scene, "1.1.0"), "mara")
    return None
