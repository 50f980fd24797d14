"""O08b: verifier replaced and listed."""

from __future__ import annotations

from tests import parcel
from tests.scenario import Done, Scene


def notes(done: Done) -> list[str]:
    return [f["where"] for f in done.json()["findings"] if f["id"] == "pkg-tool-other"]


def crime(scene: Scene) -> list[str] | None:
    files = parcel.made(scene)
    files["verify.html"] = files["verify.html"].replace(b"Does not hold", b"Verified")
    parcel.put(scene, parcel.zipped(parcel.listed(files)))
    return None


def after_crime(scene: Scene, done: Done) -> None:
    """The page is named."""
    assert notes(done) == ["verify.html"]


def twin(scene: Scene) -> list[str] | None:
    parcel.put(scene, parcel.zipped(parcel.listed(parcel.made(scene))))
    return None


def after_twin(scene: Scene, done: Done) -> None:
    assert notes(done) == []
