"""How often, as people write it: `monthly`, `P1M`, `every 2 weeks`. Pure.

Only what can mean one length of time is read; a cadence that names none (`each close of books`) is not.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

# What is said of two lengths (`bimonthly`) counts as the longer: nobody is called late who is not.
_WORDS = {
    "daily": (0, 1), "weekly": (0, 7), "fortnightly": (0, 14), "biweekly": (0, 14), "monthly": (1, 0),
    "bimonthly": (2, 0), "quarterly": (3, 0), "half-yearly": (6, 0), "semiannually": (6, 0),
    "semi-annually": (6, 0), "semiannual": (6, 0), "semi-annual": (6, 0), "biannually": (24, 0),
    "yearly": (12, 0), "annually": (12, 0), "annual": (12, 0), "biennially": (24, 0),
}  # fmt: skip
_UNITS = {"year": (12, 0), "quarter": (3, 0), "month": (1, 0), "week": (0, 7), "day": (0, 1)}
_ISO = re.compile(r"p(?:([0-9]{1,3})y)?(?:([0-9]{1,3})m)?(?:([0-9]{1,3})w)?(?:([0-9]{1,4})d)?\Z")
_COUNTED = re.compile(r"(?:every |each |once (?:a|per|every) )?(?:([1-9][0-9]{0,3}) )?([a-z]+?)s?\Z")


@dataclass(frozen=True, slots=True)
class Interval:
    """A length of time in calendar months and days."""

    months: int
    days: int

    def after(self, day: date) -> date:
        """The day that lies so long after *day*; the last of a month that has no such day."""
        month = day.month - 1 + self.months
        year, month = day.year + month // 12, month % 12 + 1
        if year > date.max.year:
            return date.max
        last = calendar.monthrange(year, month)[1]
        try:
            return date(year, month, min(day.day, last)) + timedelta(days=self.days)
        except OverflowError:
            return date.max


def read(text: str) -> Interval | None:
    """The length of time that *text* names; None where it names none, or more than one."""
    said = " ".join(text.lower().strip(" .").split())
    if said in _WORDS:
        return Interval(*_WORDS[said])
    iso = _ISO.match(said)
    if iso:
        years, months, weeks, days = (int(part or 0) for part in iso.groups())
        return _some(years * 12 + months, weeks * 7 + days)
    counted = _COUNTED.match(said)
    if counted and counted[2] in _UNITS and (counted[1] or said not in (counted[2], f"{counted[2]}s")):
        months, days = _UNITS[counted[2]]
        return _some(months * int(counted[1] or 1), days * int(counted[1] or 1))
    return None


def _some(months: int, days: int) -> Interval | None:
    return Interval(months, days) if months or days else None
