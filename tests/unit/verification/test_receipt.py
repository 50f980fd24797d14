"""Receipts: read back whole or not at all, bounded, and proof when two of them disagree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cognify import canonical
from cognify.errors import CognifyError, ConfigurationError
from cognify.records.checkpoint import Checkpoint, SignedNote
from cognify.signing.note import LogSigner
from cognify.verification import receipt
from cognify.verification.receipt import MOST, Receipt, compare

KEY = LogSigner("log.example/größe", b"k" * 32)


def note(size: int, root: bytes = b"x" * 32, key: LogSigner = KEY) -> SignedNote:
    return key.sign(Checkpoint(KEY.name, size, root))


def kept(*notes: SignedNote, **changed: Any) -> Receipt:
    known = {"inventory": "urn:uuid:x", "genesis": "0" * 64, "origin": KEY.name,
             "vkey": KEY.verifier.text(), "notes": notes or (note(7),)}  # fmt: skip
    return Receipt(**{**known, **changed})


def damaged(**changed: Any) -> bytes:
    data = json.loads(kept().to_bytes())
    return canonical.dumps({k: v for k, v in {**data, **changed}.items() if v is not None})


DAMAGED = [
    b"", b"{}", b"x" * 99, damaged(root="x"), damaged(vkey=None), damaged(time=1), damaged(notes=[]),
    damaged(notes=["x"]), damaged(notes=[1]), damaged(time="gestern"), damaged(receipt=3),
    damaged(notes=[note(8).render().decode(), note(7).render().decode()]),
    damaged(notes=[note(7).render().decode(), note(7, b"y" * 32).render().decode()]),
    damaged(notes=[note(n).render().decode() for n in range(1, MOST + 2)]),
]  # fmt: skip


@pytest.mark.parametrize("raw", DAMAGED)
def test_a_damaged_receipt_is_not_taken_for_none(tmp_path: Path, raw: bytes) -> None:
    """`receipt-unreadable`, exit 2: forgetting must be a decision."""
    place = tmp_path / "größe.receipt"
    assert receipt.read(place) is None
    place.write_bytes(raw)
    with pytest.raises(ConfigurationError) as caught:
        receipt.read(place)
    assert (caught.value.fault, caught.value.exit_code) == ("receipt-unreadable", 2)


def test_an_old_receipt_is_refused_by_its_format(tmp_path: Path) -> None:
    """The one that 0.1.0 wrote holds no signed checkpoint; a message says so."""
    old = {"genesis": "x", "inventory": "x", "origin": "x", "receipt": 1, "root": "", "size": 1}
    (tmp_path / "r").write_bytes(canonical.dumps(old))
    with pytest.raises(ConfigurationError, match="it is of format 1; this version reads format 2"):
        receipt.read(tmp_path / "r")


def test_a_receipt_is_read_back(tmp_path: Path) -> None:
    """And a folder in its place is refused, and no receipt."""
    own = kept(note(3), note(7), time="2026-11-23T12:00:00Z")
    receipt.write(tmp_path / "r", own)
    assert receipt.read(tmp_path / "r") == own
    assert receipt.is_one(tmp_path / "r")
    assert not receipt.is_one(tmp_path)
    with pytest.raises(ConfigurationError):
        receipt.read(tmp_path)


def test_it_hardens_with_every_use() -> None:
    """It keeps the first checkpoint and the newest; a time is never forgotten."""
    own = kept(note(1), time="2026-11-23T12:00:00Z")
    for size in range(2, 200):
        own = own.hardened(note(size), "2026-11-20T12:00:00Z" if size % 2 else "")
    sizes = [checkpoint.size for checkpoint in own.checkpoints]
    assert sizes == [1, *range(200 - MOST + 1, 200)]
    assert own.time == "2026-11-23T12:00:00Z"
    assert len(own.hardened(note(199), "2027-01-01T00:00:00Z").notes) == MOST


def test_two_receipts_that_disagree_are_proof() -> None:
    """One size, two roots, both signed by the log's key: both notes are handed out."""
    one, two = note(7), note(7, b"y" * 32)
    found = compare(kept(note(3), one), kept(note(5), two))
    assert [f.id for f in found.findings] == ["equivocation"]
    assert (found.proof, found.exit_code, found.as_json()["verdict"]) == ((one, two), 3, "fail")
    assert found.as_json()["proof"][1] == two.render().decode()


def test_what_receipts_cannot_tell() -> None:
    """Of different sizes they say nothing; of shared ones, that they are the same."""
    apart, shared = compare(kept(note(3)), kept(note(7))), compare(kept(note(3), note(7)), kept(note(7)))
    assert (apart.exit_code, shared.exit_code) == (0, 0)
    assert "no two of their checkpoints" in apart.not_proven[0]
    assert "1 checkpoints are the same" in shared.not_proven[0]


def test_only_the_log_s_own_key_proves() -> None:
    """A made-up note is no proof, and another inventory's receipt is none either."""
    forged = note(7, b"y" * 32, LogSigner(KEY.name, b"f" * 32))
    with pytest.raises(CognifyError) as caught:
        compare(kept(note(7)), kept(forged))
    assert (caught.value.fault, caught.value.exit_code) == ("note-unsigned", 3)
    for key in ("inventory", "genesis", "vkey"):
        found = compare(kept(), kept(**{key: "anderes"}))
        assert [f.id for f in found.findings] == ["genesis-mismatch"]
