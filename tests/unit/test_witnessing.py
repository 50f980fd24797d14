"""Asking witnesses: every kind of answer, from somebody who answers so."""

from __future__ import annotations

import pytest

from cognify import merkle, witnessing
from cognify.inventory import NoFiles
from cognify.ledger import Log, Stored
from cognify.records.assurance import Assurance
from cognify.records.checkpoint import SignedNote, parse_note
from cognify.signing.note import LogSigner
from tests.witnesses import Cosigner, answering

SIGNER = LogSigner("log.example/größe", b"k" * 32)
LOG = Log(()).extend(("genesis", "inventory", bytes([n])) for n in range(7))
NOTE = SIGNER.sign(LOG.checkpoint(SIGNER.name))
WHO, ASKED = Cosigner(), Assurance(0, (), None, "trust/witness.policy")


class Files(NoFiles):
    """What is given, by path."""

    def __init__(self, **files: bytes) -> None:
        self.files = files

    def paths(self, under: str = "") -> tuple[str, ...]:
        return tuple(sorted(p for p in self.files if p.startswith(under)))

    def exists(self, path: str) -> bool:
        return path in self.files

    def read(self, path: str) -> bytes:
        return self.files[path]


def asked(url: str | None, note: SignedNote = NOTE, stored: Stored | None = None) -> witnessing.Attested:
    policy = f"witness w {WHO.vkey}{' ' + url if url else ''}\nquorum w\n".encode()
    files = Files(**{"trust/witness.policy": policy})
    return witnessing.attest(note, LOG, stored or Stored(LOG, NOTE, None), ASKED, files, SIGNER.verifier)


def test_its_line_is_added() -> None:
    """To the log's own; what else it answers is left out."""
    body = WHO.line(NOTE.text) + Cosigner("fremd.example").line(NOTE.text)
    with answering(200, body) as (url, requests):
        done = asked(url)
    assert [line.name for line in done.note.signatures] == [SIGNER.name, WHO.name]
    assert requests == [b"old 0\n\n" + NOTE.render()]
    assert (done.unanswered, done.refused) == ([], [])
    assert asked("http://127.0.0.1:1", done.note).note == done.note


def test_one_without_an_address_is_not_asked() -> None:
    """Whoever seals elsewhere, or it itself, brings its lines."""
    assert asked(None).note == NOTE


def test_it_is_asked_from_where_it_signed_last() -> None:
    """With the proof from there."""
    old = SIGNER.sign(LOG.first(3).checkpoint(SIGNER.name))
    kept = {"log/checkpoints/3.note": WHO.cosign(old.render()), "log/checkpoints/5.note": NOTE.render()}
    with answering(404) as (url, requests):
        done = asked(url, stored=Stored(LOG, NOTE, Files(**kept)))
    head, proof = (
        requests[0].split(b"\n\n")[0].split(b"\n")[0],
        requests[0].split(b"\n\n")[0].split(b"\n")[1:],
    )
    assert (head, len(proof)) == (b"old 3", len(merkle.consistency_proof(LOG.hashes, 3)))
    assert done.unanswered == [f"witness {WHO.name}: it does not know the log"]


ANSWERS = [
    (403, b"", "it does not know the log's key"), (404, b"", "it does not know the log"), (500, b"", "HTTP 500"),
    (200, b"gr\xf6\xdfe", "[checkpoint-syntax]"), (200, b"", "[checkpoint-syntax]"),
    (200, Cosigner("fremd.example").line(NOTE.text), "an answer without its cosignature"),
    (200, WHO.line(NOTE.text, broken=True), "[witness-bad-signature]"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "said"), ANSWERS)
def test_an_answer_that_is_none(status: int, body: bytes, said: str) -> None:
    """It is named and asked again; the note stays as it was."""
    with answering(status, body) as (url, _):
        done = asked(url)
    assert done.note == NOTE
    assert said in done.unanswered[0]
    assert done.refused == []


REFUSALS = [
    (422, b"", "does not continue", 1), (409, b"9\n", "it has seen 9 leaves; 7 are here", 1),
    (409, b"5\n", "does not continue", 2), (409, b"viele", "does not continue", 1),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "said", "times"), REFUSALS)
def test_a_refusal_is_an_alarm(status: int, body: bytes, said: str, times: int) -> None:
    """`witness-refused`; a size that it remembers is tried once, never more."""
    with answering(status, body) as (url, requests):
        done = asked(url)
    assert [(f.id, said in f.what) for f in done.refused] == [("witness-refused", True)]
    assert len(requests) == times


def test_a_policy_that_cannot_be_read() -> None:
    """Nobody is asked, and it is said."""
    files = Files(**{"trust/witness.policy": b"x\n"})
    done = witnessing.attest(NOTE, LOG, Stored(LOG, NOTE, None), ASKED, files, SIGNER.verifier)
    assert "not a witness policy" in done.unanswered[0]


def test_the_note_that_is_sent_is_a_note() -> None:
    """Only the log's own lines go out: others' are not ours to hand around."""
    with answering(500) as (url, requests):
        asked(url, parse_note(Cosigner("fremd.example").cosign(NOTE.render()), where="n"))
    assert requests[0].endswith(NOTE.render())
