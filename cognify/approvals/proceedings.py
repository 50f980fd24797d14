"""May this person, in this role, state this, now? Judged in log order, before and after signing.

The same rules serve `cognify approve` (before a signature is made), `cognify seal` (before a leaf
is written) and `cognify verify` (ever after). What holds for every kind stands here; the rules of
one kind each are in `rules`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cognify.approvals import adoption, keys, rules
from cognify.approvals.adoption import Adoption
from cognify.approvals.course import Course, Entered, higher
from cognify.approvals.keys import Fate
from cognify.approvals.refusing import RESTORE, Refusal, holders
from cognify.inventory import Version
from cognify.records.policy import TIERS, Policy
from cognify.records.statement import Statement


@dataclass(slots=True)
class Proceedings:
    """Everything stated in one inventory so far, and the policy in force at this point of the log.

    `partial` says that other records are left out on purpose: what is said of them cannot be judged.
    `unsealed` are the courses that a seal has to look at, in the order of `courses`: else every seal
    of a long log would look at every version there ever was. `declared` says which keys are compromised.
    """

    inventory: str
    policies: Mapping[int, Policy]
    partial: bool = False
    in_force: int = 1
    genesis: Entered | None = None
    courses: dict[Version, Course] = field(default_factory=dict)
    unsealed: dict[Version, Course] = field(default_factory=dict)
    entered: dict[str, Entered] = field(default_factory=dict)
    model_tier: dict[str, str] = field(default_factory=dict)
    records: dict[str, Version] = field(default_factory=dict)
    adoptions: dict[int, Adoption] = field(default_factory=dict)
    fates: dict[str, Fate] = field(default_factory=dict)
    declared: list[Entered] = field(default_factory=list)
    exceptions: list[Entered] = field(default_factory=list)
    redactions: dict[str, dict[str, Entered]] = field(default_factory=dict)

    @property
    def policy(self) -> Policy:
        """The policy in force at this point of the log."""
        return self.policies[self.in_force]

    def course(self, version: Version) -> Course:
        """The course of *version*, begun empty if nothing was stated about it."""
        known = self.courses.get(version)
        if known is None:  # not `setdefault`, which would make a course to throw away each time
            known = self.courses[version] = self.unsealed[version] = Course()
        return known

    def tier(self, version: Version) -> str:
        """The tier that rules *version*: its own, or its model's last sealed one if that is higher.

        So a lower tier is approved by the higher tier's quorum before it rules.
        """
        own = self.course(version).tier
        return higher(own, self.model_tier.get(version.model, TIERS[0]))

    def refusals(self, statement: Statement, path: str, key: str | None = None) -> tuple[Refusal, ...]:
        """Every reason why *statement* may not stand at *path* at this point; empty if it may.

        *key* is the mark of the key or login that signed it, or will.
        """
        first = self._of_the_inventory(statement) or self.distrusts(key, statement.person)
        return first or rules.of(self, statement, path)

    def admit(self, entered: Entered) -> tuple[Refusal, ...]:
        """Enter a statement if the rules allow it; otherwise say why not, and change nothing."""
        refusals = self.refusals(entered.verified.statement, entered.path, entered.verified.mark)
        if entered.sha256 in self.entered:
            refusals = (*refusals, Refusal("duplicate-leaf", "the same statement twice", RESTORE))
        if refusals:
            return refusals
        self.entered[entered.sha256] = entered
        rules.take_effect(self, entered)
        return ()

    def seal(self, version: Version, digest: str, seq: int) -> None:
        """Note that the log sealed *version* at *seq*; its tier rules the model from here on."""
        course = self.course(version)
        course.sealed_at, course.sealed_digest = seq, digest
        self.unsealed.pop(version, None)
        self.model_tier[version.model] = course.tier

    def distrust(self, key: str, since: int) -> None:
        """Take back what *key* signed about versions from place *since* of the log on; seals may fall."""
        for course in self.courses.values():
            course.distrust(key, since)
        self._sort_out()

    def disbelieve(self) -> None:
        """Let rejections stand again that fell by the word of a key which is compromised itself.

        Of what fell these alone are restored: an approval can be given anew, and a rejection too many
        keeps a version from being sealed, and seals none.
        """
        said = [(keys.mark(e.verified.statement), keys.since(e.verified.statement), e) for e in self.declared]
        # Whoever holds a key may give up that very key: such a word does not fall with it.
        standing = [
            (key, since) for key, since, entered in said
            if key == entered.verified.mark or not any(entered.signed_by(k, s) for k, s, _ in said)
        ]  # fmt: skip
        for course in self.courses.values():
            course.reopen(
                e.sha256 for e in course.history if e.verified.statement.kind == "signoff.reject"
                and not any(e.signed_by(key, since) for key, since in standing)
            )  # fmt: skip
        self._sort_out()

    def _sort_out(self) -> None:
        self.unsealed = {v: course for v, course in self.courses.items() if course.sealed_at is None}

    def close(self) -> None:
        """End a run of the sequencer: the next policy version takes effect if nothing is lacking."""
        if self.in_force + 1 in self.adoptions and not self.lacking(self.in_force + 1):
            self.in_force += 1

    def lacking(self, version: int) -> tuple[Refusal, ...]:
        """What policy *version*, the one after the version in force, still lacks to take effect."""
        stated = self.adoptions.get(version, Adoption())
        return adoption.lacking(stated, self.policy, self.policies[version])

    def redacted(self) -> frozenset[str]:
        """The digests whose removal has its quorum."""
        change = self.policy.change
        least = change.min if change else 1
        return frozenset(sha256 for sha256, by in self.redactions.items() if len(by) >= least)

    def distrusts(self, key: str | None, person: str) -> tuple[Refusal, ...]:
        """Why a statement signed with the key or login of mark *key* does not stand from here on."""
        fate = self.fates.get(key or "")
        if fate is None:
            return ()
        if fate.compromised_since is not None:
            return (Refusal("key-compromised", f"{key} of {person} was declared compromised",
                            "sign with another key of the policy"),)  # fmt: skip
        return (Refusal("key-not-valid-at", f"{key} of {person} was retired before this",
                        "sign with another key of the policy"),)  # fmt: skip

    def _of_the_inventory(self, statement: Statement) -> tuple[Refusal, ...]:
        if statement.kind not in rules.JUDGED:
            return (
                Refusal("kind-not-judged", f"this version of Cognify cannot judge {statement.kind!r}",
                        "verify with a newer version of Cognify"),
            )  # fmt: skip
        if statement.inventory != self.inventory:
            return (
                Refusal("ledger-mismatch", f"a statement of the inventory {statement.inventory}",
                        "a statement serves the inventory that it names and no other"),
            )  # fmt: skip
        return self._under_the_policy(statement)

    def _under_the_policy(self, statement: Statement) -> tuple[Refusal, ...]:
        """It cites the policy in force, and its person holds its role there."""
        cited = self.policies.get(statement.policy_version)
        if cited is None or cited.sha256 != statement.policy_sha256:
            return (
                Refusal("policy-mismatch", f"it cites a policy {statement.policy_version} that is "
                        "not this inventory's", "state it again under the policy in force"),
            )  # fmt: skip
        # A new key proves itself under the version that brings it: nothing else looks ahead.
        if cited.version != self.in_force and not adoption.is_proof(statement, self.in_force):
            return (
                Refusal("policy-not-in-force", f"it cites policy {statement.policy_version}; "
                        f"{self.in_force} is in force", "remove it while it is not sequenced, and state it "
                        "again under the policy in force"),
            )  # fmt: skip
        person = cited.people.get(statement.person)
        if person is None or statement.role not in person.roles:
            return (
                Refusal("role-not-held-at-seq", f"{statement.person} does not hold the role "
                        f"{statement.role} under policy {cited.version}",
                        f"ask a holder: {holders(cited, statement.role)}"),
            )  # fmt: skip
        if self.genesis is None and statement.kind != "genesis":
            return (Refusal("genesis-missing", "the log does not begin with its genesis", RESTORE),)
        return ()
