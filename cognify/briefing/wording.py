"""The changes of a brief in words, for a terminal and for a page alike."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import groupby
from typing import Any

from cognify.records import card as cards
from cognify.records import outcomes
from cognify.records.alignment import RESULTS
from cognify.records.comparability import BETTER, WORSE, Compared
from cognify.records.materiality import Judged

_LONGEST, _BEFORE = 200, 60
_DIGEST = re.compile(r"[0-9a-f]{40,64}\Z")


def label(judged: Judged) -> str:
    """What has changed, by the titles that the card's fields have: `Results: recall · test`."""
    change, titles = judged.change, _titles()
    known = change.name
    while known and known not in titles:
        known = known.rpartition(".")[0]
    named = titles.get(known, change.name)
    rest = change.name[len(known) :].lstrip(".").replace("_", " ")
    whole = f"{named}, {rest}" if known and rest else named
    if not change.about:
        return whole
    about = "; ".join(change.about)
    listed = next((name for name in _parents(change.name) if name in cards.lists()), "")
    return f"{titles.get(listed, whole)}: {about}" + (f", {whole.lower()}" if listed != change.name else "")


def _parents(name: str) -> Iterator[str]:
    """*name* and the names of what it lies in, from the inside out."""
    while name:
        yield name
        name = name.rpartition(".")[0]


@cache
def _titles() -> Mapping[str, str]:
    return {field.name: field.title for field in cards.fields()}


def text(value: Any, *, cut: bool = True) -> str:
    """*value* for a reader: a state with its reason, digits as the card gives them, long text cut."""
    if value is None:
        return ""
    state = cards.state_of(value)
    if state is not None:
        return f"{state.replace('_', ' ')}: {value.get('reason', '')}".rstrip(": ")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        said = ", ".join(f"{key} {text(part, cut=cut)}" for key, part in value.items())
    elif isinstance(value, list) and cut and any(isinstance(part, Mapping) for part in value):
        return f"{len(value)} entries"
    elif isinstance(value, list):
        said = ", ".join(text(part, cut=cut) for part in value)
    else:
        said = str(value)
        said = f"{said[:16]}…" if cut and _DIGEST.match(said) else said
    return f"{said[: _LONGEST - 1]}…" if cut and len(said) > _LONGEST else said


def sides(judged: Judged, *, cut: bool = True) -> tuple[str, str]:
    """What it was and what it is; empty for the side that lacks it."""
    change, compared = judged.change, judged.compared
    if compared:
        return compared.was, compared.now
    if change.name in RESULTS and cut:
        return _result(change.was), _result(change.now)
    was, now = text(change.was, cut=cut), text(change.now, cut=cut)
    if was == now and isinstance(change.was, str) and isinstance(change.now, str):
        return _from_where_they_part(change.was, change.now)
    return was, now


def _from_where_they_part(was: str, now: str) -> tuple[str, str]:
    """Two long texts that begin alike, from a little before their first difference on."""
    first = next((at for at, (one, other) in enumerate(zip(was, now, strict=False)) if one != other),
                 min(len(was), len(now)))  # fmt: skip
    start = max(0, first - _BEFORE)
    return text(f"…{was[start:]}"), text(f"…{now[start:]}")


def _result(run: Any) -> str:
    number = isinstance(run, Mapping) and outcomes.is_number(run.get("value"))
    return outcomes.said(run) if number else text(run)


def remarks(compared: Compared) -> str:
    """What a reader has to know before they hold the two numbers against each other."""
    if compared.comparable is False:
        return f"not comparable: {'; '.join(compared.because)}"
    said = [compared.direction] if compared.direction else []
    if compared.apart is not None:
        said.append("the intervals do not meet" if compared.apart else "the intervals meet")
    if compared.comparable is None:
        said += compared.because
    return "; ".join(said)


def alike(changes: tuple[Judged, ...]) -> Iterator[list[Judged]]:
    """*changes* by the field and the rule, each field's in the order of the card."""

    def key(judged: Judged) -> tuple[str, str, str]:
        return field(judged), judged.rule.id, judged.change.kind

    first = {key(judged): number for number, judged in reversed(list(enumerate(changes)))}
    for _, group in groupby(sorted(changes, key=lambda one: first[key(one)]), key=key):
        yield list(group)


def field(judged: Judged) -> str:
    """The part of the card that a change lies in."""
    return ".".join(judged.change.name.split(".")[:2])


def title(judged: Judged) -> str:
    """The title of the part of the card that a change lies in."""
    name = field(judged)
    return _titles().get(name, name)


def counted(changes: list[Judged]) -> str:
    """How many of *changes* are worse, and how many better, where anything tells."""
    ways = [judged.compared.direction for judged in changes if judged.compared]
    return ", ".join(f"{ways.count(way)} {way}" for way in (WORSE, BETTER) if way in ways)
