"""H21b: known signature respelled."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def crime(scene: Scene) -> list[str] | None:
    path = scene.git("ls-tree", "-r", "--name-only", forge.LOG, "log/checkpoints/").splitlines()[0]
    kept = forge.log_file(scene, path).decode()
    # 68 bytes leave two bits of the last letter unused.
    letter = kept[-3]
    assert kept.endswith(f"{letter}=\n")
    forge.put_log(scene, {path: f"{kept[:-3]}{LETTERS[LETTERS.index(letter) ^ 1]}=\n".encode()})
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.commit("an honest change")
    return None
