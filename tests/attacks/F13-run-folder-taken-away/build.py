"""F13: run folder taken away."""

from __future__ import annotations

from tests.scenario import Done, Scene


def script(text: str) -> list[str]:
    return ["--run-folder", "{home}/run", "--", "sh", "-c", text]


def crime(scene: Scene) -> list[str] | None:
    return script("rm -r {home}/run; exit 7")


def twin(scene: Scene) -> list[str] | None:
    return script("ls {home}/run")


def after_crime(scene: Scene, done: Done) -> None:
    """Nothing is captured, and the reason is told; a folder in the record's place is no better."""
    assert (done.ids, scene.path("2.0.0").exists()) == ({"disk"}, False)
    place = scene.home / "second"
    text = f"rm {place}/cognify-run.json; mkdir {place}/cognify-run.json; exit 7"
    again = scene.cognify("run", "credit-memo", "2.0.0", "--run-folder", str(place), "--", "sh", "-c", text)
    assert (again.code, again.ids) == (7, {"disk"})


def after_twin(scene: Scene, done: Done) -> None:
    """The run is captured."""
    assert scene.path("2.0.0", "card.yaml").exists()
