"""Two packs beside each other: which rows came, went or changed, and which fields of a card they ask. Pure.

Of two editions of one framework the rows tell; of two frameworks, whose numbers have nothing to do with
each other, the fields do.
"""

from __future__ import annotations

from dataclasses import dataclass

from cognify.records.assessment import Assessed, Assessment
from cognify.records.framework import Coverage, Framework, Requirement

_LOOKED_AT = ("text", "tier", "owner", "fields", "condition", "partial", "checks", "elsewhere")


@dataclass(frozen=True, slots=True)
class Difference:
    """What *newer* asks and *older* does not, and the other way round.

    `changed` are the rows of both, with what differs; `asked` and `dropped` are fields of a card that
    only the one of them asks for as a must.
    """

    older: Framework
    newer: Framework
    added: tuple[Requirement, ...]
    removed: tuple[Requirement, ...]
    changed: tuple[tuple[Requirement, Requirement, tuple[str, ...]], ...]
    asked: tuple[str, ...]
    dropped: tuple[str, ...]


def difference(older: Framework, newer: Framework) -> Difference:
    """*newer* beside *older*, rows in their own order, fields sorted."""
    before, after = ({row.id: row for row in pack.requirements} for pack in (older, newer))
    both = ((before[id], row, _differs(before[id], row)) for id, row in after.items() if id in before)
    musts = [_musts(pack) for pack in (older, newer)]
    return Difference(
        older, newer,
        tuple(row for id, row in after.items() if id not in before),
        tuple(row for id, row in before.items() if id not in after),
        tuple(each for each in both if each[2]),
        tuple(sorted(musts[1] - musts[0])),
        tuple(sorted(musts[0] - musts[1])),
    )  # fmt: skip


def _differs(one: Requirement, other: Requirement) -> tuple[str, ...]:
    return tuple(name for name in _LOOKED_AT if getattr(one, name) != getattr(other, name))


def _musts(pack: Framework) -> set[str]:
    return {name for row in pack.requirements if row.tier == "must" for name in row.fields}


@dataclass(frozen=True, slots=True)
class Remapped:
    """A record that was held against *older*, held against the pack of *found*.

    `evidenced` are its rows that want nothing more of the record: present, not applicable or held elsewhere.
    Each row in `open` has the fields that *older* did not ask for as a must.
    """

    older: Framework
    found: Assessment
    evidenced: tuple[Assessed, ...]
    open: tuple[tuple[Assessed, tuple[str, ...]], ...]


def remap(older: Framework, found: Assessment) -> Remapped:
    """What the pack of *found* asks of the record that *older* did not; nothing of the record is changed."""
    before = _musts(older)
    lacking = (Coverage.MISSING, Coverage.PARTIAL)
    return Remapped(
        older, found,
        tuple(row for row in found.rows if row.coverage not in lacking),
        tuple(
            (row, tuple(name for name in row.requirement.fields if name not in before))
            for row in found.rows if row.coverage in lacking
        ),
    )  # fmt: skip
