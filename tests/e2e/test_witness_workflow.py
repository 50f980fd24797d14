"""The shipped witness workflow: its steps, run as written, against real repositories."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from tests import forge
from tests.scenario import Scene

WORKFLOW = Path(__file__).parents[2] / "site_template/inventory/github-witness.yml"


def workflow() -> dict[Any, Any]:
    return yaml.safe_load(WORKFLOW.read_text())


def run(scene: Scene, own: Path, temp: Path) -> int:
    """Every `run` step but the installation, in a fresh clone of the witness's own repository."""
    job = workflow()["jobs"]["witness"]
    inventory = scene.home / "größe.git"
    scripts = [step["run"] for step in job["steps"] if "run" in step and "pip install" not in step["run"]]
    assert len(scripts) == 3
    temp.mkdir()
    clone = temp / "checkout"
    subprocess.run(["git", "clone", "--quiet", str(own), str(clone)], check=True, capture_output=True)
    (temp / "bin").mkdir()
    cognify = temp / "bin/cognify"
    cognify.write_text(f'#!/bin/sh\nexec {sys.executable} -m cognify "$@"\n')
    cognify.chmod(0o755)
    environment = {
        **scene.environment, **job["env"], "RUNNER_TEMP": str(temp), "INVENTORY": str(inventory),
        "PATH": f"{temp / 'bin'}:{scene.environment['PATH']}",
    }  # fmt: skip
    for script in scripts:
        done = subprocess.run(["bash", "-e", "-c", script], cwd=clone, env=environment, capture_output=True,
                              check=False)  # fmt: skip
        if done.returncode:
            return done.returncode
    return 0


def published(scene: Scene) -> None:
    scene.git("push", "--quiet", "--force", str(scene.home / "größe.git"), "main", forge.LOG)


def test_it_remembers_and_refuses(scene: Scene, tmp_path: Path) -> None:
    """A day, a day with growth, a day without; then a log that was set back."""
    scene.git("init", "--quiet", "--bare", str(scene.home / "größe.git"), cwd=scene.home)
    own = tmp_path / "witness.git"
    subprocess.run(["git", "init", "--quiet", "--bare", "-b", "main", str(own)], check=True)
    old = scene.git("rev-parse", forge.LOG)
    published(scene)
    assert run(scene, own, tmp_path / "1") == 0
    scene.approve("1.1.0", "tomas")
    scene.seal()
    published(scene)
    assert run(scene, own, tmp_path / "2") == 0
    assert run(scene, own, tmp_path / "3") == 0
    log = subprocess.run(["git", "log", "--format=%s"], cwd=own, capture_output=True, check=True).stdout
    assert log.decode().splitlines() == ["Seen: model-inventory"] * 2
    scene.git("update-ref", f"refs/heads/{forge.LOG}", old)
    published(scene)
    assert run(scene, own, tmp_path / "4") == 3


def test_it_has_no_more_rights_than_it_needs() -> None:
    """Every action is pinned by commit, no right but one, no expression in a script."""
    told = workflow()
    job = told["jobs"]["witness"]
    assert (told["permissions"], job["permissions"]) == ({}, {"contents": "write"})
    for step in job["steps"]:
        assert "run" in step or re.fullmatch(r"[a-z-]+/[a-z-]+@[0-9a-f]{40}", step["uses"])
        assert "${{" not in step.get("run", "")
