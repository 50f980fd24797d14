"""What lies beside the versions is looked through, and only what a commit would hold."""

from __future__ import annotations

import io
import subprocess
import zipfile
from pathlib import Path

import pytest

from cognify.checks import check_beside
from cognify.checks.beside import is_beside
from cognify.cli.desk import brought
from cognify.inventory import Inventory, WorkTree
from cognify.records.finding import Severity
from tests import seeds

TOKEN, SSN = seeds.CREDENTIALS["github-token"], "219-09-9999"


def test_what_is_beside() -> None:
    inside = ("card.yaml", "evidence.lock.json", "MANIFEST.sha256", "evidence/größe.json")
    assert not any(is_beside(f"models/memo/1.0.0/{name}") for name in inside)
    beside = (
        "cognify.yaml",
        "models/README.md",
        "models/memo/1.0.0/statements/a.json",
        "datasets/a.csv",
        "evidence/a",
    )
    assert all(map(is_beside, beside))


def found(root: Path, **grant: object) -> set[tuple[str, str, Severity]]:
    tree = WorkTree(root)
    granted = grant.get("granted", ())
    seen = check_beside(Inventory(tree), tree.paths(), granted=lambda: granted)  # type: ignore[arg-type, return-value]
    assert not [f for f in seen if TOKEN in f"{f}" or SSN in f"{f}"]
    return {(f.where, f.id, f.severity) for f in seen}


def test_findings_and_exceptions(tmp_path: Path) -> None:
    """Credentials and numbers, in names too; names and addresses may stand; a quorum excepts."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/a.md").write_text(f"Ines Okafor <ines@bank.example>, größer\nssn {SSN}\n{TOKEN}\n")
    (tmp_path / f"{TOKEN}.md").write_text("x")
    (tmp_path / "link").symlink_to("docs")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00" + bytes(range(256)))
    pii = ("docs/a.md:2:5", "pii-suspect", Severity.ERROR)
    rest = {("*", "secret-found", Severity.ERROR), ("docs/a.md:3:1", "secret-found", Severity.ERROR)}
    assert found(tmp_path) == {pii, *rest}
    excepted = ("docs/a.md:2:5", "finding-allowed", Severity.NOTE)
    assert found(tmp_path, granted={"pii-suspect G in docs/a.md"}) == {excepted, *rest}


def test_what_cannot_be_looked_into_is_noted(tmp_path: Path) -> None:
    place = io.BytesIO()
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr("a.txt", "größe")
    raw = bytearray(place.getvalue())
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(raw)
    assert found(tmp_path) == {("a.zip", "not-looked-into", Severity.NOTE)}


@pytest.mark.parametrize("below", ["", "inventory/größe"])
def test_what_a_commit_would_hold(tmp_path: Path, below: str) -> None:
    """Not what Git ignores, unless it was added all the same; and without a repository everything."""
    root = tmp_path / below
    (root / "venv/lib").mkdir(parents=True)
    for name in ("a.md", "b.log", "venv/lib/c.py", "venv/d.py"):
        (root / name).write_text("x")
    assert brought(WorkTree(root), ()) == ("a.md", "b.log", "venv/d.py", "venv/lib/c.py")
    (root / ".gitignore").write_text("venv/\n*.log\n")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    assert brought(WorkTree(root), ()) == (".gitignore", "a.md")
    subprocess.run(["git", "add", "--force", "venv/d.py"], cwd=root, check=True)
    assert brought(WorkTree(root), ()) == (".gitignore", "a.md", "venv/d.py")
    assert brought(WorkTree(root), (root / "venv", root / "b.log")) == ("venv/d.py",)
