"""Step 2: the chain, the root, the signed checkpoint, and what was remembered."""

from __future__ import annotations

import base64

from cognify import canonical, ledger
from cognify.errors import CognifyError
from cognify.inventory import LOG_BRANCH
from cognify.ledger.log import CHECKPOINT, LEAVES, checkpoint_path
from cognify.records import settings
from cognify.records import statement as statements
from cognify.records.checkpoint import Checkpoint, parse_note
from cognify.records.statement import CLAIM_KINDS
from cognify.signing import note
from cognify.verification.digests import tree_manifest
from cognify.verification.examination import Examination, SealClaim
from cognify.verification.receipt import equivocation

VKEY = "trust/log.vkey"
_COMPARE = "compare with another clone, a package or an older receipt, and ask who holds the log key"


def step_2_log(x: Examination) -> None:
    """The log: chain, root, checkpoint signature, size at least as remembered, tree manifest."""
    _read(x)
    x.log_broken = x.checkpoint is None and not x.resuming and (
        x.source.log_files is not None or any(f.id == "log-missing" for f in x.findings)
    )  # fmt: skip


def _read(x: Examination) -> None:
    if x.source.log_files is None:
        if any(path.startswith("statements/genesis.") for path in x.source.files.paths("statements/")):
            x.fault("log-missing", LOG_BRANCH, "the log branch is not here",
                    "fetch it: `git fetch origin cognify-log:cognify-log`", exit=4)  # fmt: skip
        return
    try:
        x.stored = ledger.read(x.source.log_files, x.source.log_commit)
        verifier = note.parse_verifier(x.source.files.read(VKEY).decode("ascii", "replace"), where=VKEY)
    except CognifyError as error:
        x.caught(error, where=LEAVES)
        return
    _layout(x, verifier)
    _shrunk(x)
    if x.stored.note is None:
        if x.resuming:
            x.checkpoint = x.stored.log.checkpoint(verifier.name)
            _seals(x)
        elif x.stored.log.size:
            x.fault("checkpoint-missing", CHECKPOINT, "leaves, and no checkpoint that signs them",
                    "run `cognify seal` again: it resumes", exit=4)  # fmt: skip
        else:
            # Never silence: an emptied branch is a log that was taken away.
            x.fault("log-missing", LEAVES, "the log branch holds no leaf, not even the genesis",
                    "restore the branch from a clone, a mirror or a package", exit=4)  # fmt: skip
        return
    try:
        x.checkpoint = verifier.open(x.stored.note, where=CHECKPOINT)
        _root(x, x.checkpoint, CHECKPOINT)
        _kept(x, verifier)
    except CognifyError as error:
        x.caught(error)
        x.checkpoint = None
        return
    _remembered(x, x.checkpoint)
    if x.resuming:
        x.checkpoint = x.stored.log.checkpoint(verifier.name)
    elif x.stored.log.size > x.checkpoint.size:
        x.note("leaves-unsigned", LEAVES, f"{x.stored.log.size - x.checkpoint.size} leaves wait for "
               "their checkpoint: a seal was cut off", "run `cognify seal` again: it resumes")  # fmt: skip
    _seals(x)


def _layout(x: Examination, verifier: note.LogVerifier) -> None:
    """The log is the one that `cognify.yaml` names, and its branch holds nothing but a log."""
    if x.inventory.settings.origin != verifier.name:
        x.fault("origin-mismatch", settings.NAME, f"it names {x.inventory.settings.origin}; "
                f"its key speaks for {verifier.name}", "restore it from the genesis commit")  # fmt: skip
    for path in x.stored.foreign():
        x.fault("unlisted-file", path[:200], "a file that the layout of the log does not know", _COMPARE)


def _shrunk(x: Examination) -> None:
    """No commit of the log branch holds fewer leaves than the one before it.

    An older state of the log is signed as genuinely as the newest; that it came later is seen in
    the branch's own history, unless that was replaced by force, too (then a receipt tells).
    """
    repository, commit = x.source.repository, x.source.log_commit
    if repository is None or commit is None or x.hidden:
        return
    newest = repository.size(commit, LEAVES)
    for earlier in repository.first_parents(commit):
        if repository.size(earlier, LEAVES) > newest:
            x.fault("rollback", LEAVES, f"commit {earlier[:12]} of the log branch holds more leaves than "
                    "the newest", _COMPARE)  # fmt: skip
            return


def _root(x: Examination, checkpoint: Checkpoint, where: str) -> None:
    if checkpoint.size > x.stored.log.size:
        x.fault("log-truncated", where, f"signed for {checkpoint.size} leaves, "
                f"{x.stored.log.size} are there", _COMPARE)  # fmt: skip
    elif x.stored.log.root(checkpoint.size) != checkpoint.root:
        x.fault("root-mismatch", where, f"the root over {checkpoint.size} leaves is another one", _COMPARE)


