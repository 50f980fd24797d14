"""Witness policies (C2SP tlog-policy) and cosignatures (C2SP tlog-cosignature)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cognify.errors import CognifyError
from cognify.records.checkpoint import Checkpoint, parse_note
from cognify.signing.cosignature import MOST, parse_policy
from cognify.signing.note import LogSigner
from tests.witnesses import Cosigner

LOG = LogSigner("log.example/größe", b"k" * 32)
VKEY = LOG.verifier.text().strip()
NOTE = LOG.sign(Checkpoint(LOG.name, 7, b"x" * 32)).render()
ONE, TWO, THREE, FOUR = (Cosigner(f"zeuge.example/{n}größe", bytes([n]) * 32) for n in range(1, 5))
WITNESSES = "".join(f"witness X{n} {who.vkey}\n" for n, who in enumerate((ONE, TWO, THREE, FOUR), 1))


def at(hour: int) -> datetime:
    return datetime(2026, 11, 23, hour, tzinfo=UTC)


def test_a_policy_is_read() -> None:
    """Comments, tabs, groups of groups, addresses: as the specification's own example."""
    text = (
        f"# größe\n\nlog {VKEY} https://log.example/\n{WITNESSES}witness\tY  {Cosigner().vkey} http://w.example/a \n"
        "group X 2 X1 X2 X3\ngroup Z any X4 Y\ngroup both all X Z\nquorum both\n"
    )
    policy = parse_policy(text.encode(), where="w")
    assert policy.logs == ((LOG.name, LOG.verifier.public),)
    assert [w.url for w in policy.witnesses] == [None] * 4 + ["http://w.example/a"]
    assert policy.demands
    assert policy.since({"X1": at(1), "X2": at(2), "X4": at(3)}) == at(1)
    assert policy.since({"X1": at(1), "X2": at(2), "X3": at(4), "Y": at(3)}) == at(2)
    assert policy.since({"X1": at(1), "X4": at(3), "Y": at(3)}) is None
    assert policy.since({"X1": at(1), "X2": at(3)}) is None


def test_a_quorum_of_nobody_demands_nothing() -> None:
    """`quorum none` is valid, and proves no time."""
    policy = parse_policy(b"quorum none\n", where="w")
    assert (policy.demands, policy.since({"X1": at(1)}), policy.witnesses) == (False, None, ())


def test_a_quorum_may_be_one_witness() -> None:
    """The simplest case."""
    policy = parse_policy(f"{WITNESSES}quorum X2\n".encode(), where="w")
    assert (policy.since({"X2": at(2)}), policy.since({"X1": at(1)})) == (at(2), None)


BAD = [
    ("", "there is no quorum line"), ("quorum X1\n", "called X1 above"), ("quorum none\nquorum none\n", "a second quorum"),
    ("quorum none", "no newline"), ("quorum none\r\n", "control character"), ("witness X1\n", "not a line"),
    ("witness none {one}\n", "is taken"), ("witness X1 {one}\nwitness X1 {two}\n", "is taken"),
    ("witness X1 {one}\nwitness X2 {one}\n", "same witness key twice"), ("log {log}\nlog {log}\n", "same log key twice"),
    ("witness X1 {log}\n", "kind 04"), ("log {one}\n", "kind 01"), ("witness X1 {one}x\n", "not an Ed25519"),
    ("group g any\n", "not a line"), ("group g any X1\n", "called X1 above"),
    ("witness X1 {one}\ngroup g 2 X1\n", "2 of 1"), ("witness X1 {one}\ngroup g 0 X1\n", "0 of 1"),
    ("witness X1 {one}\ngroup g some X1\n", "some of 1"), ("witness X1 {one}\ngroup g any X1 X1\n", "a member twice"),
    ("witness X1 {one}\ngroup g any X1\ngroup h any X1\n", "a member twice"), ("größe\n", "not a line"),
    ("witness X1 {one}\n" + "".join(f"witness Y{n} {{many[{n}]}}\n" for n in range(MOST)), f"more than {MOST}"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), BAD)
def test_what_is_not_a_policy(text: str, said: str) -> None:
    """Refused by its line."""
    many = [Cosigner("w.example", n.to_bytes(32, "big")).vkey for n in range(1, MOST + 1)]
    filled = text.format(one=ONE.vkey, two=TWO.vkey, log=VKEY, many=many)
    with pytest.raises(CognifyError, match=said) as caught:
        parse_policy(filled.encode(), where="w")
    assert caught.value.fault in ("witness-policy", "bad-key")


def test_a_cosignature_says_when() -> None:
    """The latest of a witness's own lines; lines by others are none of its business."""
    witness = parse_policy(f"{WITNESSES}quorum X1\n".encode(), where="w").witnesses[0]
    noon = int(at(12).timestamp())
    raw = ONE.cosign(ONE.cosign(TWO.cosign(NOTE), noon), noon - 60)
    assert witness.cosigned(parse_note(raw, where="n"), where="n") == at(12)
    assert witness.cosigned(parse_note(TWO.cosign(NOTE), where="n"), where="n") is None


@pytest.mark.parametrize("line", [
    ONE.line(b"anderes\n"), ONE.line(NOTE.partition(b"\n\n")[0] + b"\n", broken=True),
    ONE.line(NOTE.partition(b"\n\n")[0] + b"\n", 2**62),
])  # fmt: skip
def test_a_known_line_that_fails_rejects_the_note(line: bytes) -> None:
    """Over other bytes, broken, or at a time that no calendar knows."""
    witness = parse_policy(f"{WITNESSES}quorum X1\n".encode(), where="w").witnesses[0]
    with pytest.raises(CognifyError) as caught:
        witness.cosigned(parse_note(ONE.cosign(NOTE) + line, where="n"), where="n")
    assert (caught.value.fault, caught.value.exit_code) == ("witness-bad-signature", 3)
