"""P15: log key replaced."""

from __future__ import annotations

import base64
import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    name, _ = forge.log_seed(scene)
    seed = b"k" * 32
    lines = forge.log_file(scene)
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    key_hash = hashlib.sha256(name.encode() + b"\n\x01" + public).hexdigest()[:8]
    vkey = f"{name}+{key_hash}+{base64.b64encode(bytes([1]) + public).decode()}\n"
    (scene.root / "trust/log.vkey").write_text(vkey)
    scene.commit()
    signed = forge.note(scene, lines, seed=seed)
    old = [
        p
        for p in scene.git("ls-tree", "-r", "--name-only", "cognify-log").splitlines()
        if "/checkpoints/" in p
    ]
    size = len(lines.splitlines())
    forge.put_log(
        scene,
        {"log/checkpoint": signed, f"log/checkpoints/{size}.note": signed},
        drop=[p for p in old if p != f"log/checkpoints/{size}.note"],
    )
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.commit("an honest change")
    return None
