"""One version as its row is read: what was verified of it, its card, and what was stated since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from cognify import strictyaml
from cognify.errors import CognifyError
from cognify.inventory import Files, Version
from cognify.records import card as cards
from cognify.records import lock as locks
from cognify.records.lock import DERIVED, Lock
from cognify.records.policy import Policy, Rule
from cognify.register.cells import NOT_CONFIRMED, NOTHING, Cell, gap, plain, stated
from cognify.verification import Stated, VerifiedRecord
from cognify.verification.result import SEALED

SOON = timedelta(days=30)
"""What ends or falls due within it is told in advance, unless another window is asked for."""
_WRONG = "what lies here is not what was signed, or contradicts it: `cognify verify` says how"


@dataclass(frozen=True)
class Entry:
    """One version, its card as plain data, and the clock that its row is made by.

    `lacking` says why the card tells nothing here: it cannot be read, or is not what was signed. `data`
    is there all the same where it can be read, for whoever has to look into what is doubtful, too.
    `renewed` are the exceptions of the inventory that have not ended, by their words; `sealed_says` is
    the time that the sequencer states for its seal.
    """

    record: VerifiedRecord
    policy: Policy | None
    at: datetime
    soon: timedelta = SOON
    data: Mapping[str, Any] = field(default_factory=dict)
    lock: Lock | None = None
    lacking: str = ""
    renewed: Mapping[str, str] = field(default_factory=dict)
    sealed_says: str = ""

    @property
    def card(self) -> Mapping[str, Any]:
        """The card as far as it is anybody's word."""
        return {} if self.lacking else self.data

    @property
    def version(self) -> Version:
        """Which version it is."""
        return self.record.version

    @property
    def today(self) -> date:
        """The day by the clock, in UTC."""
        return self.at.date()

    @property
    def rule(self) -> Rule | None:
        """The sign-off rule of its tier in the policy in force."""
        return self.policy.rule_for(self.record.tier) if self.policy else None

    @property
    def in_use(self) -> bool:
        """Whether it was sealed and nobody has ended it: neither a statement, nor its card by now."""
        if self.record.state not in (*SEALED, "needs-reapproval"):
            return False
        retired = self.day("lifecycle.retired_on")
        ended = self.record.state in ("withdrawn", "superseded") or (retired and retired <= self.today)
        return not ended and self.text("lifecycle.status") != "retired"

    @cached_property
    def amendments(self) -> Mapping[str, tuple[str, Stated]]:
        """Place of the card to the text by which it is read now, and who said so.

        Only what the log holds, in a role that signs versions of this tier off, and never the word of
        whoever proposed the version: else an author could put off their own review.
        """
        rule = self.rule
        asked = {q.role for q in (*rule.all_of, *rule.any_of)} if rule else set()
        own = {s.person for s in self.record.trail if s.kind == "record.propose"}
        found = dict[str, tuple[str, Stated]]()
        for one in self.record.trail:
            counts = one.seq is not None and not one.distrusted and one.role in asked
            if one.kind == "amend" and counts and one.person not in own:
                found |= {word.removeprefix("at "): (text, one) for word, text in one.details
                          if word.startswith("at /")}  # fmt: skip
        return found

    def found(self, name: str) -> tuple[tuple[str, object], ...]:
        """Pointer and value of all that the dotted *name* means on the card, lists of texts taken apart."""
        place = f"/{name.replace('.', '/')}"
        if place in self.amendments:  # the card may have said nothing there
            return ((place, self.amendments[place][0].strip()),)
        given = list[tuple[str, object]]()
        for pointer, value in cards.find(self.card, name):
            amended = self.amendments.get(pointer)
            if amended:
                given.append((pointer, amended[0].strip()))
            elif isinstance(value, list):
                given += [(f"{pointer}/{number}", one) for number, one in enumerate(value)]
            else:
                given.append((pointer, value))
        return tuple(given)

    def text(self, name: str) -> str:
        """The first text that the card says at *name*; empty where it says none."""
        return next((value for _, value in self.found(name) if isinstance(value, str)), "")

    def day(self, name: str) -> date | None:
        """The day that the card says at *name*, or that an amendment puts in its place."""
        return day(self.text(name))

    def entries(self, section: str, name: str) -> tuple[tuple[str, Mapping[str, Any]], ...]:
        """Pointer and entry of the list `section.name`, as amended; what is no entry is left out."""
        return tuple((place, self._amended(place, one)) for place, one in listed(self.card, section, name))

    def _amended(self, place: str, one: Mapping[str, Any]) -> Mapping[str, Any]:
        found = {at.rpartition("/")[2]: text.strip() for at, (text, _) in self.amendments.items()
                 if at.rpartition("/")[0] == place}  # fmt: skip
        return {**one, **found} if found else one

    def cell(self, *names: str, many: bool = False) -> Cell:
        """What the card says at *names*, the first that says something; or why it says nothing."""
        if self.lacking:
            return gap(self.lacking, NOT_CONFIRMED)
        reasons = list[tuple[str, str]]()
        for name in names:
            given = self.found(name)
            values = [(pointer, value) for pointer, value in given
                      if stated(value) is None and plain(value) != NOTHING]  # fmt: skip
            reasons += [state for _, value in given if (state := stated(value))]
            if values:
                pointers = tuple(pointer for pointer, _ in values)
                texts = tuple(f"{plain(value)}{self.amended_by(pointer)}" for pointer, value in values)
                return Cell(texts, pointers=pointers, sources=self.sources(*pointers), many=many)
        if reasons:
            return Cell(state=reasons[0][0], reason=reasons[0][1])
        return gap(f"the card says nothing at {' or '.join(names)}")

    def amended_by(self, pointer: str) -> str:
        """Who amended the value at *pointer*, in brackets; empty where nobody did."""
        amended = self.amendments.get(pointer)
        return f" (amended by {amended[1].name} as {amended[1].role})" if amended else ""

    def sources(self, *pointers: str) -> tuple[str, ...]:
        """What the lock cites for the values at *pointers*, one line each; nothing for what people wrote."""
        if self.lock is None:
            return ()
        cited = (self.lock.cited(pointer) for pointer in pointers if pointer not in self.amendments)
        return tuple(self._source(pointer) for pointer in dict.fromkeys(cited) if pointer)

    def _source(self, pointer: str) -> str:
        assert self.lock is not None
        citation = self.lock.values[pointer]
        if citation.kind == DERIVED:
            return f"{pointer}: derived, {citation.via} of {', '.join(citation.inputs)}"
        artifact = self.lock.artifacts[citation.artifact]
        return (
            f"{pointer}: {citation.kind}, {artifact.path or artifact.uri or artifact.origin} "
            f"(sha256 {artifact.sha256}) at {citation.at}, read as {citation.via}"
        )


