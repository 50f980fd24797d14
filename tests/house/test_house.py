"""The house: budgets, names, lazy imports. Floors are held by import-linter in `make check`."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(p for p in (ROOT / "cognify").rglob("*.py") if "demo/record" not in p.as_posix())
MAX_FILE, MAX_FUNCTION = 400, 60
HEAVY = {"git", "pygit2", "jsonschema", "jsonschema_rs", "mkdocs", "sigstore", "yaml", "ryaml", "jinja2",
         "cryptography", "rich", "requests", "pyarrow", "rfc8785", "sqlite3", "subprocess", "tempfile"}  # fmt: skip


def _functions(path: Path) -> list[tuple[str, int]]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            text = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
            found.append((f"{path.name}:{node.name}", (node.end_lineno or 0) - node.lineno + 1 - text))
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_rooms_are_small(path: Path) -> None:
    """No file is longer than 400 lines, no function longer than 60 without its docstring."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_FILE
    assert [f for f in _functions(path) if f[1] > MAX_FUNCTION] == []


def test_most_functions_are_shorter_than_twenty_lines() -> None:
    lengths = sorted(length for path in SOURCES for _, length in _functions(path))
    assert lengths[len(lengths) // 2] <= 10
    assert lengths[len(lengths) * 9 // 10] <= 30


def test_no_module_is_a_drawer() -> None:
    """A name says what a room is for."""
    drawers = {"utils", "util", "common", "misc", "base", "core", "manager", "helpers"}
    assert [p for p in SOURCES if p.stem in drawers or p.parent.name in drawers] == []


def test_help_imports_nothing_heavy() -> None:
    """`cognify --help` stays quick because it imports no room that it does not need."""
    code = (
        "import sys; from cognify.cli import main; main(['--help']); "
        "print('|'.join(sorted({m.split('.')[0] for m in sys.modules})))"
    )
    # Without the variables by which coverage starts itself in a new process, and imports what it needs.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COV")}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    loaded = set(done.stdout.splitlines()[-1].split("|"))
    assert loaded & HEAVY == set()


def test_nothing_below_the_command_line_prints_or_exits() -> None:
    """Data to stdout and exit codes are the command line's alone."""
    allowed = {"cli", "__main__.py", "hooks.py"}
    said = []
    for path in SOURCES:
        if path.relative_to(ROOT / "cognify").parts[0] in allowed:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("print", "exit")
            ):
                said.append(f"{path.name}:{node.lineno}")
    assert said == []


def test_no_pickle_is_ever_loaded() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    assert (
        re.findall(
            r"\b(?:pickle|torch|joblib|cloudpickle|marshal|shelve)\.loads?\(|^import pickle", text, re.M
        )
        == []
    )


def test_the_project_speaks_of_itself_alone() -> None:
    """No path of a developer's machine stands in what is published."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    wrong = []
    for name in done.stdout.decode().split("\0"):
        path = ROOT / name
        if not name or not path.is_file() or path == Path(__file__) or "demo/runs" in name:
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if re.search(r"(?<![\w.])/(?:root|work|home/[a-z]+|Users)/\w", text):
            wrong.append(name)
    assert wrong == []
