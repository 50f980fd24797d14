"""A small real repository, made by git itself."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Git = Callable[..., str]
ENVIRONMENT = {
    "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Zoë", "GIT_AUTHOR_EMAIL": "z@example.org", "GIT_COMMITTER_NAME": "Zoë",
    "GIT_COMMITTER_EMAIL": "z@example.org",
}  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "größe"


@pytest.fixture
def git(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """Run git in the repository; three commits are there: one, two, three in `größe.txt`."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    root.mkdir()

    def run(*arguments: str, cwd: Path = root, stdin: bytes | None = None) -> str:
        done = subprocess.run(["git", *arguments], cwd=cwd, env={**ENVIRONMENT, "HOME": str(tmp_path)},
                              input=stdin, capture_output=True, check=False)  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()

    run("init", "--quiet", "-b", "main")
    for word in ("one", "two", "three"):
        (root / "größe.txt").write_text(word)
        (root / word).mkdir()
        (root / word / "x").write_text(word)
        run("add", "--all")
        run("commit", "--quiet", "-m", word)
    return run
