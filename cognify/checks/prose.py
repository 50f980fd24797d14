"""Do the numbers in a text stand anywhere in the record?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any, Final

from cognify import replay
from cognify.checks.draft import Draft
from cognify.records import card as cards
from cognify.records.finding import Finding

# A number with a point, or one with a sign of percent: what a text says of a result. Counts, years and
# clauses of laws are whole, and version numbers and dates have more parts than one point.
_NUMBER: Final = re.compile(
    r"(?<![\w.,/§:=-])(?P<digits>[0-9]{1,6}(?:[.][0-9]{1,8})?)(?P<percent>\s?(?:%|per\s?cent\b|percent\b))?"
    r"(?![\w/:]|[.,][0-9]|-[0-9])"
)
_OF_A_CLAUSE: Final = re.compile(
    r"(?:art(?:icle|\.)?|section|sec\.|§+|clause|annex|chapter|part|rule|table|figure|version|v|cfr|release"
    r"|python|cuda|no\.?|nr\.?|appendix|paragraph|para\.?|point|step)\s*\Z",
    re.IGNORECASE,
)
_MOST = 3
_LARGEST = 10**8
_AROUND = 24


class _Prose:
    ids = ("number-in-prose-unmatched",)

    def __call__(self, draft: Draft) -> Iterator[Finding]:
        told = _Told(draft)
        for pointer, text in replay.leaves(draft.data):
            if not isinstance(text, str) or not _is_prose(pointer):
                continue
            unknown = [shown for shown, number, share in _numbers(text) if not told.holds(number, share)]
            if unknown:
                more = f" and {len(unknown) - _MOST} more" if len(unknown) > _MOST else ""
                yield draft.question(
                    pointer, "number-in-prose-unmatched",
                    f"{pointer} says {', '.join(unknown[:_MOST])}{more}; no field of the card has that value",
                    "give the value the field where it is cited, or take it out of the text",
                )  # fmt: skip


def _is_prose(pointer: str) -> bool:
    field = cards.field_at(pointer)
    return field is not None and field.owner != "machine" and cards.takes_words(field.name)


def _numbers(text: str) -> Iterator[tuple[str, Decimal, bool]]:
    """What *text* says in numbers: as it is written, its value, and whether it is in percent."""
    for found in _NUMBER.finditer(text):
        percent, before = bool(found["percent"]), text[max(0, found.start() - _AROUND) : found.start()]
        if ("." in found["digits"] or percent) and not _OF_A_CLAUSE.search(before):
            yield found[0].strip(), Decimal(found["digits"]), percent


class _Told:
    """The numbers that the card of *draft* has, looked up as a text rounds them."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._rounded: dict[tuple[int, int], frozenset[Decimal]] = {}

    def holds(self, number: Decimal, percent: bool) -> bool:
        """Whether a field has the value; a share may be said in percent."""
        exponent = number.as_tuple().exponent
        assert isinstance(exponent, int)  # what the expression finds is finite
        return any(number in self._at(exponent, scale) for scale in ((100, 1) if percent else (1,)))

    def _at(self, exponent: int, scale: int) -> frozenset[Decimal]:
        known = self._rounded.get((exponent, scale))
        if known is None:
            step = Decimal(1).scaleb(exponent)
            fitting = (one * scale for one in self._numbers if abs(one) < _LARGEST)
            known = frozenset(one.quantize(step, ROUND_HALF_UP) for one in fitting)
            self._rounded[exponent, scale] = known
        return known

    @cached_property
    def _numbers(self) -> frozenset[Decimal]:
        return frozenset(_all(self._draft.exact))


def _all(value: Any) -> Iterator[Decimal]:
    """Every number of the card."""
    if isinstance(value, dict):
        for part in value.values():
            yield from _all(part)
    elif isinstance(value, list):
        for part in value:
            yield from _all(part)
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        yield Decimal(value)


PROSE = _Prose()