def listed(card: Mapping[str, Any], section: str, name: str) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """Pointer and entry of the list `section.name` of *card*; what is no entry is left out."""
    inside = card.get(section)
    found = inside.get(name) if isinstance(inside, Mapping) else None
    numbered = enumerate(found if isinstance(found, list) else ())
    return tuple((f"/{section}/{name}/{number}", entry) for number, entry in numbered
                 if isinstance(entry, Mapping) and stated(entry) is None)  # fmt: skip


def day(text: str) -> date | None:
    """The day that *text* is, or begins with; None where it is none."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def read(
    files: Files, record: VerifiedRecord, policy: Policy | None, *, at: datetime, soon: timedelta,
    renewed: Mapping[str, str], says: Mapping[int | None, str],
) -> Entry:  # fmt: skip
    """*record* with its card and citations, read from the very bytes that were verified.

    Nothing is taken from a card that something contradicts: it is nobody's word then. *says* are the
    times that the sequencer states, by leaf.
    """
    version, clock = record.version, says.get(record.sealed_at, "")
    known = Entry(record, policy, at, soon, renewed=renewed, sealed_says=clock)
    try:
        data = strictyaml.load(files.read(version.card), where=version.card)
        lock = locks.parse(files.read(version.lock), where=version.lock)
    except CognifyError as error:
        return replace(known, lacking=f"the card or its citations cannot be read: {error.what}")
    wrong = any(finding.contradicts for finding in record.findings)
    return replace(known, data=data, lock=lock, lacking=_WRONG if wrong else "")
