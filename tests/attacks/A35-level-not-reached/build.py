"""A35: assurance level not reached."""

from __future__ import annotations

from pathlib import Path

from tests import forge
from tests.scenario import Scene, policy_with


def sealed_under(scene: Scene, level: str) -> None:
    rule = "not: [author, trainer, evidence-author]\n    max_age_days: 30"
    arguments = policy_with(scene, rule, f"{rule}\n    level: {level}")
    second = found(scene.home / "second", arguments, scene)
    second.write_version("1.0.0", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a09")
    second.commit("capture")
    second.propose("1.0.0")
    second.approve("1.0.0", "ines", "--role", "model-risk")
    second.approve("1.0.0", "tomas")
    forge.seal_by_force(second, "1.0.0")


def found(home: Path, arguments: list[str], scene: Scene) -> Scene:
    home.mkdir()
    (home / "keys").symlink_to(scene.home / "keys")
    (home / ".gitconfig").write_bytes((scene.home / ".gitconfig").read_bytes())
    second = Scene(home)
    done = second.cognify("init", str(second.root), "--name", "zweite", *arguments, cwd=home)
    assert done.code == 0, done.err
    return second


def crime(scene: Scene) -> list[str] | None:
    sealed_under(scene, "L3")
    return None


def twin(scene: Scene) -> list[str] | None:
    sealed_under(scene, "L2")
    return None
