"""The order of version names. Pure."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=16384)
def natural(name: str) -> tuple[tuple[int, str], ...]:
    """A sort key by which 1.10.0 comes after 1.9.0; it knows nothing of what a release candidate is."""
    parts = re.findall(r"[0-9]+|[^0-9]+", name)
    return tuple((int(p), "") if p.isascii() and p.isdecimal() else (-1, p) for p in parts)
