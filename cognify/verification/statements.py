"""Step 7: every statement, in log order: parse, signature, identity, role, independence, quorum."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import date, datetime

from cognify.approvals import Entered, Refusal, unmet
from cognify.approvals.rules import LONGEST_EXCEPTION
from cognify.errors import CognifyError
from cognify.inventory import Version
from cognify.records.leaf import Leaf
from cognify.records.statement import AUTOMATION_KINDS, CLAIM_KINDS, Statement
from cognify.signing import VerifiedStatement, open_beside
from cognify.verification import times
from cognify.verification.adoptions import judge_adoptions, note_lowered
from cognify.verification.completeness import leaf_agrees
from cognify.verification.examination import Examination, SealClaim
from cognify.verification.times import Stamp


def step_7_statements(x: Examination) -> None:
    """Statements in log order, then the ones that are merged and not sequenced yet."""
    if x.proceedings is None or x.log_broken:
        return
    judge_sequenced(x)
    for path in in_order(x, x.pending):
        enter(x, path, None)
    logins = {entered.verified.login for entered in x.proceedings.entered.values()}
    for issuer in sorted({login.issuer for login in logins if login}):
        x.not_proven.append(f"that {issuer} let nobody log in as somebody else")
        if x.source.partial:
            x.not_proven.append("that what a login signed has the signature with which it was sequenced: a "
                                "package holds no history, and a login can sign again")  # fmt: skip
    judge_adoptions(x)
    note_lowered(x)


def judge_sequenced(x: Examination) -> None:
    """Judge what the log holds, in its order."""
    seals = {claim.seq: claim for claim in x.seals}
    for leaf in x.log.leaves:
        path = x.statements.get(leaf.sha256)
        if path is None:
            continue
        if (leaf.kind in AUTOMATION_KINDS) != path.startswith("log/"):
            x.fault("leaf-mismatch", path, f"its leaf calls it a {leaf.kind}, which does not lie there",
                    "restore the log; ask who holds its key")  # fmt: skip
        elif leaf.kind in AUTOMATION_KINDS:
            _automation(x, leaf, path, seals.get(leaf.seq))
        else:
            enter(x, path, leaf)


def in_order(x: Examination, paths: Iterable[str]) -> list[str]:
    """*paths* so that every statement comes after the ones it acts on.

    What acts on nothing of the others stands in the order in which it says it was made: a typed
    date decides nothing but the order in which a reader meets one commit's statements.
    """
    listed, ordered = sorted(paths), list[str]()
    parsed = {path: _parents(x, path) for path in listed}
    waiting = sorted(listed, key=lambda path: (parsed[path][2], path))
    digests = {path: parsed[path][0] for path in waiting}
    while waiting:
        inside = {digests[path] for path in waiting}
        ready = [p for p in waiting if not inside.intersection(parsed[p][1])] or waiting
        ordered += ready
        done = set(ready)
        waiting = [path for path in waiting if path not in done]
    return ordered


def _parents(x: Examination, path: str) -> tuple[str, frozenset[str], str]:
    """The digest of the statement at *path*, what it acts on, and when it says it was made."""
    digest = x.sha256(path)
    try:
        stated = x.parsed(path).statement
    except CognifyError:
        return digest, frozenset(), ""
    return digest, frozenset(stated.parents), str(stated.predicate["stated_at"])


def opened(x: Examination, path: str) -> VerifiedStatement | None:
    """The statement at *path*, its signature verified; a fault and None if it does not hold."""
    try:
        assert x.proceedings is not None
        parsed = x.parsed(path)
        policy = x.policies.get(parsed.statement.policy_version, x.proceedings.policy)
        return open_beside(x.source.files, path, parsed, policy=policy, roots=x.sigstore_roots)
    except CognifyError as error:
        x.caught(error, where=path)
        return None


def enter(x: Examination, path: str, leaf: Leaf | None) -> None:
    """Open the statement at *path* and enter it into the proceedings, or note why it cannot be."""
    verified = opened(x, path)
    if verified is None:
        return
    expected = path.rpartition("/")[2]
    if verified.statement.file_name(verified.sha256) != expected:
        x.fault("subject-mismatch", path, "its file name is not the one that its content gives",
                "a statement is never renamed: restore it")  # fmt: skip
    if leaf is not None and not leaf_agrees(leaf, verified.statement, verified.raw):
        x.fault("leaf-mismatch", path, "the leaf says another kind, record or size", "restore the log")
    assert x.proceedings is not None
    _anchor(x, verified.statement, path, leaf)
    if verified.statement.kind == "exception.grant" and _endless(x, verified.statement, leaf):
        x.fault("exception-unbounded", path, f"it ends on {verified.statement.expires}, more than a "
                "year after it was sequenced", "grant it anew with the right clock")  # fmt: skip
        return
    entered = Entered(verified, path, leaf.seq if leaf else None)
    x.refused(x.proceedings.admit(entered), entered)


def _endless(x: Examination, stated: Statement, leaf: Leaf | None) -> bool:
    """Whether an exception outlives a year from when it is sequenced: its own typed date proves nothing."""
    closing = next((claim for claim in x.seals if leaf is not None and claim.seq > leaf.seq), None)
    at = datetime.fromisoformat(closing.statement.predicate["stated_at"]) if closing else x.at
    return date.fromisoformat(stated.expires) - at.date() > LONGEST_EXCEPTION


def _anchor(x: Examination, stated: Statement, path: str, leaf: Leaf | None) -> None:
    """The checkpoint that a statement embeds is one of this log, from before its own place in it.

    It bounds the statement's time from below, and every signer so carries a witness of the log.
    """
    after, bound = stated.after, leaf.seq if leaf else x.log.size
    if leaf is None and after.size > bound:
        x.fault("anchor-mismatch", path, f"its signer had seen {after.size} leaves; {bound} are here",
                "fetch the log branch: `git fetch origin cognify-log:cognify-log`", exit=4)  # fmt: skip
        return
    known = after.size <= bound and base64.b64encode(x.stored.log.root(after.size)).decode() == after.root
    if not known or after.origin != x.inventory.settings.origin:
        x.fault("anchor-mismatch", path, f"it embeds a checkpoint over {after.size} leaves that this log "
                "never had", "compare with other clones: its signer may have seen another log")  # fmt: skip


def _automation(x: Examination, leaf: Leaf, path: str, claim: SealClaim | None) -> None:
    assert x.proceedings is not None
    if claim is None or leaf.kind not in CLAIM_KINDS:
        if leaf.kind not in CLAIM_KINDS:
            x.fault("kind-not-judged", path, f"this version of Cognify cannot judge {leaf.kind!r}",
                    "verify with a newer version of Cognify", exit=4)  # fmt: skip
        return
    if claim.statement.inventory != x.proceedings.inventory:
        x.fault(
            "ledger-mismatch",
            path,
            f"a {leaf.kind} of the inventory {claim.statement.inventory}",
            "restore it",
        )
    assert x.stored.files is not None
    if not leaf_agrees(leaf, claim.statement, x.stored.files.read(path)):
        x.fault("leaf-mismatch", path, "the leaf says another kind, record or size", "restore the log")
    _anchor(x, claim.statement, path, leaf)
    cited, in_force = claim.statement.policy_version, x.proceedings.in_force
    if cited != in_force:
        x.fault("policy-not-in-force", path, f"it cites policy {cited}; {in_force} is in force",
                "restore the log")  # fmt: skip
    elif claim.statement.policy_sha256 != x.proceedings.policy.sha256:
        x.fault(
            "policy-mismatch", path, f"it cites another policy {cited} than the one here", "restore the log"
        )
    at = datetime.fromisoformat(claim.statement.predicate["stated_at"])
    if x.clock is not None and at < x.clock:
        # Else what had ended, or was too old, would count again at a time that is long past.
        x.fault("seal-backdated", path, f"it says {at:%F %T}, and one before it says {x.clock:%F %T}",
                "restore the log; ask who holds its key")  # fmt: skip
    x.clock = at if x.clock is None else max(at, x.clock)
    x.recomputed[leaf.seq] = due(x, at, stamped=x.named(leaf.seq))
    # A heartbeat seals nothing: what was due at it and was not sealed is a fault of step 9.
    for version, lacks in x.recomputed[leaf.seq].items():
        if not lacks and leaf.kind == "seal":
            proposal = x.proceedings.course(version).proposal
            assert proposal is not None
            x.proceedings.seal(version, proposal.verified.statement.digest, leaf.seq)
    _close(x, claim)


def _close(x: Examination, claim: SealClaim) -> None:
    """A run ends: the policy version that was stated in it takes effect, or it should not be there."""
    assert x.proceedings is not None
    following = x.proceedings.in_force + 1
    if following in x.proceedings.adoptions and following in x.policies:
        for lack in x.proceedings.lacking(following):
            x.fault(lack.id, claim.path, f"sealed although {lack.what}", lack.fix)
    x.proceedings.close()
    if x.proceedings.in_force == following:
        x.adopted[following] = claim.commit


def due(x: Examination, at: datetime, *, stamped: Iterable[Stamp]) -> dict[Version, tuple[Refusal, ...]]:
    """What each version that is proposed and unsealed lacks at this point of the log, at time *at*.

    *stamped* is what is timestamped at that point: an approval reaches L3 by it alone.
    """
    assert x.proceedings is not None
    policy = x.proceedings.policy
    covered = times.covered(times.asked(stamped, policy.assurance), policy.assurance.need)
    return {
        version: unmet(course, policy, x.proceedings.tier(version), at=at, covered=covered)
        for version, course in x.proceedings.unsealed.items()
        if course.proposal is not None
    }
