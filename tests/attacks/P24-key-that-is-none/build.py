"""P24: key that is none."""

from __future__ import annotations

from tests.scenario import Scene


def _policy(scene: Scene, key: str) -> list[str]:
    text = (scene.home / "policy.yaml").read_text().replace("version: 1", "version: 2", 1)
    (scene.home / "next.yaml").write_text(text.replace(scene.public("noor"), key))
    return [str(scene.home / "next.yaml"), "--key", str(scene.key("ines")), "--yes"]


def crime(scene: Scene) -> list[str] | None:
    return _policy(scene, "ssh-ed25519 A")


def twin(scene: Scene) -> list[str] | None:
    return _policy(scene, scene.public("eve"))
