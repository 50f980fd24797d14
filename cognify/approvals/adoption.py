"""How a policy version comes into force: the quorum of the version before, and proof of new keys.

A version takes effect with the seal that closes the run in which the last of it was sequenced, so
nothing that is merged beside it is judged by it (TUF root rotation: the old keys decide).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cognify.approvals.course import Entered
from cognify.approvals.refusing import Refusal
from cognify.records import policy as policies
from cognify.records.policy import Policy
from cognify.records.statement import Statement


@dataclass(slots=True)
class Adoption:
    """What was stated about one policy version: who agreed, and which of its keys proved themselves."""

    agreed: dict[str, Entered] = field(default_factory=dict)
    proved: dict[str, Entered] = field(default_factory=dict)

    def distrust(self, key: str, since: int) -> None:
        """Take back what *key* signed from place *since* of the log on."""
        for counted in (self.agreed, self.proved):
            for name in [n for n, e in counted.items() if e.signed_by(key, since)]:
                del counted[name]

    def enter(self, entered: Entered, *, in_force: int) -> None:
        """Count *entered*, which the rules allow."""
        if entered.verified.statement.policy_version == in_force:
            self.agreed[entered.verified.person.id] = entered
        else:
            self.proved[entered.verified.mark] = entered


def is_proof(statement: Statement, in_force: int) -> bool:
    """Whether *statement* only proves that a key of the next version is held by whom it names."""
    after = in_force + 1
    return (statement.kind, statement.policy_version, statement.subject) == (
        "policy.update", after, policies.file_name(after),
    )  # fmt: skip


def refusals(statement: Statement, older: Policy, newer: Policy | None) -> tuple[Refusal, ...]:
    """Why *statement* may not count toward putting *newer* in force after *older*."""
    after = policies.file_name(older.version + 1)
    if statement.subject != after or newer is None:
        return (Refusal("policy-rollback", f"it is about {statement.subject}; only {after} can come next",
                        "propose the version that follows the one in force"),)  # fmt: skip
    if statement.digest != newer.sha256:
        return (Refusal("subject-digest-mismatch", f"it is about other bytes than {after} has",
                        "review the policy as it stands now, and sign that"),)  # fmt: skip
    if is_proof(statement, older.version):
        return ()
    if older.change is None:
        return (Refusal("no-rule", f"policy {older.version} lets nobody change it",
                        "begin a new inventory under another policy"),)  # fmt: skip
    if statement.role != older.change.role:
        return (Refusal("role-not-asked", f"a policy is changed as {older.change.role}, not as "
                        f"{statement.role}", "ask a holder of that role"),)  # fmt: skip
    return ()


def lacking(adoption: Adoption, older: Policy, newer: Policy) -> tuple[Refusal, ...]:
    """What still keeps *newer* from taking effect; empty if the quorum stands and new keys are proven."""
    lacks = []
    change, have = older.change, adoption.agreed
    if change is None or len(have) < change.min:
        asked = change.min if change else 1
        others = [p.name for p in older.holders(change.role) if p.id not in have] if change else []
        lacks.append(Refusal("policy-quorum-old", f"policy {newer.version} has {len(have)} of the {asked} "
                             f"signatures that policy {older.version} asks for ({', '.join(others)})",
                             "let them run `cognify policy approve`"))  # fmt: skip
    for person, mark in new_keys(older, newer):
        if mark not in adoption.proved:
            lacks.append(Refusal("key-no-pop", f"nobody has shown to hold {mark}, new for {person}",
                                 f"{person} runs `cognify policy approve` with it"))  # fmt: skip
    return tuple(lacks)


def new_keys(older: Policy, newer: Policy) -> tuple[tuple[str, str], ...]:
    """Person and mark of each key and login that *newer* brings."""
    before = {mark for person in older.people.values() for mark in person.marks}
    fresh = ((p.id, mark) for p in newer.people.values() for mark in p.marks if mark not in before)
    return tuple(sorted(fresh))
