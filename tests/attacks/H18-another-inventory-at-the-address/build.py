"""H18: another inventory at the address."""

from __future__ import annotations

from tests import scenario
from tests.scenario import Scene


def host(scene: Scene, name: str) -> str:
    """Push the inventory to a bare repository, as a Git host keeps it; returns its address."""
    address = scene.home / "host" / name
    scene.git("clone", "--quiet", "--bare", str(scene.root), str(address), cwd=scene.home)
    return str(address)


def cloned(scene: Scene, address: str, name: str) -> str:
    """Somebody who verified before clones it anew."""
    place = scene.home / name
    scene.git("clone", "--quiet", address, str(place), cwd=scene.home)
    return str(place)


def seen(scene: Scene) -> str:
    """The first clone was verified, and a receipt kept."""
    first = cloned(scene, host(scene, "acme/cards.git"), "first")
    receipt = str(scene.home / "receipt")
    scene.must("verify", first, "--receipt", receipt)
    return receipt


def crime(scene: Scene) -> list[str] | None:
    receipt = seen(scene)
    other = scenario.sealed(scene.home / "other")
    (scene.home / "host/acme/cards.git").rename(scene.home / "gone")
    address = scene.home / "host/acme/cards.git"
    scene.git("clone", "--quiet", "--bare", str(other.root), str(address), cwd=scene.home)
    return [cloned(scene, str(address), "second"), "--receipt", receipt]


def twin(scene: Scene) -> list[str] | None:
    receipt = seen(scene)
    address = scene.home / "host/größer/model-inventory.git"
    address.parent.mkdir()
    (scene.home / "host/acme/cards.git").rename(address)
    return [cloned(scene, str(address), "second"), "--receipt", receipt]
