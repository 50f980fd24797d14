"""P20: origin of the log changed."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    settings = scene.root / "cognify.yaml"
    lines = settings.read_text().splitlines(keepends=True)
    settings.write_text(
        "".join("origin: example.org/größe\n" if x.startswith("origin:") else x for x in lines)
    )
    scene.commit()
    return None


def twin(scene: Scene) -> list[str] | None:
    settings = scene.root / "cognify.yaml"
    settings.write_text(settings.read_text().replace("name: acme", "name: Größe & Söhne"))
    scene.commit()
    return None
