"""S24b: bundle of something that is no statement."""

from __future__ import annotations

from tests import logins
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    sigstore = logins.stage(scene)
    raw = b'{"release":"1.0.0"}'
    logins.put(scene, raw, sigstore.bundle(raw))
    return None


def twin(scene: Scene) -> list[str] | None:
    sigstore = logins.stage(scene)
    raw = logins.approval(scene)
    logins.put(scene, raw, sigstore.bundle(raw))
    return None
