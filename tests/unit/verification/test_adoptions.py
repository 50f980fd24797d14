"""Policy versions in history."""

from __future__ import annotations

from pathlib import Path

from cognify.git import Repository
from cognify.verification.adoptions import judge_adoptions
from cognify.verification.procedure import open_repository, prepare
from tests.hearing import NOON
from tests.scenario import Scene


def test_an_adoption_whose_commit_is_gone_is_left_to_step_2(sealed_scene: Scene, tmp_path: Path) -> None:
    """What history cannot be read says nothing about isolation; that it cannot is said elsewhere."""
    scene = sealed_scene.copy(tmp_path / "home")
    scene.next_policy(("max_age_days: 30", "max_age_days: 20"))
    scene.seal()
    x = prepare(open_repository(Repository(scene.root)), NOON)
    assert judge_adoptions(x) is None
    x.adopted[2] = "0" * 40
    assert (judge_adoptions(x), x.findings) == (None, [])
