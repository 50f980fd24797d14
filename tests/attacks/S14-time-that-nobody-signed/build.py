"""S14: time that nobody signed."""

from __future__ import annotations

import time

from tests import logins
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    sigstore = logins.stage(scene)
    raw = logins.approval(scene)
    bundle = sigstore.bundle(raw, rekor=2, tsa=False)
    bundle["verificationMaterial"]["tlogEntries"][0]["integratedTime"] = str(int(time.time()))
    logins.put(scene, raw, bundle)
    return None


def twin(scene: Scene) -> list[str] | None:
    sigstore = logins.stage(scene)
    raw = logins.approval(scene)
    logins.put(scene, raw, sigstore.bundle(raw, rekor=2))
    return None
