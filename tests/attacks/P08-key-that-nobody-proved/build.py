"""P08: key that nobody proved."""

from __future__ import annotations

from tests.scenario import Scene


def _eve(scene: Scene) -> tuple[str, str]:
    person = f'  eve:\n    name: Eve Größe\n    roles: [compliance]\n    keys: [{{ssh: "{scene.public("eve")}"}}]\n'
    return "exclusive_roles:", person + "exclusive_roles:"


def crime(scene: Scene) -> list[str] | None:
    scene.next_policy(_eve(scene))
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.next_policy(_eve(scene), approve=("eve",))
    return None
