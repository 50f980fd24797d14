"""The life of a record over a bare remote and two clones, with the installed wheel."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import scenario
from tests.scenario import MODEL, Done, Scene

RECORD = "urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a0{}"


class Office:
    """A bare origin and a clone for each of two people, driven by the installed command."""

    def __init__(self, scene: Scene, command: Path) -> None:
        self.scene, self.command = scene, command
        self.origin = scene.home / "origin.git"
        scene.git("clone", "--quiet", "--bare", str(scene.root), str(self.origin))
        self.mara, self.ines = self._clone("mara"), self._clone("ines")
        self.log_key = scene.home / "log.key"
        self.log_key.write_bytes((scene.root / ".git/cognify/log.key").read_bytes())

    def _clone(self, person: str) -> Path:
        place = self.scene.home / f"clone of {person} ü"
        self.scene.git("clone", "--quiet", str(self.origin), str(place))
        return place

    def run(self, where: Path, *arguments: str, **environment: str) -> Done:
        done = subprocess.run(
            [str(self.command), *arguments], cwd=where, env={**self.scene.environment, **environment},
            capture_output=True, stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    def must(self, where: Path, *arguments: str) -> Done:
        done = self.run(where, *arguments)
        assert done.code == 0, f"{arguments}\n{done.out}\n{done.err}"
        return done

    def git(self, where: Path, *arguments: str) -> str:
        return self.scene.git(*arguments, cwd=where)

    def commit(self, where: Path, message: str) -> None:
        self.git(where, "add", "--all")
        self.git(where, "commit", "--quiet", "-m", message)

    def sign(self, where: Path, verb: str, version: str, person: str, *more: str) -> None:
        self.must(where, verb, MODEL, version, "--key", str(self.scene.key(person)), "--yes", *more)
        self.commit(where, f"{verb} {version}")

    def seal(self, where: Path, **environment: str) -> Done:
        return self.run(where, "seal", "--log-key", str(self.log_key), **environment)

    def propose(self, version: str, number: int) -> None:
        """Mara captures and proposes *version* on a branch of her own and pushes it."""
        self.git(self.mara, "switch", "--quiet", "-c", f"card/{version}", "origin/main")
        draft = Scene(self.scene.home)
        draft.root = self.mara
        draft.write_version(version, record=RECORD.format(number))
        self.commit(self.mara, f"capture {version}")
        self.sign(self.mara, "propose", version, "mara")
        self.git(self.mara, "push", "--quiet", "origin", f"card/{version}")

    def approve(self, version: str) -> None:
        """Inés and Tomas review the branch in the other clone and push what they signed."""
        self.git(self.ines, "fetch", "--quiet")
        self.git(self.ines, "switch", "--quiet", f"card/{version}")
        self.sign(self.ines, "approve", version, "ines", "--role", "model-risk")
        self.sign(self.ines, "approve", version, "tomas")
        self.git(self.ines, "push", "--quiet", "origin", f"card/{version}")
        self.git(self.mara, "fetch", "--quiet")
        self.git(self.mara, "switch", "--quiet", "main")
        self.git(self.mara, "pull", "--quiet", "--ff-only")

    def states(self, where: Path) -> dict[str, str]:
        done = self.run(where, "verify", "--format", "json")
        assert done.code == 0, done.out + done.err
        return {r["version"]: r["state"] for r in json.loads(done.out)["records"]}


@pytest.fixture
def office(tmp_path: Path, installed: Path) -> Office:
    return Office(scenario.found(tmp_path / "home"), installed)


@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
def test_any_kind_of_merge_leaves_approvals_valid(office: Office, how: str) -> None:
    """Approvals are about files, not about commits."""
    office.propose("1.0.0", 1)
    office.approve("1.0.0")
    if how == "merge":
        office.git(office.mara, "merge", "--quiet", "--no-ff", "-m", "merge", "origin/card/1.0.0")
    elif how == "squash":
        office.git(office.mara, "merge", "--quiet", "--squash", "origin/card/1.0.0")
        office.commit(office.mara, "squashed by the host")
    else:
        office.git(office.mara, "commit", "--quiet", "--allow-empty", "-m", "something else was merged first")
        office.git(office.mara, "switch", "--quiet", "card/1.0.0")
        office.git(office.mara, "reset", "--quiet", "--hard", "origin/card/1.0.0")
        office.git(office.mara, "rebase", "--quiet", "main")
        office.git(office.mara, "switch", "--quiet", "main")
        office.git(office.mara, "merge", "--quiet", "--ff-only", "card/1.0.0")
    office.git(office.mara, "push", "--quiet", "origin", "main")
    done = office.seal(office.mara)
    assert "sealed     credit-memo 1.0.0" in done.out
    office.git(office.ines, "fetch", "--quiet")
    office.git(office.ines, "switch", "--quiet", "main")
    assert office.states(office.ines) == {"1.0.0": "sealed"}


def _merged(office: Office) -> None:
    office.propose("1.0.0", 1)
    office.approve("1.0.0")
    office.git(office.mara, "merge", "--quiet", "--no-ff", "-m", "merge", "origin/card/1.0.0")
    office.git(office.mara, "push", "--quiet", "origin", "main")


def test_a_seal_that_was_killed_is_resumed(office: Office) -> None:
    """Killed for good after the leaves were pushed; the next run signs for them, on any clone."""
    _merged(office)
    marker = office.scene.home / "pushed"
    hook = office.origin / "hooks/post-receive"
    hook.write_text(f"#!/bin/sh\necho >> '{marker}'\nsleep 20\n")
    hook.chmod(0o755)
    process = subprocess.Popen(
        [str(office.command), "seal", "--log-key", str(office.log_key)], cwd=office.mara,
        env=office.scene.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + 30
    while not marker.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    hook.unlink()
    office.git(office.ines, "fetch", "--quiet")
    office.git(office.ines, "switch", "--quiet", "main")
    office.git(office.ines, "pull", "--quiet", "--ff-only")
    unsigned = office.run(office.ines, "verify", "--format", "json")
    assert unsigned.code == 0, unsigned.out
    assert json.loads(unsigned.out)["records"][0]["state"] == "proposed"
    done = office.seal(office.ines)
    assert done.code == 0, done.err
    assert "resumed" in done.err
    assert office.states(office.ines) == {"1.0.0": "sealed"}


def test_of_two_sequencers_one_wins_and_the_other_runs_again(office: Office) -> None:
    """A race is lost with exit 4 and its id; no two heads of one size are ever signed."""
    _merged(office)
    gate = office.scene.home / "gate"
    hook = office.mara / ".git/hooks/pre-push"
    hook.write_text(f"#!/bin/sh\n[ -e '{gate}' ] || {{ touch '{gate}'; sleep 4; }}\n")
    hook.chmod(0o755)
    slow = subprocess.Popen(
        [str(office.command), "seal", "--log-key", str(office.log_key)], cwd=office.mara,
        env=office.scene.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    deadline = time.monotonic() + 30
    while not gate.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert office.seal(office.ines).code == 0
    _, said = slow.communicate(timeout=60)
    assert slow.returncode == 4
    assert "error[push-rejected]" in said.decode()
    again = office.seal(office.mara)
    assert again.code == 0, again.err
    assert office.states(office.mara) == {"1.0.0": "sealed"}


def test_ctrl_c_at_the_prompt_leaves_nothing(office: Office) -> None:
    """Interrupted between showing and signing: exit 130, and not one new file."""
    office.propose("1.0.0", 1)
    before = office.git(office.mara, "status", "--porcelain")
    import pty

    parent, child = pty.openpty()
    process = subprocess.Popen(
        [str(office.command), "approve", MODEL, "1.0.0", "--key", str(office.scene.key("tomas"))], cwd=office.mara,
        env=office.scene.environment, stdin=child, stdout=child, stderr=child, start_new_session=True,
    )  # fmt: skip
    os.close(child)
    said = b""
    deadline = time.monotonic() + 30
    while b"Sign exactly this?" not in said and time.monotonic() < deadline:
        said += os.read(parent, 65536)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 130
    os.close(parent)
    assert office.git(office.mara, "status", "--porcelain") == before


def test_a_wrong_passphrase_signs_nothing(office: Office) -> None:
    """ssh-keygen asks; without an answer the command says what to do, and leaves nothing."""
    office.propose("1.0.0", 1)
    key = office.scene.key("tomas")
    subprocess.run(["ssh-keygen", "-q", "-p", "-P", "", "-N", "geheim ü", "-f", str(key)], check=True)
    before = office.git(office.mara, "status", "--porcelain")
    done = office.run(
        office.mara, "approve", MODEL, "1.0.0", "--key", str(key), "--yes", SSH_ASKPASS_REQUIRE="never"
    )
    assert (done.code, done.ids) == (2, {"passphrase-wrong"})
    assert office.git(office.mara, "status", "--porcelain") == before


def test_nothing_committed_yet(tmp_path: Path, installed: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path / "new")], check=True)
    done = subprocess.run(
        [str(installed), "verify"], cwd=tmp_path / "new", capture_output=True, text=True, check=False
    )
    assert done.returncode == 4
    assert "error[branch-missing]" in done.stderr


def test_the_wheel_is_whole(installed: Path) -> None:
    """Schemas, packs, templates and the demo are in it, and it is not the checkout that runs."""
    code = (
        "import cognify, sys; from cognify import resources; from cognify.records import schema; "
        "from importlib.resources import files; [schema.schema_bytes(n) for n in schema.NAMES]; "
        "resources.shipped('frameworks/model-card.yaml'); resources.shipped('site_template/package/verify.sh'); "
        "assert (files('cognify.demo') / 'runs' / '1.1.0' / 'mlflow.db').is_file(); print(cognify.__file__)"
    )
    done = subprocess.run(
        [str(installed.with_name("python")), "-c", code],
        cwd=installed.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(installed.parents[1]) in done.stdout


def test_python_m_cognify_is_the_same_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cognify", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == "cognify, version 0.1.0\n"
