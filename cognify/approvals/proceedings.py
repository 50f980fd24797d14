"""May this person, in this role, state this, now? Judged in log order, before and after signing.

The same rules serve `cognify approve` (before a signature is made), `cognify seal` (before a leaf
is written) and `cognify verify` (ever after).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cognify.approvals.course import Course, Entered, Refusal, excluded, higher
from cognify.errors import ConfigurationError
from cognify.inventory import Version, named
from cognify.records import policy as policies
from cognify.records.policy import TIERS, Policy
from cognify.records.statement import SIGNOFF_KINDS, Statement

JUDGED = frozenset({"genesis", "record.propose", *SIGNOFF_KINDS})
"""The kinds whose rules are known here; any other is refused, never waved through."""


@dataclass(slots=True)
class Proceedings:
    """Everything stated in one inventory so far, and the policy in force at this point of the log."""

    inventory: str
    policies: Mapping[int, Policy]
    in_force: int = 1
    genesis: Entered | None = None
    courses: dict[Version, Course] = field(default_factory=dict)
    entered: dict[str, Entered] = field(default_factory=dict)
    model_tier: dict[str, str] = field(default_factory=dict)
    records: dict[str, Version] = field(default_factory=dict)

    @property
    def policy(self) -> Policy:
        """The policy in force at this point of the log."""
        return self.policies[self.in_force]

    def course(self, version: Version) -> Course:
        """The course of *version*, begun empty if nothing was stated about it."""
        return self.courses.setdefault(version, Course())

    def tier(self, version: Version) -> str:
        """The tier that rules *version*: its own, or its model's last sealed one if that is higher.

        So a lower tier is approved by the higher tier's quorum before it rules.
        """
        own = self.course(version).tier
        return higher(own, self.model_tier.get(version.model, TIERS[0]))

    def refusals(self, statement: Statement, path: str) -> tuple[Refusal, ...]:
        """Every reason why *statement* may not stand at *path* at this point; empty if it may."""
        first = self._of_the_inventory(statement, path)
        if first:
            return first
        if statement.kind == "genesis":
            return self._genesis(statement)
        return (*self._of_the_version(statement, path), *_RULES[statement.kind](self, statement))

    def admit(self, entered: Entered) -> tuple[Refusal, ...]:
        """Enter a statement if the rules allow it; otherwise say why not, and change nothing."""
        statement = entered.verified.statement
        refusals = self.refusals(statement, entered.path)
        if entered.sha256 in self.entered:
            refusals = (*refusals, Refusal("duplicate-leaf", "the same statement twice", _RESTORE))
        if refusals:
            return refusals
        self.entered[entered.sha256] = entered
        if statement.kind == "genesis":
            self.genesis = entered
            return ()
        version = Version(statement.model, statement.version)
        course = self.course(version)
        course.history.append(entered)
        self.records.setdefault(statement.record, version)
        if statement.kind == "record.propose":
            course.propose(entered)
        elif statement.kind == "signoff.approve":
            course.approvals.append(entered)
        elif statement.kind == "signoff.reject":
            course.rejections.append(entered)
        else:
            course.withdrawn.update(statement.parents)
        return ()

    def seal(self, version: Version, digest: str, seq: int) -> None:
        """Note that the log sealed *version* at *seq*; its tier rules the model from here on."""
        course = self.course(version)
        course.sealed_at, course.sealed_digest = seq, digest
        self.model_tier[version.model] = course.tier

    # Rules that hold for every kind.

    def _of_the_inventory(self, statement: Statement, path: str) -> tuple[Refusal, ...]:
        if statement.kind not in JUDGED:
            return (
                Refusal("kind-not-judged", f"this version of Cognify cannot judge {statement.kind!r}",
                        "verify with a newer version of Cognify"),
            )  # fmt: skip
        if statement.inventory != self.inventory:
            return (
                Refusal("ledger-mismatch", f"a statement of the inventory {statement.inventory}",
                        "a statement serves the inventory that it names and no other"),
            )  # fmt: skip
        cited = self.policies.get(statement.policy_version)
        if cited is None or cited.sha256 != statement.policy_sha256:
            return (
                Refusal("policy-mismatch", f"it cites a policy {statement.policy_version} that is "
                        "not this inventory's", "state it again under the policy in force"),
            )  # fmt: skip
        if statement.policy_version != self.in_force:
            return (
                Refusal("policy-not-in-force", f"it cites policy {statement.policy_version}; "
                        f"{self.in_force} is in force", "state it again under the policy in force"),
            )  # fmt: skip
        person = self.policy.people.get(statement.person)
        if person is None or statement.role not in person.roles:
            return (
                Refusal("role-not-held-at-seq", f"{statement.person} does not hold the role "
                        f"{statement.role} under policy {self.in_force}",
                        f"ask a holder: {_names(self.policy, statement.role)}"),
            )  # fmt: skip
        if self.genesis is None and statement.kind != "genesis":
            return (Refusal("genesis-missing", "the log does not begin with its genesis", _RESTORE),)
        return ()

    def _genesis(self, statement: Statement) -> tuple[Refusal, ...]:
        if self.genesis is not None:
            return (Refusal("genesis-mismatch", "a second genesis", _RESTORE),)
        policy = self.policy
        bound = (statement.subject, statement.digest) == (policies.file_name(1), policy.sha256)
        if not bound or dict(policy.trust) != dict(statement.predicate["trust"]):
            return (Refusal("genesis-mismatch", "it binds another policy or other trust files",
                            _RESTORE),)  # fmt: skip
        if policy.change is not None and statement.role != policy.change.role:
            return (Refusal("role-not-held-at-seq", f"a genesis is signed as {policy.change.role}",
                            f"ask a holder: {_names(policy, policy.change.role)}"),)  # fmt: skip
        return ()

    def _of_the_version(self, statement: Statement, path: str) -> tuple[Refusal, ...]:
        try:
            version = named(statement.model, statement.version)
        except ConfigurationError as error:
            return (Refusal(error.fault, error.what, error.fix or ""),)
        if statement.subject != version.manifest or not path.startswith(version.statements):
            return (
                Refusal("subject-mismatch", f"a statement about {statement.subject}, not about what "
                        "it lies beside", "a statement serves the version that it names"),
            )  # fmt: skip
        refusals = []
        for parent in statement.parents:
            if parent not in self.entered:
                refusals.append(
                    Refusal("parent-after-child", f"it acts on the statement {parent[:8]}, which "
                            "does not come before it", "sequence the statements in their order")
                )  # fmt: skip
        # One record id, one version: a seal of the one must never read as a seal of another.
        course, owner = self.course(version), self.records.get(statement.record, version)
        if course.history and course.history[0].verified.statement.record != statement.record:
            refusals.append(Refusal("record-mismatch", "it names another record id", _RESTORE))
        elif owner != version:
            refusals.append(Refusal("record-mismatch", f"its record id is the one of {owner}",
                                    "capture it anew: every version has an id of its own"))  # fmt: skip
        return tuple(refusals)

    # Rules of one kind each.

    def _propose(self, statement: Statement) -> tuple[Refusal, ...]:
        course = self.course(Version(statement.model, statement.version))
        if course.sealed_at is not None:
            return (Refusal("already-sealed", "a sealed version is not proposed again",
                            "correct it by a new version"),)  # fmt: skip
        strangers = {c["person"] for c in statement.predicate["contributors"]} - set(self.policy.people)
        if strangers:
            return (Refusal("contributor-unknown", f"not in the policy: {', '.join(sorted(strangers))}",
                            "name contributors by their ids in the policy"),)  # fmt: skip
        return ()

    def _signoff(self, statement: Statement) -> tuple[Refusal, ...]:
        version = Version(statement.model, statement.version)
        course = self.course(version)
        if course.proposal is None:
            return (Refusal("not-proposed", "there is no proposal to sign off", "run `cognify propose`"),)
        proposal = course.proposal.verified
        if proposal.sha256 not in statement.parents or proposal.statement.digest != statement.digest:
            return (
                Refusal("subject-digest-mismatch", "it is about other bytes than the ones proposed "
                        "last", "review the version as it stands now, and sign that"),
            )  # fmt: skip
        rule = self.policy.rule_for(self.tier(version))
        if rule is None:
            return (Refusal("no-rule", f"no rule for tier {self.tier(version)}",
                            "add a rule in a new policy version"),)  # fmt: skip
        if statement.kind != "signoff.approve":
            return ()
        if course.sealed_at is not None:
            return (Refusal("already-sealed", "it is sealed already", "nothing is left to approve"),)
        asked = {q.role for q in (*rule.all_of, *rule.any_of)}
        if statement.role not in asked:
            return (Refusal("role-not-asked", f"tier {self.tier(version)} asks for "
                            f"{', '.join(sorted(asked))}, not {statement.role}",
                            "sign in a role that the rule names"),)  # fmt: skip
        refusal = excluded(course, rule, statement.person)
        return (refusal,) if refusal else ()

    def _withdraw(self, statement: Statement) -> tuple[Refusal, ...]:
        named_here = [self.entered[p].verified.statement for p in statement.parents if p in self.entered]
        sign_offs = [s for s in named_here if s.kind in ("signoff.approve", "signoff.reject")]
        if not sign_offs:
            return (Refusal("nothing-to-withdraw", f"no sign-off of {statement.person} is named",
                            "a person withdraws their own approval or rejection"),)  # fmt: skip
        mine = (statement.person, statement.model, statement.version)
        if any((s.person, s.model, s.version) != mine for s in sign_offs):
            return (Refusal("withdrawal-not-own", f"{statement.person} names a sign-off that is not theirs "
                            "or not of this version", "each person withdraws their own"),)  # fmt: skip
        return ()


_RESTORE = "restore the inventory from a clone, a mirror or a package made before the change"
_RULES: Mapping[str, Callable[[Proceedings, Statement], tuple[Refusal, ...]]] = {
    "record.propose": Proceedings._propose,
    "signoff.approve": Proceedings._signoff,
    "signoff.reject": Proceedings._signoff,
    "signoff.withdraw": Proceedings._withdraw,
}


def _names(policy: Policy, role: str) -> str:
    roles = sorted({role for person in policy.people.values() for role in person.roles})
    holders = ", ".join(person.name for person in policy.holders(role))
    return holders or f"nobody holds it; the policy knows {', '.join(roles)}"
