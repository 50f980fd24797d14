"""A change in words: what a reader sees has to show the change."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from cognify.briefing import wording
from cognify.records import delta
from cognify.records.materiality import Judged


def only(was: dict[str, Any], now: dict[str, Any]) -> Judged:
    (judged,) = delta.delta(was, now).changes
    return judged


def test_long_texts_are_shown_from_where_they_part() -> None:
    """Cut at one length, two texts that differ in their last words would look as if nothing had changed."""
    same = "Größere Kredite liest ein Mensch, kleinere keiner. " * 8
    was, now = wording.sides(
        only(
            {"use": {"intended_purpose": f"{same}Über 600 wird bewilligt."}},
            {"use": {"intended_purpose": f"{same}Über 300 wird bewilligt."}},
        )
    )
    assert (was[0], was[-24:], now[-24:]) == ("…", "Über 600 wird bewilligt.", "Über 300 wird bewilligt.")
    assert max(len(was), len(now)) <= 200


def test_a_text_that_was_only_cut_ends_where_the_other_goes_on() -> None:
    same = "Kein Kredit wird ohne einen Menschen abgelehnt. " * 8
    was, now = wording.sides(only({"use": {"setting": same}}, {"use": {"setting": f"{same}Außer nachts."}}))
    assert was != now
    assert now.endswith("Außer nachts.")


def test_a_result_that_is_told_twice_shows_what_it_was() -> None:
    """A worse result behind a better one of its name is new, and still has one before it."""
    run = {"metric": "recall", "dataset": "test", "direction": "higher", "n": 100}
    cards = [{"evaluation": {"runs": [{**run, "value": Decimal(value)} for value in values]}}
             for values in (["0.9"], ["0.95", "0.5"])]  # fmt: skip
    worse = next(judged for judged in delta.delta(*cards).changes if judged.change.kind == "added")
    assert wording.sides(worse) == ("0.9 (n = 100)", "0.5 (n = 100)")


def test_an_entry_of_many_words_is_told_by_the_first_of_them() -> None:
    entry = {"statement": "Größe " * 400, "impact": "x"}
    judged = only({"risk": {"limitations": [entry]}}, {"risk": {"limitations": [{**entry, "impact": "y"}]}})
    assert len(judged.change.place) < 120
    assert judged.change.about == (entry["statement"],)
