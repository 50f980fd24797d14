"""Writing: into this repository only, fast-forward only, and never over anything."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cognify.errors import CognifyError
from cognify.git import Author, Repository, Workshop
from cognify.git.authoring import configured, global_identity
from tests.unit.git.conftest import Git

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
ZOË = Author("Zoë Größe", "zoe@example.org")


def fault(act: object, *arguments: object, **more: object) -> tuple[str, int]:
    with pytest.raises(CognifyError) as refusal:
        act(*arguments, **more)  # type: ignore[operator]
    return refusal.value.fault, refusal.value.exit_code


def files(root: Path, workshop: Workshop, parent: str | None, **content: bytes) -> str:
    del root
    return workshop.commit_files(
        {f"log/{name}": raw for name, raw in content.items()}, "größer\n", parent=parent, author=ZOË, at=AT
    )


def test_a_commit_of_files_leaves_the_work_tree_alone(git: Git, root: Path) -> None:
    """Its tree is the parent's with the files over it; index, work tree and branches stay."""
    before = git("status", "--porcelain"), git("rev-parse", "main")
    workshop = Workshop(root)
    first = files(root, workshop, None, a=b"1", b=b"2")
    second = files(root, workshop, first, b=b"3")
    snapshot = Repository(root).snapshot(second)
    assert {path: snapshot.read(path) for path in snapshot.paths()} == {"log/a": b"1", "log/b": b"3"}
    assert (git("status", "--porcelain"), git("rev-parse", "main")) == before
    assert (
        git("log", "-1", "--format=%an <%ae> %cI", second)
        == "Zoë Größe <zoe@example.org> 2026-11-23T09:00:00+00:00"
    )


@pytest.mark.parametrize("name", ["GIT_DIR", "GIT_INDEX_FILE", "GIT_NAMESPACE", "GIT_WORK_TREE"])
def test_the_callers_environment_does_not_redirect_a_write(
    git: Git, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A hook's `GIT_DIR` or `GIT_INDEX_FILE` never leads a write elsewhere."""
    elsewhere = tmp_path / "elsewhere"
    monkeypatch.setenv(name, str(elsewhere))
    workshop = Workshop(root)
    (root / "neu").write_text("x")
    commit = workshop.commit(["neu"], "neu\n", author=ZOË, at=AT)
    workshop.move("log", files(root, workshop, None, a=b"1"))
    monkeypatch.delenv(name)
    assert git("rev-parse", "HEAD") == commit
    assert git("show", "log:log/a") == "1"
    assert not elsewhere.exists()


def test_an_ignored_file_is_committed_all_the_same(git: Git, root: Path) -> None:
    """A user's ignore file must not drop a statement from the record."""
    (root / ".gitignore").write_text("*.json\n")
    (root / "x.json").write_text("{}")
    Workshop(root).commit(["x.json"], "x\n", author=ZOË, at=AT)
    assert git("show", "HEAD:x.json") == "{}"


def test_a_signed_commit(git: Git, root: Path, tmp_path: Path) -> None:
    """SSH-signed by the key that is given."""
    import subprocess

    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "key"], check=True)
    (root / "neu").write_text("x")
    Workshop(root).commit(["neu"], "neu\n", author=ZOË, signing_key=tmp_path / "key", at=AT)
    assert "BEGIN SSH SIGNATURE" in git("cat-file", "commit", "HEAD")


def test_a_branch_only_moves_forward(git: Git, root: Path) -> None:
    """To a descendant, or not at all."""
    workshop = Workshop(root)
    first = files(root, workshop, None, a=b"1")
    second, other = files(root, workshop, first, a=b"2"), files(root, workshop, None, a=b"3")
    workshop.move("log", first)
    workshop.move("log", second)
    assert fault(workshop.move, "log", other) == ("git-failed", 4)
    assert fault(workshop.move, "log", first) == ("git-failed", 4)
    assert git("rev-parse", "log") == second


def test_a_lost_race_is_named(git: Git, root: Path, tmp_path: Path) -> None:
    """`push-rejected` when origin has moved on, and nothing is overwritten."""
    git("clone", "--quiet", "--bare", str(root), str(tmp_path / "origin.git"))
    git("remote", "add", "origin", str(tmp_path / "origin.git"))
    workshop = Workshop(root)
    first = files(root, workshop, None, a=b"1")
    workshop.push(first, "log")
    assert fault(workshop.push, files(root, workshop, None, a=b"2"), "log") == ("push-rejected", 4)
    workshop.fetch()
    assert Repository(root).resolve("refs/remotes/origin/log") == first


def test_an_origin_that_is_gone(git: Git, root: Path, tmp_path: Path) -> None:
    """`git-failed`, exit 4, in git's own words."""
    git("remote", "add", "origin", str(tmp_path / "nowhere"))
    assert fault(Workshop(root).fetch) == ("git-failed", 4)
    assert fault(Workshop(root).push, git("rev-parse", "HEAD"), "log") == ("git-failed", 4)


def test_no_repository(tmp_path: Path) -> None:
    """`not-a-repository`."""
    assert fault(Workshop, tmp_path) == ("not-a-repository", 4)
    assert fault(Workshop, tmp_path / "nowhere") == ("not-a-repository", 4)


def test_a_repository_that_may_not_be_written(git: Git, root: Path) -> None:
    """A full or read-only disk is `disk` or git's own words, never a crash; branches stay."""
    before = git("rev-parse", "HEAD")
    workshop = Workshop(root)
    (root / ".git/index").unlink()
    (root / ".git/index").mkdir()
    (root / "neu").write_text("x")
    assert fault(workshop.commit, ["neu"], "x\n", author=ZOË, at=AT)[0] in ("git-failed", "disk")
    assert Repository(root).resolve("HEAD") == before


def test_a_new_repository(git: Git, tmp_path: Path) -> None:
    """On the unborn branch that was asked for."""
    (tmp_path / "neu").mkdir()
    Workshop.create(tmp_path / "neu", branch="größe")
    assert git("symbolic-ref", "HEAD", cwd=tmp_path / "neu") == "refs/heads/größe"


def test_identities(git: Git, root: Path, tmp_path: Path) -> None:
    """The repository's own, the user's, or none."""
    assert Workshop(root).identity() is None
    assert global_identity() is None
    (tmp_path / ".gitconfig").write_text("[user]\n\tname = Zoë Größe\n\temail = zoe@example.org\n")
    assert global_identity() == ZOË
    assert configured("user.signingkey") == ""
    git("config", "user.email", "other@example.org")
    assert Workshop(root).identity() == Author("Zoë Größe", "other@example.org")


def test_any_other_command(git: Git, root: Path) -> None:
    """What git prints; what it refuses is `git-failed`."""
    assert Workshop(root).run("rev-parse", "HEAD") == git("rev-parse", "HEAD")
    assert fault(Workshop(root).run, "switch", "nowhere") == ("git-failed", 4)


def test_git_is_not_installed(git: Git, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`git-missing`."""
    del git
    workshop = Workshop(root)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert fault(workshop.run, "status", env={"PATH": str(tmp_path)}) == ("git-missing", 4)
