"""The last look before a reading leaves: every claim is evaluated, and what cannot stay is dropped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from cognify import canonical, replay
from cognify.errors import CognifyError
from cognify.readers.reading import Claim, Material, Reading
from cognify.records.lock import Citation

_ENTRY = re.compile(r"(.*?/\[.*?\])(?=/|\Z)")
_MAX_TEXT = 4096


def settled(reading: Reading) -> Reading:
    """*reading* with the claims that give a value which a card and a lock can hold.

    Text from a run is free text. Where it is not NFC, or holds control characters or characters
    that deceive the eye, the lock could not be read again; the whole entry is left out and noted,
    for half an entry would be a wrong one.
    """
    by_origin = {material.origin: material for material in reading.materials}
    refused = {c: why for c in reading.claims if (why := _fault(c, by_origin[c.origin]))}
    entries = {entry for claim in refused if (entry := _entry(claim))}
    left_out = [f"{c.origin}: {c.pointer} is left out: {why}" for c, why in refused.items()]
    notes = dict.fromkeys(_shown(note) for note in (*reading.notes, *left_out))
    kept = [c for c in reading.claims if c not in refused and _entry(c) not in entries]
    return replace(reading, claims=tuple(kept), notes=tuple(notes))


def _entry(claim: Claim) -> str | None:
    match = _ENTRY.match(claim.pointer)
    return match[1] if match else None


def _fault(claim: Claim, material: Material) -> str:
    """Why the claim cannot stay, or nothing."""
    if material.raw is None:
        return "the file was hashed only"
    try:
        value, token = replay.value_of(Citation(claim.kind, claim.via, "", claim.at), material.raw)
        for text in (claim.pointer, claim.at, token, *_texts(value)):
            if len(text) > _MAX_TEXT:
                return f"a text of more than {_MAX_TEXT} characters"
            if not (text.isascii() and text.isprintable()):
                canonical.loads(canonical.pretty([text]), where=claim.origin)
    except CognifyError as error:
        return error.what
    return ""


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(key)
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _shown(text: str) -> str:
    """A note for a terminal: names of runs and groups are free text, and may steer or deceive."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
