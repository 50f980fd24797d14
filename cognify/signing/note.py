"""The log's key: Ed25519 over C2SP signed notes. Key texts follow Go's sumdb/note forms."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from cognify.errors import ConfigurationError, LedgerInconsistent, MalformedRecord
from cognify.records.checkpoint import Checkpoint, NoteSignature, SignedNote
from cognify.signing import ed25519

ED25519 = b"\x01"
_PRIVATE = re.compile(r"PRIVATE\+KEY\+([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)\n?\Z")
_PUBLIC = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)\n?\Z")


@dataclass(frozen=True, slots=True)
class LogVerifier:
    """The log's public key and the origin that it speaks for."""

    name: str
    public: bytes

    @property
    def key_hash(self) -> bytes:
        """The 4 bytes by which a signature line names its key (signed-note, "Signatures")."""
        return key_hash(self.name, ED25519, self.public)

    def text(self) -> str:
        """The verifier key (vkey), one line."""
        key = base64.b64encode(ED25519 + self.public).decode()
        return f"{self.name}+{self.key_hash.hex()}+{key}\n"

    def open(self, note: SignedNote, *, where: str) -> Checkpoint:
        """The checkpoint in *note*, if this log's key signed it and its origin is this log's.

        Lines by unknown keys are ignored; a line that claims to be by this key and does not
        verify rejects the whole note (signed-note, "Verifying").

        Raises:
            LedgerInconsistent: `note-bad-known-sig`, `note-unsigned`, `origin-mismatch`.
        """
        mine = [s for s in note.signatures if (s.name, s.key_hash) == (self.name, self.key_hash)]
        if not mine:
            raise _inconsistent("note-unsigned", f"not signed by the log's key {self.name}", where)
        if not all(ed25519.holds(self.public, s.signature, note.text) for s in mine):
            raise _inconsistent("note-bad-known-sig", "the log's signature does not hold", where)
        checkpoint = note.checkpoint(where=where)
        if checkpoint.origin != self.name:
            raise _inconsistent("origin-mismatch", f"a checkpoint of {checkpoint.origin}", where)
        return checkpoint


@dataclass(frozen=True, slots=True)
class LogSigner:
    """The log's private key. It never enters Git and is never printed."""

    name: str
    seed: bytes

    def __repr__(self) -> str:
        return f"LogSigner({self.name})"

    @property
    def verifier(self) -> LogVerifier:
        """The public half."""
        return LogVerifier(self.name, ed25519.public_of(self.seed))

    def text(self) -> str:
        """The private key, one line, for a file that only its owner reads."""
        key = base64.b64encode(ED25519 + self.seed).decode()
        return f"PRIVATE+KEY+{self.name}+{self.verifier.key_hash.hex()}+{key}\n"

    def sign(self, checkpoint: Checkpoint) -> SignedNote:
        """The signed note over *checkpoint*."""
        text = checkpoint.body()
        signature = NoteSignature(self.name, self.verifier.key_hash, ed25519.sign(self.seed, text))
        return SignedNote(text, (signature,))


def new_log_key(name: str) -> LogSigner:
    """A fresh key for the log called *name*."""
    return LogSigner(name, ed25519.new_seed())


def parse_signer(text: str, *, where: str) -> LogSigner:
    """The log's private key from its text.

    Raises:
        ConfigurationError: `log-key-unusable`; the message never quotes the text.
    """
    match = _PRIVATE.match(text)
    raw = _decode(match[3]) if match else b""
    if match is None or raw[:1] != ED25519 or len(raw) != 33:
        raise _key_unusable("not a log key", where)
    signer = LogSigner(match[1], raw[1:])
    if signer.verifier.key_hash.hex() != match[2]:
        raise _key_unusable("the key does not match its own key hash", where)
    return signer


def parse_verifier(text: str, *, where: str) -> LogVerifier:
    """The log's public key from its vkey line.

    Raises:
        MalformedRecord: `bad-key` for a key that is malformed, of another kind or of small order.
    """
    name, key = parse_vkey(text, algorithm=ED25519, where=where)
    return LogVerifier(name, key)


def key_hash(name: str, algorithm: bytes, public: bytes) -> bytes:
    """The 4 bytes by which a signature line names its key (signed-note, "Signatures")."""
    return hashlib.sha256(name.encode() + b"\n" + algorithm + public).digest()[:4]


def parse_vkey(text: str, *, algorithm: bytes, where: str) -> tuple[str, bytes]:
    """Name and Ed25519 public key of the verifier key *text*, whose kind must be *algorithm*.

    Raises:
        MalformedRecord: `bad-key` for a key that is malformed, of another kind or of small order.
    """
    match = _PUBLIC.match(text)
    raw = _decode(match[3]) if match else b""
    if match is None or raw[:1] != algorithm or len(raw) != 33:
        raise _bad_key(f"not an Ed25519 verifier key of kind {algorithm.hex()}", where)
    if key_hash(match[1], algorithm, raw[1:]).hex() != match[2]:
        raise _bad_key("the key does not match its own key hash", where)
    if not ed25519.is_usable(raw[1:]):
        raise _bad_key("a key of small order, or not canonically encoded", where)
    return match[1], raw[1:]


def _decode(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""
    return raw if base64.b64encode(raw).decode() == text else b""


def _bad_key(what: str, where: str) -> MalformedRecord:
    fix = "take the key again from where it was published, or from the genesis commit"
    return MalformedRecord(what, where=where, fix=fix, id="bad-key")


def _key_unusable(what: str, where: str) -> ConfigurationError:
    fix = "pass the file that `cognify init` wrote with --log-key"
    return ConfigurationError(what, where=where, fix=fix, id="log-key-unusable")


def _inconsistent(id: str, what: str, where: str) -> LedgerInconsistent:
    fix = "take the checkpoint from another clone or a package, and compare"
    return LedgerInconsistent(what, where=where, fix=fix, id=id)
