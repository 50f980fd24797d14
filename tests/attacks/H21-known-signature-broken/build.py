"""H21: known signature broken."""

from __future__ import annotations

import base64

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    raw = forge.log_file(scene, "log/checkpoint")
    text, line = raw.split(b"\n\n")
    name, blob = line.split(b" ")[1:]
    broken = bytearray(base64.b64decode(blob))
    broken[20] ^= 1
    bad = b"\xe2\x80\x94 " + name + b" " + base64.b64encode(bytes(broken)) + b"\n"
    forge.put_log(scene, {"log/checkpoint": raw + bad})
    return None


def twin(scene: Scene) -> list[str] | None:
    raw = forge.log_file(scene, "log/checkpoint")
    stranger = b"\xe2\x80\x94 witness.example " + base64.b64encode(b"1234" + b"x" * 64) + b"\n"
    forge.put_log(scene, {"log/checkpoint": raw + stranger})
    return None
