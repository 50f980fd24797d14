"""S21: certificate of another Sigstore."""

from __future__ import annotations

from tests import logins
from tests.localsigstore import LocalSigstore
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    logins.stage(scene)
    raw = logins.approval(scene)
    logins.put(scene, raw, LocalSigstore().bundle(raw))
    return None


def twin(scene: Scene) -> list[str] | None:
    sigstore = logins.stage(scene)
    raw = logins.approval(scene)
    logins.put(scene, raw, sigstore.bundle(raw))
    return None
