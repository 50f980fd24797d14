"""A framework pack: what a law, standard or paper asks, and whether a card answers it. Pure.

A pack is data. It judges a card by JSON Schema fragments and by named checks, and it gives no
verdict: it says for each requirement that evidence is present, partial, missing or held elsewhere,
or that the requirement does not apply.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cognify.errors import FrameworkError
from cognify.records import card, conditions, fragment, schema
from cognify.records.answers import AWAY, ELSE, GIVEN, NOTHING, PLACED, SETTLED, Answers

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

TIERS = ("context", "may", "should", "must")
"""From the weakest to the strictest; only `must` gives findings."""


class Coverage(StrEnum):
    """What a card holds for one requirement."""

    PRESENT = "present"
    PARTIAL = "partial"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"
    HELD_ELSEWHERE = "held_elsewhere"


@dataclass(frozen=True, slots=True)
class Status:
    """What the framework is and how it stands in law; dates are ISO 8601, empty where none."""

    title: str
    issuer: str
    issued: str
    effective: str
    superseded_by: str
    legal_force: str
    scope_exclusions: tuple[str, ...]
    last_checked: str
    source: str
    sources: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class When:
    """A fragment on the whole card, and what the law says where it holds."""

    fragment: Mapping[str, Any] = field(repr=False)
    because: str
    basis: tuple[str, ...] = ()

    def holds(self, data: object) -> bool:
        """Whether the card *data* says so; what cannot be read says nothing."""
        try:
            return self.compiled.is_valid(data)
        except ValueError:
            return False

    @cached_property
    def compiled(self) -> Draft202012Validator:
        """The fragment, ready to be held against cards; one and the same for equal fragments."""
        return fragment.compiled(self.fragment)


@dataclass(frozen=True)
class Requirement:
    """One thing that the framework asks, under the framework's own number.

    Without `fields` no card can hold the evidence: `elsewhere` says where it usually lies, or
    `asks_nothing` why none is due. `exempt` is where the card says that it is not meant.
    `default` and `plain_part` say that condition and partial ask for the fields and nothing else.
    """

    id: str
    text: str
    tier: str
    owner: str
    confidence: str
    fields: tuple[str, ...]
    condition: Mapping[str, Any] = field(repr=False)
    partial: Mapping[str, Any] = field(repr=False)
    checks: tuple[str, ...]
    exempt: When | None
    elsewhere: str
    asks_nothing: str
    examples: Mapping[str, Mapping[str, Any]] = field(repr=False)
    default: bool = True
    plain_part: bool = True

    @property
    def after_signing(self) -> bool:
        """Whether it asks, too, for what no card holds, being rendered from the statements and the log."""
        return any(name in card.AFTER_SIGNING for name in self.fields)

    @property
    def of_the_card(self) -> tuple[str, ...]:
        """The fields that a card itself can give."""
        return tuple(name for name in self.fields if name not in card.AFTER_SIGNING)

    def coverage(self, data: object) -> Coverage:
        """What the card *data* holds for this requirement.

        It looks at what the card says, not at whether it is true or fits its schema.
        `Framework.coverage` gives the same for all rows, and faster.
        """
        if self.asks_nothing or (self.exempt and self.exempt.holds(data)):
            return Coverage.NOT_APPLICABLE
        try:
            return self._only_stated(data) or self._judged(data)
        except ValueError:  # too deep, or no JSON at all: what cannot be read is no evidence
            return Coverage.MISSING

    def _only_stated(self, data: object) -> Coverage | None:
        found = [card.find(data, name) for name in self.fields]
        stated = {card.state_of(value) for values in found for _, value in values}
        if not found or not all(found) or not stated <= {"not_applicable", "held_elsewhere"}:
            return None
        return Coverage.HELD_ELSEWHERE if "held_elsewhere" in stated else Coverage.NOT_APPLICABLE

    def _judged(self, data: object) -> Coverage:
        if self._present.is_valid(data):
            if self._checked(data):
                return Coverage.PRESENT
        elif self._settled.is_valid(data):
            return Coverage.HELD_ELSEWHERE
        return Coverage.PARTIAL if self._partial.is_valid(data) else Coverage.MISSING

    def _checked(self, data: object) -> bool:
        return not self.checks or all(conditions.NAMED[name](data) for name in self.checks)

    def answered(self, answers: Answers) -> Coverage:
        """`coverage` of the card that *answers* are of."""
        if not answers.plain:
            return self.coverage(answers.data)
        if self.asks_nothing or (self.exempt and answers.holds(self.exempt.compiled)):
            return Coverage.NOT_APPLICABLE
        if not self.fields:
            return Coverage.MISSING
        every, some, known = -1, 0, answers.known
        for name in self.fields:
            found = known.get(name) or answers.of(name)
            every, some = every & found, some | found
        if not some & (NOTHING | ELSE):
            return Coverage.HELD_ELSEWHERE if some & AWAY else Coverage.NOT_APPLICABLE
        if every & SETTLED if self.default else answers.holds(self._present):
            if self._checked(answers.data):
                return Coverage.PRESENT
        elif every & PLACED if self.default else answers.holds(self._settled):
            return Coverage.HELD_ELSEWHERE
        part = some & GIVEN if self.plain_part else answers.holds(self._partial)
        return Coverage.PARTIAL if part else Coverage.MISSING

    @cached_property
    def _present(self) -> Draft202012Validator:
        return fragment.compiled(self.condition)

    @cached_property
    def _settled(self) -> Draft202012Validator:
        return fragment.compiled(self.condition, elsewhere=True)

    @cached_property
    def _partial(self) -> Draft202012Validator:
        return fragment.compiled(self.partial)


@dataclass(frozen=True)
class Framework:
    """One framework pack; `extends` is the id of the pack that a firm's own adds to, or empty."""

    id: str
    status: Status
    scope: str
    disclaimer: str
    outside: tuple[When, ...]
    requirements: tuple[Requirement, ...]
    extends: str = ""

    @property
    def ids(self) -> frozenset[str]:
        """What a card or an inventory may call it by."""
        return frozenset({self.id, self.extends} - {""})

    def coverage(self, answers: Answers) -> tuple[Coverage, ...]:
        """What the card that *answers* are of holds for each requirement, in their order."""
        if not answers.plain:
            return tuple([asked.coverage(answers.data) for asked in self.requirements])
        found, known, of = list[Coverage](), answers.known, answers.of
        for asked, names, exempt in self._plan:
            if exempt is not None and answers.holds(exempt):
                found.append(Coverage.NOT_APPLICABLE)
                continue
            if not names:
                found.append(asked.answered(answers))
                continue
            every, some = -1, 0
            for name in names:
                bits = known.get(name) or of(name)
                every, some = every & bits, some | bits
            if not some & (NOTHING | ELSE):
                found.append(Coverage.HELD_ELSEWHERE if some & AWAY else Coverage.NOT_APPLICABLE)
            elif every & PLACED:
                found.append(Coverage.PRESENT if every & SETTLED else Coverage.HELD_ELSEWHERE)
            else:
                found.append(Coverage.PARTIAL if some & GIVEN else Coverage.MISSING)
        return tuple(found)

    @cached_property
    def _plan(self) -> tuple[tuple[Requirement, tuple[str, ...], Draft202012Validator | None], ...]:
        """Each row with its fields, where these are all that it looks at, and with what it is exempt by."""
        plain = (asked.fields if asked.default and asked.plain_part and not asked.checks
                 and not asked.asks_nothing else () for asked in self.requirements)  # fmt: skip
        exempt = (asked.exempt.compiled if asked.exempt and not asked.asks_nothing else None
                  for asked in self.requirements)  # fmt: skip
        return tuple(zip(self.requirements, plain, exempt, strict=True))

    def requirement(self, id: str) -> Requirement | None:
        """The requirement with the framework's own number *id*."""
        return next((asked for asked in self.requirements if asked.id == id), None)


