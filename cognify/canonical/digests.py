"""The one digest that records name: SHA-256."""

from __future__ import annotations

import hashlib
import re


def sha256(raw: bytes) -> str:
    """The SHA-256 of *raw* in 64 lower-case hexadecimal digits."""
    return hashlib.sha256(raw).hexdigest()


def is_sha256(text: str) -> bool:
    """Whether *text* has the one form in which records write a SHA-256."""
    return re.fullmatch("[0-9a-f]{64}", text) is not None
