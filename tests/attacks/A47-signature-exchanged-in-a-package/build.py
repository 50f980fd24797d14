"""A47: signature exchanged in a package."""

from __future__ import annotations

from tests import forge, parcel
from tests.scenario import Scene


def _signed_by(scene: Scene, key: str) -> None:
    files = parcel.made(scene)
    path = next(p for p in files if "/signoff.approve.ines" in p and p.endswith(".json"))
    files[f"{path}.sig"] = forge.ssh_sign(scene, files[path], key, "signoff.approve.v1@cognify.dev")
    parcel.put(scene, parcel.zipped(parcel.listed(files)))


def crime(scene: Scene) -> list[str] | None:
    _signed_by(scene, "ines2")
    return None


def twin(scene: Scene) -> list[str] | None:
    _signed_by(scene, "ines")
    return None
