"""O08: verifier replaced."""

from __future__ import annotations

from tests import parcel
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    files = parcel.listed(parcel.made(scene))
    files["verify.html"] = files["verify.html"].replace(b"Does not hold", b"Verified")
    parcel.put(scene, parcel.zipped(files))
    return None


def twin(scene: Scene) -> list[str] | None:
    parcel.put(scene, parcel.zipped(parcel.listed(parcel.made(scene))))
    return None
