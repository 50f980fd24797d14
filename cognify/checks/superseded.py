"""Has another framework taken the place of one that the inventory still holds its cards against?"""

from __future__ import annotations

from collections.abc import Iterator

from cognify.checks.draft import Draft
from cognify.checks.framework import adopted, shipped
from cognify.records import card
from cognify.records.finding import Finding
from cognify.records.framework import Framework
from cognify.records.inforce import successor


class _Superseded:
    ids = ("framework-superseded",)

    def __call__(self, draft: Draft) -> Iterator[Finding]:
        packs = adopted(draft.inventory).packs
        taken = {id for pack in packs for id in pack.ids}
        for pack in packs:
            next_ = successor(pack.status, shipped())
            # A historical pack may stay for what was made under it; then its successor stands beside it.
            if next_ and next_ not in taken and not _decided(draft, pack):
                yield draft.question(
                    "/governance/applicability", "framework-superseded",
                    f"{pack.id} is superseded by {pack.status.superseded_by}, and {next_} is not adopted",
                    f"look with `cognify coverage --framework {next_} --against {pack.id}` at what it would "
                    "ask, and adopt it in cognify.yaml, beside the other one if that stays for older "
                    f"records; or give an entry with framework {pack.id}, whether it applies, the reason and "
                    "who says so",
                )  # fmt: skip


def _decided(draft: Draft, pack: Framework) -> bool:
    """Whether a person says on the card, with a reason, how the superseded framework stands to the model."""
    found = (entries for _, entries in card.find(draft.data, "governance.applicability"))
    return any(
        isinstance(entry, dict) and entry.get("framework") in pack.ids and "requirement" not in entry
        and isinstance(entry.get("applies"), bool) and entry.get("reason") and entry.get("by")
        for entries in found if isinstance(entries, list) for entry in entries
    )  # fmt: skip


SUPERSEDED = _Superseded()
