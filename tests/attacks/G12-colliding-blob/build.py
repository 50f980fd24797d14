"""G12: colliding blob."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene

UNCHECKED = "import pygit2\n\npygit2.settings.enable_strict_hash_verification(False)\n"
NOTES = "größe.md"


def sealed_notes(scene: Scene) -> None:
    """A file beside the records, sealed with the tree alone."""
    place = scene.home / "unchecked"
    place.mkdir()
    (place / "sitecustomize.py").write_text(UNCHECKED)
    scene.environment["PYTHONPATH"] = str(place)
    (scene.root / NOTES).write_text("Read größere memos.\n")
    scene.commit("notes")
    scene.approve("1.1.0", "tomas")
    scene.seal()


def crime(scene: Scene) -> list[str] | None:
    sealed_notes(scene)
    forge.shadow(scene, NOTES, b"Read no memos at all.\n")
    return None


def twin(scene: Scene) -> list[str] | None:
    sealed_notes(scene)
    forge.shadow(scene, NOTES, (scene.root / NOTES).read_bytes())
    return None
