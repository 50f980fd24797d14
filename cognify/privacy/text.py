"""Hits in text: every detector over it, and the company that some of them need."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate, islice

from cognify.privacy import contact, credentials, dates, encoded, numbers, people, veils
from cognify.privacy.grammar import CREDENTIALS, Company, Form, Label

FAMILIES = (credentials, people, dates, contact, numbers)
FORMS: tuple[Form, ...] = tuple(form for family in FAMILIES for form in family.FORMS)
LABELS: tuple[Label, ...] = tuple(label for family in FAMILIES for label in family.LABELS)
_ALL: tuple[Form | Label, ...] = (*FORMS, *LABELS)

NEAR = 200
"""How many characters before and after a hit its company is looked for, within its paragraph."""
MOST = 10_000
"""How many hits of one detector in one text are counted; what is blocked is blocked by the first."""
DEEP = 2
"""How often base64 is decoded: as it stands in a text, and once more within that."""
IN_BASE64 = ", in base64"
_REACH = 64
"""How far from a stem its label may begin and end."""
_PERSON = re.compile(
    r"(?i)(?<![a-z])(?:patients?|insured|claimants?|policy ?holders?|subscribers?|beneficiar(?:y|ies)|decedents?|"
    r"applicants?|borrowers?|card ?holders?|mrn|ssn|dob|widows?|resident)(?![a-z])"
)


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """Where a detector fired; never what it saw."""

    start: int
    end: int
    kind: str
    rule: str


def hits(text: str, kinds: Collection[str] | None = None, *, deep: int = DEEP) -> tuple[Hit, ...]:
    r"""Every hit in *text*, of *kinds* if they are given, by place; one for each place and class.

    A text with veils (`\u0031`, a soft hyphen, full-width digits) is looked at once more without
    them. What runs of base64 hold is looked at, too, and the same within it, *deep* times; such a
    hit is the whole run.
    """
    found = set(_hits(text, kinds))
    bare = veils.Unveiled(text)
    if bare.there:
        found |= {
            Hit(bare.place(hit.start), bare.end(hit.end), hit.kind, hit.rule)
            for hit in _hits(bare.text, kinds)
        }
    if deep:
        found |= {
            Hit(bare.place(hit.start), bare.end(hit.end), hit.kind, hit.rule)
            for hit in _encoded(bare.text, kinds, deep)
        }
    return _once(sorted(found))


def _encoded(text: str, kinds: Collection[str] | None, deep: int) -> Iterator[Hit]:
    """The hits in what is encoded in *text*, looked at together: most runs are short, and hold nothing."""
    runs = list(encoded.runs(text))
    starts = [0, *accumulate(len(run.text) + 2 for run in runs)]
    for hit in hits("\n\n".join(run.text for run in runs), kinds, deep=deep - 1) if runs else ():
        run = runs[bisect_right(starts, hit.start) - 1]
        rule = hit.rule if hit.rule.endswith(IN_BASE64) else hit.rule + IN_BASE64
        yield Hit(run.start, run.end, hit.kind, rule)


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
    there = _Stems(lowered if len(lowered) == len(text) else _lower(text))
    due = [d for d in _ALL if (kinds is None or d.kind in kinds) and there.any(d.stems)]
    alone = [
        hit for detector in due if not detector.company for hit in islice(_held(detector, text, there), MOST)
    ]
    yield from alone
    around = _Company(text, sorted(hit.start for hit in alone if hit.kind != CREDENTIALS))
    for detector in due:
        if detector.company:
            found = _held(detector, text, there)
            yield from islice((hit for hit in found if around.has(hit, detector.company)), MOST)


def _held(detector: Form | Label, text: str, there: _Stems) -> Iterator[Hit]:
    """What *detector* finds and holds. Only these count: else what it refuses could use its count up."""
    for match in _matches(detector, text, there):
        name = "v" if match.re.groupindex and match["v"] is not None else 0
        if detector.holds(match[name]):
            yield Hit(match.start(name), match.end(name), detector.kind, detector.rule)


def _lower(text: str) -> str:
    """*text* in lower case with every character in its place: `İ` would become two."""
    return "".join(low if len(low := c.lower()) == 1 else c for c in text)


def _matches(detector: Form | Label, text: str, there: _Stems) -> Iterator[re.Match[str]]:
    """What the detector's expression finds: a label's only around the places of its stems."""
    if isinstance(detector, Form):
        yield from detector.regex.finditer(text)
        return
    done = 0
    for stem in there.places(detector.stems):
        if stem < done:
            continue
        head = detector.head.search(text, max(done, stem - _REACH), stem + _REACH)
        while head is not None:
            match = detector.regex.match(text, head.start())
            done = head.end()
            if match is not None:
                yield match
            head = detector.head.search(text, done, stem + _REACH) if done < stem + _REACH else None


class _Stems:
    """Which literals a text holds and where, each looked for once."""

    def __init__(self, lowered: str) -> None:
        self._lowered = lowered
        self._first: dict[str, int] = {}

    def any(self, stems: tuple[str, ...]) -> bool:
        """Whether the text holds one of *stems*; true where none is asked for."""
        if not stems:
            return True
        first, find = self._first, self._lowered.find
        for stem in stems:
            at = first.get(stem)
            if at is None:
                at = first[stem] = find(stem)
            if at >= 0:
                return True
        return False

    def _at(self, stem: str) -> int:
        if stem not in self._first:
            self._first[stem] = self._lowered.find(stem)
        return self._first[stem]

    def places(self, stems: tuple[str, ...]) -> list[int]:
        """Where *stems* stand, in order."""
        found: list[int] = []
        for stem in stems:
            at = self._at(stem)
            while at >= 0:
                found.append(at)
                at = self._lowered.find(stem, at + len(stem))
        return sorted(found)


class _Company:
    """Who is near a hit: identifiers at *personal*, in order, and words for a person.

    Both are looked up by place, so that a log of a million dates costs no more than its length.
    """

    def __init__(self, text: str, personal: Sequence[int]) -> None:
        self._text, self._personal = text, personal

    @cached_property
    def _people(self) -> list[int]:
        return [match.start() for match in _PERSON.finditer(self._text)]

    def has(self, hit: Hit, company: Company) -> bool:
        """Whether *hit* is in *company*, within its paragraph."""
        start, end = max(0, hit.start - NEAR), min(len(self._text), hit.end + NEAR)
        identifiers = [p for p in _between(self._personal, start, end) if not hit.start <= p < hit.end]
        people = _between(self._people, start, end) if company is Company.PERSON else ()
        if not identifiers and not people:
            return False
        start, end = _around(self._text, hit)
        return any(start <= place < end for place in (*identifiers, *people))


def _between(places: Sequence[int], start: int, end: int) -> Sequence[int]:
    return places[bisect_left(places, start) : bisect_left(places, end)]


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
