"""Findings as text, JSON and annotations; foreign text stays text."""

from __future__ import annotations

import json

from cognify import reporting
from cognify.errors import ConfigurationError
from cognify.records.finding import Finding, Severity

HOSTILE = Finding(
    "models/a\x1b]0;owned\x07/card.yaml:3:7",
    "card-schema",
    "größe \x1b[2Jis\u202e wrong\n::error::x",
    "mend it",
)
NOTE = Finding("cognify.yaml", "replace-ref", "a note", "", Severity.NOTE)


def test_no_control_character_of_a_record_reaches_a_terminal() -> None:
    """Escape sequences and bidirectional controls are shown as what they are: unprintable."""
    text = reporting.findings([HOSTILE], "text")
    assert [c for c in text if not c.isprintable() and c != "\n"] == []
    assert "größe" in text


def test_an_error_message_is_as_harmless() -> None:
    """What goes to stderr names files, too."""
    error = ConfigurationError("bad \x1b[31mname", where="a\x9bb", fix="ü", id="usage")
    assert [c for c in str(error) if not c.isprintable() and c != "\n"] == []


def test_json_keeps_the_text_as_it_is() -> None:
    """Data is data: whoever parses it gets every character."""
    told = json.loads(reporting.findings([HOSTILE], "json"))
    assert told["findings"][0]["what"] == HOSTILE.what
    assert told["findings"][0]["where"] == HOSTILE.where


def test_an_annotation_is_one_command() -> None:
    """A line break in a record starts no workflow command of its own."""
    said = reporting.findings([HOSTILE, NOTE], "github")
    assert [line[:8] for line in said.splitlines()] == ["::error ", "::notice"]
    assert ",line=3,title=card-schema::" in said
    assert "%0A::error" in said


def test_nothing_found_is_said() -> None:
    assert reporting.findings([], "text") == "no findings\n"
