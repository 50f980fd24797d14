"""S24: bundle of a rejection."""

from __future__ import annotations

from tests import logins
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    sigstore = logins.stage(scene)
    raw = logins.approval(scene)
    rejection = raw.replace(b"signoff.approve", b"signoff.reject")
    logins.put(scene, raw, sigstore.bundle(rejection))
    return None


def twin(scene: Scene) -> list[str] | None:
    sigstore = logins.stage(scene)
    raw = logins.approval(scene)
    logins.put(scene, raw, sigstore.bundle(raw))
    return None
