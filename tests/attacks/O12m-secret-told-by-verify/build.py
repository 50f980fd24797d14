"""O12m: secret told by verify."""

from __future__ import annotations

from tests import seeds
from tests.scenario import Done, Scene

TOKEN = seeds.CREDENTIALS["github-token"]


def crime(scene: Scene) -> list[str] | None:
    card = scene.path("1.0.0", "card.yaml")
    card.write_text(f"{card.read_text()}x-größe:\n  {TOKEN}: 1\n  {TOKEN}: 2\n")
    scene.commit()
    return None


def twin(scene: Scene) -> list[str] | None:
    return None


def after_crime(scene: Scene, done: Done) -> None:
    """Neither the report nor its JSON says the token."""
    told = scene.cognify("verify")
    assert "yaml-dup-key" in told.out, told.out + told.err
    assert TOKEN not in done.out + done.err + told.out + told.err
