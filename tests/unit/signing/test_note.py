"""Signed notes and the log's key: C2SP signed-note, Go's key texts."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from cognify.errors import ConfigurationError, LedgerInconsistent, MalformedRecord
from cognify.records.checkpoint import Checkpoint, NoteSignature, SignedNote, parse_note
from cognify.signing import note

FOREIGN = Path(__file__).parents[2] / "vectors/foreign/signed-note"
ORIGIN = "cognify.dev/log/größe"
SIGNER = note.LogSigner(ORIGIN, bytes(range(32)))
CHECKPOINT = Checkpoint(ORIGIN, 7, b"\x01" * 32)


def fault(signed: SignedNote, verifier: note.LogVerifier = SIGNER.verifier) -> str:
    with pytest.raises(LedgerInconsistent) as refusal:
        verifier.open(signed, where="log/checkpoint")
    return refusal.value.fault


def unusable(text: str) -> str:
    with pytest.raises((MalformedRecord, ConfigurationError)) as refusal:
        (note.parse_signer if text.startswith("PRIVATE") else note.parse_verifier)(text, where="key")
    return refusal.value.fault


def vkey(public: bytes, *, name: str = "x", kind: bytes = b"\x01") -> str:
    verifier = note.LogVerifier(name, public)
    return f"{name}+{verifier.key_hash.hex()}+{base64.b64encode(kind + public).decode()}\n"


def test_the_example_of_sumdb_note_verifies() -> None:
    """The key text, the key hash and the signature of Go's own example are ours, too."""
    text = (FOREIGN / "peter-neumann.vkey").read_text()
    verifier = note.parse_verifier(text, where="vkey")
    signed = parse_note((FOREIGN / "peter-neumann.note").read_bytes(), where="note")
    assert (verifier.name, verifier.text()) == ("PeterNeumann", text)
    with pytest.raises(MalformedRecord) as refusal:  # the signature holds; a proverb is no checkpoint
        verifier.open(signed, where="note")
    assert refusal.value.fault == "checkpoint-syntax"
    changed = SignedNote(signed.text.replace(b"don't", b"do"), signed.signatures)
    assert fault(changed, verifier) == "note-bad-known-sig"


def test_what_is_signed_opens() -> None:
    """Sign, render, parse, open: the same checkpoint."""
    signed = parse_note(SIGNER.sign(CHECKPOINT).render(), where="note")
    assert SIGNER.verifier.open(signed, where="note") == CHECKPOINT


def test_key_texts_are_read_back() -> None:
    """Both halves survive their text; the private half is never shown by `repr`."""
    assert note.parse_signer(SIGNER.text(), where="key") == SIGNER
    assert note.parse_verifier(SIGNER.verifier.text(), where="key") == SIGNER.verifier
    assert SIGNER.seed.hex() not in repr(SIGNER)
    assert repr(SIGNER) == f"LogSigner({ORIGIN})"


def test_new_keys_differ() -> None:
    """Two logs of one name have two keys."""
    assert note.new_log_key("x").seed != note.new_log_key("x").seed


def test_lines_of_strangers_are_ignored() -> None:
    """A cosignature by an unknown key neither helps nor harms."""
    signed = SIGNER.sign(CHECKPOINT)
    stranger = NoteSignature("witness.example", b"\0\1\2\3", b"x" * 64)
    both = SignedNote(signed.text, (stranger, *signed.signatures))
    assert SIGNER.verifier.open(both, where="note") == CHECKPOINT
    assert fault(SignedNote(signed.text, (stranger,))) == "note-unsigned"


def test_one_bad_line_by_the_own_key_spoils_the_note() -> None:
    """A second line that claims the log's key and does not verify rejects everything."""
    signed = SIGNER.sign(CHECKPOINT)
    bad = NoteSignature(ORIGIN, SIGNER.verifier.key_hash, b"x" * 64)
    assert fault(SignedNote(signed.text, (*signed.signatures, bad))) == "note-bad-known-sig"


def test_a_checkpoint_of_another_log_is_refused() -> None:
    """The key speaks for one origin only."""
    assert fault(SIGNER.sign(Checkpoint("cognify.dev/log/other", 7, b"\1" * 32))) == "origin-mismatch"


@pytest.mark.parametrize("text", [
    "", "x", "x+00000000+AAAA\n", "x+zz+AAAA\n",
    vkey(b"\x05" * 32, kind=b"\x02"), vkey(b"\x05" * 31), vkey(b"\x05" * 32).replace("x+", "y+"),
    vkey(b"\x05" * 32) + "\n", vkey(b"\x05" * 32)[:-2] + "\n", vkey(b"\x05" * 32)[:-2] + "*\n",
])  # fmt: skip
def test_malformed_verifier_keys(text: str) -> None:
    """Another kind of key, another length, a wrong key hash, or other base64 is `bad-key`."""
    assert unusable(text) == "bad-key"


@pytest.mark.parametrize("y", [0, 1, 2**255 - 20, 2**255 - 19, 2**255 - 18, 2**255 - 1])
@pytest.mark.parametrize("sign", [0, 1])
def test_keys_that_prove_nothing(y: int, sign: int) -> None:
    """Small order, or an encoding that is not canonical: `bad-key` with either sign."""
    assert unusable(vkey((y | sign << 255).to_bytes(32, "little"))) == "bad-key"


@pytest.mark.parametrize("text", [
    "PRIVATE+KEY+x+00000000+AAAA", "PRIVATE+KEY+x", "PRIVATE",
    SIGNER.text().replace(SIGNER.verifier.key_hash.hex(), "00000000"),
    SIGNER.text().replace("KEY", "KEX"),
])  # fmt: skip
def test_malformed_private_keys(text: str) -> None:
    """`log-key-unusable`, and the message does not quote the key."""
    assert unusable(text) == "log-key-unusable"
    with pytest.raises(ConfigurationError) as refusal:
        note.parse_signer(text, where="key")
    assert text[-20:] not in str(refusal.value)
