"""O06: package is a bomb."""

from __future__ import annotations

import zipfile

from tests import parcel
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    info = zipfile.ZipInfo(f"{parcel.TOP}/größe.bin")
    info.compress_type = zipfile.ZIP_DEFLATED
    members = [(f"{parcel.TOP}/{path}", raw) for path, raw in parcel.made(scene).items()]
    parcel.put(scene, parcel.zipped([*members, (info, bytes(300 * 1024 * 1024))]))
    return None


def twin(scene: Scene) -> list[str] | None:
    parcel.put(scene, parcel.zipped(parcel.listed(parcel.made(scene))))
    return None
