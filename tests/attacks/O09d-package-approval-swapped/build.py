"""O09d: approval in a package swapped."""

from __future__ import annotations

from tests import parcel
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    files = parcel.made(scene)
    old = next(p for p in files if "/1.0.0/statements/signoff.approve.ines" in p and p.endswith(".json"))
    other = scene.statement("1.1.0", "signoff.approve", "ines")
    files[old] = other.read_bytes()
    files[f"{old}.sig"] = other.with_name(f"{other.name}.sig").read_bytes()
    parcel.put(scene, parcel.zipped(parcel.listed(files)))
    return None


def twin(scene: Scene) -> list[str] | None:
    parcel.put(scene, parcel.zipped(parcel.listed(parcel.made(scene))))
    return None
