"""The claim itself: no byte of a sealed record, its policy, its trust files or its log can change unseen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cognify.git import Repository
from cognify.records.checkpoint import Checkpoint, SignedNote
from cognify.verification import Verification, open_repository, verify
from cognify.verification.receipt import Receipt
from tests import forge
from tests.scenario import Scene

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
SEALED = ("models/credit-memo/1.0.0/", "policy/", "trust/", "statements/", ".gitattributes")
QUIET = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def own(sealed_scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    yield sealed_scene.copy(tmp_path_factory.mktemp("bytes") / "home")


def exit_code(scene: Scene, **more: object) -> int:
    return verify(open_repository(Repository(scene.root)), at=AT, **more).exit_code  # type: ignore[arg-type]


def changed(scene: Scene, branch: str, path: str, where: float, mask: int) -> int:
    """The exit code of `verify` after one byte at *path* of *branch* was changed and committed."""
    before = scene.git("rev-parse", branch)
    raw = bytearray((scene.root / path).read_bytes() if branch == "main" else forge.log_file(scene, path))
    raw[int(where * len(raw))] ^= mask
    try:
        if branch == "main":
            blob = scene.git("hash-object", "-w", "--stdin", stdin=bytes(raw))
            index = {"GIT_INDEX_FILE": str(scene.root / ".git/one.index")}
            scene.environment.update(index)
            scene.git("read-tree", "main")
            scene.git("update-index", "--cacheinfo", f"100644,{blob},{path}")
            commit = scene.git("commit-tree", scene.git("write-tree"), "-p", "main", "-m", "one byte")
            scene.git("update-ref", "refs/heads/main", commit)
        else:
            forge.put_log(scene, {path: bytes(raw)})
        return exit_code(scene)
    finally:
        scene.environment.pop("GIT_INDEX_FILE", None)
        scene.git("update-ref", f"refs/heads/{branch}", before)


def sealed_paths(scene: Scene) -> list[str]:
    return [p for p in scene.git("ls-tree", "-r", "--name-only", "main").splitlines() if p.startswith(SEALED)]


def log_paths(scene: Scene) -> list[str]:
    return scene.git("ls-tree", "-r", "--name-only", forge.LOG).splitlines()


def test_every_sealed_file(own: Scene) -> None:
    """Each file in turn: its first and its last byte."""
    assert exit_code(own) == 0
    for path in sealed_paths(own):
        for where in (0.0, 0.999999):
            assert changed(own, "main", path, where, 1) == 3, (path, where)
    assert exit_code(own) == 0


def test_every_file_of_the_log(own: Scene) -> None:
    """Leaves, every checkpoint, and what automation stated."""
    for path in log_paths(own):
        assert changed(own, forge.LOG, path, 0.5, 1) == 3, path
    assert exit_code(own) == 0


@QUIET
@given(st.data(), st.floats(0, 1, exclude_max=True), st.integers(1, 255))
def test_any_byte(own: Scene, data: st.DataObject, where: float, mask: int) -> None:
    """Any byte of any of them, changed to any other."""
    everything = [("main", p) for p in sealed_paths(own)] + [(forge.LOG, p) for p in log_paths(own)]
    branch, path = data.draw(st.sampled_from(everything))
    assert changed(own, branch, path, where, mask) == 3, (branch, path, where, mask)


@QUIET
@given(
    st.integers(0, 30), st.binary(min_size=32, max_size=32), st.sampled_from(["", "own"]),
    st.sampled_from(["", "own"]), st.sampled_from(["0" * 64, "own"]),
    st.sampled_from(["", "1999-12-31T23:59:59Z", "2999-12-31T23:59:59Z"]),
)  # fmt: skip
@example(0, b"x" * 32, "own", "own", "own", "")
def test_a_receipt_only_adds_failures(
    own: Scene, size: int, root: bytes, inventory: str, origin: str, genesis: str, time: str
) -> None:
    """Whatever a receipt says, what was found without it is still found, and nothing gets better."""
    plain = verify(open_repository(Repository(own.root)), at=AT)
    settings_ = plain.settings
    own_origin = settings_.origin if origin else "x"
    note = SignedNote(Checkpoint(own_origin, size, root).body(), ())
    receipt = Receipt(
        settings_.inventory if inventory else "urn:uuid:x", plain.genesis if genesis == "own" else genesis,
        own_origin, "", (note,), time,
    )  # fmt: skip
    judged = verify(open_repository(Repository(own.root)), at=AT, receipt=receipt, genesis=None)
    assert set(plain.findings) <= set(judged.findings)
    assert judged.exit_code >= plain.exit_code


def test_the_right_receipt_adds_nothing(own: Scene) -> None:
    """What was remembered of this very log holds."""
    plain = verify(open_repository(Repository(own.root)), at=AT)
    receipt = remembered(plain, 4, plain.chain.root(4))
    assert (
        verify(open_repository(Repository(own.root)), at=AT, receipt=receipt, genesis=plain.genesis).exit_code
        == 0
    )


def test_an_outside_copy_is_a_witness(own: Scene, tmp_path: Path) -> None:
    """A receipt over another history of the same size is a contradiction, not a matter of taste."""
    del tmp_path
    plain = verify(open_repository(Repository(own.root)), at=AT)
    for size, ids in ((plain.log.size, {"equivocation", "consistency-failed"}), (4, {"consistency-failed"})):
        receipt = remembered(plain, size, b"x" * 32)
        judged = verify(open_repository(Repository(own.root)), at=AT, receipt=receipt)
        assert {f.id for f in judged.findings} == ids


def remembered(plain: Verification, size: int, root: bytes) -> Receipt:
    """A receipt of the inventory that *plain* judged, over one checkpoint."""
    note = SignedNote(Checkpoint(plain.log.origin, size, root).body(), ())
    return Receipt(plain.settings.inventory, plain.genesis, plain.log.origin, "", (note,))
