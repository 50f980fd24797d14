"""`cognify run` from the source tree: what it refuses, what becomes of each end, what a script is told."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.scenario import Done, Scene


class Place:
    """A repository with code and data beside an inventory."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.code = scene, scene.home / "code"
        (self.code / "data").mkdir(parents=True)
        (self.code / "data/train.csv").write_text("a\n1\n")
        (self.code / "rows.csv").write_text("a\n2\n")
        (self.code / "train.py").write_text(
            "import sys\nopen('rows.csv').read()\nsys.exit(int(sys.argv[1]))\n"
        )
        git = ["git", "-c", "user.name=z", "-c", "user.email=z@example.org"]
        for words in (["init", "-q"], ["add", "train.py"], ["commit", "-qm", "one"]):
            subprocess.run([*git, *words], cwd=self.code, check=True)

    def run(
        self, *command: str, options: tuple[str, ...] = (), model: str = "memo", version: str = "5.0.0"
    ) -> Done:
        words = [
            "run",
            model,
            version,
            "--inventory",
            str(self.scene.root),
            "--tier",
            "low",
            "--report",
            "told.json",
        ]
        return self.scene.cognify(*words, *options, "--", *command, cwd=self.code)

    @property
    def told(self) -> dict[str, Any]:
        return dict(json.loads((self.code / "told.json").read_text()))

    @property
    def record(self) -> dict[str, Any]:
        return dict(json.loads(Path(self.told["run"], "cognify-run.json").read_text()))


@pytest.fixture
def place(scene: Scene) -> Place:
    return Place(scene)


def test_what_a_run_leaves(place: Place) -> None:
    """Code, packages, declared files and those that were not; a role that was said becomes a data set."""
    done = place.run(
        sys.executable, "train.py", "0", options=("--inputs", "data", "train=rows.csv", "--outputs", "out", "--run-folder", "r"),
    )  # fmt: skip
    assert done.code == 0, done.err
    record = place.record
    assert record["code"]["dirty"] is False
    assert record["datasets"][0]["role"] == "train"
    assert record["opened"]["inputs_never_opened"] == ["data"]
    assert (place.code / "r/cognify-environment.txt").read_text().count("==") == record["environment"][
        "packages"
    ]
    assert "output out was not written" in done.err
    assert place.told["captured"] is True


def test_how_runs_end(place: Place) -> None:
    """With a code, without a start, with a program that is no Python."""
    assert place.run(sys.executable, "train.py", "3").code == 3
    assert place.record["outcome"] == "failed with exit code 3"
    assert place.run("no-such-command").code == 127
    assert place.told["error"] == "not-started"
    done = place.run("/bin/sh", "-c", "kill -KILL $$")
    assert done.code == -signal.SIGKILL
    assert "the command is no Python" in done.err
    assert place.told["signal"] == "SIGKILL"


def test_without_a_repository(place: Place) -> None:
    """No commit is known, and that is said."""
    for path in sorted((place.code / ".git").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    (place.code / ".git").rmdir()
    assert place.run("/bin/sh", "-c", "cat rows.csv").code == 0
    assert "code" not in place.record
    assert any("no Git repository" in sentence for sentence in place.record["not_observed"])
    (place.code / ".git").mkdir()
    assert place.run("true").code == 0
    assert any(sentence.startswith("the code: ") for sentence in place.record["not_observed"])


def test_a_capture_that_fails_is_told(place: Place) -> None:
    """By a finding, by an error, by a report that cannot be written any more; the exit code stays."""
    secret = "hf_" + "a1B2c3D4e5F6g7H8i9J0kLmNoPqRsTuVwX"
    write = ("/bin/sh", "-c", f'mkdir -p out; echo \'a{{"token": "{secret}"}}\' > out/config.json')
    done = place.run(*write, options=("--outputs", "out"))
    assert (done.code, place.told["captured"], place.told["error"]) == (0, False, "run-unreadable"), done.err
    line = done.err.partition("then: ")[2].partition("\n")[0]
    where, _, again = line.partition(" && ")
    words = shlex.split(again)
    assert (where, words[0]) == (f"cd {place.scene.root}", "cognify")
    (place.code / "out/config.json").write_text("{}")
    # What is printed works as it stands, with the tier that was asked for.
    assert place.scene.cognify(*words[1:]).code == 0 and "low" in words
    shutil.rmtree(place.scene.root / "models/memo")
    (place.code / "out/config.json").unlink()
    write = ("/bin/sh", "-c", f"echo 'torch==2.9.1 # token={secret}' > out/environment.txt")
    done = place.run(*write, options=("--outputs", "out"))
    assert (done.code, place.told["error"]) == (0, "secret-found")
    done = place.run("/bin/sh", "-c", "rm -f told.json; mkdir told.json")
    assert done.code == 0
    assert "the report was not written" in done.err


@pytest.mark.parametrize(("options", "version"), [
    (("--inputs", "nowhere"), "5.0.0"), (("--outputs", ".."), "5.0.0"), (("--run-folder", "data"), "5.0.0"),
    (("--report", "no/told.json"), "5.0.0"), (("--inventory", "/"), "5.0.0"), ((), "1.1.0"),
])  # fmt: skip
def test_what_is_refused_is_refused_before(place: Place, options: tuple[str, ...], version: str) -> None:
    """Exit 2, and the command never ran; its twin runs."""
    done = place.run("touch", "ran", options=options, model="credit-memo", version=version)
    assert done.code == 2
    assert done.ids, done.err
    assert not (place.code / "ran").exists()
    assert place.run("touch", "ran").code == 0
    assert (place.code / "ran").exists()


def test_a_line_without_a_command(place: Place) -> None:
    """Usage."""
    assert place.scene.cognify("run", "memo", "5.0.0", cwd=place.code).code == 2
    assert place.scene.cognify("run", "memo", "5.0.0", "--inputs", "data", "--", cwd=place.code).code == 2


def test_options_before_the_model(place: Place) -> None:
    """One path each there, since MODEL VERSION are to come."""
    words = (
        "run",
        "--inputs",
        "data",
        "memo",
        "5.0.0",
        "--inventory",
        str(place.scene.root),
        "--report",
        "told.json",
    )
    assert place.scene.cognify(*words, "--", "true", cwd=place.code).code == 0
    assert [entry["path"] for entry in place.record["inputs"]] == ["data"]


def test_signals_while_it_runs(place: Place) -> None:
    """SIGTERM is handed on, an interrupt of the group is the command's; the record is whole."""
    source = (
        "import signal, sys, time\n"
        "signal.signal(15, lambda *a: sys.exit(7)); signal.signal(2, lambda *a: sys.exit(8))\n"
        "open('ready', 'w'); time.sleep(60)\n"
    )
    words = ["run", "memo", "5.0.0", "--inventory", str(place.scene.root), "--report", "told.json", "--"]
    for send, code in (
        (lambda pid: os.kill(pid, signal.SIGTERM), 7),
        (lambda pid: os.killpg(pid, signal.SIGINT), 8),
    ):
        running = subprocess.Popen(
            [sys.executable, "-m", "cognify", *words, sys.executable, "-c", source], cwd=place.code,
            env=place.scene.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        end = time.monotonic() + 60
        while not (place.code / "ready").exists():
            assert time.monotonic() < end
            time.sleep(0.02)
        send(running.pid)
        _, err = running.communicate(timeout=60)
        assert running.returncode == code, err.decode()
        assert place.record["exit_code"] == code
        (place.code / "ready").unlink()
