"""O06b: package name is no text."""

from __future__ import annotations

from tests import parcel
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    whole = parcel.zipped({**parcel.made(scene), "größe.txt": b"x"})
    parcel.put(scene, whole.replace("größe.txt".encode(), b"gr\xc3\xc3\xc3\x9fe.txt"))
    return None


def twin(scene: Scene) -> list[str] | None:
    parcel.put(scene, parcel.zipped(parcel.listed({**parcel.made(scene), "größe.txt": b"x"})))
    return None
