"""The whole story over a bare remote and two clones, with the command as it ships."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests import scenario
from tests.e2e.conftest import Installed
from tests.scenario import MODEL

RECORD = "urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a0%d"
LOG = "cognify-log"


@pytest.fixture(scope="session")
def begun(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An inventory with an origin; 1.0.0 is proposed and approved on main, and not sealed yet."""
    home = tmp_path_factory.mktemp("life") / "home"
    life = Installed(home, installed)
    scenario.found(home, scene=life)
    life.write_version("1.0.0", record=RECORD % 1)
    life.commit("capture 1.0.0")
    life.propose("1.0.0")
    life.approve("1.0.0", "ines", "--role", "model-risk")
    life.approve("1.0.0", "tomas")
    life.git("clone", "--quiet", "--bare", str(life.root), str(home / "origin.git"), cwd=home)
    shutil.copy(life.root / ".git/cognify/log.key", home / "log.key")
    return home


@pytest.fixture
def life(begun: Path, installed: Path, tmp_path: Path) -> Installed:
    """A clone of a copy of it all."""
    shutil.copytree(begun, tmp_path / "home", symlinks=True)
    return Installed(tmp_path / "home", installed).clone("zoë")


def seal(life: Installed, **env: str) -> scenario.Done:
    return life.cognify("seal", "--log-key", str(life.home / "log.key"), **env)


def states(life: Installed) -> dict[str, str]:
    life.git("fetch", "--quiet")
    done = life.verify()
    assert done.code == 0, done.out + done.err
    return {record["version"]: record["state"] for record in done.json()["records"]}


def merged(life: Installed, how: str) -> None:
    """A branch with proposal and approvals, merged on the host in one of its ways."""
    life.git("switch", "--quiet", "-c", "card/1.1.0")
    life.write_version("1.1.0", record=RECORD % 2)
    life.commit("capture 1.1.0")
    life.propose("1.1.0")
    life.git("push", "--quiet", "origin", "card/1.1.0")
    reviewer = life.clone("prüferin")
    reviewer.git("switch", "--quiet", "card/1.1.0")
    reviewer.approve("1.1.0", "ines", "--role", "model-risk")
    reviewer.approve("1.1.0", "tomas")
    reviewer.git("switch", "--quiet", "main")
    reviewer.git("commit", "--quiet", "--allow-empty", "-m", "meanwhile")
    if how == "squash":
        reviewer.git("merge", "--quiet", "--squash", "card/1.1.0")
        reviewer.git("commit", "--quiet", "-m", "1.1.0 (#7)")
    elif how == "rebase":
        reviewer.git("rebase", "--quiet", "main", "card/1.1.0")
        reviewer.git("switch", "--quiet", "main")
        reviewer.git("merge", "--quiet", "--ff-only", "card/1.1.0")
    else:
        reviewer.git("merge", "--quiet", "--no-ff", "--no-edit", "card/1.1.0")
    reviewer.git("push", "--quiet", "origin", "main")


@pytest.mark.parametrize("how", ["squash", "rebase", "merge"])
def test_every_way_to_merge_leaves_approvals_valid(life: Installed, how: str) -> None:
    """Approvals are about files: squashed, rebased or merged, both versions are sealed and verify."""
    merged(life, how)
    life.git("switch", "--quiet", "main")
    life.git("pull", "--quiet")
    done = seal(life)
    assert done.code == 0, done.err
    assert states(life) == {"1.0.0": "sealed", "1.1.0": "sealed"}
    assert states(life.clone("fremd")) == {"1.0.0": "sealed", "1.1.0": "sealed"}


