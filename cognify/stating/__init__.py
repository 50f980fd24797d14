"""State something: prepare the exact bytes, check that this person may, sign, and write both files."""

from cognify.stating.desk import (
    MEANINGS,
    Desk,
    Prepared,
    envelope,
    propose,
    ready,
    record_id,
    role_of,
    sign_off,
    sit_down,
    write,
)

__all__ = [
    "MEANINGS", "Desk", "Prepared", "envelope", "propose", "ready", "record_id", "role_of", "sign_off",
    "sit_down", "write",
]  # fmt: skip
