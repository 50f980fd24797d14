"""S10: no inclusion proof."""

from __future__ import annotations

from tests import logins
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    sigstore = logins.stage(scene)
    raw = logins.approval(scene)
    bundle = sigstore.bundle(raw)
    del bundle["verificationMaterial"]["tlogEntries"][0]["inclusionProof"]
    logins.put(scene, raw, bundle)
    return None


def twin(scene: Scene) -> list[str] | None:
    sigstore = logins.stage(scene)
    raw = logins.approval(scene)
    logins.put(scene, raw, sigstore.bundle(raw))
    return None
