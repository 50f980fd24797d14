"""What frameworks ask of a record and no card can hold, since it is known only after signing.

Approvals, attestations, the trail, and the record's own digest and state: from verified statements and
the log, at the places that a card would have for them, so that the packs' conditions look at both alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cognify.verification.result import Approval, Stated, VerifiedRecord

_SIGNOFFS = ("signoff.approve", "signoff.reject", "signoff.withdraw")
_OWN = ("approvals", "attestations", "audit")
_OF_THE_RECORD = ("commit", "digest", "status", "updated_at")


def with_statements(card: Mapping[str, Any], record: VerifiedRecord | None, root: str = "") -> dict[str, Any]:
    """*card* with what was stated about its version, verified; *root* is the log's.

    What a card itself says at these places is nobody's word and left out. Without a record that was
    verified there is nothing in them.
    """
    data = {key: value for key, value in card.items() if key not in _OWN}
    held = card.get("record")
    own = {key: value for key, value in held.items() if key not in _OF_THE_RECORD} if isinstance(
        held, Mapping) else held  # fmt: skip
    if own is not None:
        data["record"] = own
    if record is None or not record.trail or any(finding.contradicts for finding in record.findings):
        return data
    if isinstance(own, dict):
        data["record"] = {**own, "digest": record.digest, "status": record.state,
                          "updated_at": max(stated.stated_at for stated in record.trail)}  # fmt: skip
    standing = [approval for approval in record.approvals if approval.stands]
    others = [stated for stated in record.trail if stated.kind not in _SIGNOFFS]
    if standing:
        data["approvals"] = [_approval(record, approval) for approval in standing]
    if others:
        data["attestations"] = [_attestation(record, stated) for stated in others]
    data["audit"] = {"events": [stated.path for stated in record.trail], "log_digest": root}
    return data


def _approval(record: VerifiedRecord, approval: Approval) -> dict[str, Any]:
    stated = approval.stated
    return {
        "name": stated.name, "role": stated.role, "decision": "approved", "date": stated.stated_at,
        "scope_digest": record.digest, "signature": stated.path,
        "independent": record.independence != "self",
    }  # fmt: skip


def _attestation(record: VerifiedRecord, stated: Stated) -> dict[str, Any]:
    return {
        "type": stated.kind, "statement": stated.meaning, "by": stated.name, "at": stated.stated_at,
        "subject_digest": record.digest, "signature": stated.path,
    }  # fmt: skip
