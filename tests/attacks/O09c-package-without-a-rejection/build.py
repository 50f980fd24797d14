"""O09c: statement left out of a package."""

from __future__ import annotations

from tests import parcel
from tests.scenario import Scene


def rejected(scene: Scene) -> None:
    scene.must("reject", "credit-memo", "1.0.0", "--key", str(scene.key("noor")), "--yes")
    scene.commit("reject")
    scene.seal()


def crime(scene: Scene) -> list[str] | None:
    rejected(scene)
    files = {path: raw for path, raw in parcel.made(scene).items() if "/signoff.reject." not in path}
    parcel.put(scene, parcel.zipped(parcel.listed(files)))
    return None


def twin(scene: Scene) -> list[str] | None:
    rejected(scene)
    parcel.put(scene, parcel.zipped(parcel.listed(parcel.made(scene))))
    return None
