"""SIGKILL at every single write of a command: nothing half-written, and the same command finishes."""

from __future__ import annotations

import hashlib
import re
import shutil
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from cognify.git import Repository
from cognify.verification import open_repository, verify
from tests import forge
from tests.scenario import MODEL, Done, Scene

pytestmark = pytest.mark.slow

KILLING = Path(__file__).with_name("killing")
RUN = {
    "all_results.json": '{"epoch": 3.0, "eval_accuracy": 0.9, "eval_samples": 400, "train_loss": 0.25}\n',
    "config.json": '{"model_type": "bert", "architectures": ["BertForSequenceClassification"]}\n',
    "alt.txt": "größe\n",
}
RECORD = re.compile(rb"urn:uuid:[0-9a-f-]{36}")
# What a command says to whom it was killed for after its last write: it is done.
DONE_ALREADY = {"already-approved", "already-proposed"}


class Killed:
    """A command, run on a copy of *before* once for every write, and killed at it."""

    def __init__(self, before: Scene, folder: Path, *command: str) -> None:
        self.before, self.folder = before, folder
        self.command = command
        self.now = {"SOURCE_DATE_EPOCH": str(int(time.time()))}
        self.whole = before.copy(folder / "whole")
        done = self.run(self.whole, PYTHONPATH=str(KILLING), COGNIFY_KILL_UNDER=str(self.whole.home),
                        COGNIFY_KILL_NOTES=str(folder / "notes"))  # fmt: skip
        assert done.code == 0, done.err
        self.writes = (folder / "notes").read_text().splitlines()

    def run(self, scene: Scene, **env: str) -> Done:
        command = [part.replace("{home}", str(scene.home)) for part in self.command]
        return scene.cognify(*command, **self.now, **env)

    def each(self) -> Iterator[Scene]:
        """The inventory as each kill left it."""
        for number in count(1):
            scene = self.before.copy(self.folder / str(number))
            done = self.run(scene, PYTHONPATH=str(KILLING), COGNIFY_KILL_UNDER=str(scene.home),
                            COGNIFY_KILL_AT=str(number), COGNIFY_KILL_NOTES=str(self.folder / "x"))  # fmt: skip
            if done.code == 0:
                assert number == len(self.writes) + 1
                return
            assert done.code == -signal.SIGKILL, (self.writes[number - 1], done.err)
            yield scene
            shutil.rmtree(scene.home)

    def finished(self, scene: Scene) -> None:
        """The same command again ends where a run that nobody killed ends, byte for byte."""
        again = self.run(scene)
        assert again.code == 0 or again.ids <= DONE_ALREADY, again.err
        assert files(scene) == files(self.whole)
        assert log(scene) == log(self.whole)
        assert staged(scene) == staged(self.whole)


def files(scene: Scene) -> dict[str, str]:
    """Every file of the work tree with its digest: loose ones, hidden ones and empty folders too."""
    found = sorted(p for p in scene.root.rglob("*") if ".git" not in p.relative_to(scene.root).parts)
    return {p.relative_to(scene.root).as_posix(): digest(p) for p in found}


def digest(path: Path) -> str:
    """The digest of a file but for record ids, which `capture` draws; a folder has none."""
    return hashlib.sha256(RECORD.sub(b"", path.read_bytes())).hexdigest() if path.is_file() else ""


def log(scene: Scene) -> list[str]:
    """The log as it is read here (a local branch may lag behind origin's), and as it lies at origin."""
    places = [scene.root, *(place for place in [scene.home / "origin.git"] if place.exists())]
    tips = [Repository(place).branch(forge.LOG) for place in places]
    return [scene.git("rev-parse", f"{tip}^{{tree}}") for tip in tips]


def staged(scene: Scene) -> str:
    """What the user had staged, untouched by anything that Cognify commits."""
    return scene.git("diff", "--cached", "--stat")


def faults(scene: Scene) -> set[str]:
    """What `verify` finds in the commits."""
    judged = verify(open_repository(Repository(scene.root)), at=datetime.now(UTC))
    assert judged.exit_code == 0, judged.findings
    return {finding.id for finding in judged.findings}


def half_written(scene: Scene, killed: Killed) -> list[str]:
    """Files of the work tree that are neither as they were nor as they will be."""
    whole = set(files(killed.before).values()) | set(files(killed.whole).values())
    return [path for path, digest in files(scene).items() if digest not in whole]


@pytest.fixture
def merged(scene: Scene) -> Scene:
    """1.1.0 has its quorum and is merged at origin."""
    scene.approve("1.1.0", "tomas")
    origin = scene.home / "origin.git"
    scene.git("clone", "--quiet", "--bare", str(scene.root), str(origin), cwd=scene.home)
    # Relative: it is copied with the home that it lies in.
    scene.git("remote", "add", "origin", "../origin.git")
    (scene.root / "größe.txt").write_text("staged\n")
    scene.git("add", "größe.txt")
    return scene


def test_seal(merged: Scene, tmp_path: Path) -> None:
    """Nothing is sequenced by halves: what a killed run leaves verifies, and the next run finishes it."""
    killed = Killed(merged, tmp_path / "k", "seal")
    seen = set()
    for scene in killed.each():
        assert staged(scene) == staged(merged)
        seen |= faults(scene)
        killed.finished(scene)
        assert faults(scene) == set()
    assert seen <= {"leaves-unsigned"}
    assert len(killed.writes) >= 5


COMMANDS = {
    "approve": ["approve", MODEL, "1.1.0", "--key", "{home}/keys/tomas", "--yes"],
    "propose": ["propose", MODEL, "1.2.0", "--key", "{home}/keys/mara", "--yes"],
    "capture": ["capture", MODEL, "1.3.0", "{home}/run"],
    "capture again": ["capture", MODEL, "1.4.0", "{home}/run"],
    "policy": ["policy", "propose", "{home}/next.yaml", "--key", "{home}/keys/ines", "--yes"],
}


@pytest.fixture
def ready(scene: Scene) -> Scene:
    """1.2.0 can be proposed, 1.4.0 captured anew, and the next policy proposed."""
    scene.write_version("1.2.0", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03")
    run = scene.home / "run"
    run.mkdir()
    for name, text in RUN.items():
        (run / name).write_text(text)
    scene.must("capture", MODEL, "1.4.0", str(run))
    scene.commit("captured")
    (run / "alt.txt").unlink()
    (run / "all_results.json").write_text(RUN["all_results.json"].replace("0.9", "0.8"))
    text = (scene.home / "policy.yaml").read_text()
    (scene.home / "next.yaml").write_text(text.replace("version: 1\n", "version: 2\n", 1))
    return scene


@pytest.mark.parametrize("name", COMMANDS)
def test_what_people_run(ready: Scene, tmp_path: Path, name: str) -> None:
    """Killed anywhere, it leaves whole files and no others, commits verify, and it can be finished."""
    killed = Killed(ready, tmp_path / "k", *COMMANDS[name])
    for number, left in enumerate(killed.each()):
        assert half_written(left, killed) == [], killed.writes[number]
        assert faults(left) == set()
        killed.finished(left)
    assert len(killed.writes) >= 5
