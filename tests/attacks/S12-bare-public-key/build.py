"""S12: bare public key."""

from __future__ import annotations

from tests import logins
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    sigstore = logins.stage(scene)
    raw = logins.approval(scene)
    bundle = sigstore.bundle(raw)
    bundle["verificationMaterial"]["publicKey"] = {"hint": "größe"}
    del bundle["verificationMaterial"]["certificate"]
    logins.put(scene, raw, bundle)
    return None


def twin(scene: Scene) -> list[str] | None:
    sigstore = logins.stage(scene)
    raw = logins.approval(scene)
    logins.put(scene, raw, sigstore.bundle(raw))
    return None
