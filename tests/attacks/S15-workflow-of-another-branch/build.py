"""S15: workflow of another branch."""

from __future__ import annotations

from tests import logins
from tests.localsigstore import workflow
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    sigstore = logins.stage(scene)
    raw = logins.approval(scene, "robot")
    logins.put(scene, raw, sigstore.bundle(raw, workflow(ref="refs/heads/x")), "robot")
    return None


def twin(scene: Scene) -> list[str] | None:
    sigstore = logins.stage(scene)
    raw = logins.approval(scene, "robot")
    logins.put(scene, raw, sigstore.bundle(raw, workflow()), "robot")
    return None
