"""O09: one byte of a package changed."""

from __future__ import annotations

from tests import parcel
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    files = parcel.made(scene)
    name = "inventory/models/credit-memo/1.0.0/evidence/results.json"
    files[name] = files[name].replace(b"0.8425", b"0.9425")
    parcel.put(scene, parcel.zipped(files))
    return None


def twin(scene: Scene) -> list[str] | None:
    parcel.put(scene, parcel.zipped(parcel.listed(parcel.made(scene))))
    return None
