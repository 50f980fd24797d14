"""H24b: root beyond ASCII."""

from __future__ import annotations

from cognify.records.checkpoint import NoteSignature, SignedNote
from cognify.signing import ed25519
from cognify.signing.note import LogSigner
from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    signer = LogSigner(*forge.log_seed(scene))
    size = len(forge.leaves(scene))
    text = f"{signer.name}\n{size}\n{'ö' * 44}\n".encode()
    line = NoteSignature(signer.name, signer.verifier.key_hash, ed25519.sign(signer.seed, text))
    signed = SignedNote(text, (line,)).render()
    forge.put_log(scene, {"log/checkpoint": signed, f"log/checkpoints/{size}.note": signed})
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.commit("an honest change")
    return None
