"""The rules of what is stated about a version once it is sealed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from cognify.approvals.refusing import Refusal
from cognify.inventory import Version
from cognify.records.statement import Statement

if TYPE_CHECKING:
    from cognify.approvals.proceedings import Proceedings

_AGAIN = "report again, on a period that was"


def not_asked(known: Proceedings, statement: Statement) -> Refusal | None:
    """Why the role of *statement* is none that signs off versions of this tier, if so."""
    tier = known.tier(Version(statement.model, statement.version))
    rule = known.policy.rule_for(tier)
    asked = sorted({q.role for q in (*rule.all_of, *rule.any_of)}) if rule else []
    if statement.role in asked:
        return None
    return Refusal("role-not-asked", f"tier {tier} asks for {', '.join(asked) or 'nobody'}, not "
                   f"{statement.role}", "sign in a role that the rule names")  # fmt: skip


def after_sealing(known: Proceedings, statement: Statement) -> tuple[Refusal, ...]:
    """Why *statement* does not stand, if it is not about a version as it was sealed."""
    course = known.course(Version(statement.model, statement.version))
    if not course.sealed_digest:
        return (Refusal("not-sealed", f"a {statement.kind} is about a sealed version",
                        "before it is sealed, reject it or propose it anew"),)  # fmt: skip
    if statement.digest != course.sealed_digest:
        return (Refusal("subject-digest-mismatch", "it is about other bytes than the ones sealed",
                        "state it about the version as it was sealed"),)  # fmt: skip
    return ()


def monitored(known: Proceedings, statement: Statement) -> tuple[Refusal, ...]:
    """Why a monitoring report does not stand: its version was never sealed, or its period is none."""
    if not known.course(Version(statement.model, statement.version)).sealed_digest:
        return (Refusal("not-sealed", "a monitoring report is about a sealed version",
                        "what was never approved has no limits to be held against"),)  # fmt: skip
    try:
        first, last = (date.fromisoformat(statement.predicate[key]) for key in ("from", "to"))
    except ValueError:
        return (Refusal("monitoring-period", "its period is of days that no calendar has", _AGAIN),)
    if first > last:
        return (Refusal("monitoring-period", "its period ends before it begins", _AGAIN),)
    if str(last) > str(statement.predicate["stated_at"])[:10]:
        return (Refusal("monitoring-period", "its period had not ended when it was signed", _AGAIN),)
    return ()


def explained(known: Proceedings, statement: Statement) -> tuple[Refusal, ...]:
    """Why an explanation of a finding does not stand: it is about what was proposed, and acts on nothing."""
    course = known.course(Version(statement.model, statement.version))
    if not course.begun:
        return (Refusal("not-proposed", "nothing is proposed, so its bytes may change under the explanation",
                        "run `cognify propose` first"),)  # fmt: skip
    proposed = course.proposal.verified.statement.digest if course.proposal else ""
    if statement.digest not in (course.sealed_digest, proposed):
        return (Refusal("subject-digest-mismatch", "it is about other bytes than the ones proposed last",
                        "explain what is found in the version as it stands now"),)  # fmt: skip
    over = {e.sha256 for e in course.history if e.verified.statement.kind == "record.propose"
            and e.verified.statement.digest == statement.digest}  # fmt: skip
    acts = not over.issuperset(statement.parents) or not statement.parents
    if acts or statement.conditions or statement.expires:
        return (Refusal("explanation-misplaced", "an explanation names other statements than a proposal of "
                        "these bytes, or has a condition or an end",
                        "state it with `cognify state explain`"),)  # fmt: skip
    return ()


def end(known: Proceedings, statement: Statement) -> tuple[Refusal, ...]:
    """Why *statement* does not end a sealed version: a role that signs versions off does, and no other."""
    refused = after_sealing(known, statement)
    if refused:
        return refused
    refusal = not_asked(known, statement)
    return (refusal,) if refusal else ()


def supersede(known: Proceedings, statement: Statement) -> tuple[Refusal, ...]:
    """Why *statement* names no successor that could take the version's place."""
    refused, by = end(known, statement), statement.predicate["by"]
    if refused:
        return refused
    successor = Version(by["model"], by["version"])
    other = known.courses.get(successor)
    if other is None and known.partial:
        return ()
    if (
        other is None
        or other.sealed_at is None
        or other.ended
        or known.records.get(by["record"]) != successor
    ):
        return (Refusal("successor-not-sealed", f"{successor} is not a sealed version with that record id",
                        "seal the version that takes its place first"),)  # fmt: skip
    if (statement.model, statement.version) == (successor.model, successor.version):
        return (Refusal("successor-not-sealed", "a version cannot take its own place",
                        "name the version that takes its place"),)  # fmt: skip
    return ()
