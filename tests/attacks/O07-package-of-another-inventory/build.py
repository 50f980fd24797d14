"""O07: package of another inventory."""

from __future__ import annotations

import json

from tests import parcel, scenario
from tests.scenario import Scene


def second(scene: Scene) -> dict[str, bytes]:
    """A package of the same model and version of an inventory that somebody else began."""
    return parcel.made(scenario.sealed(scene.home / "zweite"))


def crime(scene: Scene) -> list[str] | None:
    genesis = json.loads(parcel.made(scene)["package.json"])["genesis"]
    parcel.put(scene, parcel.zipped(second(scene)))
    return ["--genesis", genesis]


def twin(scene: Scene) -> list[str] | None:
    files = parcel.made(scene)
    parcel.put(scene, parcel.zipped(files))
    return ["--genesis", json.loads(files["package.json"])["genesis"]]
