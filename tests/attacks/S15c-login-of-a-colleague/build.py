"""S15c: login of a colleague."""

from __future__ import annotations

from tests import logins
from tests.localsigstore import workflow
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    sigstore = logins.stage(scene)
    raw = logins.approval(scene)
    logins.put(scene, raw, sigstore.bundle(raw, workflow()))
    return None


def twin(scene: Scene) -> list[str] | None:
    sigstore = logins.stage(scene)
    raw = logins.approval(scene)
    logins.put(scene, raw, sigstore.bundle(raw))
    return None
