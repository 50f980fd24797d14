"""What was merged and taken away before the log was sealed: named while nothing was sealed since."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenario import Scene


@pytest.fixture
def scene(sealed_scene: Scene, tmp_path: Path) -> Scene:
    scene = sealed_scene.copy(tmp_path / "home")
    scene.must("reject", "credit-memo", "1.1.0", "--key", str(scene.key("noor")), "--yes")
    return scene


def removed(scene: Scene) -> list[str]:
    done = scene.verify()
    assert done.code == 0, done.out
    return [f["where"] for f in done.json()["findings"] if f["id"] == "statement-removed"]


def take_away(scene: Scene, pattern: str = "signoff.reject.*") -> str:
    path = scene.statement("1.1.0", "signoff.reject").relative_to(scene.root).as_posix()
    for each in scene.path("1.1.0", "statements").glob(pattern):
        each.unlink()
    scene.commit("tidy up")
    return path


def test_named_until_the_next_seal(scene: Scene) -> None:
    """Then the log's own run has passed over it, and Git's history alone still holds it."""
    scene.commit("reject")
    path = take_away(scene)
    (scene.root / "more.txt").write_text("x")
    scene.commit("more")
    assert removed(scene) == [path]
    scene.must("seal", "--heartbeat")
    assert removed(scene) == []


def test_brought_back(scene: Scene) -> None:
    """It is there again, and nothing is missing."""
    scene.commit("reject")
    path = take_away(scene)
    scene.git("checkout", "-q", "HEAD~1", "--", f"{path}*")
    scene.commit("bring it back")
    assert removed(scene) == []


def test_given_up_on_a_branch(scene: Scene) -> None:
    """What never was on the branch was never stated there."""
    scene.git("switch", "-qc", "draft")
    scene.commit("reject")
    take_away(scene)
    scene.git("switch", "-q", "main")
    scene.git("merge", "-q", "--no-ff", "-m", "merge", "draft")
    assert removed(scene) == []


def test_by_a_signature_that_does_not_hold(scene: Scene) -> None:
    """What nobody signed is no gap when it goes."""
    path = scene.statement("1.1.0", "signoff.reject")
    path.with_name(f"{path.name}.sig").write_bytes(b"x")
    scene.commit("reject")
    take_away(scene)
    assert removed(scene) == []
