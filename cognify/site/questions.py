"""What an examiner would question about one version, and what changed since the one before."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from cognify import briefing, checks
from cognify.briefing import Brief
from cognify.briefing.wording import alike, counted, label, remarks, sides, title
from cognify.checks import Around
from cognify.checks.around import Rejection, Span
from cognify.checks.draft import Draft
from cognify.checks.portfolio import Portfolio
from cognify.errors import CognifyError
from cognify.inventory import Version
from cognify.records.finding import Finding
from cognify.records.materiality import CLASSES, MATERIAL
from cognify.verification import Verification

_FEW = 6


@dataclass(frozen=True)
class Questions:
    """What is asked of the versions of one verification; in a package, nothing that names another model."""

    result: Verification
    packed: bool

    def of(self, version: Version) -> tuple[Finding, ...]:
        """What the checks find, with what people signed about it."""
        return checks.check_version(
            self.result.inventory, version, around=self._around, asking=checks.QUESTIONS
        )

    @cached_property
    def _around(self) -> Around:
        portfolio = None if self.packed else Portfolio(self.result.inventory)
        return Around(self._before, self._rejections, portfolio, self._standing)

    def _before(self, version: Version) -> Version | None:
        found = briefing.approved_before(self.result, version)
        return found.version if found else None

    def _rejections(self, version: Version) -> tuple[Rejection, ...]:
        before, own = briefing.approved_before(self.result, version), self.result.record(version)
        proposed = [_place(s.seq) for s in own.trail if s.kind == "record.propose"] if own else []
        span = Span(
            version, min(filter(None, proposed), default=0),
            before.version if before else None, _place(before.sealed_at) if before else 0,
        )  # fmt: skip
        return tuple(
            Rejection(record.version, stated.name, stated.role, stated.comment)
            for record in self.result.records
            if record.version.model == version.model and record.sealed_at is None
            if record.version != version
            for stated in record.trail
            if stated.kind == "signoff.reject" and stated.sha256 in record.standing
            and span.holds(record.version, _place(stated.seq))
        )  # fmt: skip

    def _standing(self, version: Version) -> frozenset[str]:
        record = self.result.record(version)
        return record.standing if record else frozenset()


def _place(seq: int | None) -> int:
    return 0 if seq is None else seq + 1


@dataclass(frozen=True, slots=True)
class Shown:
    """One change as a line of the page."""

    place: str
    pointer: str
    was: str
    now: str
    because: str
    remark: str


@dataclass(frozen=True, slots=True)
class Alike:
    """Changes of one part of the card by one rule: all of them if they are few, else what they come to."""

    title: str
    because: str
    shown: tuple[Shown, ...]
    rest: str


@dataclass(frozen=True)
class Changes:
    """A delta brief, laid out."""

    brief: Brief

    @property
    def classes(self) -> tuple[tuple[str, int, tuple[Alike, ...]], ...]:
        """Each class that has changes, how many, and what they are."""
        found = ((kind, self.brief.delta.of(kind)) for kind in CLASSES)
        return tuple(
            (kind, len(changes), tuple(_groups(self.brief, kind))) for kind, changes in found if changes
        )

    @property
    def since(self) -> tuple[tuple[str, int], ...]:
        """Version to how many texts stand as they stood there."""
        counts = dict[str, int]()
        for one in self.brief.carried:
            counts[one.since] = counts.get(one.since, 0) + 1
        return tuple(counts.items())


def _groups(brief: Brief, kind: str) -> list[Alike]:
    found = []
    for members in alike(brief.delta.of(kind)):
        named = members if len(members) <= _FEW else members[: _FEW // 2 if kind == MATERIAL else 0]
        left = members[len(named) :]
        ways = f", {told}" if (told := counted(left)) else ""
        rest = f"{len(left)} {'more ' if named else ''}{left[0].change.kind}{ways}" if left else ""
        shown = tuple(
            Shown(label(one), one.change.now_at or "", *sides(one), one.rule.because,
                  remarks(one.compared) if one.compared else "")
            for one in named
        )  # fmt: skip
        found.append(Alike(title(members[0]), members[0].rule.because, shown, rest))
    return found


def changes(result: Verification, draft: Draft) -> Changes | None:
    """What changed in the version of *draft* since the one before it; None where that cannot be read."""
    try:
        return Changes(briefing.brief(result, draft.version, draft.card))
    except CognifyError:
        return None  # the card of the version before cannot be read: its own page says so
