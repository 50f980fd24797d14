"""S21b: log of another Sigstore."""

from __future__ import annotations

from tests import logins
from tests.localsigstore import LocalSigstore
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    sigstore = logins.stage(scene)
    raw = logins.approval(scene)
    logins.put(scene, raw, sigstore.bundle(raw, rekor=2, log=LocalSigstore()))
    return None


def twin(scene: Scene) -> list[str] | None:
    sigstore = logins.stage(scene)
    raw = logins.approval(scene)
    logins.put(scene, raw, sigstore.bundle(raw))
    return None
