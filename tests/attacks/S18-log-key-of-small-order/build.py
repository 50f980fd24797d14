"""S18: log key of small order."""

from __future__ import annotations

import base64
import hashlib

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    name, _ = forge.log_seed(scene)
    point = bytes([1]) + bytes(31)
    key_hash = hashlib.sha256(name.encode() + b"\n\x01" + point).hexdigest()[:8]
    (scene.root / "trust/log.vkey").write_text(
        f"{name}+{key_hash}+{base64.b64encode(bytes([1]) + point).decode()}\n"
    )
    scene.commit()
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.commit("an honest change")
    return None