def wrapped(life: Installed, script: str) -> dict[str, str]:
    """A PATH on which `git` runs *script* at every push; `$n` counts them, `$real` is git itself."""
    folder = life.home / "bin"
    folder.mkdir()
    real = shutil.which("git")
    (folder / "git").write_text(
        f'#!/bin/sh\nreal={real}; case " $* " in *" push "*) ;; *) exec {real} "$@" ;; esac\n'
        f'n=$(($(cat "{life.home}/pushes" 2>/dev/null || echo 0) + 1)); echo $n > "{life.home}/pushes"\n'
        f'{script}\nexec {real} "$@"\n'
    )
    (folder / "git").chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}"}


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("push", [1, 2])
def test_a_killed_seal_is_resumed(life: Installed, push: int, when: str) -> None:
    """SIGKILL before or after the leaves, before or after the checkpoint: the next run finishes."""
    first = f'[ "$n" = {push} ] && {{ {"$real" + chr(32) + chr(34) + "$@" + chr(34) + ";" if when == "after" else ""} kill -9 $PPID; exit 1; }}'
    assert seal(life, **wrapped(life, first)).code == -signal.SIGKILL
    again = seal(life)
    assert again.code == 0, again.err
    assert ("resumed" in again.err) == ((push, when) in ((1, "after"), (2, "before")))
    assert states(life) == {"1.0.0": "sealed"}
    sizes = [int(p.rpartition("/")[2].removesuffix(".note")) for p in
             life.git("ls-tree", "-r", "--name-only", f"origin/{LOG}").splitlines() if "/checkpoints/" in p]  # fmt: skip
    assert len(sizes) == len(set(sizes)) == 2


def test_leaves_without_a_checkpoint_are_not_believed_yet(life: Installed) -> None:
    """Between kill and resume the verification rests on the last signed checkpoint, and says so."""
    seal(life, **wrapped(life, '[ "$n" = 2 ] && { kill -9 $PPID; exit 1; }'))
    life.git("fetch", "--quiet")
    done = life.verify()
    assert (done.code, [f["id"] for f in done.json()["findings"]]) == (0, ["leaves-unsigned"])
    assert [r["state"] for r in done.json()["records"]] == ["proposed"]


def test_of_two_sequencers_one_wins(life: Installed) -> None:
    """The slower one is told `push-rejected`, exit 4, and finds everything done when it runs again."""
    other = life.clone("schneller")
    race = f'[ "$n" = 1 ] && (cd {other.root} && PATH="{os.environ["PATH"]}" {life.binary} seal --log-key {life.home}/log.key)'
    slow = seal(life, **wrapped(life, race))
    assert (slow.code, slow.ids) == (4, {"push-rejected"})
    assert seal(life).code == 0
    assert states(life) == states(other) == {"1.0.0": "sealed"}


def test_a_seal_never_takes_what_is_not_merged(life: Installed) -> None:
    """Local commits that were not pushed are nobody's record yet."""
    life.write_version("1.1.0", record=RECORD % 2)
    life.commit("capture 1.1.0")
    life.propose("1.1.0")
    done = seal(life)
    assert (done.code, "1.1.0" in done.out) == (0, False)


def locked(life: Installed, person: str) -> None:
    subprocess.run(["ssh-keygen", "-q", "-p", "-P", "", "-N", "sesam", "-f", life.key(person)], check=True,
                   capture_output=True)  # fmt: skip


def asking(life: Installed, script: str) -> dict[str, str]:
    askpass = life.home / "askpass"
    askpass.write_text(f"#!/bin/sh\n{script}\n")
    askpass.chmod(0o755)
    return {"SSH_ASKPASS": str(askpass), "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": ":0"}


def approving(life: Installed) -> list[str]:
    life.write_version("1.1.0", record=RECORD % 2)
    life.commit("capture 1.1.0")
    life.propose("1.1.0")
    return ["approve", MODEL, "1.1.0", "--key", str(life.key("tomas")), "--yes"]


