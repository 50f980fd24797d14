"""A statement is its own canonical bytes, complete, and about one thing."""

from __future__ import annotations

from typing import Any

import pytest

from cognify import canonical
from cognify.errors import MalformedRecord
from cognify.records import statement
from tests.hearing import Hearing


@pytest.fixture(scope="module")
def raw() -> bytes:
    return Hearing().proposal(conditions=["höchstens 30 Tage"], expires="2027-02-28").verified.raw


def fault(raw: bytes) -> str:
    with pytest.raises(MalformedRecord) as refusal:
        statement.parse(raw, where="x.json")
    return refusal.value.fault


def changed(raw: bytes, **changes: Any) -> bytes:
    data: Any = canonical.loads(raw, where="x")
    predicate = {**data["predicate"], **changes.pop("predicate", {})}
    predicate = {name: value for name, value in predicate.items() if value is not None}
    return canonical.dumps({**data, "predicate": predicate, **changes})


def test_what_is_stated_is_read(raw: bytes) -> None:
    """Every part by its name, and the same bytes again."""
    stated = statement.parse(raw, where="x.json")
    assert stated.to_bytes() == raw
    assert (stated.kind, stated.person, stated.role) == ("record.propose", "mara", "engineer")
    assert (stated.model, stated.version, stated.policy_version) == ("credit-memo", "1.0.0", 1)
    assert (stated.conditions, stated.expires) == (("höchstens 30 Tage",), "2027-02-28")
    assert (stated.after.origin, stated.after.size) == ("cognify.dev/log/x", 0)
    assert stated.file_name("0123456789") == "record.propose.mara.01234567.json"
    assert statement.namespace(stated.kind) == "record.propose.v1@cognify.dev"


def test_a_statement_about_the_inventory() -> None:
    """It has no model, no version and no record of its own."""
    stated = Hearing().genesis().verified.statement
    assert (stated.model, stated.version, stated.record, stated.parents) == ("", "", "inventory", ())
    assert stated.file_name("0" * 64).startswith("genesis.ines.")


@pytest.mark.parametrize(("digest", "id"), [
    ({"sha1": "0" * 40}, "digest-algo"), ({"sha256": "0" * 64, "md5": "0" * 32}, "digest-algo"), ({}, "digest-algo"),
    ({"sha256": "A" * 64}, "digest-format"), ({"sha256": "a" * 63}, "digest-format"), ({"sha256": 7}, "digest-format"),
])  # fmt: skip
def test_the_subjects_digest(raw: bytes, digest: dict[str, Any], id: str) -> None:
    """SHA-256 alone, in lower case."""
    subject = [{"name": "models/credit-memo/1.0.0/MANIFEST.sha256", "digest": digest}]
    assert fault(changed(raw, subject=subject)) == id


@pytest.mark.parametrize("changes", [
    {"subject": []}, {"subject": "x"}, {"subject": ["x"]}, {"subject": [{}]}, {"_type": "x"}, {"größe": 1},
    {"predicateType": "https://cognify.dev/predicate/seal/v1"}, {"predicateType": "https://cognify.dev/predicate/party/v1"},
    {"predicate": {"kind": "signoff.approve"}}, {"predicate": {"größe": 1}}, {"predicate": {"person": None}},
    {"predicate": {"stated_at": "2026-02-30T09:00:00Z"}}, {"predicate": {"stated_at": "0000-01-01T09:00:00Z"}},
    {"predicate": {"stated_at": "2026-11-23T09:00:00+01:00"}}, {"predicate": {"expires": "2027-02-29"}},
    {"predicate": {"expires": "bald"}}, {"predicate": {"model": "größe"}}, {"predicate": {"tier": "extreme"}},
    {"predicate": {"policy": {"version": 1}}}, {"predicate": {"parents": ["x"]}}, {"predicate": {"meaning": " "}},
])  # fmt: skip
def test_what_is_no_statement(raw: bytes, changes: dict[str, Any]) -> None:
    """Incomplete, of an unknown kind, or with a day that never was: `statement-schema`."""
    assert fault(changed(raw, **changes)) == "statement-schema"


@pytest.mark.parametrize(("bad", "id"), [
    (lambda raw: raw + b"\n", "not-jcs"), (lambda raw: b" " + raw, "not-jcs"), (lambda raw: raw[:-1], "json-syntax"),
    (lambda raw: raw.replace(b'"_type"', b'"_type":1,"_type"', 1), "json-dup-key"), (lambda _: b"[]", "statement-schema"),
    (lambda raw: raw.replace("ö".encode(), b"o\xcc\x88"), "not-nfc"), (lambda raw: raw.replace("ö".encode(), b"\xff"), "json-charset"),
    (lambda raw: raw.replace("ö".encode(), "\u202e".encode()), "bidi-control"), (lambda _: b"[" * 5000, "json-depth"),
    (lambda raw: raw.replace("ö".encode(), b"o" * 300_000), "json-size"), (lambda raw: raw.replace("ö".encode(), b"\\u00f6"), "not-jcs"),
], ids=lambda v: v if isinstance(v, str) else "")  # fmt: skip
def test_bytes_that_are_not_canonical(raw: bytes, bad: Any, id: str) -> None:
    """One spelling, one reading."""
    assert fault(bad(raw)) == id


def test_nobody_else_says_that_bytes_were_parsed(raw: bytes) -> None:
    """`Parsed` spares a second reading, so only `read` can make one."""
    parsed = statement.read(raw, where="x")
    assert (parsed.statement, parsed.raw) == (statement.parse(raw, where="x"), raw)
    with pytest.raises(TypeError, match="only statement"):
        statement.Parsed(parsed.statement, b"{}", parsed.sha256, object())


def test_a_key_that_is_none() -> None:
    """What a statement says of a key names one."""
    heard = Hearing()
    with pytest.raises(MalformedRecord) as caught:
        heard.of_the_inventory("key.retire", "noor", "model-risk", holder="noor", key="ssh-ed25519 AAAA",
                               subject="policy/0001.yaml", digest=heard.policy.sha256)  # fmt: skip
    assert caught.value.fault == "statement-schema"
