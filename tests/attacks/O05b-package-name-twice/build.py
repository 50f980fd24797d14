"""O05b: package holds a name twice."""

from __future__ import annotations

import warnings

from tests import parcel
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    with warnings.catch_warnings(action="ignore"):
        members = [*((f"{parcel.TOP}/{path}", raw) for path, raw in parcel.made(scene).items())]
        card = f"{parcel.TOP}/inventory/models/credit-memo/1.0.0/card.yaml"
        parcel.put(scene, parcel.zipped([*members, (card, b"card: 1\n")]))
    return None


def twin(scene: Scene) -> list[str] | None:
    parcel.put(scene, parcel.zipped(parcel.listed(parcel.made(scene))))
    return None
