"""The register of a verified inventory: its rows, its exceptions, and what several versions share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from cognify.inventory import Version
from cognify.records.finding import Severity
from cognify.register import attention, columns, entry, uses
from cognify.register.attention import Attention
from cognify.register.cells import Cell, plain
from cognify.register.entry import SOON, Entry
from cognify.register.uses import Thing, Use
from cognify.verification import Stated, Then, Verification, VerifiedRecord
from cognify.verification.result import SEALED


@dataclass(frozen=True)
class Row:
    """One version: what each column says, what needs somebody, and what it uses.

    `doubt` says why nothing here is confirmed; empty where everything verifies. `unread` says why
    nobody could look into what it uses.
    """

    record: VerifiedRecord
    cells: Mapping[str, Cell]
    attention: tuple[Attention, ...]
    uses: tuple[Use, ...]
    doubt: str = ""
    unread: str = ""

    @property
    def version(self) -> Version:
        """Which version it is."""
        return self.record.version

    def as_json(self) -> dict[str, Any]:
        """The keys of `verify`'s records, and each column under its own."""
        known = self.record.as_json()
        told = {key: cell.as_json() for key, cell in self.cells.items() if key not in known}
        return {**known, **told, "doubt": self.doubt or None,
                "attention": [one.as_json() for one in self.attention]}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Excepted:
    """An exception or a condition: what it is, of which version (none: of all), by whom, until when."""

    kind: str
    version: str
    what: str
    by: str
    expires: str
    ended: bool


@dataclass(frozen=True)
class Register:
    """Every row of *result*, made by the clock *at*; `then` where it is shown as of an earlier time."""

    result: Verification
    at: datetime
    soon: timedelta
    rows: tuple[Row, ...]
    inventory_attention: tuple[Attention, ...]
    exceptions: tuple[Excepted, ...]
    then: Then | None = None

    @cached_property
    def shared(self) -> tuple[Thing, ...]:
        """Every data set and base model with the versions that use it, those that most use first."""
        return uses.things({row.version: row.uses for row in self.rows})

    @property
    def solo(self) -> bool:
        """Whether one person approves their own work here: said wherever the register is."""
        return self.result.policy is not None and self.result.policy.profile == "solo"

    @property
    def waiting(self) -> int:
        """How many versions need somebody."""
        return sum(bool(row.attention) for row in self.rows)

    @property
    def basis(self) -> tuple[str, ...]:
        """As of when it is, and what that rests on."""
        if self.then:
            return self.then.sentences(self.result)
        return (f"As of {self.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}, the clock of whoever made it.",)

    def affected(self, asked: str) -> tuple[tuple[Row, tuple[Use, ...]], ...]:
        """The rows that a recall of *asked* reaches, those that were sealed first, and how."""
        found = uses.affected({row.version: row.uses for row in self.rows}, asked)
        hit = [(row, found[row.version]) for row in self.rows if row.version in found]
        return tuple(sorted(hit, key=lambda one: one[0].record.state not in SEALED))

    def head(self) -> dict[str, Any]:
        """What every JSON answer begins with."""
        return {
            "inventory": self.result.settings.inventory,
            "as_of": f"{self.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "rests_on": list(self.basis),
            "verdict": self.result.verdict,
            "log": self.result.log.as_json(),
        }

    def as_json(self) -> dict[str, Any]:
        """The published shape of `status --format json`."""
        return {
            **self.head(),
            "soon_days": self.soon.days,
            "attention": [one.as_json() for one in self.inventory_attention],
            "records": [row.as_json() for row in self.rows],
            "exceptions": [
                {"kind": e.kind, "version": e.version or None, "what": e.what, "by": e.by,
                 "expires": e.expires or None, "ended": e.ended}
                for e in self.exceptions
            ],
            "shared": [
                {"kind": thing.kind, "name": thing.name, "digest": thing.digest or None,
                 "used_by": [str(version) for version in thing.users]}
                for thing in self.shared
            ],
            "not_proven": list(self.result.not_proven),
        }  # fmt: skip


def register(
    result: Verification, *, at: datetime, soon: timedelta = SOON, then: Then | None = None
) -> Register:
    """The register of what *result* verified, by the clock *at*: it decides what is due, and nothing else.

    Cards are read from the very bytes that were judged. It raises nothing of its own: a card that
    cannot be read, or is not what was signed, makes a row that says so.
    """
    standing = {_what(granted): granted.expires for granted in result.exceptions}
    says = {stated.seq: stated.stated_at for stated in result.trail}
    read = [entry.read(result.inventory.files, record, result.policy, at=at, soon=soon, renewed=standing,
                       says=says) for record in result.records]  # fmt: skip
    granted = [stated for stated in result.trail if stated.kind == "exception.grant"]
    return Register(
        result, at, soon, tuple(_row(result, one) for one in read),
        attention.ordered(_of_the_inventory(result, granted, at, soon)),
        (*_granted(granted, at), *(e for one in read for e in _excepted(one))), then,
    )  # fmt: skip


def _row(result: Verification, one: Entry) -> Row:
    doubt = one.lacking
    own = [f for f in one.record.findings if f.severity is Severity.ERROR]
    if own:
        doubt = f"[{own[0].id}] {own[0].what}"
    elif result.exit_code and not doubt:
        doubt = "the inventory as a whole does not verify"
    return Row(one.record, columns.cells(one), attention.of(one), tuple(uses.uses(one)), doubt,
               one.lacking if not one.data else "")  # fmt: skip


def _what(granted: Stated) -> str:
    return dict(granted.details).get("what", "")


def _of_the_inventory(
    result: Verification, granted: list[Stated], at: datetime, soon: timedelta
) -> Iterator[Attention]:
    waiting = sum(stated.seq is None for stated in result.trail)
    if waiting:
        yield attention.pending(waiting)
    yield from attention.of_policy(result.policy, at.date(), soon)
    last = {_what(stated): stated.expires for stated in sorted(granted, key=lambda one: one.expires)}
    for what, expires in last.items():
        yield from attention.of_exception(what, expires, at.date(), soon)


def _granted(granted: list[Stated], at: datetime) -> Iterator[Excepted]:
    for stated in granted:
        ended = stated.expires < str(at.date())
        yield Excepted("granted", "", _what(stated), f"{stated.name} as {stated.role}", stated.expires, ended)


def _excepted(one: Entry) -> Iterator[Excepted]:
    """What the card excepts, and the conditions of approvals that stand."""
    today = str(one.today)
    for _, excepted in one.entries("governance", "exceptions"):
        ends = excepted.get("expires")
        last = ends if isinstance(ends, str) else ""
        by = plain(excepted.get("approver", "not on record"))
        yield Excepted("on the card", str(one.version), plain(excepted.get("what")), by, last,
                       bool(last) and last < today)  # fmt: skip
    for approval in one.record.approvals:
        stated = approval.stated
        for condition in stated.conditions if approval.stands else ():
            taken = f", taken on by {approval.acknowledged_by}" if approval.acknowledged_by else ""
            yield Excepted("condition", str(one.version), condition, f"{stated.name} as {stated.role}{taken}",
                           stated.expires, bool(stated.expires) and stated.expires < today)  # fmt: skip
