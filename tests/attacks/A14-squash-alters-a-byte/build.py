"""A14: squash that alters a byte."""

from __future__ import annotations

from tests.scenario import MODEL, Done, Scene

THIRD = "urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03"


def branch(scene: Scene, name: str) -> None:
    """Work on a branch of one's own, from where main stands."""
    scene.git("switch", "--quiet", "--create", name, "main")


def squash(scene: Scene, name: str) -> None:
    scene.git("switch", "--quiet", "main")
    scene.git("merge", "--quiet", "--squash", name)


def moved_on(scene: Scene, name: str) -> None:
    """Meanwhile something else is merged, so that nothing can be fast-forwarded."""
    scene.git("switch", "--quiet", "main")
    (scene.root / f"{name}.md").write_text("größer\n")
    scene.commit(name)


def crime(scene: Scene) -> list[str] | None:
    branch(scene, "sign")
    scene.approve("1.1.0", "tomas")
    squash(scene, "sign")
    card = scene.path("1.1.0", "card.yaml")
    card.write_text(card.read_text().replace("Short memos", "Small memos"))
    scene.commit("approve 1.1.0 (#7)")
    return None


def twin(scene: Scene) -> list[str] | None:
    branch(scene, "sign")
    scene.approve("1.1.0", "tomas")
    squash(scene, "sign")
    scene.commit("approve 1.1.0 (#7)")
    # A rebase: the commits get other ids.
    branch(scene, "capture")
    scene.write_version("1.2.0", record=THIRD)
    scene.commit("capture 1.2.0")
    scene.propose("1.2.0")
    moved_on(scene, "one")
    scene.git("rebase", "--quiet", "main", "capture")
    scene.git("switch", "--quiet", "main")
    scene.git("merge", "--quiet", "--ff-only", "capture")
    # A cherry-pick.
    branch(scene, "ines")
    scene.approve("1.2.0", "ines", "--role", "model-risk")
    moved_on(scene, "two")
    scene.git("cherry-pick", "ines")
    # A merge queue: a merge commit made elsewhere, to which main is then advanced.
    branch(scene, "tomas")
    scene.approve("1.2.0", "tomas")
    moved_on(scene, "three")
    branch(scene, "queue")
    scene.git("merge", "--quiet", "--no-ff", "-m", "merge", "tomas")
    scene.git("switch", "--quiet", "main")
    scene.git("merge", "--quiet", "--ff-only", "queue")
    scene.seal()
    return None


def after_twin(scene: Scene, done: Done) -> None:
    """All three are sealed."""
    assert [record["state"] for record in done.json()["records"]] == ["sealed"] * 3, MODEL
