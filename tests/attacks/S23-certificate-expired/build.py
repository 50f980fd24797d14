"""S23: certificate expired when it was used."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests import logins
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    sigstore = logins.stage(scene)
    raw, now = logins.approval(scene), datetime.now(UTC)
    logins.put(scene, raw, sigstore.bundle(raw, at=now - timedelta(hours=1), logged=now))
    return None


def twin(scene: Scene) -> list[str] | None:
    sigstore = logins.stage(scene)
    raw = logins.approval(scene)
    logins.put(scene, raw, sigstore.bundle(raw))
    return None