def parse(data: object, where: str, base: Framework | None = None) -> Framework:
    """The framework pack in *data*, added to *base* where it extends one.

    Raises:
        FrameworkError: `framework-malformed`: it does not fit its schema, names a field that no
            card has or a check that nobody knows, gives one number to two requirements, loosens
            what it extends, or has a fragment that cannot be evaluated, refers to anything but the
            shared ones, or would hold for anything at all.
    """
    problems = schema.validate("framework", data, where)
    if problems:
        raise malformed(f"{problems[0].pointer}: {problems[0].what}", where)
    assert isinstance(data, Mapping)
    inherited = _tightened(data, base, where)
    own = tuple(_requirement(asked, where) for asked in data.get("requirements", ()))
    taken: set[str] = set()
    for asked in (*inherited, *own):
        if asked.id in taken:
            raise malformed(f"two requirements {asked.id!r}", where)
        taken.add(asked.id)
    if not taken:
        raise malformed("it asks for nothing: give requirements", where)
    outside = tuple(_when(one, "outside", where) for one in data.get("outside", ()))
    return Framework(
        id=data["id"], status=_status(data["status"]), scope=data["scope"], disclaimer=data["disclaimer"],
        outside=(*(base.outside if base else ()), *outside), requirements=(*inherited, *own),
        extends=base.id if base else "",
    )  # fmt: skip


def _tightened(data: Mapping[str, Any], base: Framework | None, where: str) -> tuple[Requirement, ...]:
    """What the extended pack asks, made stricter where *data* says so."""
    changes = {change["id"]: change for change in data.get("tighten", ())}
    if data.get("extends", "") != (base.id if base else ""):
        raise malformed(f"a shipped pack cannot extend {data.get('extends')}", where)
    unknown = sorted(changes.keys() - {asked.id for asked in base.requirements} if base else changes)
    if unknown:
        raise malformed(f"tighten: the extended pack has no requirement {unknown[0]!r}", where)
    if len(changes) < len(data.get("tighten", ())):
        raise malformed("tighten: one requirement stands there twice", where)
    inherited = base.requirements if base else ()
    return tuple(_tighter(asked, changes.get(asked.id, {}), where) for asked in inherited)


