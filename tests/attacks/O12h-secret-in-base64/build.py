"""O12h: secret in base64."""

from __future__ import annotations

import base64
import json
import random

from tests import seeds
from tests.scenario import Done, Scene

TOKEN = seeds.CREDENTIALS["github-token"]
PICTURE = b"\x89PNG\r\n\x1a\n" + random.Random(7).randbytes(600)


def run(scene: Scene, held: bytes) -> list[str]:
    folder = scene.home / "run"
    folder.mkdir()
    lines = base64.encodebytes(held).decode().splitlines(keepends=True)
    (folder / "all_results.json").write_text(json.dumps({"eval_loss": 0.5, "größe": lines}, indent=1))
    (folder / "environment.txt").write_bytes(b"torch==2.9.1\n# " + base64.b64encode(base64.b64encode(held)))
    return [str(folder)]


def crime(scene: Scene) -> list[str] | None:
    return run(scene, f"# größe: die Umgebung, wie sie war\nHOME=/root\nGH={TOKEN}\n".encode())


def twin(scene: Scene) -> list[str] | None:
    return run(scene, PICTURE)


def after_crime(scene: Scene, done: Done) -> None:
    """Both places are named, and neither the token nor what encodes it."""
    assert "all_results.json:4:" in done.out + done.err
    assert "environment.txt:2:" in done.out + done.err
    assert TOKEN not in done.out + done.err
