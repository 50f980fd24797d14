"""Checkpoints and their signed notes, as text: C2SP tlog-checkpoint and signed-note. Pure.

Which keys are believed is the verifier's business (`signing.note`).
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from cognify.errors import MalformedRecord

_ORIGIN = re.compile(r"[^\s+\x00-\x1f]+\Z")
_SIZE = re.compile(r"(0|[1-9][0-9]{0,18})\Z")
_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+=*)\Z")
_MAX_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log's state: whose log, how many leaves, and the RFC 6962 root over them."""

    origin: str
    size: int
    root: bytes

    def body(self) -> bytes:
        """The three lines that are signed, with their newlines (no extension lines)."""
        root = base64.b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\n".encode()


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line: who says so, the 4-byte key hash, and the bytes that follow it."""

    name: str
    key_hash: bytes
    signature: bytes

    def line(self) -> bytes:
        """The signature line, with its newline."""
        blob = base64.b64encode(self.key_hash + self.signature).decode()
        return f"— {self.name} {blob}\n".encode()


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A checkpoint's text and the signature lines under it, none of them judged yet."""

    text: bytes
    signatures: tuple[NoteSignature, ...]

    def render(self) -> bytes:
        """The note as it is stored."""
        return self.text + b"\n" + b"".join(s.line() for s in self.signatures)

    def checkpoint(self, *, where: str) -> Checkpoint:
        """The checkpoint that the text states.

        Raises:
            MalformedRecord: `checkpoint-syntax`.
        """
        lines = self.text.decode().split("\n")
        # Exactly origin, size, root and the end: extension lines are NOT RECOMMENDED by the
        # specification and nothing here would know what they promise.
        if len(lines) != 4 or not _ORIGIN.match(lines[0]) or not _SIZE.match(lines[1]):
            raise _syntax("not origin, size, root", where)
        try:
            root = base64.b64decode(lines[2], validate=True)
        except ValueError:  # binascii.Error, and another where the text is not ASCII
            raise _syntax("the root is not base64", where) from None
        if len(root) != 32 or base64.b64encode(root).decode() != lines[2]:
            raise _syntax("the root is not 32 bytes in canonical base64", where)
        return Checkpoint(lines[0], int(lines[1]), root)


def parse_note(raw: bytes, *, where: str) -> SignedNote:
    """A signed note (C2SP signed-note): text, blank line, one or more signature lines.

    Raises:
        MalformedRecord: `checkpoint-syntax`.
    """
    if len(raw) > _MAX_BYTES:
        raise _syntax("longer than 64 KiB", where)
    try:
        whole = raw.decode()
    except UnicodeDecodeError:
        raise _syntax("not UTF-8", where) from None
    if any(ord(c) < 0x20 and c != "\n" for c in whole):
        raise _syntax("a control character", where)
    text, blank, tail = whole.rpartition("\n\n")
    if not blank or not tail.endswith("\n"):
        raise _syntax("no blank line before the signatures", where)
    signatures = tuple(_signature(line, where) for line in tail[:-1].split("\n"))
    return SignedNote(f"{text}\n".encode(), signatures)


def parse_signature_lines(raw: bytes, *, where: str) -> tuple[NoteSignature, ...]:
    """Signature lines alone, as a witness answers with them.

    Raises:
        MalformedRecord: `checkpoint-syntax`.
    """
    try:
        lines = raw[:_MAX_BYTES].decode().removesuffix("\n").split("\n")
    except UnicodeDecodeError:
        raise _syntax("not UTF-8", where) from None
    return tuple(_signature(line, where) for line in lines)


def _signature(line: str, where: str) -> NoteSignature:
    match = _SIGNATURE.match(line)
    if match is None:
        raise _syntax(f"not a signature line: {line[:80]!r}", where)
    try:
        blob = base64.b64decode(match[2], validate=True)
    except binascii.Error:
        raise _syntax("a signature that is not base64", where) from None
    # One spelling: bits that base64 throws away would let a kept checkpoint change unseen.
    if len(blob) < 5 or base64.b64encode(blob).decode() != match[2]:
        raise _syntax("a signature that is too short, or spelled in another way", where)
    return NoteSignature(match[1], blob[:4], blob[4:])


def _syntax(what: str, where: str) -> MalformedRecord:
    return MalformedRecord(
        f"not a signed checkpoint: {what}",
        where=where,
        fix="take the file from the log branch again, or from a package",
        id="checkpoint-syntax",
    )
