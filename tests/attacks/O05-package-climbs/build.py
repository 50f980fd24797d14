"""O05: package climbs out of its folder."""

from __future__ import annotations

from tests import parcel
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    members = [*((f"{parcel.TOP}/{path}", raw) for path, raw in parcel.made(scene).items())]
    parcel.put(scene, parcel.zipped([*members, (f"{parcel.TOP}/../../.bashrc", b"echo")]))
    return None


def twin(scene: Scene) -> list[str] | None:
    parcel.put(scene, parcel.zipped(parcel.listed(parcel.made(scene))))
    return None
