"""Reading: what git really holds, whatever the caller's environment or the repository's tricks say."""

from __future__ import annotations

from pathlib import Path

import pytest

from cognify.errors import CognifyError
from cognify.git import Repository
from tests.unit.git.conftest import Git


def fault(read: object, *arguments: object) -> tuple[str, int]:
    with pytest.raises(CognifyError) as refusal:
        read(*arguments)  # type: ignore[operator]
    return refusal.value.fault, refusal.value.exit_code


def head(root: Path) -> str:
    found = Repository(root).resolve("HEAD")
    assert found is not None
    return found


def content(root: Path) -> bytes:
    return Repository(root).snapshot(head(root)).read("größe.txt")


def test_a_snapshot_is_the_commit_not_the_work_tree(git: Git, root: Path) -> None:
    """What lies on disk, staged or not, changes nothing."""
    (root / "größe.txt").write_text("dirty")
    git("add", "--all")
    assert content(root) == b"three"


def test_paths_come_in_the_order_of_their_bytes(git: Git, root: Path) -> None:
    """By UTF-8 bytes, folders expanded."""
    del git
    assert Repository(root).snapshot(head(root)).paths() == ("größe.txt", "one/x", "three/x", "two/x")
    assert Repository(root).snapshot(head(root)).paths("t") == ("three/x", "two/x")


