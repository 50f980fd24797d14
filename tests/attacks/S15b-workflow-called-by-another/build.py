"""S15b: workflow called by another."""

from __future__ import annotations

from tests import logins
from tests.localsigstore import workflow
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    sigstore = logins.stage(scene)
    raw = logins.approval(scene, "robot")
    said = workflow(run_by="eve/cards/.github/workflows/x.yml@refs/heads/main")
    logins.put(scene, raw, sigstore.bundle(raw, said), "robot")
    return None


def twin(scene: Scene) -> list[str] | None:
    sigstore = logins.stage(scene)
    raw = logins.approval(scene, "robot")
    logins.put(scene, raw, sigstore.bundle(raw, workflow()), "robot")
    return None
