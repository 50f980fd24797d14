"""The command as it ships: a wheel, installed into an environment of its own."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.scenario import Done, Scene

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `cognify` of a freshly built wheel; its dependencies are those that are here."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(build, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    venv.create(folder / "env", with_pip=False)
    python = folder / "env/bin/python"
    wheel = next(folder.glob("*.whl"))
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index", str(wheel)],
        capture_output=True, check=True,
    )  # fmt: skip
    purelib = next((folder / "env/lib").glob("python*/site-packages"))
    # A path file adds the folder and not the path files in it: the editable install stays unseen.
    (purelib / "here.pth").write_text(sysconfig.get_path("purelib") + "\n")
    where = subprocess.check_output(
        [str(python), "-c", "import cognify; print(cognify.__file__)"], cwd="/", text=True
    )
    assert where.startswith(str(folder)), where
    return folder / "env/bin/cognify"


class Installed(Scene):
    """A scene whose commands are the installed ones."""

    def __init__(self, home: Path, binary: Path) -> None:
        super().__init__(home)
        self.binary = binary
        self.environment.pop("PYTHONPATH", None)

    def cognify(self, *arguments: str, cwd: Path | None = None, **env: str) -> Done:
        done = subprocess.run(
            [str(self.binary), *arguments], cwd=cwd or self.root, env={**self.environment, **env},
            capture_output=True, stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    def clone(self, name: str) -> Installed:
        """Another clone of the same origin, with the same people."""
        other = Installed(self.home, self.binary)
        other.root = self.home / name
        self.git("clone", "--quiet", str(self.home / "origin.git"), str(other.root), cwd=self.home)
        return other
