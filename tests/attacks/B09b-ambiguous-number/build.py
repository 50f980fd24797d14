"""B09b: ambiguous number."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    card = scene.path("1.1.0", "card.yaml")
    card.write_bytes(
        card.read_bytes().replace(
            b"  decision_role: informs\n", b"  decision_role: informs\n  setting: 1e-5\n"
        )
    )
    return ["models/credit-memo/1.1.0"]


def twin(scene: Scene) -> list[str] | None:
    scene.write_version("1.2.0", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03")
    scene.commit("capture 1.2.0")
    card = scene.path("1.2.0", "card.yaml")
    card.write_bytes(
        card.read_bytes().replace(
            b"  decision_role: informs\n", b'  decision_role: informs\n  setting: "1e-5"\n'
        )
    )
    return ["models/credit-memo/1.2.0"]
