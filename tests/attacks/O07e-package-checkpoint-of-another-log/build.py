"""O07e: checkpoint of another log in a package."""

from __future__ import annotations

from tests import parcel, scenario
from tests.scenario import Scene


def second(scene: Scene) -> dict[str, bytes]:
    """A package of the same model and version of an inventory that somebody else began."""
    return parcel.made(scenario.sealed(scene.home / "zweite"))


def crime(scene: Scene) -> list[str] | None:
    files = parcel.made(scene)
    other = second(scene)
    files |= {path: raw for path, raw in other.items() if path.startswith("log/checkpoint")}
    parcel.put(scene, parcel.zipped(parcel.listed(files)))
    return None


def twin(scene: Scene) -> list[str] | None:
    parcel.put(scene, parcel.zipped(parcel.listed(parcel.made(scene))))
    return None
