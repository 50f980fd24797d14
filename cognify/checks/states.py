"""Is every field that the tier asks for answered: with a value, or with a state and its reason?"""

from __future__ import annotations

from collections.abc import Iterator

from cognify.checks.draft import Draft
from cognify.records import card
from cognify.records.finding import Finding, Severity

_ANSWERS = ", ".join(state for state in card.STATES if state != "pending")


class _States:
    ids = ("field-pending",)

    def __call__(self, draft: Draft) -> Iterator[Finding]:
        severity = Severity.ERROR if draft.proposing else Severity.WARNING
        for unanswered in card.unanswered(draft.data, draft.tier):
            field = unanswered.field
            who = field.asked_of or "capture"
            yield Finding(
                draft.where(unanswered.pointer), "field-pending",
                f"{unanswered.pointer} is {'pending' if unanswered.pending else 'absent'}, and tier "
                f"{draft.tier} asks for it: {field.prompt or field.meaning}",
                f"{who} gives a value, or a state ({_ANSWERS}) with a reason",
                severity,
            )  # fmt: skip


STATES = _States()
