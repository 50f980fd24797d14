"""The page of the inventory: what is due on top, the register, who shares what; and as of when."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from cognify import register, verification
from cognify.git import Repository
from cognify.inventory import Version
from cognify.site.pages import Site
from tests import registered
from tests.scenario import MODEL
from tests.unit.site.conftest import Read


def pages(as_of: str = "") -> dict[str, str]:
    repository, at = Repository(registered.built().root), registered.when(as_of or registered.NOW)
    source, then = (
        verification.open_as_of(repository, at) if as_of else (verification.open_repository(repository), None)
    )
    result = verification.verify(source, at=at)
    made = register.register(result, at=at, soon=timedelta(days=30), then=then)
    return {page.path: page.body() for page in Site(result, register=made).pages()}


@pytest.fixture(scope="module")
def now() -> dict[str, str]:
    return pages()


def test_what_is_due_comes_first(now: dict[str, str]) -> None:
    """Each reason with its sentence, its day and the next command, above the register."""
    text = " ".join(Read(now["inventory"]).text.split())
    due, rest = text.split("The register", 1)
    assert (
        "monitoring-breach since 2026-10-28: ece (breach unless below 0.1; warning unless below 0.05)" in due
    )
    assert "cognify monitor credit-memo 1.0.0 SOURCE --from 2026-10-29 --to 2026-11-28" in due
    assert "The inventory itself exception-ending by 2026-12-24" in due
    assert "Zoë Ångström (Retail)" in rest and "Tomas Lind as compliance (L2)" in rest


def test_what_is_shared_links_to_who_uses_it(now: dict[str, str]) -> None:
    read = Read(now["inventory"])
    assert {f"models/{MODEL}/1.0.0.html", f"models/{MODEL}/1.1.0.html", "index.html", "inventory.csv"} <= set(
        read.values("href")
    )
    assert "memos" in read.text and registered.DATA[:16] in read.text


def test_every_column_is_told_with_its_clause(now: dict[str, str]) -> None:
    text = " ".join(Read(now["inventory"]).text.split())
    assert "Owner E-23 App. 1, all models Zoë Ångström (Retail)" in text
    assert "not on record the card says nothing at use.approved" in text


def test_the_front_page_leads_to_it(now: dict[str, str]) -> None:
    read = Read(now["index"])
    assert "inventory.html" in read.values("href")
    assert "2 need attention" in " ".join(read.text.split())


def test_every_page_says_that_it_is_not_of_now(now: dict[str, str]) -> None:
    """As of when, and what that rests on; of now there is no such note."""
    assert all("Not the state of now." not in body for body in now.values())
    then = pages("2026-10-04T12:00:00Z")
    assert f"models/{MODEL}/1.1.0" not in then and len(then) == 8
    for body in then.values():
        text = " ".join(Read(body).text.split())
        assert "Not the state of now. As of 2026-10-04T12:00:00Z: the log with 7 leaves" in text
        assert "The time rests on the sequencer's own clock alone" in text


def test_a_package_tells_of_no_other_version() -> None:
    """It has no page of the inventory, and no link to one."""
    repository = Repository(registered.built().root)
    result = verification.verify(verification.open_repository(repository), at=registered.when())
    found = {page.path: page.body() for page in Site(result, Version(MODEL, "1.0.0")).pages()}
    assert "inventory" not in found and "inventory.html" not in found["index"]


def test_the_command_builds_it_as_of_a_time(tmp_path: Path) -> None:
    scene = registered.built()
    scene.must("site", "build", "-o", str(tmp_path / "site"), "--as-of", "2026-10-04")
    assert "Not the state of now." in (tmp_path / "site" / "log.html").read_text()
    assert "Not the state of now." in (tmp_path / "site" / "reviewing.html").read_text()
    rows = (tmp_path / "site" / "inventory.csv").read_text().splitlines()
    assert len(rows) == 2 and rows[1].startswith(f'"{MODEL}","1.0.0"')
