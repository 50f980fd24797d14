"""H33d: stranger under the name of a witness."""

from __future__ import annotations

from collections.abc import Callable

from tests import forge, witnesses
from tests.scenario import Scene
from tests.witnesses import Cosigner

ONE, TWO, THREE = Cosigner(), Cosigner("w2.example", b"2" * 32), Cosigner("w3.example", b"3" * 32)
STRANGER = Cosigner("w2.example", b"x" * 32)
POLICY = "".join(f"witness {label} {who.vkey}\n" for label, who in (("a", ONE), ("b", TWO), ("c", THREE)))
POLICY += "group two-of-three 2 a b c\nquorum two-of-three\n"


def put(scene: Scene, *lines: Callable[[bytes], bytes], more: str = "") -> None:
    """An inventory with two of three witnesses in its policy; its checkpoint carries *lines*."""
    second = witnesses.inventory(scene.home / "second", POLICY, more)
    note = forge.log_file(second, "log/checkpoint")
    text = note.partition(b"\n\n")[0] + b"\n"
    forge.put_log(second, {"log/checkpoint": note + b"".join(line(text) for line in lines)})


def crime(scene: Scene) -> list[str] | None:
    put(scene, ONE.line, STRANGER.line)
    return None


def twin(scene: Scene) -> list[str] | None:
    put(scene, ONE.line, STRANGER.line, TWO.line)
    return None
