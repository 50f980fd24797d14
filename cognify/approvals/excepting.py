"""Which exceptions stand: granted by the quorum of a policy change, word for word, and not ended."""

from __future__ import annotations

from datetime import date, datetime

from cognify.approvals.proceedings import Proceedings


def excepted(known: Proceedings, at: datetime) -> frozenset[str]:
    """The words (`what`) that as many different people as a policy change needs have excepted.

    Persons are counted, never keys; who does not hold the role any more does not count.
    """
    change = known.policy.change
    if change is None:
        return frozenset()
    by: dict[str, set[str]] = {}
    for entered in known.exceptions:
        stated = entered.verified.statement
        person = known.policy.people.get(stated.person)
        if date.fromisoformat(stated.expires) < at.date() or not person or change.role not in person.roles:
            continue
        by.setdefault(str(stated.predicate["what"]), set()).add(stated.person)
    return frozenset(what for what, people in by.items() if len(people) >= change.min)
