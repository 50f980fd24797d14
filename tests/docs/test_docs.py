"""The manual is whole and true: every command, option, id and link."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from cognify.checks import CHECKS
from cognify.cli import COMMANDS
from cognify.records.faults import FAULTS
from tests.docs import generate

ROOT = Path(__file__).parents[2]
PAGES = [
    *sorted((ROOT / "docs").rglob("*.md")),
    *(ROOT / f"{n}.md" for n in ("README", "SECURITY", "CONTRIBUTING", "CHANGELOG")),
]
SOURCES = [
    p for p in (ROOT / "cognify").rglob("*.py") if "demo/record" not in p.as_posix() and p.name != "faults.py"
]
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+\Z")


def test_every_fault_stands_in_the_code() -> None:
    """A fault that nothing can find is no fault."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    assert [id for id in FAULTS if f'"{id}"' not in code] == []


def test_every_id_of_an_error_is_a_fault() -> None:
    """No message leads to a page that is not there."""
    used = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                values = [k.value for k in node.keywords if k.arg == "id"]
                if name in ("fault", "Refusal"):
                    values += node.args[:1]
                if name == "Finding":
                    values += node.args[1:2]
                used |= {v.value for v in values if isinstance(v, ast.Constant) and isinstance(v.value, str)}
    assert sorted(id for id in used if _ID.match(id) and id not in FAULTS) == []


@pytest.mark.parametrize("name", generate.PAGES)
def test_generated_pages_are_fresh(name: str) -> None:
    """`make fix` was run."""
    assert (generate.DOCS / name).read_text(encoding="utf-8") == generate.PAGES[name]()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_example(name: str) -> None:
    """Each command's help ends with a line that can be pasted."""
    for full, command in generate._commands(name):
        assert f"cognify {full}" in (command.epilog or ""), full


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text)
    assert [t for t in targets if not (page.parent / t).exists()] == []


def test_the_manual_names_every_dependency() -> None:
    """Each dependency has its line of reason."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    reasons = (ROOT / "docs/decisions/dependencies.md").read_text(encoding="utf-8")
    named = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    missing = [n for n in (re.match(r"[A-Za-z0-9_.-]+", d)[0] for d in named) if n not in reasons]  # type: ignore[index]
    assert [n for n in missing if not n.startswith("types-")] == []


def test_prose_of_the_readme_names_the_commands_that_exist() -> None:
    """What the README types can be typed."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\$ cognify ([a-z]+)", text, re.M)) <= set(COMMANDS)


@pytest.mark.parametrize("id", sorted({id for check in CHECKS for id in check.ids}))
def test_every_finding_of_a_check_is_told(id: str) -> None:
    """What it is, why an examiner asks, how to mend, how to explain: on the page of checks."""
    page = (ROOT / "docs/checks.md").read_text(encoding="utf-8")
    entries = [part for part in page.split("\n**`")[1:] if f"`{id}`" in f"`{part.partition('*Why')[0]}"]
    asked = ("*Why an examiner asks.*", "*How to mend.*", "*How to explain.*")
    assert any(all(words in entry for words in asked) for entry in entries)
