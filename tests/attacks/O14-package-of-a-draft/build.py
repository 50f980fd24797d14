"""O14: package of what was not sealed."""

from __future__ import annotations

from tests import parcel
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    files = parcel.made(scene)
    prefix = "models/credit-memo/1.1.0/"
    for path in (scene.root / prefix).rglob("*"):
        if path.is_file():
            files[f"inventory/{path.relative_to(scene.root).as_posix()}"] = path.read_bytes()
    parcel.put(scene, parcel.zipped(parcel.listed(files)))
    return None


def twin(scene: Scene) -> list[str] | None:
    parcel.put(scene, parcel.zipped(parcel.listed(parcel.made(scene))))
    return None
