"""O03: template in a card."""

from __future__ import annotations

import json
import shutil

from tests import paper
from tests.scenario import MODEL, Done, Scene

RECORD = "urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03"
DESCRIPTION = "description: Reads a credit memo and proposes a decision.  # written by Mara"
HOSTILE = "{{ 7*7191 }} {% for x in range(3) %}größer{% endfor %} {# gone #} {{ config.site_name }} ${7*7}"


def packaged(scene: Scene, text: str) -> list[str]:
    scene.write_version("1.2.0", record=RECORD)
    card = scene.path("1.2.0", "card.yaml")
    card.write_text(card.read_text().replace(DESCRIPTION, f"description: {json.dumps(text)}"))
    scene.commit("capture 1.2.0")
    scene.propose("1.2.0")
    scene.approve("1.2.0", "ines", "--role", "model-risk")
    scene.approve("1.2.0", "tomas")
    scene.seal()
    scene.must("package", MODEL, "1.2.0", "-o", str(scene.home / "package.zip"))
    return []


def shown(scene: Scene, text: str) -> None:
    """Every page of the package that has the description has it word for word."""
    shutil.unpack_archive(scene.home / "package.zip", scene.home / "unpacked")
    found = paper.pages(scene.home / "unpacked")
    having = [name for name, page in found.items() if text in " ".join(page.text.split())]
    assert {name.rpartition("/")[2] for name in having} >= {"record.html", "1.2.0.html"}
    assert not any("50337" in page.text for page in found.values())


def crime(scene: Scene) -> list[str] | None:
    return packaged(scene, HOSTILE)


def after_crime(scene: Scene, done: Done) -> None:
    shown(scene, HOSTILE)


def twin(scene: Scene) -> list[str] | None:
    return packaged(scene, "Reads größere memos.")


def after_twin(scene: Scene, done: Done) -> None:
    shown(scene, "Reads größere memos.")
