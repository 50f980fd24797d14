"""G14: tag moved."""

from __future__ import annotations

from tests.scenario import MODEL, Scene


def edited(scene: Scene) -> str:
    """A commit beside main in which the sealed card says something else."""
    scene.git("switch", "--quiet", "--create", "side")
    card = scene.path("1.0.0", "card.yaml")
    card.write_text(card.read_text().replace("Short memos", "Größere memos"))
    commit = scene.commit("side")
    scene.git("switch", "--quiet", "main")
    return commit


def crime(scene: Scene) -> list[str] | None:
    scene.git("tag", "-a", "-m", "größer", f"{MODEL}/1.0.0")
    scene.git("tag", "--force", "-a", "-m", "größer", f"{MODEL}/1.0.0", edited(scene))
    return None


def twin(scene: Scene) -> list[str] | None:
    for name in (f"{MODEL}/1.0.0", f"{MODEL}-1.0.0", f"{MODEL}@1.0.0", f"models/{MODEL}/1.0.0"):
        scene.git("tag", "-a", "-m", "größer", name)
    other = edited(scene)
    names = (f"create refs/tags/{MODEL}/nightly-{number} {other}\n" for number in range(1000))
    scene.git("update-ref", "--stdin", stdin="".join(names).encode())
    return None
