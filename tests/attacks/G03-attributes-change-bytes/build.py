"""G03: attributes change bytes."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    (scene.root / ".gitattributes").write_text("* text=auto eol=crlf\n")
    scene.commit()
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.commit("an honest change")
    return None
