"""What a verification found. Only `verification.verify` makes one; pages accept nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cognify.approvals import Refusal
from cognify.inventory import Inventory, Version
from cognify.ledger import Log
from cognify.records.checkpoint import SignedNote
from cognify.records.finding import Finding, Severity
from cognify.records.monitoring import BREACH, OUTCOMES, WITHIN, Held
from cognify.records.policy import Login, Policy
from cognify.records.settings import Settings
from cognify.verification.bringing import History

LEVELS = {
    "L0": "A name was typed; nothing proves who typed it.",
    "L1": "The Git host said that this account approved, and our workflow recorded it.",
    "L2": "This person's own key or login signed this exact text.",
    "L3": "This person's own key or login signed this exact text, and an independent party proved when.",
}
SEALED = ("sealed", "superseded", "withdrawn")
"""The states of a version whose bytes the log holds fast, with every sign-off that it needs."""
STATES = ("draft", "proposed", "sealed", "needs-reapproval", "withdrawn", "superseded")

_MAKER = object()


@dataclass(frozen=True, slots=True)
class Stated:
    """One verified statement in the trail of a version, ready to be shown.

    `distrusted`: its key is not believed any more, and it counts for nothing.
    """

    kind: str
    person: str
    name: str
    role: str
    meaning: str
    stated_at: str
    path: str
    sha256: str
    fingerprint: str
    seq: int | None
    comment: str = ""
    conditions: tuple[str, ...] = ()
    expires: str = ""
    login: Login | None = None
    signed_at: str = ""
    policy: int = 1
    details: tuple[tuple[str, str], ...] = ()
    distrusted: bool = False

    @property
    def proof(self) -> dict[str, str]:
        """What a login's bundle proves: who, as whom says, and signed by when. Empty for a key."""
        if self.login is None:
            return {}
        who = {"identity": self.login.identity, "issuer": self.login.issuer}
        return {**who, "signed_at": self.signed_at}


@dataclass(frozen=True, slots=True)
class Approval:
    """One approval, counting or not: by whom, as what, how strongly proven, and between which bounds.

    `acknowledged_by` is the name of who took its conditions on.

    `after` and `before` are log sizes: the signer had seen a checkpoint of the first, and the
    log held the approval at the second. `not_before` and `not_after` are times that timestamp
    authorities bear out. None where there is no such bound.
    """

    stated: Stated
    level: str
    after: int | None
    before: int | None
    withdrawn: bool = False
    distrusted: bool = False
    not_before: str | None = None
    not_after: str | None = None
    acknowledged_by: str = ""

    @property
    def waits(self) -> bool:
        """Whether it was given on conditions that nobody has taken on."""
        return bool(self.stated.conditions) and not self.acknowledged_by

    @property
    def stands(self) -> bool:
        """Whether it was not taken back, and its key is still believed."""
        return not (self.withdrawn or self.distrusted)

    def _on_conditions(self) -> dict[str, Any]:
        if not self.stated.conditions:
            return {}
        return {"conditions": list(self.stated.conditions), "acknowledged_by": self.acknowledged_by or None}

    @property
    def when(self) -> str:
        """Between which proven times it was made, in words; empty if none is proven."""
        if self.not_after is None:
            return f"made after {self.not_before}" if self.not_before else ""
        return f"made by {self.not_after}" + (f", after {self.not_before}" if self.not_before else "")

    @property
    def sentence(self) -> str:
        """The assurance in one sentence."""
        login = self.stated.login
        own = f"own login ({login.identity}, as {login.issuer} says)" if login else "own key"
        return LEVELS[self.level].replace("own key or login", own)

    def as_json(self) -> dict[str, Any]:
        """The published shape."""
        return {
            "person": self.stated.person,
            "role": self.stated.role,
            "level": self.level,
            "after": self.not_before or (None if self.after is None else f"log size {self.after}"),
            "before": self.not_after or (None if self.before is None else f"log size {self.before}"),
            **({} if self.stands else {"stands": False}),
            **self._on_conditions(),
            **self.stated.proof,
        }


@dataclass(frozen=True, slots=True)
class Reported:
    """One monitoring report: its statement (`path`, `sha256`), its folder, and what it comes to.

    `first` and `last` are the days of its period; `outcome` was worked out from its numbers.
    """

    path: str
    sha256: str
    folder: str
    name: str
    seq: int | None
    first: str
    last: str
    outcome: str
    held: tuple[Held, ...]

    def worst(self) -> dict[str, str]:
        """Limit, by its place on the card, to the worst of its results; one without a result is left out."""
        found = dict[str, str]()
        for held in self.held:
            if held.result:
                known = found.get(held.limit.place, WITHIN)
                found[held.limit.place] = max(known, held.outcome, key=OUTCOMES.index)
        return found


