"""One card against one framework pack: what is evidenced, and what people said of the rest. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cognify.records import card
from cognify.records.framework import Coverage, Framework, Requirement
from cognify.records.settings import Elsewhere

_LISTED = ("approvals", "attestations")
_AS_IF: Mapping[str, Any] = {"decision": "approved", "independent": True, "events": ["signed"]}


@dataclass(frozen=True, slots=True)
class Said:
    """What stands in the place of evidence: why, who affirms it, and what makes somebody look again."""

    reason: str = ""
    by: str = ""
    revisit: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the framework stands to this model.

    `applies` is False where a person says in the card that it does not. `basis` is the ground on
    which it is used, as a person states it, or `in-scope`. It is empty while the framework itself
    leaves the model out (`because`) and nobody states one of the grounds that then count (`asked`).
    """

    applies: bool
    basis: str
    because: str = ""
    asked: tuple[str, ...] = ()
    said: Said = Said()


@dataclass(frozen=True, slots=True)
class Assessed:
    """One requirement, and what the card and the inventory hold for it."""

    requirement: Requirement
    coverage: Coverage
    said: Said = Said()


@dataclass(frozen=True, slots=True)
class Assessment:
    """One card against one pack; computed, never typed."""

    pack: Framework
    standing: Standing
    rows: tuple[Assessed, ...]

    def count(self, coverage: Coverage) -> int:
        """How many requirements have this coverage."""
        return sum(row.coverage is coverage for row in self.rows)


def assess(pack: Framework, data: object, elsewhere: Sequence[Elsewhere] = ()) -> Assessment:
    """The card *data* against *pack*; *elsewhere* is what the inventory says other systems hold."""
    decisions = tuple(_decisions(pack, data))
    standing = _standing(pack, data, [one for one in decisions if "requirement" not in one])
    out = {one["requirement"]: _of(one) for one in decisions if one.get("applies") is False
           and "requirement" in one}  # fmt: skip
    held = {place.number: Said(place.where, place.by, place.revisit) for place in elsewhere
            if place.pack in pack.ids}  # fmt: skip
    rows = tuple(
        Assessed(asked, Coverage.NOT_APPLICABLE, standing.said)
        if not standing.applies
        else _assessed(asked, data, out.get(asked.id), held.get(asked.id))
        for asked in pack.requirements
    )
    return Assessment(pack, standing, rows)


def as_if_signed(data: Mapping[str, Any]) -> dict[str, Any]:
    """The card *data* with something in every place that is rendered after signing.

    For whoever looks before anybody has signed: what is then missing, the card itself has to give.
    It is no evidence of a signature, so nothing that is shown may rest on it.
    """
    stood = dict(data)
    for name in card.AFTER_SIGNING:
        section, key = name.split(".")
        if section not in _LISTED:
            held = stood.get(section, {})
            if isinstance(held, Mapping) and card.state_of(held) is None:
                stood[section] = {**held, key: _AS_IF.get(key, "signed")}
    for section in _LISTED:
        named = (name.partition(".") for name in card.AFTER_SIGNING)
        stood[section] = [{key: _AS_IF.get(key, "signed") for first, _, key in named if first == section}]
    return stood


def _assessed(asked: Requirement, data: object, out: Said | None, held: Said | None) -> Assessed:
    if out:
        return Assessed(asked, Coverage.NOT_APPLICABLE, out)
    coverage = asked.coverage(data)
    if held and coverage in (Coverage.MISSING, Coverage.PARTIAL):
        return Assessed(asked, Coverage.HELD_ELSEWHERE, held)
    return Assessed(asked, coverage, _said(asked, coverage, data))


def _said(asked: Requirement, coverage: Coverage, data: object) -> Said:
    if coverage not in (Coverage.NOT_APPLICABLE, Coverage.HELD_ELSEWHERE):
        return Said()
    if asked.asks_nothing:
        return Said(asked.asks_nothing)
    if asked.exempt and asked.exempt.holds(data):
        return Said(asked.exempt.because)
    found = (value for name in asked.fields for _, value in card.find(data, name))
    stated = (value for value in found if isinstance(value, Mapping))
    return next((_of(value) for value in stated if value.get("state") == coverage.value), Said())


def _standing(pack: Framework, data: object, decisions: list[Mapping[str, object]]) -> Standing:
    outside = next((one for one in pack.outside if one.holds(data)), None)
    asked = outside.basis if outside else ()
    because = outside.because if outside else ""
    yes = [one for one in decisions if one.get("applies") is True]
    if decisions and not yes:
        return Standing(False, "", because, (), _of(decisions[0]))
    stated = next((one for one in yes if one.get("basis") and (not asked or one["basis"] in asked)), None)
    if stated:
        return Standing(True, str(stated["basis"]), because, asked, _of(stated))
    return Standing(True, "" if outside else "in-scope", because, asked)


def _decisions(pack: Framework, data: object) -> Iterator[Mapping[str, object]]:
    """What people decided of this pack in `governance.applicability`."""
    for _, entries in card.find(data, "governance.applicability"):
        for entry in entries if isinstance(entries, list | tuple) else ():
            if isinstance(entry, Mapping) and entry.get("framework") in pack.ids:
                yield entry


def _of(value: Mapping[str, object]) -> Said:
    reason, by, revisit = (str(value.get(key, "")) for key in ("reason", "by", "revisit"))
    return Said(reason, by, revisit)
