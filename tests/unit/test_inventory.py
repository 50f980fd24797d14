"""The work tree: whole files or none, no link followed, no path out; names and places of records."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cognify import canonical, inventory
from cognify.errors import CognifyError
from cognify.inventory import Inventory, NoFiles, Version, WorkTree, is_statement, named, write_atomically
from tests import hearing

ROOT_USER = os.geteuid() == 0


def fault(act: object, *arguments: object) -> str:
    with pytest.raises(CognifyError) as refusal:
        act(*arguments)  # type: ignore[operator]
    return refusal.value.fault


@pytest.fixture
def tree(tmp_path: Path) -> WorkTree:
    tree = WorkTree(tmp_path / "größe")
    tree.write("models/m/1/card.yaml", b"old")
    return tree


def test_a_write_is_whole(tree: WorkTree) -> None:
    """New bytes, ordinary permissions, and nothing else left in the folder."""
    tree.write("models/m/1/card.yaml", b"new")
    assert tree.read("models/m/1/card.yaml") == b"new"
    assert os.listdir(tree.root / "models/m/1") == ["card.yaml"]
    assert (tree.root / "models/m/1/card.yaml").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("linked", [False, True])
def test_until_it_is_whole_it_lies_in_git(tree: WorkTree, tmp_path: Path, linked: bool) -> None:
    """A run that is killed leaves no file that a check or `git add` could take for the inventory's."""
    git = tree.root / ".git"
    if linked:
        git, pointer = tmp_path / "main/.git/worktrees/größe", git
        git.mkdir(parents=True)
        pointer.write_text(f"gitdir: {git}\n")
    else:
        git.mkdir()
    code = (
        "import os, signal, sys; from pathlib import Path; from cognify.inventory import WorkTree\n"
        "os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "WorkTree(Path(sys.argv[1])).write('models/m/1/card.yaml', b'new')\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tree.root)], check=False)
    assert tree.read("models/m/1/card.yaml") == b"old"
    assert os.listdir(tree.root / "models/m/1") == ["card.yaml"]
    assert [path.read_bytes() for path in git.glob(".cognify-*")] == [b"new"]
    tree.write("models/m/1/card.yaml", b"new")
    assert tree.read("models/m/1/card.yaml") == b"new"


def test_a_full_disk_leaves_the_old_bytes(tree: WorkTree) -> None:
    """`disk` when the bytes do not fit (a limit on file size stands in for the full disk)."""
    code = (
        "import resource, signal, sys; from pathlib import Path; from cognify.inventory import WorkTree;"
        "from cognify.errors import SurroundingsError;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        "try: WorkTree(Path(sys.argv[1])).write('models/m/1/card.yaml', b'x' * 1000)\n"
        "except SurroundingsError as error: print(error.fault)"
    )

    # What measures coverage would write, too, and must not be stopped in it.
    quiet = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    said = subprocess.check_output([sys.executable, "-c", code, str(tree.root)], text=True, env=quiet)
    assert said == "disk\n"
    assert tree.read("models/m/1/card.yaml") == b"old"
    assert os.listdir(tree.root / "models/m/1") == ["card.yaml"]


def test_a_folder_that_cannot_be_made(tree: WorkTree) -> None:
    """`disk` when a file lies where a folder should be; it stays."""
    assert fault(tree.write, "models/m/1/card.yaml/x", b"new") == "disk"
    assert tree.read("models/m/1/card.yaml") == b"old"


@pytest.mark.skipif(ROOT_USER, reason="root may write everywhere")
def test_a_read_only_folder(tree: WorkTree) -> None:
    """`disk`, and the old bytes stay."""
    (tree.root / "models/m/1").chmod(0o555)
    assert fault(tree.write, "models/m/1/card.yaml", b"new") == "disk"
    (tree.root / "models/m/1").chmod(0o755)
    assert tree.read("models/m/1/card.yaml") == b"old"


def test_an_immutable_target(tree: WorkTree) -> None:
    """`disk` when the name is taken by a folder: nothing is half-written beside it."""
    (tree.root / "taken/x").mkdir(parents=True)
    assert fault(tree.write, "taken", b"new") == "disk"
    assert sorted(os.listdir(tree.root)) == ["models", "taken"]


def test_permissions_are_given(tmp_path: Path) -> None:
    """The log's private key is its owner's alone from the first byte on."""
    write_atomically(tmp_path / "tief/key", b"x", mode=0o600)
    assert (tmp_path / "tief/key").stat().st_mode & 0o777 == 0o600


