"""G17: name in history that is no text."""

from __future__ import annotations

import os

from tests.scenario import MODEL, Done, Scene


def brought_and_removed(scene: Scene, name: bytes) -> list[str] | None:
    """A file that was merged and removed again; then an approval waits to be sealed."""
    place = os.path.join(os.fsencode(scene.root), b"docs", name)
    with open(place, "wb") as file:
        file.write(b"anders\n")
    scene.commit("bring")
    os.unlink(place)
    scene.commit("remove")
    scene.approve("1.1.0", "tomas")
    return None


def crime(scene: Scene) -> list[str] | None:
    return brought_and_removed(scene, b"gr\xf6\xdfer.md")


def twin(scene: Scene) -> list[str] | None:
    return brought_and_removed(scene, "größer.md".encode())


def after_crime(scene: Scene, done: Done) -> None:
    """The version is sealed, and the trail can be read."""
    assert f"{MODEL} 1.1.0" in done.out
    assert scene.cognify("log", MODEL, "1.1.0").code == 0


after_twin = after_crime