@dataclass(frozen=True, slots=True)
class VerifiedRecord:
    """One version as the verification found it; its state was recomputed, never read.

    `sealed_by` is the time by which its seal was in the log, as timestamp authorities bear out; None
    where none does. `lacks` says by id, too, why it is not sealed: `still_needs` are its words.
    `rejections` are those that nobody took back, also of a version that was sealed before.
    """

    version: Version
    record: str
    digest: str
    tier: str
    state: str
    independence: str
    approvals: tuple[Approval, ...] = ()
    trail: tuple[Stated, ...] = ()
    sealed_at: int | None = None
    findings: tuple[Finding, ...] = ()
    reports: tuple[Reported, ...] = ()
    lacks: tuple[Refusal, ...] = ()
    sealed_by: str | None = None
    rejections: tuple[Stated, ...] = ()
    standing: frozenset[str] = frozenset()
    """The digests of the statements of `trail` that count: not taken back, by keys still believed."""

    @property
    def still_needs(self) -> tuple[str, ...]:
        """What keeps it from being sealed, in words."""
        return tuple(lack.what for lack in self.lacks)

    @property
    def breaches(self) -> Mapping[str, Reported]:
        """Limit (its place on the card) to the report that found it breached, where none has answered since.

        Only a result of the same metric does, in a report signed later whose period ends no earlier.
        """
        standing = dict[str, Reported]()
        for report in self.reports:
            for place, outcome in report.worst().items():
                before = standing.get(place)
                if before is not None and report.last < before.last:
                    continue
                if outcome == BREACH:
                    standing[place] = report
                else:
                    standing.pop(place, None)
        return standing

    @property
    def trusted(self) -> bool:
        """Whether its bytes are sealed and nothing contradicts them."""
        return self.state in SEALED and not any(finding.contradicts for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        """The published shape."""
        return {
            "model": self.version.model,
            "version": self.version.version,
            "digest": self.digest,
            "independence": self.independence,
            "state": self.state,
            "approvals": [approval.as_json() for approval in self.approvals],
        }


@dataclass(frozen=True, slots=True)
class LogSummary:
    """The log as it was verified: its signed size and root, and when that existed at the latest.

    `signed_after` is the latest trusted time after which it was signed: how fresh it is. No time is
    known without a timestamp authority or witnesses.
    """

    origin: str
    size: int
    root: str
    pending: int
    checkpoint_time: str | None = None
    signed_after: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The published shape."""
        return {"size": self.size, "root": self.root, "checkpoint_time": self.checkpoint_time}


@dataclass(frozen=True, slots=True)
class Step:
    """One numbered step of the procedure, and whether it was passed; None: it could not be judged."""

    number: int
    title: str
    passed: bool | None


@dataclass(frozen=True)
class Verification:
    """The verdict, everything found, and what is *not* proven.

    `trail` is what was stated about the inventory itself, and each run of the sequencer, in log order;
    `exceptions` are those granted that have not ended.

    `inventory` reads the very commit (or package) that was judged. `history` tells which commit brought
    a file, and who signed that; None for a package, which has none.
    """

    settings: Settings
    policy: Policy | None
    commit: str | None
    genesis: str
    log: LogSummary
    chain: Log
    steps: tuple[Step, ...]
    records: tuple[VerifiedRecord, ...]
    findings: tuple[Finding, ...]
    not_proven: tuple[str, ...]
    trail: tuple[Stated, ...]
    exceptions: tuple[Stated, ...]
    inventory: Inventory = field(repr=False, compare=False)
    log_files: Mapping[str, bytes] = field(repr=False, compare=False)
    note: SignedNote | None = field(repr=False, compare=False, default=None)
    history: History | None = field(repr=False, compare=False, default=None)
    _made_by: object = field(repr=False, compare=False, default=None)

    def __post_init__(self) -> None:
        if self._made_by is not _MAKER:
            raise TypeError("only verification.verify makes a Verification")

    @property
    def exit_code(self) -> int:
        """0 pass, 3 something contradicts the record, 4 something needed is missing."""
        weights = {f.exit for f in self.findings if f.severity is Severity.ERROR}
        return 3 if 3 in weights else 4 if weights else 0

    @property
    def verdict(self) -> str:
        """`pass`, `fail` or `incomplete`."""
        return {0: "pass", 3: "fail", 4: "incomplete"}[self.exit_code]

    def record(self, version: Version) -> VerifiedRecord | None:
        """The record of *version*, if the inventory has it."""
        return next((r for r in self.records if r.version == version), None)

    def as_json(self) -> dict[str, Any]:
        """The published shape of `verify --format json`."""
        return {
            "verdict": self.verdict,
            "inventory": self.settings.inventory,
            "log": self.log.as_json(),
            "records": [record.as_json() for record in self.records],
            "findings": [finding.as_json() for finding in self.findings],
            "not_proven": list(self.not_proven),
            "exceptions": [
                {"what": dict(e.details)["what"], "person": e.person, "expires": e.expires}
                for e in self.exceptions
            ],
        }


def maker() -> object:
    """The token that `verification.procedure` makes a `Verification` with."""
    return _MAKER
