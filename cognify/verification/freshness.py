"""Step 3: what the outside says of the log, and whether that is enough and fresh enough.

The reader's clock is asked for one thing: whether the newest trusted time is too long ago. So a
wrong clock can only add a failure.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from cognify import canonical
from cognify.errors import CognifyError
from cognify.ledger.log import CHECKPOINT, checkpoint_path
from cognify.records import policy as policies
from cognify.records import statement as statements
from cognify.records.assurance import Assurance
from cognify.records.checkpoint import Checkpoint, SignedNote, parse_note
from cognify.records.policy import Policy
from cognify.signing import cosignature, timestamp
from cognify.signing.cosignature import WitnessPolicy
from cognify.verification import times
from cognify.verification.examination import Examination
from cognify.verification.times import Stamp

SKEW = timedelta(minutes=1)
"""How far the clocks of two honest authorities may differ."""
_AGAIN = "run `cognify seal` again: it asks again"
_BEAT = "run `cognify seal --heartbeat`: it names a timestamp, where an authority is configured"
_MISSING = ("timestamp-missing", "witness-quorum-unmet")
_ASK = "fetch the log branch from where it is sealed; if it is as old there, ask who runs the sequencer"
_COMPARE = "compare with another clone, a package or an older receipt, and ask who holds the log key"


def step_3_freshness(x: Examination) -> None:
    """Timestamps, witnesses and the age of the newest checkpoint, as far as the policy asks for them."""
    known = _policies(x)
    asked = known[_in_force(x, len(known)) - 1].assurance if known else None
    _stamps(x, known)
    witnesses = _witnesses(x, asked.witnesses) if asked is not None and asked.witnesses else None
    if witnesses is not None and x.stored.note is not None:
        x.witnessed_at = _since(x, witnesses, x.stored.note, CHECKPOINT)
    if asked is not None:
        x.signed_after = _signed_after(x, asked, witnesses)
    _say(x, asked, witnesses)
    # Whoever is about to seal asks the outside next: what is missing or old now is no fault then.
    if asked is not None and x.checkpoint is not None and not x.resuming:
        _judge(x, asked, witnesses)


def _policies(x: Examination) -> list[Policy]:
    """Every policy version that can be read, oldest first; step 4 says what is wrong with others."""
    found = []
    for path in x.inventory.policies().values():
        try:
            found.append(policies.parse(x.source.files.read(path), where=path))
        except CognifyError:
            break
    return found


def _in_force(x: Examination, newest: int) -> int:
    """The newest policy version, up to *newest*, that the log holds an update to; at least the first.

    A version that is merged and not sequenced demands nothing yet, and waives nothing.
    """
    logged = {leaf.sha256 for leaf in x.log.leaves if leaf.kind == "policy.update"}
    found = [1]
    for path in x.source.files.paths("statements/policy.update."):
        raw = x.source.files.read(path)
        if path.endswith(".json") and canonical.sha256(raw) in logged:
            with suppress(CognifyError):  # step 7 says what is wrong with it
                found.append(policies.version_of(statements.parse(raw, where=path).subject) or 1)
    return min(max(found), newest)


def _stamps(x: Examination, known: list[Policy]) -> None:
    """Every timestamp token that is kept, opened; and every token that a seal names, there."""
    tokens = x.stored.tokens()
    if tokens:
        pinned = _pinned(x, known)
        for size, authority, path in tokens:
            _stamp(x, pinned, size, authority, path)
    assert x.stored.files is not None or not tokens
    here = {canonical.sha256(x.stored.files.read(path)) for _, _, path in tokens} if x.stored.files else set()
    for claim in x.seals:
        for digest in claim.timestamps:
            if digest not in here:
                x.fault("timestamp-removed", claim.path, f"it names a timestamp token {digest[:12]} that is "
                        "not there", _COMPARE)  # fmt: skip
    _in_order(x)


def _pinned(x: Examination, known: list[Policy]) -> dict[str, tuple[timestamp.Pinned, ...]]:
    """The certificates of every authority that any policy version names: an old token stays good."""
    pinned: dict[str, tuple[timestamp.Pinned, ...]] = {}
    named = {(a.name, a.certificates): None for policy in known for a in policy.assurance.authorities}
    for name, path in named:
        try:
            found = timestamp.parse_certificates(name, x.source.files.read(path), where=path)
            pinned[name] = (*pinned.get(name, ()), found)
        except CognifyError as error:
            x.caught(error)
    return pinned


def _stamp(
    x: Examination, pinned: dict[str, tuple[timestamp.Pinned, ...]], size: int, authority: str, path: str
) -> None:
    if authority not in pinned:
        x.note("tsa-unknown", path, f"a token of {authority}, whom no policy names: it proves nothing here",
               "name the authority in the next policy version, or leave it")  # fmt: skip
        return
    # Of leaves that are signed and gone, step 2 has said so: there is no root to hold a token against.
    signed = min(x.checkpoint.size if x.checkpoint else 0, x.stored.log.size)
    if size > signed:
        x.fault("rollback", path, f"a token over {size} leaves; {signed} are signed here", _COMPARE)
        return
    # Over this log's own root, whatever note is kept beside the token.
    text = Checkpoint(x.inventory.settings.origin, size, x.stored.log.root(size)).body()
    raw = x.stored.files.read(path) if x.stored.files is not None else b""
    try:
        at, by = timestamp.open_token(raw, text, authority, pinned, where=path)
    except CognifyError as error:
        x.caught(error)
        return
    x.stamps.append(Stamp(size, authority, at, canonical.sha256(raw), path, by))


def _in_order(x: Examination) -> None:
    """A larger checkpoint is never stamped before a smaller one; else no bracket holds."""
    last: Stamp | None = None
    for stamp in sorted(x.stamps, key=lambda s: (s.size, s.at)):
        if last is not None and stamp.size > last.size and stamp.at + SKEW < last.at:
            x.fault("time-bracket-empty", stamp.path, f"{stamp.size} leaves are stamped at "
                    f"{times.rfc3339(stamp.at)}, and the first {last.size} of them only at "
                    f"{times.rfc3339(last.at)}", _COMPARE)  # fmt: skip
        last = stamp if last is None or stamp.at >= last.at else last


def _witnesses(x: Examination, path: str) -> WitnessPolicy | None:
    try:
        policy = cosignature.parse_policy(x.source.files.read(path), where=path)
    except CognifyError as error:
        x.caught(error)
        return None
    if policy.logs and x.inventory.settings.origin not in {name for name, _ in policy.logs}:
        x.fault("witness-policy", path, "its log lines do not name this log",
                "leave the log lines out, or name this log's key")  # fmt: skip
    return policy


def _since(x: Examination, policy: WitnessPolicy, note: SignedNote, where: str) -> datetime | None:
    """Since when the quorum of *policy* has cosigned *note*; lines by unknown keys are ignored."""
    seen = {}
    for witness in policy.witnesses:
        try:
            at = witness.cosigned(note, where=where)
        except CognifyError as error:
            x.caught(error)
            continue
        if at is not None:
            seen[witness.label] = at
    return policy.since(seen)


def _signed_after(x: Examination, asked: Assurance, witnesses: WitnessPolicy | None) -> datetime | None:
    """After which trusted time the log was signed: by the tokens that it names, or by its witnesses.

    Not the time of the newest token: a mirror can have the old checkpoint that it shows stamped
    anew. A token that is named below the checkpoint was there before the log's key signed it.
    """
    size = x.checkpoint.size if x.checkpoint else 0
    known = [times.newest(times.asked(x.named(size - 1), asked), asked.need), x.witnessed_at]
    if x.witnessed_at is None and witnesses is not None:
        known.append(_last_witnessed(x, witnesses))
    return max((time for time in known if time is not None), default=None)


def _judge(x: Examination, asked: Assurance, witnesses: WitnessPolicy | None) -> None:
    stamps = times.asked(x.stamps, asked)
    covered, size = times.covered(stamps, asked.need), x.checkpoint.size if x.checkpoint else 0
    if asked.need and not covered:
        x.fault("timestamp-missing", CHECKPOINT, "the policy demands trusted timestamps; there is none that "
                "enough authorities bear out", _AGAIN, exit=4)  # fmt: skip
    elif asked.need and covered < size:
        x.note("timestamp-waiting", CHECKPOINT, "the newest checkpoint is not stamped by enough authorities "
               f"yet; {covered} leaves are", _AGAIN)  # fmt: skip
    if witnesses is not None and witnesses.demands and x.witnessed_at is None:
        x.fault("witness-quorum-unmet", CHECKPOINT, "fewer witnesses than the policy demands have cosigned "
                "the newest checkpoint", _AGAIN, exit=4)  # fmt: skip
    _age(x, asked, unknown=any(f.id in _MISSING for f in x.findings))


def _age(x: Examination, asked: Assurance, *, unknown: bool) -> None:
    """The newest trusted time is no earlier than remembered, and not too long ago.

    *unknown* says that it was told already why there may be none.
    """
    seen = datetime.fromisoformat(x.receipt.time) if x.receipt and x.receipt.time else None
    fresh = x.signed_after
    if seen is not None and fresh is not None and fresh < seen:
        x.fault("rollback", CHECKPOINT, f"its newest trusted time is {times.rfc3339(fresh)}; "
                f"{times.rfc3339(seen)} was seen before", _COMPARE)  # fmt: skip
    if asked.max_age is None or x.source.partial:
        return
    if fresh is None and not unknown:
        x.fault("freshness-unknown", CHECKPOINT, "the policy demands a fresh log, and nothing says after "
                "which time it was signed", _BEAT, exit=4)  # fmt: skip
    # The present is not before a time that was seen: a clock that was set back hides no age.
    elif fresh is not None and max(x.at, seen or x.at) - fresh > asked.max_age:
        x.fault("stale", CHECKPOINT, f"the newest trusted time is {times.rfc3339(fresh)}; the policy lets "
                f"it be {asked.max_age} old", _ASK)  # fmt: skip


def _last_witnessed(x: Examination, policy: WitnessPolicy) -> datetime | None:
    """When the newest checkpoint that has the quorum was cosigned, if there is one."""
    for size in reversed(x.stored.sizes()):
        path = checkpoint_path(size)
        assert x.stored.files is not None
        since = _since(x, policy, parse_note(x.stored.files.read(path), where=path), path)
        if since is not None:
            return since
    return None


def _say(x: Examination, asked: Assurance | None, witnesses: WitnessPolicy | None) -> None:
    """What is not proven about time and witnesses, given what is there."""
    names = sorted({stamp.authority for stamp in x.stamps})
    if names:
        x.not_proven.append(f"that the clocks of {', '.join(names)} are right: every time here rests on them")
    else:
        x.not_proven.append("when anything happened: no trusted timestamp (RFC 3161) covers the log")
    if x.receipt is None:
        why = (
            "the receipt is new"
            if x.new_receipt
            else "nothing here remembers an earlier one (--receipt FILE)"
        )
        x.not_proven.append(f"that this is the newest state: {why}")
    if x.witnessed_at is None or witnesses is None:
        x.not_proven.append("that nobody was shown another log: no outside witness has signed it")
    else:
        who = ", ".join(sorted(witness.name for witness in witnesses.witnesses))
        x.not_proven.append(f"that the witnesses ({who}) do not work together with whoever holds the log key")
        if asked is not None and asked.max_age is not None and not asked.need:
            x.not_proven.append(
                "that the witnesses' clocks are right: how fresh the log is rests on them alone"
            )
    if x.source.partial and (names or x.witnessed_at):
        x.not_proven.append("what happened since: a package is the picture of one day, however old it is")
