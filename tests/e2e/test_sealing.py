"""The sequencer: what it admits, where it stops, and that it can always go on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cognify import sealing
from cognify.errors import CognifyError
from cognify.signing import note
from tests import forge
from tests.scenario import MODEL, Scene

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


def stranger(scene: Scene, version: str = "1.1.0") -> list[str]:
    """An approval stated for Noor and signed by Eve, merged; its two files."""
    path = forge.put_statement(scene, version, forge.approval(scene, "1.1.0", person="noor"), "eve")
    return [str(path), f"{path}.sig"]


def ids(scene: Scene) -> set[str]:
    return scene.verify().ids


def test_nothing_to_do(scene: Scene) -> None:
    """No new statement, no new leaf, no new commit."""
    before = scene.git("rev-parse", forge.LOG)
    assert scene.seal().code == 0
    assert scene.git("rev-parse", forge.LOG) == before


def test_it_stops_before_the_commit_that_brought_the_fault(scene: Scene) -> None:
    """What came before is sequenced, the fault and what follows is not, exit 3; removed, all goes on."""
    scene.must("approve", MODEL, "1.1.0", "--key", str(scene.key("noor")), "--yes")
    scene.commit("valid")
    bad = stranger(scene)
    scene.approve("1.1.0", "tomas")
    first = scene.cognify("seal")
    assert (first.code, first.ids) == (3, {"identity-not-a-person"})
    assert ("signoff.approve.noor" in first.out, "tomas" in first.out.split("waiting")[0]) == (True, False)
    assert ids(scene) == {"identity-not-a-person"}
    scene.git("rm", "--quiet", *bad)
    scene.commit("removed")
    again = scene.must("seal")
    assert "sealed     credit-memo 1.1.0" in again.out
    assert ids(scene) == set()


def test_a_fault_takes_its_whole_commit_with_it(scene: Scene) -> None:
    """A squash that brings a good and a bad statement brings neither into the log."""
    before = len(forge.leaves(scene))
    scene.must("approve", MODEL, "1.1.0", "--key", str(scene.key("tomas")), "--yes")
    bad = stranger(scene)
    assert scene.cognify("seal").code == 3
    assert len(forge.leaves(scene)) == before
    scene.git("rm", "--quiet", *bad)
    scene.commit("removed")
    assert "sealed     credit-memo 1.1.0" in scene.must("seal").out
    assert ids(scene) == set()


def test_it_does_not_build_on_what_does_not_verify(scene: Scene) -> None:
    """A sealed byte was changed: nothing is written, and the fault is named."""
    card = scene.path("1.0.0", "card.yaml")
    card.write_bytes(card.read_bytes() + b"# x\n")
    scene.commit()
    before = scene.git("rev-parse", forge.LOG)
    done = scene.cognify("seal")
    assert (done.code, done.ids) == (3, {"sealed-bytes-changed"})
    assert scene.git("rev-parse", forge.LOG) == before


def test_a_log_that_is_gone_is_never_begun_again(scene: Scene) -> None:
    """`log-missing`, exit 3."""
    scene.git("update-ref", "-d", f"refs/heads/{forge.LOG}")
    done = scene.cognify("seal")
    assert (done.code, done.ids) == (3, {"log-missing"})


def test_leaves_that_a_stranger_appended_are_not_signed(scene: Scene) -> None:
    """Whoever may push to the log branch cannot have their leaves signed by the next run."""
    entries = [*forge.leaves(scene), forge.leaf_of("signoff.approve", "inventory", b"forged")]
    forge.put_log(scene, {"log/leaves": forge.chained(entries)})
    done = scene.cognify("seal")
    assert (done.code, done.ids) == (3, {"leaf-file-missing"})


def test_a_rejection_that_a_stranger_passed_over(scene: Scene) -> None:
    """Leaves that leave a merged rejection out are not signed either, whatever commit they name."""
    before = scene.git("rev-parse", "HEAD")
    scene.must("reject", MODEL, "1.1.0", "--key", str(scene.key("noor")), "--yes")
    scene.commit("reject")
    scene.approve("1.1.0", "tomas")
    approval = scene.statement("1.1.0", "signoff.approve", "tomas").read_bytes()
    checkpoint = forge.log_file(scene, "log/checkpoint")
    known = [forge.sha256(p.read_bytes()) for p in scene.path("1.1.0", "statements").glob("*.json")]
    rejection = forge.sha256(scene.statement("1.1.0", "signoff.reject").read_bytes())
    forge.seal_at(scene, "1.1.0", before, approval, heads=[d for d in known if d != rejection])
    size = len(forge.leaves(scene))
    forge.put_log(
        scene, {"log/checkpoint": checkpoint.rstrip(b"\n") + b"\n"}, drop=[f"log/checkpoints/{size}.note"]
    )
    done = scene.cognify("seal")
    assert (done.code, done.ids) == (3, {"seal-mismatch"})


def test_a_repository_without_a_commit(scene: Scene) -> None:
    """`branch-missing`."""
    empty = scene.home / "leer"
    scene.git("init", "--quiet", str(empty), cwd=scene.home)
    with pytest.raises(CognifyError) as refusal:
        sealing.seal(empty, signer=note.new_log_key("x"), at=AT)
    assert refusal.value.fault == "branch-missing"


def test_an_origin_that_has_not_got_the_branch(scene: Scene) -> None:
    """`nothing-pushed`."""
    origin = scene.home / "origin.git"
    scene.git("init", "--quiet", "--bare", str(origin), cwd=scene.home)
    scene.git("remote", "add", "origin", str(origin))
    done = scene.cognify("seal")
    assert (done.code, done.ids) == (2, {"nothing-pushed"})


def test_logs_that_parted(scene: Scene) -> None:
    """`log-diverged` when the local log and origin's contradict each other; nothing is written."""
    origin = scene.home / "origin.git"
    scene.git("clone", "--quiet", "--bare", str(scene.root), str(origin), cwd=scene.home)
    scene.git("remote", "add", "origin", str(origin))
    scene.git("fetch", "--quiet")
    forge.put_log(scene, {"log/checkpoint": b"x"})
    scene.git("push", "--quiet", "origin", f"{forge.LOG}~1:refs/heads/other")
    other = scene.git("commit-tree", f"{forge.LOG}^{{tree}}", "-p", f"{forge.LOG}~1", "-m", "other")
    scene.git("push", "--quiet", "origin", f"{other}:refs/heads/{forge.LOG}")
    done = scene.cognify("seal")
    assert (done.code, done.ids) == (3, {"log-diverged"})


