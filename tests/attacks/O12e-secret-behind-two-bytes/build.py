"""O12e: secret behind two bytes."""

from __future__ import annotations

import gzip

from cognify import canonical
from tests import seeds
from tests.scenario import Scene

RECORD = "urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03"


def draft(scene: Scene, raw: bytes) -> list[str]:
    """Evidence that cites nothing, beside the one file that does."""
    scene.write_version("1.2.0", record=RECORD)
    lock = scene.path("1.2.0", "evidence.lock.json")
    held = canonical.loads(lock.read_bytes(), where="")
    assert isinstance(held, dict)
    held["artifacts"]["a02"] = {
        **held["artifacts"]["a01"], "path": "evidence/größe.gz", "origin": "größe.gz", "media": "application/gzip",
        "bytes": len(raw), "sha256": canonical.sha256(raw),
    }  # fmt: skip
    lock.write_bytes(canonical.pretty(held))
    scene.path("1.2.0", "evidence/größe.gz").write_bytes(raw)
    return ["models/credit-memo/1.2.0", "--draft"]


def crime(scene: Scene) -> list[str] | None:
    return draft(scene, b"\x1f\x8b" + f"größe {seeds.CREDENTIALS['github-token']}\n".encode())


def twin(scene: Scene) -> list[str] | None:
    return draft(scene, gzip.compress(gzip.compress("größe\n".encode())))
