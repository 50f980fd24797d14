"""The program as it ships: the wheel, installed into an environment of its own."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `cognify` command of the built wheel; its dependencies are the ones already installed."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(folder / "dist"), str(ROOT)],
        check=True, capture_output=True,
    )  # fmt: skip
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    python = folder / "venv/bin/python"
    subprocess.run(
        [sys.executable, "-m", "pip", f"--python={python}", "install", "--quiet", "--no-deps", "--no-index",
         str(next((folder / "dist").glob("*.whl")))],
        check=True, capture_output=True,
    )  # fmt: skip
    # A plain path, so that the checkout's own editable install is not seen through it.
    site = next((folder / "venv/lib").glob("python*/site-packages"))
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "venv/bin/cognify"
