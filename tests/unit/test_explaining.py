"""Why a card says what it says: the citation replayed, and the bytes around the token."""

from __future__ import annotations

import pytest

from cognify import strictyaml
from cognify.errors import ConfigurationError, ReplayError
from cognify.explaining import Explained, explain
from cognify.records.lock import Artifact, Citation, Lock

RAW = '{"größe": 0.25, "läufe": 400}'.encode()
CARD = strictyaml.read(
    b"a: {b: 0.25, anzahl: 400, low: 0.210079, liste: [0.25, 1], bytes: 32}\n", where="card.yaml"
)
ARTIFACT = Artifact("0" * 64, len(RAW), "application/json", "r.json", "x", 1, path="evidence/r.json")
LOCK = Lock("m", "1", {"a01": ARTIFACT}, {
    "/a/b": Citation("measured", "number", "a01", "json:/größe", "0.25"),
    "/a/anzahl": Citation("measured", "integer", "a01", "json:/läufe", "400"),
    "/a/low": Citation("derived", "wilson95-low", inputs=("/a/b", "/a/anzahl")),
    "/a/bytes": Citation("measured", "integer", "a01", "bytes:size", str(len(RAW))),
})  # fmt: skip


def why(pointer: str, raw: bytes | None = RAW) -> Explained:
    return explain(CARD, LOCK, pointer, lambda artifact: raw)


def test_a_measured_value() -> None:
    """The value, its artifact, and the token in its place, also after letters of two bytes."""
    found = why("/a/anzahl")
    assert found.parts() == ('{"größe": 0.25, "läufe": ', "400", "}")
    assert found.as_json() == {
        "pointer": "/a/anzahl", "value": 400, "class": "measured", "at": "json:/läufe", "raw": "400", "via": "integer",
        "artifact": {"path": "evidence/r.json", "sha256": "0" * 64}, "excerpt": RAW.decode(),
    }  # fmt: skip
    assert why("/a/b").as_json()["value"] == 0.25


def test_a_derived_value() -> None:
    """It names the values that it was computed from, and no artifact."""
    found = why("/a/low")
    assert (found.inputs, found.artifact, found.parts()) == (("/a/b", "/a/anzahl"), None, ("", "", ""))
    assert found.as_json()["artifact"] is None


def test_a_token_without_a_place() -> None:
    """A size or a digest is not in the bytes: it stands alone."""
    assert why("/a/bytes").parts() == ("", str(len(RAW)), "")


def test_evidence_that_is_elsewhere() -> None:
    """What cannot be read is named, and not replayed."""
    found = why("/a/anzahl", None)
    assert (found.artifact, found.excerpt) == (ARTIFACT, "")


def test_evidence_that_says_something_else() -> None:
    """A place that is not there: `citation-unreplayable`."""
    with pytest.raises(ReplayError) as refusal:
        why("/a/anzahl", b"{}")
    assert refusal.value.fault == "citation-unreplayable"


@pytest.mark.parametrize(
    ("pointer", "fix"),
    [("/a", "/a/b"), ("/a/liste/0", "a person wrote it"), ("/größe", "JSON Pointer"), ("", "/a/b")],
)
def test_what_cites_nothing(pointer: str, fix: str) -> None:
    """`not-cited`, with what can be asked instead."""
    with pytest.raises(ConfigurationError) as refusal:
        why(pointer)
    assert refusal.value.fault == "not-cited"
    assert fix in str(refusal.value.fix)


@pytest.mark.parametrize(
    ("old", "new"), [("b: 0.25", "b: 0.26"), ("anzahl: 400", "anzahl: 401"), ("0.210079", "0.3")]
)
def test_a_card_that_says_something_else(old: str, new: str) -> None:
    """A number that was edited is not explained by evidence for another: `field-provenance`."""
    card = strictyaml.read(CARD.raw.replace(old.encode(), new.encode()), where="card.yaml")
    with pytest.raises(ReplayError) as refusal:
        for pointer in LOCK.values:
            explain(card, LOCK, pointer, lambda artifact: RAW)
    assert refusal.value.fault == "field-provenance"


def test_lists_and_groups_are_plain_in_json() -> None:
    """Exact numbers become numbers of JSON, at any depth."""
    found = Explained("/a", {"größe": [CARD.data["a"]["b"]]}, LOCK.values["/a/low"], None)
    assert found.as_json()["value"] == {"größe": [0.25]}
