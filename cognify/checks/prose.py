"""Do the numbers in a text stand anywhere in the record?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from cognify import replay
from cognify.checks.draft import Draft
from cognify.records import card as cards
from cognify.records.finding import Finding, Severity

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


class _Prose:
    ids = ("number-in-prose-unmatched",)

    def __call__(self, draft: Draft) -> Iterator[Finding]:
        known: frozenset[Decimal] | None = None
        for pointer, text in replay.leaves(draft.data):
            if not isinstance(text, str) or not _is_prose(pointer):
                continue
            said = list(_numbers(text))
            if said and known is None:
                known = frozenset(_told(draft.exact))
            unknown = [
                shown for shown, number, share in said if not _matches(number, share, known or frozenset())
            ]
            if unknown:
                named = ", ".join(unknown[:_MOST]) + (
                    f" and {len(unknown) - _MOST} more" if len(unknown) > _MOST else ""
                )
                yield draft.question(
                    pointer, "number-in-prose-unmatched",
                    f"{pointer} says {named}; no field of the card has that value",
                    "give the value the field where it is cited, or take it out of the text",
                    Severity.WARNING,
                )  # fmt: skip


def _is_prose(pointer: str) -> bool:
    field = cards.field_at(pointer)
    return field is not None and field.owner != "machine" and cards.takes_words(field.name)


def _numbers(text: str) -> Iterator[tuple[str, Decimal, bool]]:
    """What *text* says in numbers: as it is written, its value, and whether it is in percent."""
    for found in _NUMBER.finditer(text):
        percent = bool(found["percent"])
        if ("." in found["digits"] or percent) and not _OF_A_CLAUSE.search(text[: found.start()]):
            yield found[0].strip(), Decimal(found["digits"]), percent


def _told(value: Any) -> Iterator[Decimal]:
    """Every number of the card, and of texts that are nothing but one."""
    if isinstance(value, dict):
        for part in value.values():
            yield from _told(part)
    elif isinstance(value, list):
        for part in value:
            yield from _told(part)
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        yield Decimal(value)


def _matches(number: Decimal, percent: bool, known: frozenset[Decimal]) -> bool:
    """Whether a field has the value, rounded as far as the text rounds it; a share may be said in percent."""
    exponent = number.as_tuple().exponent
    step = Decimal(1).scaleb(exponent) if isinstance(exponent, int) else Decimal(1)
    scales = (Decimal(100), Decimal(1)) if percent else (Decimal(1),)
    return any(
        abs(one * scale - number) < 1
        and (one * scale).quantize(step, ROUND_HALF_UP) == number
        for scale in scales for one in known
    )  # fmt: skip


PROSE = _Prose()
