"""Fixtures that every folder may use."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import scenario
from tests.scenario import Scene


def pytest_configure() -> None:
    """A shell that starts us in the background has SIGINT ignored, and every command of the tests would too."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def sealed_scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """1.0.0 sealed, 1.1.0 proposed with one of two approvals. Copy it before changing it."""
    yield scenario.sealed(tmp_path_factory.mktemp("sealed") / "home")


@pytest.fixture
def scene(sealed_scene: Scene, tmp_path: Path) -> Scene:
    """A copy of the sealed inventory to do anything with."""
    return sealed_scene.copy(tmp_path / "home")
