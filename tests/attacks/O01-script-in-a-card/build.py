"""O01: script in a card."""

from __future__ import annotations

import json

from tests import paper
from tests.scenario import MODEL, Done, Scene

RECORD = "urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03"
DESCRIPTION = "description: Reads a credit memo and proposes a decision.  # written by Mara"
HOSTILE = (
    "<script>alert(1)</script>",
    "[größer](javascript:alert(1)) <a href='javascript:alert(1)'>x</a>",
    '```x" onmouseover=alert(1) y="\ncode\n```',
    "</p></article><svg onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
)


def written(scene: Scene, text: str) -> None:
    scene.write_version("1.2.0", record=RECORD)
    card = scene.path("1.2.0", "card.yaml")
    card.write_text(card.read_text().replace(DESCRIPTION, f"description: {json.dumps(text)}"))
    scene.commit("capture 1.2.0")


def crime(scene: Scene) -> list[str] | None:
    written(scene, "\n".join(HOSTILE))
    return None


def after_crime(scene: Scene, done: Done) -> None:
    """Nothing of it could act on any page, and all of it can be read."""
    found = paper.pages(scene.home / "site")
    assert {name: page.alive for name, page in found.items() if page.alive} == {}
    shown = " ".join(found[f"models/{MODEL}/1.2.0.html"].text.split())
    for line in HOSTILE:
        assert " ".join(line.split()) in shown


def twin(scene: Scene) -> list[str] | None:
    written(scene, "Reads größere memos.")
    return None


def after_twin(scene: Scene, done: Done) -> None:
    """Prose is shown, too."""
    assert "Reads größere memos." in paper.pages(scene.home / "site")[f"models/{MODEL}/1.2.0.html"].text
