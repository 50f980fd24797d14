"""Through the command line: bytes that stay outside are hashed, once, and named for what they are."""

from __future__ import annotations

import hashlib
import json
import os
import pty
import re
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest

from tests.scenario import Done, Scene

ROOT = Path(__file__).parents[2]


@pytest.fixture
def scene(sealed_scene: Scene, tmp_path: Path) -> Scene:
    return sealed_scene.copy(tmp_path / "home")


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Weights, large enough to stay outside."""
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "weights.bin").write_bytes(b"weights" * 1_000_000)
    return folder


def capture(scene: Scene, *arguments: str | Path) -> Done:
    return scene.cognify("capture", "memo", "1.0.0", *map(str, arguments), "--tier", "low")


def artifacts(scene: Scene) -> dict[str, dict[str, Any]]:
    lock = json.loads((scene.root / "models/memo/1.0.0/evidence.lock.json").read_bytes())
    return {artifact["origin"]: artifact for artifact in lock["artifacts"].values()}


def remember(scene: Scene, path: Path, sha256: str) -> Path:
    """What a capture would have kept of *path*, two seconds later."""
    found = path.stat()
    times = (found.st_mtime_ns, found.st_ctime_ns)
    key = " ".join(map(str, (found.st_dev, found.st_ino, found.st_size, *times)))
    place = scene.root / ".git/cognify/digests"
    place.write_text(f"{sha256} {zlib.crc32((sha256 + key).encode()):08x} {key}\n")
    return place


def test_only_capture_and_run_take_a_digest_from_memory(scene: Scene, run: Path) -> None:
    """A forged memory deceives `capture`, never `--rehash`, and nothing that judges opens it."""
    true, forged = hashlib.sha256((run / "weights.bin").read_bytes()).hexdigest(), "f" * 64
    assert capture(scene, run).code == 0
    assert artifacts(scene)["weights.bin"]["sha256"] == true
    remember(scene, run / "weights.bin", forged)
    assert capture(scene, run).code == 0
    assert artifacts(scene)["weights.bin"]["sha256"] == forged
    assert capture(scene, run, "--rehash").code == 0
    assert artifacts(scene)["weights.bin"]["sha256"] == true
    before = [scene.cognify(*command, "--format", "json").out for command in (("check",), ("verify",))]
    (scene.root / ".git/cognify/digests").unlink()
    (scene.root / ".git/cognify/digests").mkdir()  # whoever opened it would stumble
    after = [scene.cognify(*command, "--format", "json").out for command in (("check",), ("verify",))]
    assert before == after
    assert "digests" not in scene.git("status", "--porcelain", "--untracked-files=all")


def test_memory_is_named_in_two_places() -> None:
    """The room itself and the doors of `capture`, `monitor` and `run`: no reader, no check, no verifier."""
    named = re.compile("hashing import .*Remembered|hashing.remembered")
    users = [p.name for p in sorted((ROOT / "cognify").rglob("*.py")) if named.search(p.read_text())]
    assert users == ["progress.py", "__init__.py", "many.py"]
    doors = [p.name for p in sorted((ROOT / "cognify").rglob("*.py")) if "progress import" in p.read_text()]
    assert doors == ["capture.py", "monitor.py", "run.py"]


def test_who_holds_what_stays_outside(scene: Scene, run: Path) -> None:
    """As the inventory says, or the command; of what is kept nobody is named. An address is found by the scan."""
    (run / "all_results.json").write_text('{"eval_loss": 0.5}')
    with open(scene.root / "cognify.yaml", "a") as file:
        file.write("capture:\n  custodian: ml-platform\n")
    assert capture(scene, run).code == 0
    assert artifacts(scene)["weights.bin"]["custodian"] == "ml-platform"
    assert not {"path", "custodian"} <= set(artifacts(scene)["all_results.json"])
    assert capture(scene, run, "--custodian", "archive").code == 0
    assert artifacts(scene)["weights.bin"]["custodian"] == "archive"
    refused = capture(scene, run, "--custodian", "two\nlines")
    assert (refused.code, "error[usage]" in refused.err) == (2, True)
    done = capture(scene, run, "--custodian", "ann.lee@example.org")
    assert (done.code, "pii-suspect" in done.out + done.err) == (1, True)


def test_progress_is_for_somebody_who_looks(scene: Scene, tmp_path: Path) -> None:
    """One line on a terminal, wiped at the end; nothing of it in a pipe, nothing on stdout."""
    run = tmp_path / "run"
    run.mkdir()
    with open(run / "weights.bin", "wb") as file:
        file.truncate(600 * 1024**2)
    assert "hashing" not in capture(scene, run).err
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "cognify", "capture", "memo", "1.0.0", str(run), "--rehash"],
        cwd=scene.root, env=scene.environment, stdout=subprocess.PIPE, stderr=theirs, check=True,
    )  # fmt: skip
    os.close(theirs)
    told = os.read(ours, 1024 * 1024).decode()
    os.close(ours)
    assert "of 0.6 GB" in told and b"hashing" not in done.stdout
    assert told.rindex("\x1b[2K") > told.rindex("GB/s")
