"""Crimes of whoever holds the log's own key: everything they sign is genuine."""

from __future__ import annotations

import json

from cognify import canonical
from cognify.drill.place import Place, Skipped, chained
from cognify.ledger import Log
from cognify.ledger.log import CHECKPOINT, LEAVES, STATEMENTS, checkpoint_path
from cognify.records.leaf import INVENTORY, Leaf


def _show(at: Place, entries: list[Leaf], more: dict[str, bytes] | None = None) -> None:
    """A log of *entries* in place of the one that was, with nothing left of its history."""
    signer, log = at.log_key(), Log(tuple(chained(entries)))
    signed = signer.sign(log.checkpoint(signer.name)).render()
    kept = {leaf.sha256 for leaf in entries}
    told = {
        p: b
        for p, b in at.known.log_files.items()
        if p.startswith(STATEMENTS) and canonical.sha256(b) in kept
    }
    files = {LEAVES: log.render(), CHECKPOINT: signed, checkpoint_path(log.size): signed}
    at.log({**told, **files, **(more or {})}, orphan=True)


def log_rewritten(at: Place) -> None:
    """An approval never happened: its leaf is left out, and the whole log is signed anew."""
    at.log_key()
    leaves = list(at.known.chain.leaves)
    gone = at.any([leaf for leaf in leaves if leaf.kind == "signoff.approve"], "no approval is sequenced")
    _show(at, [leaf for leaf in leaves if leaf is not gone])


def log_truncated(at: Place) -> None:
    """The last run of the sequencer never happened: its leaves are gone, and the rest is signed anew."""
    at.log_key()
    ends = [leaf.seq + 1 for leaf in at.known.chain.leaves if leaf.kind == "seal"]
    if len(ends) < 2:
        raise Skipped("the log was sealed once only")
    _show(at, list(at.known.chain.leaves[: ends[-2]]))


def log_forked(at: Place) -> None:
    """Somebody is shown another log of the same size: two statements have changed places."""
    at.log_key()
    leaves = list(at.known.chain.leaves)
    pairs = [i for i in range(1, len(leaves) - 1) if "seal" not in (leaves[i].kind, leaves[i + 1].kind)]
    first = at.any(pairs, "the log is too short")
    leaves[first], leaves[first + 1] = leaves[first + 1], leaves[first]
    _show(at, leaves)


def sealed_without_quorum(at: Place) -> None:
    """A version that lacks approvals is sealed all the same, with a genuine checkpoint."""
    at.log_key()
    lacking = [r for r in at.known.records if r.state == "proposed" and r.still_needs]
    record = at.any(lacking, "no proposed version lacks an approval")
    log, last = at.known.chain, next(s for s in reversed(at.known.trail) if s.kind == "seal")
    seal = json.loads(at.known.log_files[last.path])
    seal["predicate"]["after"].update(root=at.known.log.root, size=log.size)
    seal["predicate"].update(
        {"from": log.size, "through": log.size,
         "sealed": [{"digest": record.digest, "heads": sorted(s.sha256 for s in record.trail),
                     "record": record.record}]}
    )  # fmt: skip
    raw = canonical.dumps(seal)
    leaf = Leaf("seal", log.head, INVENTORY, log.size, canonical.sha256(raw), len(raw))
    grown, signer = Log((*log.leaves, leaf)), at.log_key()
    note = signer.sign(grown.checkpoint(signer.name)).render()
    at.log({LEAVES: grown.render(), CHECKPOINT: note, checkpoint_path(grown.size): note,
            f"{STATEMENTS}seal.{leaf.sha256[:8]}.json": raw})  # fmt: skip
