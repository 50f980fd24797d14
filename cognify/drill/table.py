"""Every crime of the drill: at which step it is caught, by which ids, and whether that needs a memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cognify.drill import crimes, logkey
from cognify.drill.place import Place


@dataclass(frozen=True, slots=True)
class Crime:
    """A crime, the step of the verification that is there to catch it, and what it is called there.

    `memory`: it is caught by whoever holds a receipt from before.
    """

    act: Callable[[Place], None]
    step: int
    ids: tuple[str, ...]
    memory: bool = False


CRIMES = (
    Crime(crimes.history_cut_off, 1, ("shallow",)),
    Crime(crimes.card_becomes_a_link, 1, ("mode-forbidden",)),
    Crime(crimes.attributes_change_bytes, 1, ("attr-forbidden",)),
    Crime(crimes.name_in_two_cases, 1, ("path-not-normal",)),
    Crime(crimes.blob_replaced, 1, ("replace-ref",)),
    Crime(crimes.leaf_edited, 2, ("chain-broken", "root-mismatch")),
    Crime(crimes.leaves_cut_off, 2, ("log-truncated",)),
    Crime(crimes.checkpoint_by_a_stranger, 2, ("note-unsigned",)),
    Crime(crimes.log_set_back, 2, ("rollback",)),
    Crime(crimes.log_rewound, 2, ("rollback",), memory=True),
    Crime(crimes.log_deleted, 2, ("log-missing",)),
    Crime(crimes.merged_commits_dropped, 2, ("first-parent-break", "tree-manifest-mismatch")),
    Crime(logkey.log_rewritten, 2, ("consistency-failed", "rollback"), memory=True),
    Crime(logkey.log_truncated, 2, ("rollback",), memory=True),
    Crime(logkey.log_forked, 2, ("consistency-failed",), memory=True),
    Crime(crimes.state_of_long_ago, 3, ("stale", "freshness-unknown")),
    Crime(crimes.policy_edited, 4, ("sealed-bytes-changed",)),
    Crime(crimes.log_key_replaced, 4, ("trust-changed",)),
    Crime(crimes.trust_file_smuggled, 4, ("trust-unbound",)),
    Crime(crimes.policy_without_signatures, 4, ("policy-update-missing", "policy-previous-mismatch")),
    Crime(crimes.signoff_deleted, 5, ("leaf-file-missing",)),
    Crime(crimes.statement_edited, 5, ("leaf-file-missing",)),
    Crime(crimes.seal_slipped_in, 5, ("statement-not-logged",)),
    Crime(crimes.sealed_card_edited, 6, ("sealed-bytes-changed",)),
    Crime(crimes.evidence_edited, 6, ("sealed-bytes-changed",)),
    Crime(crimes.evidence_added, 6, ("unlisted-file",)),
    Crime(crimes.version_deleted, 6, ("sealed-bytes-changed", "leaf-file-missing")),
    Crime(crimes.stranger_approves, 7, ("identity-not-a-person",)),
    Crime(crimes.signature_replaced, 7, ("identity-not-a-person",)),
    Crime(crimes.signature_stripped, 7, ("sig-missing",)),
    Crime(crimes.approval_copied, 7, ("subject-mismatch",)),
    Crime(crimes.evidence_swapped_to_fit, 8, ("evidence-digest",)),
    Crime(logkey.sealed_without_quorum, 9, ("quorum-unmet",)),
)
