"""Every folder here is a crime: built, judged by its exit code and ids, and set beside its twin."""

from __future__ import annotations

import importlib.util
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.scenario import Done, Scene

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in HERE.glob("*/expected.toml"))


def _module(folder: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"attack_{folder.name}", folder / "build.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _run(scene: Scene, expected: dict[str, Any], extra: list[str] | None, **env: str) -> Done:
    command = [
        part.format(home=scene.home, root=scene.root) for part in (*expected["command"], *(extra or []))
    ]
    if command[0] in ("verify", "check"):
        command += ["--format", "json"]
    return scene.cognify(*command, cwd=scene.root if scene.root.exists() else scene.home, **env)


def _look(module: ModuleType, name: str, scene: Scene, done: Done) -> None:
    """What a case says besides: that something is shown, or that something honest was done."""
    if hasattr(module, name):
        getattr(module, name)(scene, done)


@pytest.mark.parametrize("folder", CASES, ids=lambda p: p.name)
def test_crime(folder: Path, sealed_scene: Scene, tmp_path: Path, counting: dict[str, str]) -> None:
    """The crime is caught by its own id and exit code, not by a crash or by anything nearby."""
    expected = tomllib.loads((folder / "expected.toml").read_text())
    scene = sealed_scene.copy(tmp_path / "home")
    module = _module(folder)
    done = _run(scene, expected, module.crime(scene), **counting)
    said = f"{done.out}\n{done.err}"
    assert done.code == expected["exit"], said
    assert set(expected.get("ids", [])) <= done.ids, said
    assert "error[bug]" not in said
    allowed = set(expected.get("ids", [])) | set(expected.get("also", []))
    assert done.ids <= allowed, f"not named by the case: {done.ids - allowed}\n{said}"
    _look(module, "after_crime", scene, done)


@pytest.mark.parametrize("folder", CASES, ids=lambda p: p.name)
def test_twin(folder: Path, sealed_scene: Scene, tmp_path: Path) -> None:
    """What an honest person does in its place passes."""
    expected = tomllib.loads((folder / "expected.toml").read_text())
    scene = sealed_scene.copy(tmp_path / "home")
    module = _module(folder)
    done = _run(scene, expected, module.twin(scene))
    said = f"{done.out}\n{done.err}"
    assert done.code == expected.get("twin_exit", 0), said
    assert not set(expected.get("ids", [])) & done.ids, said
    _look(module, "after_twin", scene, done)


def test_every_case_is_explained() -> None:
    """Each folder says in words what is done and why it must be caught."""
    for folder in CASES:
        assert len((folder / "README.md").read_text().split()) >= 12, folder


def test_there_are_at_least_forty() -> None:
    assert len(CASES) >= 40
