"""O09e: statement hidden by a copy."""

from __future__ import annotations

from tests import parcel
from tests.scenario import MODEL, Scene


def withdrawn(scene: Scene) -> dict[str, bytes]:
    """The package of a version that was withdrawn from use after it was sealed."""
    scene.must("state", "withdraw", MODEL, "1.0.0", "--role", "model-risk", "--reason", "größer geworden",
               "--key", str(scene.key("ines")), "--yes")  # fmt: skip
    scene.commit("withdraw")
    scene.seal()
    return parcel.made(scene)


def crime(scene: Scene) -> list[str] | None:
    files = withdrawn(scene)
    for path in [p for p in files if "/model.withdraw." in p]:
        del files[path]
    one = next(p for p in files if "/signoff.approve.ines" in p and p.endswith(".json"))
    for path in (one, f"{one}.sig"):
        files[path.replace(".ines.", ".tomas.")] = files[path]
    parcel.put(scene, parcel.zipped(parcel.listed(files)))
    return None


def twin(scene: Scene) -> list[str] | None:
    parcel.put(scene, parcel.zipped(parcel.listed(withdrawn(scene))))
    return None