def _kept(x: Examination, verifier: note.LogVerifier) -> None:
    """Every checkpoint that is kept is a prefix of the newest (RFC 6962 consistency)."""
    assert x.source.log_files is not None and x.checkpoint is not None
    for size in x.stored.sizes():
        path = checkpoint_path(size)
        kept = verifier.open(parse_note(x.source.log_files.read(path), where=path), where=path)
        if kept.size != size or size > x.checkpoint.size:
            x.fault("rollback", path, f"a checkpoint of {size} leaves is kept; the newest says "
                    f"{x.checkpoint.size}", _COMPARE)  # fmt: skip
        elif size <= x.stored.log.size and x.stored.log.root(size) != kept.root:
            x.fault("consistency-failed", path, f"the first {size} leaves are not what was signed then",
                    _COMPARE)  # fmt: skip


def _remembered(x: Examination, checkpoint: Checkpoint) -> None:
    """The log continues every checkpoint that the receipt holds."""
    receipt = x.receipt
    if receipt is None:
        return
    if receipt.origin != checkpoint.origin or receipt.inventory != x.inventory.settings.inventory:
        x.fault("genesis-mismatch", CHECKPOINT, "the receipt is of another inventory or log",
                "name the receipt that belongs to this inventory")  # fmt: skip
        return
    for seen in receipt.checkpoints:
        if checkpoint.size < seen.size:
            x.fault(
                "rollback", CHECKPOINT, f"{checkpoint.size} leaves; {seen.size} were seen before", _COMPARE
            )
        elif seen.size <= x.stored.log.size and x.stored.log.root(seen.size) != seen.root:
            x.fault("consistency-failed", CHECKPOINT, f"the first {seen.size} leaves are not the ones seen "
                    "before", _COMPARE)  # fmt: skip
        if checkpoint.size == seen.size and checkpoint.root != seen.root:
            x.findings.append(equivocation(seen.size, CHECKPOINT))


def _seals(x: Examination) -> None:
    """Read every seal and heartbeat of the log, and recompute the newest one's tree manifest."""
    by_digest = {canonical.sha256(raw): (path, raw) for path, raw in x.stored.statements().items()}
    follows = 0
    for leaf in x.log.leaves:
        if leaf.kind not in CLAIM_KINDS:
            continue
        begins, follows = follows, leaf.seq + 1
        if leaf.sha256 not in by_digest:
            continue
        path, raw = by_digest[leaf.sha256]
        try:
            seal = statements.parse(raw, where=path)
        except CognifyError as error:
            x.caught(error)
            continue
        if seal.kind != leaf.kind:
            x.fault("leaf-mismatch", path, f"its leaf calls a {seal.kind} a {leaf.kind}", _COMPARE)
            continue
        predicate = seal.predicate
        if seal.kind == "seal" and (predicate["from"], predicate["through"]) != (begins, leaf.seq):
            x.fault("seal-mismatch", path, f"it speaks for leaves {predicate['from']} to "
                    f"{predicate['through']}; it stands for {begins} to {leaf.seq}", _COMPARE)  # fmt: skip
        x.seals.append(SealClaim(leaf.seq, path, seal, predicate["commit"]))
    if x.seals and x.source.repository is not None and not x.hidden:
        _tree(x, x.seals[-1])


def _tree(x: Examination, seal: SealClaim) -> None:
    repository, tip = x.source.repository, x.source.commit
    assert repository is not None and tip is not None
    line = {commit: age for age, commit in enumerate(repository.first_parents(tip))}
    before = len(line)
    for claim in x.seals:
        age = line.get(claim.commit)
        if age is None:
            x.fault("first-parent-break", claim.path, f"sealed at commit {claim.commit[:12]}, which is "
                    "not on the branch's first-parent line", _COMPARE)  # fmt: skip
            continue
        if age > before:
            x.fault(
                "seal-mismatch", claim.path, "sealed at an older commit than the seal before it", _COMPARE
            )
        before = age
    try:
        manifest = tree_manifest(repository.snapshot(seal.commit), x.digests)
    except CognifyError as error:
        x.fault(
            "tree-manifest-mismatch", seal.path, f"the sealed tree cannot be read: {error.what}", _COMPARE
        )
        return
    if (canonical.sha256(manifest), manifest.count(b"\n")) != seal.tree:
        x.fault("tree-manifest-mismatch", seal.path, "the tree of the sealed commit is another one", _COMPARE)
    if seal.commit not in line:
        x.fault(
            "tree-manifest-mismatch", seal.path, "the sealed tree is no longer part of the branch", _COMPARE
        )


def summary_root(x: Examination) -> str:
    """The signed root in base64; empty before the first checkpoint."""
    return base64.b64encode(x.checkpoint.root).decode() if x.checkpoint else ""
