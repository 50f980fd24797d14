"""A delta brief as text or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from cognify.briefing import Asked, Brief, gravest
from cognify.briefing.wording import alike, counted, field, remarks, sides, text
from cognify.errors import one_line
from cognify.records.materiality import CLASSES, MATERIAL, Judged

_FEW = 5
"""So many changes that are alike are named one by one; of more, the first three are."""


def report(found: Brief, form: str, *, every: bool = False) -> str:
    """*found* as `delta --format` asks for it; with *every*, the text names each change that is alike."""
    if form == "json":
        return json.dumps(as_json(found), indent=1, ensure_ascii=False) + "\n"
    return "".join(f"{one_line(line)}\n" for line in _lines(found, every))


def as_json(found: Brief) -> dict[str, Any]:
    """The published shape."""
    before = found.against
    return {
        "model": found.version.model,
        "version": found.version.version,
        "state": found.state,
        "against": None if before is None else {
            "version": before.version.version, "digest": before.digest, "state": before.state,
            "sealed_at": before.sealed_at},
        "summary": dict(found.delta.summary),
        "changes": [_change(judged) for judged in found.delta.changes],
        "prose": {
            "carried_forward": len(found.carried),
            "affirmed_by": [{"person": a.stated.person, "role": a.stated.role, "level": a.level,
                             "stated_at": a.stated.stated_at} for a in found.affirmed_by],
            "fields": [{"at": one.change.at, "since": one.since} for one in found.carried],
        },
        "said": [{"at": one.pointer, "summary": one.summary, "material": one.material} for one in found.said],
        "disputed": [one.pointer for one in found.disputed],
        "review": {
            "tier": found.tier, "gravest": gravest(found), "depth": found.depth,
            "roles": [{"role": a.role, "min": a.min, "choice": a.choice, "holders": list(a.holders),
                       "signed_by": list(a.signed_by)} for a in found.asked],
        },
    }  # fmt: skip


def _change(judged: Judged) -> dict[str, Any]:
    change, compared = judged.change, judged.compared
    was, now = sides(judged, cut=False)
    told = {
        "at": change.now_at, "was_at": change.was_at, "place": change.place, "change": change.kind,
        "class": judged.kind, "rule": judged.rule.id, "because": judged.rule.because,
        "was": None if change.was is None and compared is None else was,
        "is": None if change.now is None else now,
    }  # fmt: skip
    if compared is None:
        return told
    return {**told, "unit": compared.unit or None, "direction": compared.direction or None,
            "comparable": compared.comparable, "not_comparable_because": list(compared.because),
            "intervals_meet": None if compared.apart is None else not compared.apart}  # fmt: skip


def _lines(found: Brief, every: bool) -> Iterator[str]:
    before = found.against
    if before is None:
        yield f"{found.version}: nothing of this model was approved before, so all of it is new"
    else:
        at = f", sealed at leaf {before.sealed_at}" if before.sealed_at is not None else ""
        yield f"{found.version} ({found.state}) against {before.version.version} ({before.state}{at})"
        yield ", ".join(f"{count} {kind}" for kind, count in found.delta.summary.items())
    for kind in CLASSES:
        changes = found.delta.of(kind)
        yield from ("", kind.upper()) if changes else ()
        yield from _of_a_class(kind, changes, every)
    yield from _unchanged(found)
    yield from _own_words(found)
    yield from _review(found)


def _of_a_class(kind: str, changes: tuple[Judged, ...], every: bool) -> Iterator[str]:
    whole = _lines_of if kind == MATERIAL else _line_of
    for members in alike(changes):
        few = every or len(members) <= _FEW
        for judged in members if few else members[: 3 if kind == MATERIAL else 0]:
            yield from whole(judged)
        if not few:
            yield from _rest(members, 3 if kind == MATERIAL else 0)


def _rest(members: list[Judged], named: int) -> Iterator[str]:
    left, more = members[named:], " more" if named else ""
    ways = f", {told}" if (told := counted(left)) else ""
    yield f"  {field(members[0])}: {len(left)}{more} {left[0].change.kind}{ways} (--all names them)"


def _lines_of(judged: Judged) -> Iterator[str]:
    change, compared = judged.change, judged.compared
    yield f"  {change.place}  {change.kind} ({judged.rule.id}: {judged.rule.because})"
    was, now = sides(judged)
    if was or change.was is not None:
        yield f"    was  {was}"
    if change.now is not None:
        yield f"    is   {now}"
    if compared and (said := remarks(compared)):
        yield f"         {said}"


def _line_of(judged: Judged) -> Iterator[str]:
    change, compared = judged.change, judged.compared
    was, now = sides(judged)
    said = remarks(compared) if compared else ""
    both = {"added": f"{was} → {now}" if compared else f"is {now}", "removed": f"was {was}"}.get(
        change.kind, f"{was} → {now}"
    )
    yield f"  {change.place}  {both}" + (f"; {said}" if said else "")


def _unchanged(found: Brief) -> Iterator[str]:
    if not found.carried:
        return
    by = (
        ", ".join(f"{a.stated.name} as {a.stated.role}" for a in found.affirmed_by)
        or "nobody who still counts"
    )
    yield ""
    yield f"UNCHANGED  {len(found.carried)} texts stand as they were; last affirmed by {by}"
    since = dict[str, int]()
    for one in found.carried:
        since[one.since] = since.get(one.since, 0) + 1
    yield "  " + ", ".join(f"{count} since {version}" for version, count in since.items())


def _own_words(found: Brief) -> Iterator[str]:
    for one in found.said:
        called = {True: "material", False: "not material", None: ""}[one.material]
        yield ""
        yield f"SAID OF IT  {text(one.summary)}" + (f" (calls itself {called})" if called else "")
        if one in found.disputed:
            yield "  the rules call it material"


def _review(found: Brief) -> Iterator[str]:
    yield ""
    yield f"REVIEW  tier {found.tier}: {found.depth}"
    if not found.asked:
        yield f"  the policy has no rule for tier {found.tier}: nothing of it can be sealed"
    for asked in found.asked:
        yield f"  {_quorum(asked)}"


def _quorum(asked: Asked) -> str:
    which = "one of: " if asked.choice else ""
    signed = ", ".join(asked.signed_by) or "nobody yet"
    return f"{which}{asked.min} × {asked.role} ({', '.join(asked.holders)}); signed: {signed}"
