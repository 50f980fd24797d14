"""G01: replace ref."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    card = scene.path("1.0.0", "card.yaml")
    other = scene.git(
        "hash-object", "-w", "--stdin", stdin=card.read_bytes().replace(b"informs", b"replaces")
    )
    scene.git("replace", scene.git("rev-parse", "HEAD:models/credit-memo/1.0.0/card.yaml"), other)
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.commit("an honest change")
    return None
