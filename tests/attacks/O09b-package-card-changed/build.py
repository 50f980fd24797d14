"""O09b: card in a package changed."""

from __future__ import annotations

from tests import parcel
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    files = parcel.made(scene)
    name = "inventory/models/credit-memo/1.0.0/card.yaml"
    files[name] = files[name].replace(b"informs", b"decides")
    parcel.put(scene, parcel.zipped(parcel.listed(files)))
    return None


def twin(scene: Scene) -> list[str] | None:
    parcel.put(scene, parcel.zipped(parcel.listed(parcel.made(scene))))
    return None