def test_ctrl_c_while_the_passphrase_is_asked(life: Installed) -> None:
    """Exit 130, and no statement, no signature, no half-written file."""
    command = approving(life)
    locked(life, "tomas")
    waiting = asking(life, f"touch {life.home}/asked; sleep 30; echo sesam")
    process = subprocess.Popen(
        [str(life.binary), *command], cwd=life.root, env={**life.environment, **waiting}, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    until = time.monotonic() + 20
    while not (life.home / "asked").exists() and time.monotonic() < until:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "half-written" in said.decode().splitlines()[-1]
    assert life.git("status", "--porcelain") == ""


def test_a_wrong_passphrase(life: Installed) -> None:
    """`passphrase-wrong`, exit 2, and nothing is written."""
    command = approving(life)
    locked(life, "tomas")
    done = life.cognify(*command, **asking(life, "echo falsch"))
    assert (done.code, done.ids, life.git("status", "--porcelain")) == (2, {"passphrase-wrong"}, "")


def test_a_missing_key(life: Installed) -> None:
    """`key-missing`, exit 2: named or not."""
    command = approving(life)
    assert life.cognify(*command[:3], "--key", "nirgends", "--yes").ids == {"key-missing"}
    done = life.cognify(*command[:3], "--yes")
    assert (done.code, done.ids) == (2, {"key-missing"})


def test_a_missing_log_key(life: Installed) -> None:
    """`log-key-missing`, exit 2: a clone has no log key, and needs none to verify."""
    done = life.cognify("seal")
    assert (done.code, done.ids) == (2, {"log-key-missing"})
    assert life.verify().code == 0


@pytest.mark.parametrize("garbage", ["", "PRIVATE+KEY+x", "größe"])
def test_a_log_key_that_is_none(life: Installed, garbage: str) -> None:
    """`log-key-unusable` or `log-key-missing`, exit 2."""
    (life.home / "log.key").write_text(garbage)
    done = seal(life)
    assert (done.code, done.ids <= {"log-key-unusable", "log-key-missing"}, len(done.ids)) == (2, True, 1)


def test_another_logs_key(life: Installed) -> None:
    """`log-key-mismatch`, exit 2, and nothing is sealed with it."""
    other = Installed(life.home / "zweite", life.binary)
    scenario.found(other.home, scene=other)
    done = life.cognify("seal", "--log-key", str(other.root / ".git/cognify/log.key"))
    assert (done.code, done.ids) == (2, {"log-key-mismatch"})
    assert states(life) == {"1.0.0": "proposed"}


def test_a_dirty_work_tree_changes_no_verdict(life: Installed) -> None:
    """What lies on disk is a draft: commits are judged."""
    seal(life)
    card = life.path("1.0.0", "card.yaml")
    card.write_text("größer: [")
    (life.root / "policy/0001.yaml").unlink()
    (life.root / "cognify.yaml").write_text("x")
    assert states(life) == {"1.0.0": "sealed"}


def test_no_repository_and_no_commit(life: Installed) -> None:
    """`not-a-repository` and `branch-missing`, exit 4."""
    empty = life.home / "leer"
    empty.mkdir()
    done = life.cognify("verify", str(empty))
    assert (done.code, done.ids) == (4, {"not-a-repository"})
    life.git("init", "--quiet", str(empty), cwd=life.home)
    done = life.cognify("verify", str(empty))
    assert (done.code, done.ids) == (4, {"branch-missing"})


def test_a_package_travels(life: Installed, tmp_path: Path) -> None:
    """Packed in one clone, verified where there is no repository, by the genesis digest alone."""
    seal(life)
    life.git("fetch", "--quiet")
    life.must("package", MODEL, "1.0.0", "-o", str(life.home / "p.zip"))
    genesis = next(line.split()[1] for line in life.must("verify").out.splitlines() if " genesis " in line)
    done = life.cognify("verify", str(life.home / "p.zip"), "--genesis", genesis, cwd=tmp_path)
    assert done.code == 0, done.out + done.err
    assert life.cognify("verify", str(life.home / "p.zip"), "--genesis", "0" * 64).ids == {"genesis-mismatch"}


def test_a_receipt_is_kept_across_clones(life: Installed) -> None:
    """Remembered in one clone, it holds in another, and refuses an origin that was set back."""
    receipt = str(life.home / "receipt")
    seal(life)
    life.must("verify", "--receipt", receipt)
    other = life.clone("später")
    assert other.verify("--receipt", receipt).code == 0
    old = other.git("rev-parse", f"origin/{LOG}~2")
    other.git("push", "--quiet", "--force", "origin", f"{old}:refs/heads/{LOG}")
    third = life.clone("zurück")
    done = third.verify("--receipt", receipt)
    assert (done.code, "rollback" in done.ids) == (3, True)


def test_a_proposal_that_was_not_signed_leaves_the_version_a_draft(life: Installed) -> None:
    """A wrong passphrase at `propose` writes no manifest: the version can be captured again."""
    life.write_version("1.2.0", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a07")
    life.commit("capture 1.2.0")
    locked(life, "mara")
    command = ("propose", MODEL, "1.2.0", "--key", str(life.key("mara")), "--yes")
    done = life.cognify(*command, **asking(life, "echo falsch"))
    assert (done.code, done.ids, life.git("status", "--porcelain")) == (2, {"passphrase-wrong"}, "")
