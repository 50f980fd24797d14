"""Several sources of one value: what only stands in for another, and what only witnesses.

Sources that say the same differently stay, and are told as a conflict; what would be no conflict
but another precision, another clock or another tracker's id is taken out here.
"""

from __future__ import annotations

import re
import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from cognify.errors import CaptureError
from cognify.readers.reading import FALLBACK, WITNESS, Claim, Material, Reading, said
from cognify.records.lock import COMPUTED, DECLARED, MEASURED

_SINGLE = frozenset({"tensorboard"})
"""Readers whose values are floats of 32 bits."""
_RUN_ID, _BEGUN, _ENDED = "/training/run_id", "/training/started_at", "/training/ended_at"
_VERSION = re.compile(r"/data/datasets/\[.*\]/version\Z", re.DOTALL)
"""What each tool calls a data set's version by a scheme of its own: a digest, a number, a tag."""
STRENGTH = {MEASURED: 0, COMPUTED: 1, DECLARED: 2}


def weighed(reading: Reading) -> Reading:
    """*reading* with one claim to a field, and others only where they agree or contradict."""
    by_origin = {material.origin: material for material in reading.materials}
    fields: dict[str, list[Claim]] = defaultdict(list)
    for claim in reading.claims:
        fields[claim.pointer].append(claim)
    dropped: set[int] = set()
    notes: dict[str, list[str]] = defaultdict(list)
    for pointer, claims in fields.items():
        own = [claim for claim in claims if not claim.weight]
        stand_in = [claim for claim in claims if claim.weight == FALLBACK]
        dropped |= {id(claim) for claim in (stand_in if own else stand_in[1:])}
        if not own and not stand_in:
            dropped |= {id(claim) for claim in claims}
            for claim in claims:
                notes[claim.origin].append(pointer.removeprefix("/evaluation/runs/[").partition("]")[0])
        elif len(claims) > 1:
            dropped |= _of_less_precision(claims, by_origin)
            if _VERSION.match(pointer):
                dropped |= _of_another_scheme(claims, by_origin)
    told = (
        f"{origin}: {', '.join(names)} may be of another split than the name says: not reported"
        for origin, names in notes.items()
    )
    more = (*_named_otherwise(fields[_RUN_ID], by_origin), *_apart(fields, by_origin))
    kept = tuple(claim for claim in reading.claims if id(claim) not in dropped)
    return replace(reading, claims=kept, notes=(*reading.notes, *told, *more))


def _named_otherwise(claims: list[Claim], by_origin: dict[str, Material]) -> Iterator[str]:
    """What each tracker calls the run: every one has an id of its own.

    Raises:
        CaptureError: `run-ambiguous`: one tracker tells of two runs, each in a source of its own.
    """
    ids = {(by_origin[c.origin].extractor, str(said(c, by_origin))) for c in claims if c.weight == FALLBACK}
    trackers = sorted(tracker for tracker, _ in ids)
    twice = next((tracker for tracker in trackers if trackers.count(tracker) > 1), None)
    if twice:
        names = ", ".join(sorted(name for tracker, name in ids if tracker == twice))
        raise CaptureError(
            f"two runs of {twice} were named: {names}", where="the sources", id="run-ambiguous",
            fix="name the one that this version is, beside its data and outputs",
        )  # fmt: skip
    if ids and len(claims) > 1:
        names = ", ".join(f"{name} ({tracker})" for tracker, name in sorted(ids))
        yield f"the run goes by other ids, too: {names}"


def _apart(fields: dict[str, list[Claim]], by_origin: dict[str, Material]) -> Iterator[str]:
    """Whether a source's run had ended before another's began: then they may be two trainings."""
    starts = [(at, c.origin) for c in fields[_BEGUN] if isinstance(at := said(c, by_origin), str)]
    ends = [(at, c.origin) for c in fields[_ENDED] if isinstance(at := said(c, by_origin), str)]
    if starts and ends and min(ends)[0] < max(starts)[0]:
        (end, early), (start, late) = min(ends), max(starts)
        yield f"{early} ended at {end}, {late} began at {start}: they may be of two trainings"


def _of_less_precision(claims: Iterable[Claim], by_origin: dict[str, Material]) -> set[int]:
    """Claims of 32 bits that are the field's value, rounded to them."""
    single = [c for c in claims if by_origin[c.origin].extractor in _SINGLE]
    others = [c for c in claims if by_origin[c.origin].extractor not in _SINGLE and c.weight != WITNESS]
    if not single or not others:
        return set()
    counts = _single(said(min(others, key=lambda claim: STRENGTH[claim.kind]), by_origin))
    return {id(c) for c in single if counts is not None and _single(said(c, by_origin)) == counts}


def _of_another_scheme(claims: Iterable[Claim], by_origin: dict[str, Material]) -> set[int]:
    """Claims of other tools than the one whose version counts; two of one tool may well contradict."""
    counts = by_origin[min(claims, key=lambda claim: STRENGTH[claim.kind]).origin].extractor
    return {id(claim) for claim in claims if by_origin[claim.origin].extractor != counts}


def _single(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    try:
        return float(struct.unpack("<f", struct.pack("<f", float(value)))[0])
    except (OverflowError, ValueError):
        return None
