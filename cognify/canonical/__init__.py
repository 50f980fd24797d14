"""The only place where an object becomes bytes and bytes become a digest.

Two forms are written: RFC 8785, for what is signed or hashed, and a pretty one, for machine files
that people compare line by line.
One strict reader serves both: it has no repair and no option that would let it forgive, so two
readers of the same bytes cannot come to two opinions.
"""

from __future__ import annotations

from cognify.canonical.characters import Unfit, unfit
from cognify.canonical.digests import is_sha256, sha256
from cognify.canonical.reading import MAX_BYTES, MAX_VALUES, loads, loads_canonical, loads_pretty
from cognify.canonical.writing import (
    MAX_DEPTH,
    MAX_INTEGER,
    JsonValue,
    Writable,
    dumps,
    pretty,
)

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_INTEGER",
    "MAX_VALUES",
    "JsonValue",
    "Unfit",
    "Writable",
    "dumps",
    "is_sha256",
    "loads",
    "loads_canonical",
    "loads_pretty",
    "pretty",
    "sha256",
    "unfit",
]
