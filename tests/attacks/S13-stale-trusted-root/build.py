"""S13: stale trusted root."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests import logins
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    sigstore = logins.stage(scene, ended="rekor")
    raw = logins.approval(scene)
    logins.put(scene, raw, sigstore.bundle(raw))
    return None


def twin(scene: Scene) -> list[str] | None:
    sigstore = logins.stage(scene, ended="rekor")
    raw = logins.approval(scene)
    logins.put(scene, raw, sigstore.bundle(raw, at=datetime.now(UTC) - timedelta(days=31)))
    return None
