"""A source that is a Git repository: its commit, and what differs from it, with real git."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cognify import replay
from cognify.readers import Reading, read_sources
from cognify.records.lock import Citation

AUTHOR = {"GIT_AUTHOR_NAME": "Zoë", "GIT_AUTHOR_EMAIL": "zoe@example.org",
          "GIT_COMMITTER_NAME": "Zoë", "GIT_COMMITTER_EMAIL": "zoe@example.org"}  # fmt: skip


def git(folder: Path, *words: str) -> str:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment = {**clean, **AUTHOR, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(
        ["git", "-C", str(folder), *words], env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def code(tmp_path: Path) -> Path:
    folder = tmp_path / "run/code"
    folder.mkdir(parents=True)
    git(folder, "init", "--initial-branch=main")
    git(folder, "remote", "add", "origin", "https://zoe:secret-token@example.org/x.git")
    (folder / "train.py").write_text("print('größe')\n")
    (folder / "old.py").write_text("x = 1\n")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "one")
    return folder


def value(reading: Reading, pointer: str) -> Any:
    (claim,) = [claim for claim in reading.claims if claim.pointer == pointer]
    (raw,) = [m.raw for m in reading.materials if m.origin == claim.origin]
    assert raw is not None
    return replay.value_of(Citation(claim.kind, claim.via, "", claim.at), raw)[0]


def test_a_clean_tree(code: Path) -> None:
    """HEAD's commit, not dirty; tracked files are named by it and not listed one by one."""
    (code / "run.log").write_text("untracked")
    reading = read_sources([code.parent], keep_data=False)
    assert value(reading, "/training/code_commit") == git(code, "rev-parse", "HEAD")
    assert value(reading, "/training/code_dirty") is False
    assert {m.origin for m in reading.materials} == {"observed/code/code.json", "code/run.log"}


def test_a_dirty_tree(code: Path) -> None:
    """Changed and deleted files make it dirty; each is named with its digest, the remote is not."""
    (code / "train.py").write_text("print('other')\n")
    (code / "old.py").unlink()
    reading = read_sources([code], keep_data=False)
    assert value(reading, "/training/code_dirty") is True
    (seen,) = [m for m in reading.materials if m.observed]
    assert seen.raw is not None
    told = json.loads(seen.raw)
    assert [(c["path"], c["sha256"][:6]) for c in told["changed"]] == [
        ("old.py", "absent"),
        ("train.py", "b74b5f"),
    ]
    assert b"secret-token" not in b"".join(m.raw or b"" for m in reading.materials)


def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    """There is nothing to claim, and that is said."""
    git(tmp_path, "init")
    (tmp_path / "a.txt").write_text("x")
    reading = read_sources([tmp_path], keep_data=False)
    assert reading.claims == ()
    assert any("without a commit" in note for note in reading.notes)


def test_the_code_has_moved_on_since_the_run(code: Path) -> None:
    """A tracker's record of the commit counts before what HEAD is now, which says nothing of the run."""
    meta = "lifecycle_stage: active\nrun_id: r1\nstart_time: 1795421486599\nstatus: 3\n"
    run = code.parent / "mlruns/1/r1"
    for name, text in (
        ("meta.yaml", meta),
        ("params/lr", "0.5"),
        ("tags/mlflow.source.git.commit", "a" * 40),
    ):
        (run / name).parent.mkdir(parents=True, exist_ok=True)
        (run / name).write_text(text)
    reading = read_sources([code.parent], keep_data=False)
    assert value(reading, "/training/code_commit") == "a" * 40
    assert not any(claim.pointer == "/training/code_dirty" for claim in reading.claims)
    assert any("the run recorded aaaaaaaaaaaa" in note for note in reading.notes)


def test_a_git_file_that_leads_elsewhere(code: Path, tmp_path: Path) -> None:
    """A `.git` file points outside the source, and is not followed."""
    other = tmp_path / "other"
    other.mkdir()
    (other / ".git").write_text(f"gitdir: {code}/.git\n")
    (other / "a.txt").write_text("x")
    assert read_sources([other], keep_data=False).claims == ()
