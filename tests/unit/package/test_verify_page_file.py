"""`verify.html` as a file: one page, fresh from its sources, that its own policy lets ask nobody.

What it does is tested in a real browser, in `tests/browser/`.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest

from cognify.records.faults import FAULTS
from cognify.resources import shipped
from tests.docs import verifier

PAGE = shipped("site_template/package/verify.html").decode()
SOURCES = sorted(verifier.SOURCES.iterdir())


def test_it_is_fresh() -> None:
    """`make fix` was run, and the manual prints the digest of these bytes."""
    assert verifier.page() == PAGE
    manual = (Path(__file__).parents[3] / "docs/verification.md").read_text(encoding="utf-8")
    assert f"{hashlib.sha256(PAGE.encode()).hexdigest()}  verify.html\n" in manual


def test_its_policy_names_what_it_holds() -> None:
    """One script and one style, each by its digest; nothing else may run, load or be sent to."""
    policy = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', PAGE)[0]
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", PAGE, re.DOTALL)
    styles = re.findall(r"<style[^>]*>(.*?)</style>", PAGE, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(t.encode()).digest()).decode() for t in (*scripts, *styles)]
    script, style = digests
    assert policy.split("; ") == [
        "default-src 'none'", f"script-src 'sha256-{script}'", f"style-src 'sha256-{style}'", "base-uri 'none'",
        "form-action 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
    ]  # fmt: skip


def test_it_stands_alone() -> None:
    """No address, no inline handler, no inline style, and no word by which a script reaches out or runs text."""
    assert re.findall(r"""\b(?:src|href|on[a-z]+|style)=["']""", PAGE) == []
    assert re.findall(r"https?://(?!in-toto\.io/Statement|cognify\.dev/predicate/)\S+", PAGE) == []
    reaching = r"\b(?:fetch|XMLHttpRequest|WebSocket|EventSource|sendBeacon|importScripts|eval|Function)\("
    assert re.findall(reaching + r"|innerHTML|outerHTML|insertAdjacent|document\.write|import\(", PAGE) == []


def test_every_id_that_it_names_is_a_fault() -> None:
    """Its ids are those of the manual."""
    script = verifier.script()
    named = re.findall(r'(?:new Fault|\.fault|\.refuse)\(\s*"([a-z0-9-]+)"', script)
    named += re.findall(r'badSignature\([^;]*?, "([a-z-]+)"\)', script)
    assert len(set(named)) > 50
    assert sorted(id for id in set(named) if id not in FAULTS) == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.name)
def test_its_sources_are_small(path: Path) -> None:
    """No file is longer than 400 lines; a line of code has at most 120 characters."""
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 400
    assert path.suffix != ".js" or [line for line in lines if len(line) > 120] == []


def test_every_source_is_joined() -> None:
    assert {p.stem for p in SOURCES if p.suffix == ".js"} == set(verifier.SCRIPTS)
