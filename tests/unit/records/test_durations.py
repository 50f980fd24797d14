"""How often, as people write it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognify.records import durations
from cognify.records.durations import Interval

READ = {
    "monthly": (1, 0), "Quarterly.": (3, 0), "weekly": (0, 7), "daily": (0, 1), "annually": (12, 0),
    "P1M": (1, 0), "P1Y6M": (18, 0), "P2W": (0, 14), "P10D": (0, 10), "3 months": (3, 0), "90 days": (0, 90),
    "every 2 weeks": (0, 14), "every month": (1, 0), "once a year": (12, 0), "each quarter": (3, 0),
    " once  per week ": (0, 7), "1 day": (0, 1), "bimonthly": (2, 0),
}  # fmt: skip
UNREADABLE = (
    "", "month", "each close of books", "after each release", "monthly and after each release", "P", "P0D", "PT1H",
    "0 days", "every 0 months", "3", "months", "monthly-ish", "größe", "1.5 months", "P1M2", "every few weeks",
)  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), READ.items())
def test_a_cadence_that_names_one_length(text: str, expected: tuple[int, int]) -> None:
    assert Interval(*expected) == durations.read(text)


@pytest.mark.parametrize("text", UNREADABLE)
def test_a_cadence_that_names_none(text: str) -> None:
    """It is not guessed at."""
    assert durations.read(text) is None


@pytest.mark.parametrize(("text", "day", "expected"), [
    ("monthly", "2026-01-31", "2026-02-28"), ("monthly", "2028-01-31", "2028-02-29"),
    ("quarterly", "2026-11-30", "2027-02-28"), ("yearly", "2028-02-29", "2029-02-28"),
    ("10 days", "2026-12-28", "2027-01-07"), ("999 years", "9998-01-01", "9999-12-31"),
    ("9999 days", "9999-01-01", "9999-12-31"),
])  # fmt: skip
def test_the_day_so_long_after(text: str, day: str, expected: str) -> None:
    """A month that has no such day gives its last one; the calendar ends, and nothing breaks."""
    interval = durations.read(text)
    assert interval is not None
    assert date.fromisoformat(expected) == interval.after(date.fromisoformat(day))


@given(st.text(max_size=40), st.dates())
def test_whatever_is_read_lies_ahead(text: str, day: date) -> None:
    """No text breaks it, and none gives a day that is not later, but at the end of the calendar."""
    interval = durations.read(text)
    assert interval is None or interval.after(day) > day or day == date.max
