"""F10: sequencer killed."""

from __future__ import annotations

import shutil
import signal
from itertools import count
from pathlib import Path

from tests import forge
from tests.scenario import Done, Scene

KILLING = Path(__file__).parents[2] / "e2e/killing"


def killed(scene: Scene) -> None:
    """Seal, and die between leaves and checkpoint."""
    scene.approve("1.1.0", "tomas")
    size = len(forge.leaves(scene))
    for number in count(1):
        tried = scene.copy(scene.home.with_name(f"tried-{number}"))
        done = tried.cognify(
            "seal", PYTHONPATH=str(KILLING), COGNIFY_KILL_UNDER=str(tried.home), COGNIFY_KILL_AT=str(number)
        )
        assert done.code == -signal.SIGKILL, done.err
        grown, signed = len(forge.leaves(tried)), int(forge.log_file(tried, "log/checkpoint").split(b"\n")[1])
        if grown > size == signed:
            shutil.rmtree(scene.home)
            tried.home.rename(scene.home)
            return
        shutil.rmtree(tried.home)


def crime(scene: Scene) -> list[str] | None:
    before = forge.log_file(scene)
    killed(scene)
    forge.put_log(scene, {"log/leaves": before})
    return None


def twin(scene: Scene) -> list[str] | None:
    killed(scene)
    scene.seal()
    return None


def after_twin(scene: Scene, done: Done) -> None:
    """The next run finished what the killed one began."""
    assert [record["state"] for record in done.json()["records"]] == ["sealed", "sealed"]
