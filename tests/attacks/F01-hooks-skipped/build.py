"""F01: hooks skipped."""

from __future__ import annotations

import sys

from tests.scenario import Scene

RECORD = "urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03"


def hooked(scene: Scene) -> None:
    """The clone refuses commits that `cognify check` finds fault with."""
    hook = scene.root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nexec '{sys.executable}' -m cognify check --draft\n")
    hook.chmod(0o755)


def commit(scene: Scene, *options: str) -> None:
    scene.git("add", "--all")
    scene.git("commit", "--quiet", *options, "-m", "capture 1.2.0")


def crime(scene: Scene) -> list[str] | None:
    hooked(scene)
    scene.write_version("1.2.0", record=RECORD)
    card = scene.path("1.2.0", "card.yaml")
    card.write_text(card.read_text().replace("value: 0.8425", "value: 0.9425"))
    try:
        commit(scene)
    except AssertionError as refused:
        assert "field-provenance" in str(refused)
    else:
        raise AssertionError("the hook let it pass")
    commit(scene, "--no-verify")
    return None


def twin(scene: Scene) -> list[str] | None:
    hooked(scene)
    scene.write_version("1.2.0", record=RECORD)
    commit(scene, "--no-verify")
    return None
