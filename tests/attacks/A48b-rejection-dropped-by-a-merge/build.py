"""A48b: rejection dropped by a merge."""

from __future__ import annotations

from tests.scenario import Done, Scene


def notes(done: Done) -> list[str]:
    return [f["what"] for f in done.json()["findings"] if f["id"] == "statement-removed"]


def merged(scene: Scene, *strategy: str) -> list[str] | None:
    """Main, with a rejection on it, becomes the second parent of a commit that goes on from before it."""
    before = scene.git("rev-parse", "HEAD")
    scene.must("reject", "credit-memo", "1.1.0", "--key", str(scene.key("noor")), "--yes")
    rejected = scene.commit("reject")
    scene.git("switch", "--quiet", "--create", "side", before)
    (scene.root / "docs/größe.md").write_text("anders\n")
    scene.commit("side")
    scene.git("merge", "--quiet", "--no-ff", *strategy, "-m", "größer", rejected)
    # A fast-forward, which no host refuses: the rejection's commit is an ancestor.
    scene.git("switch", "--quiet", "main")
    scene.git("merge", "--quiet", "--ff-only", "side")
    return None


def crime(scene: Scene) -> list[str] | None:
    return merged(scene, "--strategy=ours")


def twin(scene: Scene) -> list[str] | None:
    return merged(scene)


def after_crime(scene: Scene, done: Done) -> None:
    """Whose it was, and which commit dropped it."""
    (said,) = notes(done)
    assert "the signoff.reject of Noor" in said and scene.git("rev-parse", "HEAD")[:12] in said


def after_twin(scene: Scene, done: Done) -> None:
    assert notes(done) == []