def _tighter(asked: Requirement, change: Mapping[str, Any], where: str) -> Requirement:
    tier = change.get("tier", asked.tier)
    if TIERS.index(tier) < TIERS.index(asked.tier):
        raise malformed(f"tighten/{asked.id}: {tier} is weaker than {asked.tier}", where)
    if not asked.fields and ("condition" in change or "check" in change):
        raise malformed(f"tighten/{asked.id}: no card can hold its evidence; add a requirement", where)
    added = _fragment(change.get("condition"), f"tighten/{asked.id}/condition", where)
    return replace(
        asked, tier=tier, checks=(*asked.checks, *_check(change, where)),
        condition={"allOf": [asked.condition, added]} if added else asked.condition,
        default=asked.default and not added,
        examples=change.get("examples", asked.examples),
    )  # fmt: skip


def _status(data: Mapping[str, Any]) -> Status:
    return Status(
        title=data["title"],
        issuer=data["issuer"],
        issued=_or_empty(data["issued"]),
        effective=_or_empty(data["effective"]),
        superseded_by=_or_empty(data["superseded_by"]),
        legal_force=data["legal_force"],
        scope_exclusions=tuple(data.get("scope_exclusions", ())),
        last_checked=data["last_checked"],
        source=data["source"],
        sources=tuple(sorted(data["sources"].items())),
    )


def _or_empty(value: object) -> str:
    return "" if card.state_of(value) else str(value)


def _requirement(data: Mapping[str, Any], where: str) -> Requirement:
    names, id = tuple(data["fields"]), data["id"]
    _check_shape(data, where)
    for name in names:
        if name not in card.names() and name not in card.AFTER_SIGNING:
            raise malformed(f"{id}: no card has a field {name!r}", where)
    condition = _fragment(data.get("condition"), f"{id}/condition", where)
    partial = _fragment(data.get("partial"), f"{id}/partial", where)
    # A sign-off is no part of what the card was to give: of both together it is the one half alone.
    part = tuple(name for name in names if name not in card.AFTER_SIGNING) or names
    return Requirement(
        id=id,
        text=data["text"],
        tier=data["tier"],
        owner=data["owner"],
        confidence=data["confidence"],
        fields=names,
        condition=condition or ({"allOf": [fragment.settled(name) for name in names]} if names else _NEVER),
        partial=partial or ({"anyOf": [fragment.given(name) for name in part]} if part else _NEVER),
        checks=_check(data, where),
        exempt=_when(data["exempt"], f"{id}/exempt", where) if "exempt" in data else None,
        elsewhere=data.get("elsewhere", ""),
        asks_nothing=data.get("asks_nothing", ""),
        examples=data.get("examples", {}),
        default=condition is None,
        plain_part=partial is None and part == names,
    )


_NEVER: Mapping[str, Any] = {"not": {}}


def _check_shape(data: Mapping[str, Any], where: str) -> None:
    """What the schema cannot say of one requirement."""
    id, examples = data["id"], data.get("examples")
    judged = data.keys() & {"condition", "partial", "check", "exempt", "examples"}
    if data["fields"]:
        if not examples:
            raise malformed(f"{id}: give examples", where)
        if "fail" not in examples and "condition" in data:
            raise malformed(f"{id}: a requirement with a condition shows a card that fails it", where)
    elif judged:
        raise malformed(f"{id}: {sorted(judged)[0]} stands without fields", where)
    if bool(data["fields"]) == bool("elsewhere" in data or "asks_nothing" in data):
        raise malformed(f"{id}: give fields, or else `elsewhere` or `asks_nothing`", where)
    if "asks_nothing" in data and (data["tier"] != "context" or "elsewhere" in data):
        raise malformed(f"{id}: only what is `context` asks for nothing", where)


def _check(data: Mapping[str, Any], where: str) -> tuple[str, ...]:
    name = data.get("check")
    if name is not None and name not in conditions.NAMED:
        known = ", ".join(conditions.NAMED)
        raise malformed(f"{data['id']}: no check is called {name!r}; there are {known}", where)
    return () if name is None else (name,)


def _when(data: Mapping[str, Any], at: str, where: str) -> When:
    found = _fragment(data["when"], f"{at}/when", where)
    return When(found or _NEVER, data["because"], tuple(data.get("basis", ())))


def _fragment(data: Any, at: str, where: str) -> Mapping[str, Any] | None:
    if data is None:
        return None
    found: Mapping[str, Any] = data
    fault = fragment.fault(found)
    if fault:
        raise malformed(f"{at}: {fault}", where)
    return found


def malformed(what: str, where: str) -> FrameworkError:
    """The error of a pack that cannot be used."""
    return FrameworkError(
        what,
        where=where,
        fix="mend the pack; its schema is https://cognify.dev/schemas/framework/v1.json",
    )
