"""Cells that no spreadsheet takes for a formula, whatever a card says."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognify.register import sheets
from cognify.register.sheets import LONGEST, Sheet, as_csv, safe

ATTACKS = (
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "=cmd|' /C calc'!A0", "＝1+1", "－2", "＠x", "|x", "%0A=1",
    "\n=1", "\u00a0=1", "\u2003+1", "\x00=1", "\ufeff=1",
)  # fmt: skip


@pytest.mark.parametrize("text", ATTACKS)
def test_what_begins_as_a_formula_is_led_by_an_apostrophe(text: str) -> None:
    cell = safe(text)
    assert cell[0] in ("'", "\N{REPLACEMENT CHARACTER}")
    assert "\n" not in cell and "\t" not in cell and "\r" not in cell


@pytest.mark.parametrize("text", ["Größe", "2026-11-30", "a=b", "1.0.0", "", "not on record: x", "L2 (3)"])
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert text == safe(text)


@given(st.text())
def test_no_text_begins_a_formula(text: str) -> None:
    """A law: the first character that is not blank is none that a spreadsheet evaluates."""
    assert safe(text).lstrip()[:1] not in tuple("=+-@|%\t\r\n")


def test_what_no_cell_holds_is_cut_and_says_so() -> None:
    """A spreadsheet would drop it without a word."""
    cell = safe("ö" * 40_000)
    assert len(cell) == LONGEST and cell.endswith("[cut here: the card holds the rest]")


def test_csv_is_read_back_as_it_was() -> None:
    """Quotes, commas and line breaks of a card end no cell and no line."""
    sheet = Sheet("x", ("a", "b"), (('say "no", twice', "two\nlines"), ("=x", "ö")))
    read = list(csv.reader(io.StringIO(as_csv(sheet))))
    assert read == [["a", "b"], ['say "no", twice', "two lines"], ["'=x", "ö"]]


def test_every_column_says_who_asks_for_it() -> None:
    listed = sheets.columns()
    assert ("Owner", "E-23 App. 1, all models") in listed.lines
    assert ("Next review", "E-23 App. 1, non-negligible risk") in listed.lines
