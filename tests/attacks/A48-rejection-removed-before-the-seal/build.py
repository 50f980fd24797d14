"""A48: rejection removed before the seal."""

from __future__ import annotations

from tests.scenario import Done, Scene


def notes(done: Done) -> list[str]:
    return [f["what"] for f in done.json()["findings"] if f["id"] == "statement-removed"]


def crime(scene: Scene) -> list[str] | None:
    scene.must("reject", "credit-memo", "1.1.0", "--key", str(scene.key("noor")), "--yes")
    scene.commit("reject")
    for path in scene.path("1.1.0", "statements").glob("signoff.reject.*"):
        path.unlink()
    scene.commit("tidy up")
    return None


def after_crime(scene: Scene, done: Done) -> None:
    """Whose it was, what it was, and which commit took it away."""
    (said,) = notes(done)
    assert "the signoff.reject of Noor" in said and scene.git("rev-parse", "HEAD")[:12] in said


def twin(scene: Scene) -> list[str] | None:
    # What nobody signed is no statement: taking it away leaves no gap.
    path = scene.path("1.1.0", "statements") / "signoff.reject.noor.00000000.json"
    path.write_bytes(b"{}")
    scene.commit("by mistake")
    path.unlink()
    scene.commit("tidy up")
    return None


def after_twin(scene: Scene, done: Done) -> None:
    assert notes(done) == []
