"""O07d: package about another record."""

from __future__ import annotations

import json

from tests import parcel
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    files = parcel.made(scene)
    said = json.loads(files["package.json"])
    said["record"] = "urn:uuid:00000000-0000-4000-8000-000000000000"
    files["package.json"] = (json.dumps(said, indent=1, sort_keys=True) + "\n").encode()
    parcel.put(scene, parcel.zipped(parcel.listed(files)))
    return None


def twin(scene: Scene) -> list[str] | None:
    parcel.put(scene, parcel.zipped(parcel.listed(parcel.made(scene))))
    return None
