"""The hooks, run by pre-commit itself in a real inventory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import yaml

from tests.scenario import Scene

BIN = Path(sys.executable).parent


def _pre_commit(scene: Scene) -> subprocess.CompletedProcess[str]:
    environment = {
        **scene.environment,
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "PRE_COMMIT_HOME": str(scene.home / "pc"),
    }
    return subprocess.run(
        [str(BIN / "pre-commit"), "run", "--all-files"], cwd=scene.root, env=environment, capture_output=True,
        text=True, check=False,
    )  # fmt: skip


def _draft(scene: Scene) -> Path:
    scene.write_version("1.2.0", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03")
    # The small test card leaves framework questions open on purpose; here it adopts none.
    settings = scene.root / "cognify.yaml"
    settings.write_text(settings.read_text().partition("frameworks:")[0])
    scene.commit("capture 1.2.0")
    return scene.path("1.2.0", "card.yaml")


def test_an_honest_card_passes_both_hooks(scene: Scene) -> None:
    """What capture wrote is let through."""
    _draft(scene)
    done = _pre_commit(scene)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_number_edited_by_hand_is_stopped(scene: Scene) -> None:
    """Both hooks name the value, and neither writes it nor stages it."""
    card = _draft(scene)
    card.write_text(card.read_text().replace("value: 0.8425", "value: 0.85"))
    scene.git("add", "--all")
    staged = scene.git("diff", "--cached", "--name-only")
    done = _pre_commit(scene)
    assert done.returncode == 1
    assert "field-provenance" in done.stdout
    assert "/evaluation/runs/0/value differs" in done.stdout
    assert "value: 0.85" in card.read_text()
    assert scene.git("diff", "--cached", "--name-only") == staged


def test_published_hooks_name_commands_that_exist() -> None:
    """`.pre-commit-hooks.yaml` and the console scripts agree."""
    root = Path(__file__).parents[2]
    hooks = yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text())
    assert {hook["entry"] for hook in hooks} == {"cognify-fill", "cognify-check"}
    assert all((BIN / hook["entry"]).exists() for hook in hooks)
