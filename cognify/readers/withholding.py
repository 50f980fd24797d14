"""What other files of a run say of a table from which small cells were taken: digests that confirm a guess.

All of such a table is known but a few small numbers. Whoever has its digest, by whatever algorithm,
tries the numbers out until the digest is right; so no digest of it is kept, wherever one stands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from cognify import canonical
from cognify.readers.reading import Material, Original, Reading

RULE = "small-cells"
_ALGORITHMS = ("md5", "sha1", "sha256", "sha512")
_MASK = b"withheld"


def digests(raw: bytes) -> tuple[str, ...]:
    """The digests of *raw* as tools write them, in hex."""
    return tuple(hashlib.new(name, raw, usedforsecurity=False).hexdigest() for name in _ALGORITHMS)


def withheld(reading: Reading) -> Reading:
    """*reading* without the digests that it names in `withheld`; copies of those files are left out whole."""
    if not reading.withheld:
        return reading
    copies = {m.origin for m in reading.materials if m.sha256 in reading.withheld}
    notes = (f"{origin}: a copy of a table with small groups, and not listed" for origin in sorted(copies))
    return replace(
        reading,
        materials=tuple(_masked(m, reading.withheld) for m in reading.materials if m.origin not in copies),
        claims=tuple(claim for claim in reading.claims if claim.origin not in copies),
        reports=tuple(r for r in reading.reports if not {r.origin, r.file} & copies),
        notes=(*reading.notes, *notes),
    )


def _masked(material: Material, named: Iterable[str]) -> Material:
    """The material with each digest masked; of the same length, so that any format still reads."""
    raw = material.raw or b""
    for digest in named:
        mask = (_MASK * len(digest))[: len(digest)]
        raw = raw.replace(digest.encode(), mask).replace(digest.upper().encode(), mask)
    if raw == (material.raw or b""):
        return material
    rules = (*(material.original.rules if material.original else ()), RULE)
    return replace(
        material, raw=raw, sha256=canonical.sha256(raw), size=len(raw),
        original=Original(tuple(dict.fromkeys(rules)), "", 0),
    )  # fmt: skip
