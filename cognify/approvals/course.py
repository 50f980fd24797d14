"""The course of one version: proposed, approved, rejected, sealed. Built statement by statement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from cognify.approvals.refusing import Refusal
from cognify.records.policy import TIERS, Policy, Quorum, Rule
from cognify.signing import VerifiedStatement

_PARTS = {"author": "sod-author", "trainer": "sod-trainer", "evidence-author": "sod-evidence-author"}
_SKEW = timedelta(hours=1)
"""How far two honest clocks may differ."""


@dataclass(frozen=True, slots=True)
class Entered:
    """A verified statement, where it lies, and its place in the log (None: not sequenced yet)."""

    verified: VerifiedStatement
    path: str
    seq: int | None

    @property
    def sha256(self) -> str:
        """The statement's digest."""
        return self.verified.sha256

    def signed_by(self, key: str, since: int) -> bool:
        """Whether the key or login of mark *key* made it, at place *since* of the log or later."""
        return self.verified.mark == key and (self.seq is None or self.seq >= since)


@dataclass(slots=True)
class Course:
    """What has been stated about one version so far, in log order.

    A new proposal voids the sign-offs before it: they stay in `history`, and count for nothing.
    A rejection of the very bytes that are proposed again stays open: only changed bytes answer it.
    `sealed_digest` stays for ever once the log has sealed the version; `sealed_at` is None again where
    a key that its seal rested on is no longer believed. `ends` withdrew or superseded it.
    What a key signed that is not believed any more is `distrusted`: it stays in `history`, for nothing.
    `acknowledgements` take the conditions of approvals on.
    """

    proposal: Entered | None = None
    approvals: list[Entered] = field(default_factory=list)
    rejections: list[Entered] = field(default_factory=list)
    withdrawals: list[Entered] = field(default_factory=list)
    acknowledgements: list[Entered] = field(default_factory=list)
    distrusted: set[str] = field(default_factory=set)
    voided: list[Entered] = field(default_factory=list)
    history: list[Entered] = field(default_factory=list)
    sealed_at: int | None = None
    sealed_digest: str = ""
    ends: list[Entered] = field(default_factory=list)

    @property
    def withdrawn(self) -> frozenset[str]:
        """The digests of the sign-offs that were taken back."""
        standing = (w for w in self.withdrawals if w.sha256 not in self.distrusted)
        return frozenset(parent for w in standing for parent in w.verified.statement.parents)

    @property
    def standing(self) -> frozenset[str]:
        """The digests of what was stated and counts: not taken back, by a key still believed."""
        return frozenset(e.sha256 for e in self.history) - self.withdrawn - self.distrusted

    @property
    def ended(self) -> str:
        """`withdrawn`, `superseded`, or empty: a version once withdrawn stays so."""
        kinds = {e.verified.statement.kind for e in self.ends if e.sha256 not in self.distrusted}
        return "withdrawn" if "model.withdraw" in kinds else "superseded" if kinds else ""

    def propose(self, entered: Entered) -> None:
        """Begin a new round of sign-off on the bytes that *entered* names."""
        before = [*self.voided, *self.approvals, *self.rejections]
        digest = entered.verified.statement.digest
        self.rejections = [e for e in before if _rejects(e, digest)]
        self.voided = [e for e in before if not _rejects(e, digest)]
        self.approvals, self.proposal = [], entered

    def distrust(self, key: str, since: int) -> tuple[Entered, ...]:
        """Take back what *key* signed from place *since* of the log on; returns what that was.

        A seal that rested on any of it no longer stands: the bytes stay as they were sealed, and need
        their sign-offs again.
        """
        settled = self._settled()
        rejected = {r.sha256 for r in self.open_rejections()}
        void = [e for e in self.history if e.signed_by(key, since) and e.sha256 not in self.distrusted]
        if self.proposal in void:
            # Nobody believable has named the contributors, so no approval is known to be independent.
            # A rejection stays open: else whoever proposed could wash it away with their own key.
            void += [a for a in self.approvals if a not in void]
            self.proposal = None
        self.distrusted.update(e.sha256 for e in void)
        lost = settled - self._settled()
        open_again = {r.sha256 for r in self.open_rejections()} - rejected
        if lost or open_again or self.proposal is None:
            self.sealed_at = None
        return tuple(void)

    def reopen(self, rejections: Iterable[str]) -> None:
        """Believe *rejections*, by their digests, again: whoever took them away is believed no more."""
        rejected = {r.sha256 for r in self.open_rejections()}
        self.distrusted.difference_update(rejections)
        if {r.sha256 for r in self.open_rejections()} - rejected:
            self.sealed_at = None

    def counted(self) -> tuple[Entered, ...]:
        """The approvals that stand: of the bytes proposed last, not withdrawn, by a key still believed."""
        return tuple(a for a in self.approvals if a.sha256 not in self.withdrawn | self.distrusted)

    def acknowledgement(self, approval: Entered) -> Entered | None:
        """What takes the conditions of *approval* on, by a key still believed; None if nothing does."""
        believed = (e for e in self.acknowledgements if e.sha256 not in self.distrusted)
        return next((e for e in believed if approval.sha256 in e.verified.statement.parents), None)

    def open_conditions(self) -> tuple[Entered, ...]:
        """The approvals that stand on conditions which nobody has taken on."""
        return tuple(a for a in self.counted()
                     if a.verified.statement.conditions and self.acknowledgement(a) is None)  # fmt: skip

    def waiting(self) -> set[str]:
        """The digests of the approvals that wait for a condition: and of what the same person said before.

        Else a condition would bind nobody who had approved without one first.
        """
        waiting, after = set[str](), set[tuple[str, str]]()
        unheard = {a.sha256 for a in self.open_conditions()}
        for entered in reversed(self.approvals):
            who = entered.verified.person.id, entered.verified.statement.role
            after |= {who} if entered.sha256 in unheard else set()
            waiting |= {entered.sha256} if who in after else set()
        return waiting

    def _settled(self) -> set[str]:
        return {a.sha256 for a in self.counted()} - self.waiting()

    def open_rejections(self) -> tuple[Entered, ...]:
        """The rejections that nobody has withdrawn."""
        return tuple(r for r in self.rejections if r.sha256 not in self.withdrawn | self.distrusted)

    def parts(self) -> dict[str, set[str]]:
        """Part (author, trainer, evidence-author) to the people whom any proposal or run names for it.

        Any, not the last one: a colleague's second proposal must not wash a contributor clean.
        """
        parts: dict[str, set[str]] = {part: set() for part in _PARTS}
        for entered in self.history:
            statement = entered.verified.statement
            if statement.kind == "run.record":
                parts["trainer"].add(statement.person)  # whoever ran it, whatever a proposal says
            if statement.kind != "record.propose":
                continue
            # Whoever proposes brought the bytes, whether or not they list themselves.
            parts["author"].add(statement.person)
            for contributor in statement.predicate.get("contributors", ()):
                parts[contributor["part"]].add(contributor["person"])
        return parts

    @property
    def runs(self) -> tuple[Entered, ...]:
        """What signed the records of its runs."""
        return tuple(e for e in self.history if e.verified.statement.kind == "run.record")

    @property
    def reports(self) -> tuple[Entered, ...]:
        """What reported on it in use, by keys that are still believed."""
        told = (e for e in self.history if e.verified.statement.kind == "monitor.report")
        return tuple(e for e in told if e.sha256 not in self.distrusted)

    @property
    def begun(self) -> bool:
        """Whether it was ever proposed, by whatever key."""
        return any(entered.verified.statement.kind == "record.propose" for entered in self.history)

    @property
    def plan(self) -> Entered | None:
        """What registered the version's thresholds last: a sealed version is held against it for ever.

        Whatever became of its key since: else a key's end would contradict what was sealed before.
        """
        plans = (e for e in reversed(self.history) if e.verified.statement.kind == "plan.register")
        return next(plans, None)

    @property
    def tier(self) -> str:
        """The tier that the proposal states; the lowest before there is one."""
        if self.proposal is None:
            return TIERS[0]
        return str(self.proposal.verified.statement.predicate["tier"])


