"""H20: only strangers signed."""

from __future__ import annotations

import base64

from tests import forge
from tests.scenario import Scene

STRANGER = "— größe.example ".encode() + base64.b64encode(b"1234" + b"x" * 64) + b"\n"


def crime(scene: Scene) -> list[str] | None:
    text = forge.log_file(scene, "log/checkpoint").partition(b"\n\n")[0]
    forge.put_log(scene, {"log/checkpoint": text + b"\n\n" + STRANGER})
    return None


def twin(scene: Scene) -> list[str] | None:
    forge.put_log(scene, {"log/checkpoint": forge.log_file(scene, "log/checkpoint") + STRANGER})
    return None
