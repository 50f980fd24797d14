"""O12f: secret in a comment."""

from __future__ import annotations

from tests import seeds
from tests.scenario import Done, Scene

TOKEN = seeds.CREDENTIALS["github-token"]


def commented(scene: Scene, comment: str) -> list[str]:
    return ["--key", str(scene.key("tomas")), "--yes", "--comment", comment]


def crime(scene: Scene) -> list[str] | None:
    return commented(scene, f"größer, siehe {TOKEN}")


def twin(scene: Scene) -> list[str] | None:
    return commented(scene, "größer, siehe SHA256 und token: 4")


def after_crime(scene: Scene, done: Done) -> None:
    """Nothing is written, and the token is not said; nor in a condition."""
    also = scene.cognify("approve", "credit-memo", "1.1.0", *commented(scene, "größer"), "--condition", TOKEN)
    assert also.ids == {"secret-found"}
    assert TOKEN not in f"{done.out}{done.err}{also.out}{also.err}"
    assert not list(scene.path("1.1.0", "statements").glob("signoff.approve.tomas.*"))
