"""O05c: second package before the first."""

from __future__ import annotations

from tests import parcel
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    raw = parcel.zipped(parcel.listed(parcel.made(scene)))
    parcel.put(scene, parcel.zipped({"index.html": b"<p>approved"}) + raw)
    return None


def twin(scene: Scene) -> list[str] | None:
    parcel.put(scene, parcel.zipped(parcel.listed(parcel.made(scene))))
    return None
