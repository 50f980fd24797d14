"""What one policy version asks less of than the one before it. Pure; it compares, and judges nothing."""

from __future__ import annotations

from itertools import combinations

from cognify.records import assurance, materiality
from cognify.records.policy import Policy, Rule


def lowered(older: Policy, newer: Policy) -> tuple[str, ...]:
    """What *newer* asks less of than *older*, in sentences; what it cannot compare, it names."""
    said = list(assurance.lowered(older.assurance, newer.assurance))
    if older.change and newer.change:
        if newer.change.role != older.change.role:
            said.append(f"the policy is changed by {newer.change.role}, before by {older.change.role}")
        elif newer.change.min < older.change.min:
            said.append(f"a policy change needs {newer.change.min} signatures, before {older.change.min}")
    if older.expires and (not newer.expires or newer.expires > older.expires):
        said.append(f"the policy ends {newer.expires or 'never'}, before {older.expires}")
    for rule in older.rules:
        for tier in rule.tiers:
            other = newer.rule_for(tier)
            if other is not None:  # else nothing of that tier can be sealed: that is stricter
                said += [f"tier {tier} {sentence}" for sentence in _looser(rule, other)]
            said += [f"tier {tier} {sentence}" for sentence in _reviewed_less(rule, other)]
    if materiality.declared(older.data) != materiality.declared(newer.data):
        said.append("what counts as a material change is another than before")
    for pair in sorted(_pairs(older) - _pairs(newer)):
        said.append(f"{' and '.join(pair)} no longer exclude each other")
    return (*said, *_people(older, newer))


def _looser(older: Rule, newer: Rule) -> list[str]:
    """What the rule *newer* asks less of than *older*."""
    said = []
    asked = {q.role: q.min for q in newer.all_of}
    for quorum in older.all_of:
        now = asked.get(quorum.role, 0)
        if now < quorum.min:
            said.append(f"asks for {now} of {quorum.role}, before {quorum.min}")
    if older.any_of and (not newer.any_of or set(newer.any_of) - set(older.any_of)):
        said.append("is content with another choice of roles than before")
    said += [
        f"no longer keeps the {part} from signing"
        for part in sorted(set(older.excluded) - set(newer.excluded))
    ]
    if (newer.level or "L0") < (older.level or "L0"):
        said.append(f"asks for level {newer.level or 'L0'}, before {older.level}")
    if older.max_age_days is not None and (newer.max_age_days or 10**6) > older.max_age_days:
        said.append(f"takes approvals of {newer.max_age_days or 'any'} days, before {older.max_age_days}")
    return said


def _reviewed_less(older: Rule, newer: Rule | None) -> list[str]:
    """What was sealed before stays in use, so a rule that goes takes its review interval along."""
    days = newer.review_days if newer else None
    if older.review_days is None or (days is not None and days <= older.review_days):
        return []
    return [f"is reviewed {f'every {days} days' if days else 'at no interval'}, before every "
            f"{older.review_days}"]  # fmt: skip


def _pairs(policy: Policy) -> set[tuple[str, str]]:
    return {pair for roles in policy.exclusive_roles for pair in combinations(sorted(roles), 2)}


def _people(older: Policy, newer: Policy) -> list[str]:
    """Roles that people newly hold, and hardware keys that need no touch any more."""
    said = []
    for id, person in sorted(newer.people.items()):
        before = older.people.get(id)
        new = sorted(set(person.roles) - set(before.roles if before else ()))
        if before is not None and new:
            said.append(f"{id} now holds {', '.join(new)}, too")
        touched = {key.blob for key in (before.keys if before else ()) if key.touch}
        said += [f"{id} need no longer touch {key.mark}" for key in person.keys
                 if key.blob in touched and not key.touch]  # fmt: skip
    return said