def test_a_proposal_that_follows_an_approval_in_one_batch(scene: Scene) -> None:
    """Proposed, approved, proposed again before anything is sequenced: order is in the statements."""
    scene.propose("1.1.0", "mara", "--comment", "noch einmal")
    scene.approve("1.1.0", "ines", "--role", "model-risk")
    scene.propose("1.1.0", "mara", "--comment", "größer")
    assert ids(scene) == set()
    scene.approve("1.1.0", "ines", "--role", "model-risk")
    scene.approve("1.1.0", "tomas")
    assert ids(scene) == set()
    assert "sealed     credit-memo 1.1.0" in scene.must("seal").out
    assert ids(scene) == set()


def test_a_seal_reaches_origin(scene: Scene) -> None:
    """With an origin the log is pushed there first, and the local branch follows."""
    origin = scene.home / "origin.git"
    scene.git("clone", "--quiet", "--bare", str(scene.root), str(origin), cwd=scene.home)
    scene.git("remote", "add", "origin", str(origin))
    scene.approve("1.1.0", "tomas")
    scene.git("push", "--quiet", "origin", "main")
    assert "sealed     credit-memo 1.1.0" in scene.must("seal").out
    assert scene.git("rev-parse", forge.LOG, cwd=origin) == scene.git("rev-parse", forge.LOG)


def test_leaves_without_their_checkpoint_are_signed_by_the_next_run(scene: Scene) -> None:
    """Set back to between leaves and checkpoint, the log is finished as it was begun."""
    scene.approve("1.1.0", "tomas")
    scene.must("seal")
    scene.git("update-ref", f"refs/heads/{forge.LOG}", f"{forge.LOG}~1")
    leaves = forge.log_file(scene)
    done = scene.must("seal")
    assert ("resumed" in done.err, forge.log_file(scene)) == (True, leaves)
    assert ids(scene) == set()


def test_a_policy_that_cannot_be_read_stops_it(scene: Scene) -> None:
    """Nothing is judged without rules, and nothing is sealed."""
    (scene.root / "policy/0001.yaml").write_text("größe: 1\n")
    scene.commit()
    done = scene.cognify("seal")
    assert (done.code, done.ids) == (3, {"policy-schema"})


def test_the_log_keys_are_compared(scene: Scene) -> None:
    """`log-key-mismatch`: another key never signs for this log."""
    (scene.root / ".git/cognify/log.key").write_text(note.new_log_key("cognify.dev/log/x").text())
    done = scene.cognify("seal")
    assert (done.code, done.ids) == (2, {"log-key-mismatch"})


def test_a_fault_in_the_very_first_commit(scene: Scene) -> None:
    """Before a first seal there is nothing to fall back to: `sig-missing`, and no log is begun."""
    next((scene.root / "statements").glob("*.sig")).unlink()
    tree = scene.root / ".git"
    scene.git("checkout", "--quiet", "--orphan", "neu")
    scene.commit("alles neu")
    scene.git("branch", "-f", "main", "neu")
    scene.git("switch", "--quiet", "main")
    scene.git("update-ref", "-d", f"refs/heads/{forge.LOG}")
    signer = note.parse_signer((tree / "cognify/log.key").read_text(), where="key")
    with pytest.raises(CognifyError) as refusal:
        sealing.seal(scene.root, signer=signer, at=AT, first=True)
    assert refusal.value.exit_code in (2, 3)
