"""P08b: unproven key sealed by force."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def _eve(scene: Scene) -> tuple[str, str]:
    key = f'[{{ssh: "{scene.public("eve")}"}}]'
    person = f"  eve:\n    name: Eve Größe\n    roles: [compliance]\n    keys: {key}\n"
    return "exclusive_roles:", person + "exclusive_roles:"


def crime(scene: Scene) -> list[str] | None:
    scene.next_policy(_eve(scene))
    forge.seal_merged(scene)
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.next_policy(_eve(scene), approve=("eve",))
    forge.seal_merged(scene)
    return None
