"""O16d: log in pieces of nothing."""

from __future__ import annotations

import struct
import zlib

from tests import trackers
from tests.scenario import Done, Scene

FIRST, MIDDLE = 2, 3


def run(scene: Scene, raw: bytes) -> list[str]:
    folder = scene.home / "run/wandb/offline-run-20261123_100000-abcd1234"
    folder.mkdir(parents=True)
    (folder / "run-abcd1234.wandb").write_bytes(raw)
    return [str(scene.home / "run")]


def crime(scene: Scene) -> list[str] | None:
    out = bytearray(trackers.WANDB_HEADER)
    for kind in [FIRST, *[MIDDLE] * 400_000]:
        left = trackers.BLOCK - len(out) % trackers.BLOCK
        if left < 7:
            out += bytes(left)
        out += struct.pack("<IHB", zlib.crc32(bytes([kind])), 0, kind)
    return run(scene, bytes(out))


def twin(scene: Scene) -> list[str] | None:
    config = {"name": "größe" * 20_000, "lr": 0.5}
    return run(scene, trackers.wandb_log([trackers.wandb_run("abcd1234", config), trackers.wandb_exit()]))


def after_crime(scene: Scene, done: Done) -> None:
    """A note says how far it was read."""
    assert "cut short in its last record" in done.err


def after_twin(scene: Scene, done: Done) -> None:
    """A record that is cut at the ends of blocks is read whole."""
    assert "cut short" not in done.err
    assert "lr: 0.5" in (scene.root / "models/credit-memo/2.0.0/card.yaml").read_text()
