"""When a version was reviewed last, and when it is to be again. People type these days: shown as theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from cognify.register.entry import Entry, day


@dataclass(frozen=True, slots=True, order=True)
class Dated:
    """A day, and who or what gives it."""

    day: date
    by: str


def last_review(entry: Entry) -> Dated | None:
    """The newest of validation, the reviews that the card lists, and the approvals that stand."""
    found = list[Dated]()
    for name, by in (("validation.completed_on", "validation"), ("governance.reviews.date", "a review")):
        found += [Dated(told, f"{by}, says the card") for _, value in entry.found(name)
                  if isinstance(value, str) and (told := day(value)) and told <= entry.today]  # fmt: skip
    for approval in entry.record.approvals:
        told = day(approval.stated.stated_at)
        if approval.stands and told and told <= entry.today:
            found.append(Dated(told, f"approval by {approval.stated.name}, as they state"))
    return max(found, default=None, key=lambda one: one.day)


def reviews_due(entry: Entry) -> tuple[Dated, ...]:
    """Every day by which it is to be reviewed, the first one first: by its card, and by the policy."""
    found = list[Dated]()
    due, rule, last = entry.day("validation.next_due"), entry.rule, last_review(entry)
    if due:
        found.append(Dated(due, "validation.next_due"))
    if rule and rule.review_days and last and entry.record.sealed_at is not None:
        by = last.day + timedelta(days=min(rule.review_days, (date.max - last.day).days))
        found.append(Dated(by, f"the policy: every {rule.review_days} days at tier {entry.record.tier}"))
    return tuple(sorted(found))