def _rejects(entered: Entered, digest: str) -> bool:
    statement = entered.verified.statement
    return statement.kind == "signoff.reject" and statement.digest == digest


def higher(one: str, other: str) -> str:
    """The higher of two tiers."""
    return max(one, other, key=TIERS.index)


def excluded(course: Course, rule: Rule, person: str) -> Refusal | None:
    """Why *person* is not independent enough to sign this version off under *rule*, if so."""
    parts = course.parts()
    for part in rule.excluded:
        if person in parts[part]:
            return Refusal(
                _PARTS[part],
                f"{person} is {part.replace('-', ' ')} of this version and may not sign it off",
                "ask someone who did not contribute to it",
            )
    return None


def unmet(
    course: Course, policy: Policy, tier: str, *, at: datetime, covered: int = 0
) -> tuple[Refusal, ...]:
    """What still keeps the version from being sealed under *policy* at *tier*, at time *at*.

    Empty means that the quorum stands. *at* is the sequencer's clock: it decides expiry only.
    *covered* is how many leaves are timestamped: an approval among them is proven to L3.
    """
    if course.proposal is None:
        return (Refusal("not-proposed", "nobody has proposed it", "run `cognify propose`"),)
    rule = policy.rule_for(tier)
    if rule is None:
        return (
            Refusal(
                "no-rule", f"policy {policy.version} has no rule for tier {tier}",
                "what no rule allows cannot be sealed: add a rule in a new policy version",
            ),
        )  # fmt: skip
    refusals = [_rejected(entry) for entry in course.open_rejections()]
    if policy.expires and date.fromisoformat(policy.expires) < at.date():
        refusals.append(Refusal("policy-expired", f"policy {policy.version} ended on {policy.expires}",
                                "adopt the next policy version"))  # fmt: skip
    counted, others = standing(course, rule, policy, at, covered)
    missing = [lack for q in rule.all_of if (lack := _lack(q, counted, policy))]
    if rule.any_of:
        lacks = [_lack(q, counted, policy) for q in rule.any_of]
        if all(lacks):
            missing.append(" or ".join(lack for lack in lacks if lack))
    # An approval that does not count keeps nobody from sealing; it says why the quorum is not met.
    refusals += others if missing else []
    refusals += [
        Refusal("quorum-unmet", f"still needs {lack}", "ask a holder of the role to run `cognify approve`")
        for lack in missing
    ]
    return tuple(refusals)


