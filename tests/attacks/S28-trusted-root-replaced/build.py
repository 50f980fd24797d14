"""S28: trusted root replaced."""

from __future__ import annotations

import json

from tests import logins
from tests.localsigstore import LocalSigstore
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    logins.stage(scene)
    own = LocalSigstore()
    (scene.root / "trust/sigstore/trusted_root.json").write_text(json.dumps(own.trusted_root()))
    raw = logins.approval(scene)
    logins.put(scene, raw, own.bundle(raw))
    return None


def twin(scene: Scene) -> list[str] | None:
    sigstore = logins.stage(scene)
    raw = logins.approval(scene)
    logins.put(scene, raw, sigstore.bundle(raw))
    return None
