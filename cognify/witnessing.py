"""Ask the outside to attest a checkpoint: timestamp authorities (RFC 3161), witnesses (C2SP).

Asked after the checkpoint is signed and pushed. Whoever does not answer is named and asked again
by the next run; nobody outside can stop a log. A witness that *refuses* is another matter: it has
seen a log that this one does not continue.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from cognify import merkle, outside
from cognify.errors import CognifyError
from cognify.inventory import Files
from cognify.ledger import Log, Stored
from cognify.ledger.log import CHECKPOINT, checkpoint_path, token_path
from cognify.records.assurance import Assurance
from cognify.records.checkpoint import NoteSignature, SignedNote, parse_note, parse_signature_lines
from cognify.records.finding import Finding
from cognify.signing import cosignature, timestamp
from cognify.signing.cosignature import Witness
from cognify.signing.note import LogVerifier

_TEXT = "text/plain; charset=utf-8"
_REWRITTEN = "keep this log and every receipt: compare them with the witness, and ask who holds the log key"


@dataclass(slots=True)
class Attested:
    """What the outside said of one checkpoint, and who did not say anything, or refused."""

    note: SignedNote
    tokens: dict[str, bytes] = field(default_factory=dict)
    unanswered: list[str] = field(default_factory=list)
    refused: list[Finding] = field(default_factory=list)


def attest(
    note: SignedNote, log: Log, stored: Stored, asked: Assurance, files: Files, verifier: LogVerifier
) -> Attested:
    """Ask everyone whom *asked* names and who has not attested *note* yet.

    *stored* is the log as it was read (what is there is not asked for again); *files* holds the
    trust files. It never raises for what others do.
    """
    done = Attested(note)
    _stamps(done, log.size, stored, asked, files)
    if asked.witnesses:
        try:
            policy = cosignature.parse_policy(files.read(asked.witnesses), where=asked.witnesses)
        except CognifyError as error:
            done.unanswered.append(f"witnesses: {error.what}")
            return done
        for witness in policy.witnesses:
            if witness.url is not None:
                _ask(done, witness, witness.url, log, stored, verifier)
    return done


def _stamps(done: Attested, size: int, stored: Stored, asked: Assurance, files: Files) -> None:
    have = {authority for _, authority, _ in stored.tokens(size)}
    for authority in asked.authorities:
        if authority.url is None or authority.name in have:
            continue
        path = token_path(size, authority.name)
        try:
            pem = files.read(authority.certificates)
            pinned = timestamp.parse_certificates(authority.name, pem, where=authority.certificates)
            wanted = timestamp.request(done.note.text)
            answer = outside.post(authority.url, wanted.raw, media_type=timestamp.MEDIA_TYPE)
            if answer.status != 200:
                raise outside.unreachable(f"HTTP {answer.status}", authority.url)
            timestamp.open_token(
                answer.body, done.note.text, authority.name, {authority.name: (pinned,)}, nonce=wanted.nonce,
                where=authority.url,
            )  # fmt: skip
        except CognifyError as error:
            done.unanswered.append(f"timestamp authority {authority.name}: [{error.fault}] {error.what}")
        else:
            done.tokens[path] = answer.body


def _ask(done: Attested, witness: Witness, url: str, log: Log, stored: Stored, verifier: LogVerifier) -> None:
    """C2SP tlog-witness `add-checkpoint`: the witness's last size, a proof from it, the checkpoint."""
    try:
        if witness.cosigned(done.note, where=CHECKPOINT) is not None:
            return
        old = _last_seen(witness, stored, log.size)
        answer = _submit(url, old, log, done.note, verifier)
        if answer.status == 409 and (seen := _size(answer.body)) is not None:
            # It names the size that it remembers: ask once more, from there.
            if seen > log.size:
                done.refused.append(_refusal(witness, f"it has seen {seen} leaves; {log.size} are here"))
                return
            answer = _submit(url, seen, log, done.note, verifier)
        if answer.status == 200:
            done.note = SignedNote(
                done.note.text, (*done.note.signatures, *_lines(witness, answer.body, done))
            )
        elif answer.status in (409, 422):
            done.refused.append(_refusal(witness, "it has seen a log that this one does not continue"))
        else:
            said = {403: "it does not know the log's key", 404: "it does not know the log"}
            why = said.get(answer.status, f"HTTP {answer.status}")
            done.unanswered.append(f"witness {witness.name}: {why}")
    except CognifyError as error:
        done.unanswered.append(f"witness {witness.name}: [{error.fault}] {error.what}")


def _submit(url: str, old: int, log: Log, note: SignedNote, verifier: LogVerifier) -> outside.Answer:
    proof = merkle.consistency_proof(log.hashes, old) if old else ()
    lines = [f"old {old}\n", *(f"{base64.b64encode(step).decode()}\n" for step in proof), "\n"]
    own = tuple(s for s in note.signatures if (s.name, s.key_hash) == (verifier.name, verifier.key_hash))
    body = "".join(lines).encode() + SignedNote(note.text, own).render()
    return outside.post(f"{url.rstrip('/')}/add-checkpoint", body, media_type=_TEXT)


def _lines(witness: Witness, body: bytes, done: Attested) -> tuple[NoteSignature, ...]:
    """The witness's own lines of its answer, each verified; what else it sends is left out."""
    lines = parse_signature_lines(body, where=witness.name)
    own = tuple(line for line in lines if line.name == witness.name)
    if witness.cosigned(SignedNote(done.note.text, own), where=witness.name) is None:
        done.unanswered.append(f"witness {witness.name}: an answer without its cosignature")
        return ()
    return own


def _last_seen(witness: Witness, stored: Stored, size: int) -> int:
    """The size of the newest checkpoint that this witness cosigned, as far as it is kept here."""
    for kept in reversed(stored.sizes()):
        assert stored.files is not None  # else it had no sizes
        path = checkpoint_path(kept)
        if witness.cosigned(parse_note(stored.files.read(path), where=path), where=path) is not None:
            return min(kept, size)
    return 0


def _size(body: bytes) -> int | None:
    text = body.strip()
    return int(text) if text.isdigit() and len(text) < 19 else None


def _refusal(witness: Witness, what: str) -> Finding:
    return Finding(witness.name, "witness-refused", f"the witness refuses this log: {what}", _REWRITTEN)