@pytest.mark.parametrize("name", ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"])
def test_the_callers_environment_does_not_redirect_a_read(
    git: Git, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A hook that sets `GIT_DIR` and the like reads this repository all the same."""
    expected = git("rev-parse", "HEAD")
    monkeypatch.setenv(name, str(tmp_path / "elsewhere"))
    assert head(root) == expected
    assert content(root) == b"three"


def test_replace_refs_deceive_git_and_not_us(git: Git, root: Path) -> None:
    """`git replace` shows other bytes to plain git; here it is only reported."""
    blob = git("rev-parse", "HEAD:größe.txt")
    other = git("hash-object", "-w", "--stdin", stdin=b"evil")
    git("replace", blob, other)
    assert git("show", "HEAD:größe.txt") == "evil"
    assert content(root) == b"three"
    assert Repository(root).replaced() == (f"refs/replace/{blob}",)


def test_hidden_history_is_named(git: Git, root: Path, tmp_path: Path) -> None:
    """A shallow clone, and a grafts file."""
    assert Repository(root).hidden_history() is None
    git("clone", "--quiet", "--depth", "1", f"file://{root}", str(tmp_path / "shallow"))
    assert Repository(tmp_path / "shallow").hidden_history() == "a shallow clone"
    (root / ".git/info").mkdir(exist_ok=True)
    (root / ".git/info/grafts").write_text(git("rev-parse", "HEAD") + "\n")
    assert Repository(root).hidden_history() == "a grafts file"


def test_worktrees_and_bare_repositories(git: Git, root: Path, tmp_path: Path) -> None:
    """A second work tree shares its history; a bare repository has no work tree."""
    git("worktree", "add", "--quiet", str(tmp_path / "second"), "-b", "side")
    git("clone", "--quiet", "--bare", str(root), str(tmp_path / "bare.git"))
    second, bare = Repository(tmp_path / "second"), Repository(tmp_path / "bare.git")
    assert content(tmp_path / "second") == content(tmp_path / "bare.git") == b"three"
    assert (second.head_branch(), bare.top) == ("side", None)
    assert second.common_dir == (root / ".git").resolve()
    assert Path(str(second.top)) == tmp_path / "second"


@pytest.mark.parametrize("name", ["nowhere", "."])
def test_no_repository(tmp_path: Path, name: str) -> None:
    """`not-a-repository`, exit 4."""
    assert fault(Repository, tmp_path / name) == ("not-a-repository", 4)


def test_a_repository_that_cannot_be_read(git: Git, root: Path) -> None:
    """An object format that is not read here: `not-a-repository`, with the reason."""
    git("config", "core.repositoryformatversion", "1")
    git("config", "extensions.objectformat", "sha999")
    assert fault(Repository, root) == ("not-a-repository", 4)


def test_a_damaged_object(git: Git, root: Path) -> None:
    """`object-missing` for a blob whose bytes were overwritten, and for one that is gone."""
    oid = git("rev-parse", "HEAD:größe.txt")
    place = root / ".git/objects" / oid[:2] / oid[2:]
    place.chmod(0o644)
    place.write_bytes(b"x" * 40)
    assert fault(content, root) == ("object-missing", 4)
    place.unlink()
    assert fault(content, root) == ("object-missing", 4)


def test_a_damaged_tree(git: Git, root: Path) -> None:
    """`object-missing`."""
    oid = git("rev-parse", "HEAD:one")
    (root / ".git/objects" / oid[:2] / oid[2:]).unlink()
    assert fault(content, root) == ("object-missing", 4)


def test_what_is_not_what_it_should_be(git: Git, root: Path) -> None:
    """A blob is no commit, a tree no content, a path no file: `object-missing`."""
    repository = Repository(root)
    tree, blob = git("rev-parse", "HEAD^{tree}"), git("rev-parse", "HEAD:größe.txt")
    assert fault(repository.snapshot, blob) == ("object-missing", 4)
    assert fault(repository.blob, tree) == ("object-missing", 4)
    assert fault(repository.snapshot(head(root)).read, "nowhere") == ("object-missing", 4)
    assert fault(repository.blob, "nonsense") == ("object-missing", 4)


def test_resolving(git: Git, root: Path) -> None:
    """Full names and ids; anything else is None."""
    repository = Repository(root)
    commit = git("rev-parse", "HEAD")
    assert repository.resolve("refs/heads/main") == repository.resolve(commit) == commit
    for ref in (
        "main",
        "refs/heads/größe",
        "0" * 40,
        "refs/heads/..",
        "-x",
        git("rev-parse", "HEAD:größe.txt"),
    ):
        assert repository.resolve(ref) is None


def test_head_of_nothing(tmp_path: Path, git: Git) -> None:
    """A repository without a commit has no head branch and no commit."""
    (tmp_path / "new").mkdir()
    git("init", "--quiet", "-b", "größe", cwd=tmp_path / "new")
    repository = Repository(tmp_path / "new")
    assert (repository.resolve("HEAD"), repository.head_branch()) == (None, None)


def test_a_detached_head(git: Git, root: Path) -> None:
    """It is on no branch."""
    git("checkout", "--quiet", "--detach")
    assert Repository(root).head_branch() is None


def test_which_branch_is_newer(git: Git, root: Path, tmp_path: Path) -> None:
    """The local branch, or origin's where it is ahead or alone."""
    git("clone", "--quiet", str(root), str(tmp_path / "clone"))
    old = git("rev-parse", "HEAD")
    git("commit", "--quiet", "--allow-empty", "-m", "ahead")
    new = git("rev-parse", "HEAD")
    git("fetch", "--quiet", cwd=tmp_path / "clone")
    clone = Repository(tmp_path / "clone")
    assert (clone.branch("main"), clone.resolve("refs/heads/main")) == (new, old)
    assert clone.has_origin
    assert not Repository(root).has_origin
    assert clone.branch("größe") is None


def test_first_parents_and_what_they_brought(git: Git, root: Path) -> None:
    """A merge brings the whole side at once; only additions count."""
    git("switch", "--quiet", "-c", "side", "HEAD~1")
    (root / "neu.txt").write_text("ä")
    (root / "größe.txt").write_text("changed")
    git("add", "--all")
    git("commit", "--quiet", "-m", "side")
    git("switch", "--quiet", "main")
    git("merge", "--quiet", "-s", "ours", "--no-edit", "side")
    repository = Repository(root)
    line = list(repository.first_parents(head(root)))
    assert [repository.message(c).splitlines()[0] for c in line][1:] == ["three", "two", "one"]
    assert repository.added(line[0]) == ()
    assert repository.added(line[1]) == ("three/x",)
    assert repository.added(line[-1]) == ("größe.txt", "one/x")
    assert repository.parents(line[-1]) == ()


def test_looking_up_one_path(git: Git, root: Path) -> None:
    """The blob at a path of a commit, or None, without listing the tree."""
    repository = Repository(root)
    assert repository.entry(head(root), "one/x") == git("rev-parse", "HEAD:one/x")
    assert repository.entry(head(root), "one/y") is None
    assert repository.entry(git("rev-parse", "HEAD~2"), "three/x") is None


def test_looking_up_one_folder(git: Git, root: Path) -> None:
    """Name to id of what lies in it, a folder's too; nothing for a file, or for what is not there."""
    repository = Repository(root)
    assert repository.folder(head(root), "one") == {"x": git("rev-parse", "HEAD:one/x")}
    assert repository.folder(head(root), "one/x") == repository.folder(head(root), "zwei") == {}


def test_a_folder_that_no_git_writes(git: Git, root: Path) -> None:
    """A name twice: `fsck`, since two readers would see two files."""
    entry = b"100644 x\0" + bytes.fromhex(git("hash-object", "-w", "--stdin", stdin="größe".encode()))
    tree = git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=2 * entry)
    above = git("mktree", stdin=f"040000 tree {tree}\tone\n".encode())
    assert fault(Repository(root).folder, git("commit-tree", above, "-m", "x"), "one") == ("fsck", 3)


def test_a_blob_is_the_same_when_it_is_asked_for_again(git: Git, root: Path) -> None:
    """A small one is kept, a large one is read again."""
    repository = Repository(root)
    for raw in ("größe".encode(), "ß".encode() * 40_000):
        oid = git("hash-object", "-w", "--stdin", stdin=raw)
        assert repository.blob(oid) == repository.blob(oid) == raw


def test_descent(git: Git, root: Path) -> None:
    """A commit descends from itself and from what came before, not from what came after."""
    repository, new, old = Repository(root), git("rev-parse", "HEAD"), git("rev-parse", "HEAD~2")
    assert [repository.descends(new, new), repository.descends(new, old), repository.descends(old, new)] == [
        True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize("name", [b"gr\xf6\xdfe"])
def test_a_name_that_is_not_utf8(git: Git, root: Path, name: bytes) -> None:
    """`path-not-normal`."""
    assert crafted(git, root, name) == ("path-not-normal", 4)


@pytest.mark.parametrize("name", ["größe.txt".encode(), b"one", b"a/b", b".", b"..", b".git", b".GIT"])
def test_trees_that_no_git_writes(git: Git, root: Path, name: bytes) -> None:
    """A name twice (also as file and folder), a slash, dots, `.git`: `fsck`, exit 3."""
    assert crafted(git, root, name) == ("fsck", 3)


def crafted(git: Git, root: Path, name: bytes) -> tuple[str, int]:
    import subprocess

    raw = subprocess.check_output(["git", "cat-file", "tree", "HEAD^{tree}"], cwd=root)
    blob = bytes.fromhex(git("hash-object", "-w", "--stdin", stdin=b"x"))
    raw += b"100644 " + name + b"\0" + blob
    tree = git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=raw)
    return fault(Repository(root).snapshot, git("commit-tree", tree, "-m", "x"))


def test_a_tree_without_end(git: Git, root: Path) -> None:
    """Folders nested deeper than anybody needs: a refusal, no recursion."""
    tree = git("hash-object", "-t", "tree", "-w", "--stdin", stdin=b"")
    for _ in range(70):
        raw = b"40000 a\0" + bytes.fromhex(tree)
        tree = git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=raw)
    assert fault(Repository(root).snapshot, git("commit-tree", tree, "-m", "x")) == ("object-missing", 4)


def test_ignored_and_raw(git: Git, root: Path) -> None:
    """Ignore rules, raw bytes, and a message that is not UTF-8."""
    (root / ".gitignore").write_text("/secret\n")
    repository = Repository(root)
    assert (repository.ignored("secret"), repository.ignored("größe.txt")) == (True, False)
    assert repository.raw(git("rev-parse", "HEAD:größe.txt")) == b"three"
    assert repository.commit_time(head(root)) == int(git("log", "-1", "--format=%ct"))