def test_no_link_is_followed(tree: WorkTree, tmp_path: Path) -> None:
    """Neither a file nor a folder that is a link is read, written or removed through: `mode-forbidden`."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out/secret").write_text("geheim")
    (tree.root / "models/m/1/evidence").symlink_to(tmp_path / "out")
    (tree.root / "link").symlink_to(tmp_path / "out/secret")
    assert fault(tree.read, "models/m/1/evidence/secret") == "mode-forbidden"
    assert fault(tree.read, "link") == "mode-forbidden"
    assert fault(tree.write, "models/m/1/evidence/new", b"x") == "mode-forbidden"
    assert fault(tree.remove, "models/m/1/evidence/secret") == "mode-forbidden"
    assert os.listdir(tmp_path / "out") == ["secret"]
    assert tree.paths("models/") == ("models/m/1/card.yaml", "models/m/1/evidence")


@pytest.mark.parametrize("path", ["../secret", "models/../../secret", "/etc/passwd", "models//m", "./x", ""])
def test_no_path_climbs_out(tree: WorkTree, path: str) -> None:
    """`..`, absolute, empty parts: `mode-forbidden`."""
    (tree.root.parent / "secret").write_text("geheim")
    assert fault(tree.read, path) == "mode-forbidden"
    assert fault(tree.write, path, b"x") == "mode-forbidden"


def test_what_is_not_there(tree: WorkTree) -> None:
    """`record-missing`; a folder in the way of a name, too; a folder read as a file is `disk`."""
    assert fault(tree.read, "größe") == "record-missing"
    assert fault(tree.read, "models/m/1/card.yaml/x") == "record-missing"
    assert fault(tree.read, "models/m") == "disk"
    assert not tree.exists("größe")
    assert fault(NoFiles().read, "x") == "record-missing"
    assert (NoFiles().paths(), NoFiles().exists("x")) == ((), False)


def test_removing_leaves_no_empty_folder(tree: WorkTree) -> None:
    """The file, and the folders that it leaves empty; removing nothing is nothing."""
    tree.write("keep", b"x")
    tree.remove("models/m/1/card.yaml")
    tree.remove("models/m/1/card.yaml")
    assert os.listdir(tree.root) == ["keep"]


def test_paths_are_in_the_order_of_their_bytes(tree: WorkTree) -> None:
    """And `.git` is none of them."""
    for path in ("b", "a/ü", "a/z", ".git/config"):
        tree.write(path, b"")
    assert tree.paths() == ("a/z", "a/ü", "b", "models/m/1/card.yaml")
    assert tree.paths("a/") == ("a/z", "a/ü")


@pytest.mark.parametrize(
    "name", ["", ".", "..", "-x", ".x", "x/y", "größe", "con", "aux.1", "x.", "x" * 65, "x\n", "x y"]
)
def test_names_that_cannot_be_folders_everywhere(name: str) -> None:
    """`name-unusable`, for the model as for the version."""
    assert fault(named, name, "1.0.0") == fault(named, "model", name) == "name-unusable"


@pytest.mark.parametrize("name", ["statements", "evidence", "models", "1.0.0", "A_b-c.d", "x" * 64])
def test_names_that_can(name: str) -> None:
    """Also names that mean something elsewhere in the layout: places never run into each other."""
    version = named(name, name)
    assert version == Version(name, name)
    assert is_statement(f"{version.statements}signoff.approve.zoe.12345678.json")
    assert inventory.version_of(version.card) == version


@pytest.mark.parametrize(("path", "expected"), [
    ("statements/x.json", True), ("models/m/1/statements/x.json", True), ("models/m/1/statements/.json", True),
    ("models/m/1/statements/x.json.sig", False), ("models/m/1/statements/x.json.sigstore.json", False),
    ("models/m/1/statements/deep/x.json", False), ("models/m/statements/x.json", False),
    ("models/m/1/evidence/statements/x.json", False), ("log/statements/x.json", False), ("x.json", False),
    ("models/m/1/statements/x.txt", False), ("evil/m/1/statements/x.json", False),
])  # fmt: skip
def test_where_statements_lie(path: str, expected: bool) -> None:
    """In two kinds of folder and nowhere else."""
    assert is_statement(path) == expected


def test_places(tree: WorkTree) -> None:
    """Versions, policies and the root are found by where they lie."""
    tree.write("cognify.yaml", b"x")
    tree.write("policy/0002.yaml", b"x")
    tree.write("policy/0001.yaml", b"x")
    tree.write("policy/0000.yaml", b"x")
    tree.write("policy/01.yaml", b"x")
    tree.write("models/README", b"x")
    found = Inventory(tree)
    assert found.versions() == (Version("m", "1"),)
    assert dict(found.policies()) == {1: "policy/0001.yaml", 2: "policy/0002.yaml"}
    assert inventory.find_root(tree.root / "models/m") == tree.root.resolve()
    assert fault(inventory.find_root, tree.root.parent) == "not-an-inventory"


def test_the_newest_policy(tree: WorkTree) -> None:
    """The one with the highest number, or `policy-missing`."""
    assert fault(Inventory(tree).policy) == "policy-missing"
    tree.write("policy/0001.yaml", canonical.dumps(dict(hearing.policy().data)))
    assert Inventory(tree).policy().version == 1
    tree.write("policy/0002.yaml", b"x")
    assert fault(Inventory(tree).policy) == "yaml-root"


def test_the_manifest_covers_card_lock_and_evidence(tree: WorkTree) -> None:
    """And neither the statements nor itself."""
    for name in ("evidence.lock.json", "evidence/größe.csv", "statements/x.json", "MANIFEST.sha256"):
        tree.write(f"models/m/1/{name}", b"x")
    lines = Inventory(tree).manifest_bytes(Version("m", "1")).decode().splitlines()
    assert [line[66:] for line in lines] == ["card.yaml", "evidence.lock.json", "evidence/größe.csv"]
