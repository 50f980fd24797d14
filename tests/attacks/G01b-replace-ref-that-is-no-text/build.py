"""G01b: replace ref that is no text."""

from __future__ import annotations

import subprocess

from tests.scenario import Done, Scene


def crime(scene: Scene) -> list[str] | None:
    scene.environment["PYTHONIOENCODING"] = "utf-8:strict"
    subprocess.run(
        [b"git", b"update-ref", b"refs/replace/gr\xf6\xdfe", b"HEAD"],
        cwd=scene.root, env=scene.environment, check=True,
    )  # fmt: skip
    return None


def after_crime(scene: Scene, done: Done) -> None:
    """It is named, with a sign for what is no text."""
    assert [f["where"] for f in done.json()["findings"]] == [
        "refs/replace/gr\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}e"
    ]


def twin(scene: Scene) -> list[str] | None:
    scene.environment["PYTHONIOENCODING"] = "utf-8:strict"
    return None
