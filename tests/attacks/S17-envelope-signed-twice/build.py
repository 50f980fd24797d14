"""S17: envelope signed twice."""

from __future__ import annotations

from tests import logins
from tests.localsigstore import b64
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    sigstore = logins.stage(scene)
    raw = logins.approval(scene)
    bundle = sigstore.bundle(raw)
    signature = bundle.pop("messageSignature")["signature"]
    bundle["dsseEnvelope"] = {
        "payload": b64(raw),
        "payloadType": "application/vnd.in-toto+json",
        "signatures": [{"sig": signature}, {"sig": signature}],
    }
    logins.put(scene, raw, bundle)
    return None


def twin(scene: Scene) -> list[str] | None:
    sigstore = logins.stage(scene)
    raw = logins.approval(scene)
    logins.put(scene, raw, sigstore.bundle(raw))
    return None
