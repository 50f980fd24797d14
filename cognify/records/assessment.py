"""One card against one framework pack: what is evidenced, and what people said of the rest. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from cognify.records import card
from cognify.records.answers import Answers
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


_NOTHING = Said()
_SAID = (Coverage.NOT_APPLICABLE, Coverage.HELD_ELSEWHERE)


class Assessed(NamedTuple):
    """One requirement, and what the card and the inventory hold for it.

    A tuple, since there is one for each row of each pack and card.
    """

    requirement: Requirement
    coverage: Coverage
    said: Said = _NOTHING


@dataclass(frozen=True)
class Assessment:
    """One card against one pack; computed, never typed. `coverage` has one answer for each row, in order."""

    pack: Framework
    standing: Standing
    coverage: tuple[Coverage, ...]
    answers: Answers = field(repr=False)
    settled: Mapping[int, Said] = field(default_factory=dict, repr=False)
    """What people said of whole rows, by their place: decided in the card, or held elsewhere."""

    @cached_property
    def rows(self) -> tuple[Assessed, ...]:
        """Each requirement with its coverage, and with what was said where that is not evidence."""
        return tuple(
            Assessed(asked, coverage, self.settled[at] if at in self.settled else self._said(asked, coverage))
            for at, (asked, coverage) in enumerate(zip(self.pack.requirements, self.coverage, strict=True))
        )

    def _said(self, asked: Requirement, coverage: Coverage) -> Said:
        return _said(asked, coverage, self.answers) if self.standing.applies else self.standing.said

    def count(self, coverage: Coverage) -> int:
        """How many requirements have this coverage."""
        return self.coverage.count(coverage)


def assess(pack: Framework, data: object, elsewhere: Sequence[Elsewhere] = ()) -> Assessment:
    """The card *data* against *pack*; *elsewhere* is what the inventory says other systems hold."""
    return next(assessments((pack,), data, elsewhere))


def assessments(
    packs: Iterable[Framework], data: object, elsewhere: Sequence[Elsewhere] = ()
) -> Iterator[Assessment]:
    """`assess` for each of *packs*, in their order; what several of them ask is looked up once."""
    answers = Answers(data)
    for pack in packs:
        yield _assessment(pack, answers, elsewhere)


def _assessment(pack: Framework, answers: Answers, elsewhere: Sequence[Elsewhere]) -> Assessment:
    decisions = tuple(_decisions(pack, answers.data))
    whole = [one for one in decisions if "requirement" not in one]
    standing = _standing(pack, answers, whole)
    if not standing.applies:
        return Assessment(pack, standing, (Coverage.NOT_APPLICABLE,) * len(pack.requirements), answers)
    covered = pack.coverage(answers)
    out = {one["requirement"]: _of(one) for one in decisions if one.get("applies") is False
           and "requirement" in one}  # fmt: skip
    held = {place.number: Said(place.where, place.by, place.revisit) for place in elsewhere
            if place.pack in pack.ids}  # fmt: skip
    if not out and not held:
        return Assessment(pack, standing, covered, answers)
    changed, settled = list(covered), dict[int, Said]()
    for at, asked in enumerate(pack.requirements):
        if asked.id in out:
            changed[at], settled[at] = Coverage.NOT_APPLICABLE, out[asked.id]
        elif asked.id in held and covered[at] in (Coverage.MISSING, Coverage.PARTIAL):
            changed[at], settled[at] = Coverage.HELD_ELSEWHERE, held[asked.id]
    return Assessment(pack, standing, tuple(changed), answers, settled)


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


def _said(asked: Requirement, coverage: Coverage, answers: Answers) -> Said:
    if coverage not in _SAID:
        return _NOTHING
    if asked.asks_nothing:
        return Said(asked.asks_nothing)
    if asked.exempt and answers.holds(asked.exempt.compiled):
        return Said(asked.exempt.because)
    found = (value for name in asked.fields for _, value in card.find(answers.data, name))
    stated = (value for value in found if isinstance(value, Mapping))
    return next((_of(value) for value in stated if value.get("state") == coverage.value), _NOTHING)


def _standing(pack: Framework, answers: Answers, decisions: list[Mapping[str, object]]) -> Standing:
    outside = next((one for one in pack.outside if answers.holds(one.compiled)), None)
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
