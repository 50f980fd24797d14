"""P22: key changes hands."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    text = (scene.home / "policy.yaml").read_text()
    taken = text.replace("version: 1", "version: 2", 1).replace(scene.public("noor"), scene.public("eve"))
    mine = f'keys: [{{ssh: "{scene.public("tomas")}"}}'
    taken = taken.replace(mine, f'{mine}, {{ssh: "{scene.public("noor")}"}}')
    (scene.home / "next.yaml").write_text(taken)
    return [str(scene.home / "next.yaml"), "--key", str(scene.key("ines")), "--yes"]


def twin(scene: Scene) -> list[str] | None:
    text = (scene.home / "policy.yaml").read_text().replace("version: 1", "version: 2", 1)
    (scene.home / "next.yaml").write_text(text.replace(scene.public("noor"), scene.public("eve")))
    return [str(scene.home / "next.yaml"), "--key", str(scene.key("ines")), "--yes"]