def standing(
    course: Course, rule: Rule, policy: Policy, at: datetime, covered: int = 0
) -> tuple[list[Entered], list[Refusal]]:
    """The approvals that count now, and why others do not."""
    counted, refusals = [], []
    waiting = course.waiting()
    for entry in course.counted():
        statement = entry.verified.statement
        refusal = (
            excluded(course, rule, statement.person)
            or _untimely(entry, rule, at)
            or _too_weak(entry, rule, covered)
        )
        if refusal is None and statement.policy_version != policy.version:
            refusal = Refusal(
                "policy-not-in-force",
                f"{statement.person} approved under policy {statement.policy_version}",
                f"approve again under policy {policy.version}",
            )
        if refusal is None and entry.sha256 in waiting:
            refusal = _unacknowledged(course, entry)
        if refusal is None:
            counted.append(entry)
        else:
            refusals.append(refusal)
    return counted, refusals


def _unacknowledged(course: Course, entry: Entered) -> Refusal:
    # Else a condition would bind nobody: it was said, and nobody ever said that they heard it.
    assert course.proposal is not None
    stated, proposer = entry.verified.statement, course.proposal.verified.person.name
    what = f"{stated.person} approved as {stated.role} on a condition that {proposer} has not acknowledged"
    fix = f"{proposer} runs `cognify state acknowledge {stated.model} {stated.version}`"
    return Refusal("condition-unacknowledged", what, fix)


def _untimely(entry: Entered, rule: Rule, at: datetime) -> Refusal | None:
    statement = entry.verified.statement
    if statement.expires and date.fromisoformat(statement.expires) < at.date():
        return Refusal("approval-expired", f"the approval of {statement.person} ended on "
                       f"{statement.expires}", "approve again")  # fmt: skip
    stated = datetime.fromisoformat(statement.predicate["stated_at"])
    if stated - at > _SKEW:
        # Else a typed date far ahead would keep an approval young for ever.
        return Refusal("stated-in-future", f"the approval of {statement.person} says {stated:%Y-%m-%d}, "
                       "which is still to come", "approve again with the right clock")  # fmt: skip
    if rule.max_age_days is not None and (at - stated).days > rule.max_age_days:
        return Refusal("approval-expired", f"the approval of {statement.person} is older than "
                       f"{rule.max_age_days} days", "approve again")  # fmt: skip
    return None


def level(entry: Entered, covered: int) -> str:
    """How strongly *entry* is proven, when the first *covered* leaves are timestamped."""
    stamped = entry.seq is not None and entry.seq < covered
    return "L3" if stamped and entry.verified.level == "L2" else entry.verified.level


def _too_weak(entry: Entered, rule: Rule, covered: int) -> Refusal | None:
    reached = level(entry, covered)
    # L1 < L2 < L3: the names sort as the levels do.
    if rule.level is None or reached >= rule.level:
        return None
    fix = "approve in a way that reaches it; for L3, seal once more when a timestamp covers the approval"
    return Refusal("level-too-low", f"the approval of {entry.verified.person.id} is proven to "
                   f"{reached}; the policy demands {rule.level}", fix)  # fmt: skip


def _lack(quorum: Quorum, standing: list[Entered], policy: Policy) -> str:
    """What *quorum* still lacks, in words; empty if it is met. Persons count, never files."""
    people = {e.verified.person.id for e in standing if e.verified.statement.role == quorum.role}
    short = quorum.min - len(people)
    if short <= 0:
        return ""
    others = [p.name for p in policy.holders(quorum.role) if p.id not in people]
    return f"{short} more in role {quorum.role} ({', '.join(others)})"


def _rejected(entry: Entered) -> Refusal:
    statement = entry.verified.statement
    return Refusal(
        "open-rejection",
        f"{statement.person} rejected it as {statement.role}",
        "mend what they object to and propose again, or let them withdraw the rejection",
    )
