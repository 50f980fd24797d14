"""Does every machine value cite its bytes, and do the bytes give the value?"""

from __future__ import annotations

from collections.abc import Iterator

from cognify import replay
from cognify.checks.draft import Draft
from cognify.records import card
from cognify.records.finding import Finding

# What Cognify itself gives a record; there is no evidence of a name but the folder it lies in.
_OWN = ("/card", "/record/", "/model/name", "/model/version")


class _Cited:
    ids = ("field-provenance", "citation-unreplayable", "number-without-citation")

    def __call__(self, draft: Draft) -> Iterator[Finding]:
        yield from (
            Finding(draft.where(f.where), f.id, f.what, f.fix, f.severity, f.exit)
            if f.where.startswith("/") else f
            for f in replay.discrepancies(draft.card, draft.lock, draft.artifact_bytes, where="")
        )  # fmt: skip
        for pointer, value in replay.leaves(draft.data):
            field = card.field_at(pointer)
            machine = field is not None and field.owner == "machine"
            if not machine or pointer.startswith(_OWN) or draft.lock.cited(pointer) is not None:
                continue
            yield Finding(
                draft.where(pointer), "number-without-citation",
                f"{pointer} is {value!r}, and no evidence is cited for it",
                "let `cognify capture` write it, or give the field a state with a reason",
            )  # fmt: skip


CITED = _Cited()
