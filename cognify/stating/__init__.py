"""State something: prepare the exact bytes, check that this person may, sign, and write both files."""

from cognify.stating.desk import (
    MEANINGS,
    Desk,
    Prepared,
    Signer,
    envelope,
    propose,
    ready,
    record_id,
    role_of,
    said_by,
    sign_off,
    sit_down,
    write,
)

__all__ = [
    "MEANINGS", "Desk", "Prepared", "Signer", "envelope", "propose", "ready", "record_id", "role_of",
    "said_by", "sign_off", "sit_down", "write",
]  # fmt: skip
