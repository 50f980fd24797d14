"""Hits in text: every detector over it, and the company that some of them need."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from cognify.privacy import contact, credentials, dates, numbers, people
from cognify.privacy.grammar import Company, Form, Label

FAMILIES = (credentials, people, dates, contact, numbers)
FORMS: tuple[Form, ...] = tuple(form for family in FAMILIES for form in family.FORMS)
LABELS: tuple[Label, ...] = tuple(label for family in FAMILIES for label in family.LABELS)

NEAR = 200
"""How many characters before and after a hit its company is looked for, within its paragraph."""
MOST = 10_000
"""How many hits of one detector in one text are counted; what is blocked is blocked by the first."""
_PERSON = re.compile(
    r"(?i)(?<![a-z])(?:patients?|insured|claimants?|policy ?holders?|subscribers?|beneficiar(?:y|ies)|decedents?|"
    r"applicants?|borrowers?|card ?holders?|mrn|ssn|dob|widows?|resident)(?![a-z])"
)
_ESCAPE = re.compile(r"\\u00([2-7][0-9a-fA-F])")
_NUMERIC = re.compile(r"\d{9}|\d[A-Z]{2}|[A-Z]{2}\d|\d{4}[ -]\d{4}")


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """Where a detector fired; never what it saw."""

    start: int
    end: int
    kind: str
    rule: str


def hits(text: str, kinds: Collection[str] | None = None) -> tuple[Hit, ...]:
    """Every hit in *text*, of *kinds* if they are given, by place; one for each place and class.

    A text with escaped plain characters (`\\u0031`) is looked at once more without its escapes;
    the places of what only that shows are those of the line it is on.
    """
    found = set(_hits(text, kinds))
    if "\\u00" in text:
        plain = _ESCAPE.sub(_unescaped, text)
        if plain != text:
            seen = {(text.count("\n", 0, hit.start), hit.kind) for hit in found}
            found |= {hit for hit in _relocated(plain, text, kinds)
                      if (text.count("\n", 0, hit.start), hit.kind) not in seen}  # fmt: skip
    return _once(sorted(found))


def _unescaped(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return match[0] if character in '"\\' else character


def _relocated(plain: str, text: str, kinds: Collection[str] | None) -> Iterator[Hit]:
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    for hit in _hits(plain, kinds):
        start = starts[plain.count("\n", 0, hit.start)]
        yield Hit(start, start, hit.kind, hit.rule)


def _once(found: Sequence[Hit]) -> tuple[Hit, ...]:
    """Of hits of one class that overlap, the first; of different classes at one place, the labelled one."""
    kept: list[Hit] = []
    for hit in found:
        if any(hit.start < other.end and hit.kind == other.kind for other in kept[-8:]):
            continue
        kept.append(hit)
    return tuple(kept)


def _hits(text: str, kinds: Collection[str] | None) -> Iterator[Hit]:
    lowered = text.lower()
    alone, in_company = list[Hit](), list[tuple[Hit, Company]]()
    for detector in _due(lowered, kinds):
        if isinstance(detector, Form) and not detector.stems and _NUMERIC.search(text) is None:
            continue
        for number, match in enumerate(detector.regex.finditer(text)):
            if number >= MOST:
                break
            name = "v" if "v" in match.re.groupindex and match["v"] is not None else 0
            if not detector.holds(match[name]):
                continue
            hit = Hit(match.start(name), match.end(name), detector.kind, detector.rule)
            if detector.company:
                in_company.append((hit, detector.company))
            else:
                alone.append(hit)
    yield from alone
    personal = sorted(hit.start for hit in alone if hit.kind != "credentials")
    for hit, company in in_company:
        if _accompanied(text, hit, company, personal):
            yield hit


def _due(lowered: str, kinds: Collection[str] | None) -> Iterator[Form | Label]:
    """The detectors that could fire: those whose stems the text holds."""
    there = _Stems(lowered)
    for detector in (*FORMS, *LABELS):
        if (kinds is None or detector.kind in kinds) and there.any(detector.stems):
            yield detector


class _Stems:
    """Which literals a text holds, each looked for once."""

    def __init__(self, lowered: str) -> None:
        self._lowered = lowered
        self._known: dict[str, bool] = {}

    def any(self, stems: tuple[str, ...]) -> bool:
        if not stems:
            return True
        for stem in stems:
            if stem not in self._known:
                self._known[stem] = stem in self._lowered
            if self._known[stem]:
                return True
        return False


def _accompanied(text: str, hit: Hit, company: Company, personal: Sequence[int]) -> bool:
    start, end = _around(text, hit)
    if any(start <= place < end and not hit.start <= place < hit.end for place in personal):
        return True
    return company is Company.PERSON and _PERSON.search(text, start, end) is not None


def _around(text: str, hit: Hit) -> tuple[int, int]:
    start, end = max(0, hit.start - NEAR), min(len(text), hit.end + NEAR)
    before, after = text.rfind("\n\n", start, hit.start), text.find("\n\n", hit.end, end)
    return (start if before < 0 else before), (end if after < 0 else after)


@cache
def of_column(name: str) -> tuple[Label, ...]:
    """The detectors by label that the column *name* calls for."""
    lowered = name.lower()
    return tuple(
        label for label in LABELS
        if any(stem in lowered for stem in label.stems) and label.column.search(name)
    )  # fmt: skip


def named(label: Label, value: str) -> bool:
    """Whether *value* is what the label says, in a column that bears it."""
    match = label.cell.match(value)
    return match is not None and label.holds(match["v"])
