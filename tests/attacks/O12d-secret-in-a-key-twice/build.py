"""O12d: secret in a key that is there twice."""

from __future__ import annotations

from tests import seeds
from tests.scenario import Done, Scene

TOKEN = seeds.CREDENTIALS["github-token"]


def twice(scene: Scene, key: str) -> list[str] | None:
    card = scene.path("1.1.0", "card.yaml")
    card.write_text(f"{card.read_text()}x-größe:\n  {key}: 1\n  {key}: 2\n")
    return ["models/credit-memo/1.1.0"]


def crime(scene: Scene) -> list[str] | None:
    return twice(scene, TOKEN)


def twin(scene: Scene) -> list[str] | None:
    card = scene.path("1.1.0", "card.yaml")
    card.write_text(f"{card.read_text()}x-größe:\n  eins: 1\n  zwei: 2\n")
    return ["models/credit-memo/1.1.0"]


def after_crime(scene: Scene, done: Done) -> None:
    """Neither the finding nor the error of another command says the token."""
    refused = scene.cognify("fill", "models/credit-memo/1.1.0")
    assert refused.ids == {"yaml-dup-key"}
    assert TOKEN not in f"{done.out}{done.err}{refused.out}{refused.err}"
