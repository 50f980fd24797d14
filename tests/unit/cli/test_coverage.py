"""`cognify coverage`: each requirement with what evidences it, and what comes after signing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cognify import verification
from cognify.git import Repository
from cognify.records.finding import Finding, Severity
from cognify.verification.afterwards import with_statements
from tests.scenario import MODEL, Done, Scene

SR = "sr-26-2@2026-04"


def coverage(scene: Scene, version: str, *more: str) -> Done:
    return scene.cognify("coverage", MODEL, version, *more)


def test_each_requirement_of_each_adopted_pack(scene: Scene) -> None:
    """As a table for people, and as one object; the counts are those of the rows."""
    done = coverage(scene, "1.0.0")
    assert done.code == 0, done.err
    assert "model-card@mitchell-2019-v2" in done.out and "compliant" not in done.out
    (found,) = coverage(scene, "1.0.0", "--format", "json").json()["frameworks"]
    assert sum(found["counts"].values()) == len(found["requirements"])
    rows = {row["id"]: row for row in found["requirements"]}
    for row in rows.values():
        assert f"{row['coverage']:<15} {row['tier']:<7} {row['owner']:<7} {row['id']}:" in done.out
    assert rows["4.1 developer"]["coverage"] == "present"


def test_a_pack_that_nobody_adopted(scene: Scene) -> None:
    """What another framework would ask of a version that was sealed without it; nothing is touched."""
    before = scene.git("status", "--porcelain", "--ignored")
    told = coverage(scene, "1.0.0", "--framework", SR, "--format", "json").json()
    assert [found["id"] for found in told["frameworks"]] == [SR]
    assert told["state"] == "sealed" and told["frameworks"][0]["counts"]["missing"]
    assert scene.git("status", "--porcelain", "--ignored") == before
    unknown = coverage(scene, "1.0.0", "--framework", "sr-11-7@1999")
    assert (unknown.code, unknown.ids) == (2, {"framework-unknown"})


def test_what_is_not_there(scene: Scene) -> None:
    """A version without a card."""
    done = coverage(scene, "9.0.0")
    assert (done.code, done.ids) == (2, {"record-missing"})


OLD = "sr-11-7@2011-04"


def test_a_sealed_record_is_re_mapped_without_being_touched(scene: Scene) -> None:
    """What was sealed under SR 11-7 is held against SR 26-2: what it shows already, what is open, what is new.

    Not a byte changes, and the verdict is the one it had.
    """
    head, _, rest = (scene.root / "cognify.yaml").read_text().partition("model-card@mitchell-2019-v2")
    (scene.root / "cognify.yaml").write_text(head + OLD + rest)
    card = scene.path("1.1.0", "card.yaml")
    assert card.exists()
    scene.commit("adopt the guidance of 2011")
    before = {p: p.read_bytes() for p in scene.root.rglob("*") if p.is_file() and ".git" not in p.parts}
    verdict = scene.verify().json()
    told = coverage(scene, "1.0.0", "--framework", SR, "--against", OLD, "--format", "json").json()
    (found,) = told["frameworks"]
    rows = {row["id"]: row["coverage"] for row in found["requirements"]}
    mapped = found["remapped"]
    assert told["state"] == "sealed" and mapped["from"] == OLD
    assert {*mapped["evidenced"], *(one["id"] for one in mapped["open"])} == set(rows)
    assert {one["id"]: one["coverage"] for one in mapped["open"]} == {
        id: found for id, found in rows.items() if found in ("missing", "partial")
    }
    new = {one["id"]: one["not_asked_before"] for one in mapped["open"]}
    assert new["II fn 3"] == ["model.generative", "model.agentic"] and new["V ¶2"] == []
    text = coverage(scene, "1.0.0", "--framework", SR, "--against", OLD).out
    assert f"{OLD} -> {SR}, of this record as it stands:" in text
    assert "      II fn 3: model.generative, model.agentic\n" in text
    assert {p: p.read_bytes() for p in before} == before
    assert scene.verify().json() == verdict


def test_what_applied_on_a_day(scene: Scene) -> None:
    """Of the packs that are named or adopted: whether each was in force, and its rows only where it was."""
    both = ("--framework", OLD, "--framework", SR)
    told = coverage(scene, "1.0.0", *both, "--on", "2026-04-16", "--format", "json").json()
    assert told["on"] == "2026-04-16"
    assert [found["stood"]["in_force"] for found in told["frameworks"]] == ["yes", "no"]
    text = coverage(scene, "1.0.0", *both, "--on", "2026-04-17").out
    assert "on 2026-04-17: not in force: superseded since 2026-04-17" in text
    assert " II ¶3; III ¶7:" not in text and " V ¶2:" in text
    adopted = coverage(scene, "1.0.0", "--on", "2018-12-31").out
    assert "on 2018-12-31: not in force: issued 2019-01" in adopted
    assert coverage(scene, "1.0.0", "--on", "2026-2-3").code == 2


PACK = """\
framework: 1
id: house@1
status:
  title: Our own policy
  issuer: Größe Lending AG
  issued: "2026-01"
  effective: "2026-01"
  superseded_by: {state: not_applicable, reason: It is in force., by: ines}
  legal_force: none
  last_checked: "2026-11-23"
  source: https://example.org/policy
  sources: {S1: Our policy.}
scope: Every model.
disclaimer: Shows what is evidenced, and nothing more.
requirements:
  - id: "7"
    text: Two people signed it off.
    tier: must
    owner: human
    confidence: "[verified: S1]"
    fields: [approvals.name, approvals.scope_digest, approvals.independent]
    examples: {pass: {approvals: [{name: Ines, scope_digest: "00", independent: true}]}}
  - id: "8"
    text: The trail is kept.
    tier: must
    owner: machine
    confidence: "[verified: S1]"
    fields: [audit.log_digest, attestations.by, record.digest]
    examples: {pass: {audit: {log_digest: "00"}, attestations: [{by: Mara}], record: {digest: "00"}}}
"""


def asked(done: Done) -> list[str]:
    return [row["coverage"] for row in done.json()["frameworks"][0]["requirements"]]


def test_what_comes_after_signing_counts(scene: Scene) -> None:
    """Of a sealed version, and of no bytes but the merged ones; of a log that does not verify nothing does."""
    (scene.root / "frameworks").mkdir()
    (scene.root / "frameworks/house@1.yaml").write_text(PACK)
    json = ("--framework", "house@1", "--format", "json")
    assert asked(coverage(scene, "1.0.0", *json)) == ["present", "present"]
    card = scene.path("1.0.0", "card.yaml")
    raw = card.read_text()
    forged = 'approvals: [{name: Eve, scope_digest: "00", independent: true}]\n'
    card.write_text(raw + forged)
    assert asked(coverage(scene, "1.0.0", *json)) == ["missing", "missing"]
    told = coverage(scene, "1.0.0", "--framework", "house@1")
    assert "not the one that is merged" in told.err
    card.write_text(raw)
    scene.path("1.0.0", "evidence/results.json").write_text("{}\n")
    scene.commit("tamper")
    done = coverage(scene, "1.0.0", *json)
    assert (done.code, asked(done)) == (3, ["missing", "missing"])


def test_rows_of_shipped_packs_read_the_sign_offs(scene: Scene) -> None:
    """What a law evidences by a decision is missing until somebody signs one, and present from then on."""
    rows = {"nist-ai-rmf@1.0": {"GOVERN 2.3", "MEASURE 1.3", "MANAGE 1.1"}, "iso-42001@2023": {"A.6.2.5"}}
    arguments = [part for id in rows for part in ("--framework", id)]

    def of(version: str) -> set[str]:
        told = coverage(scene, version, *arguments, "--format", "json").json()["frameworks"]
        return {row["coverage"] for pack in told for row in pack["requirements"] if row["id"] in rows[pack["id"]]}  # fmt: skip

    assert of("1.0.0") == {"present"}
    card = scene.path("1.0.0", "card.yaml")
    card.write_text(card.read_text() + "# changed\n")
    assert of("1.0.0") == {"missing"}


def test_a_card_says_nothing_of_what_comes_after() -> None:
    """Neither approvals nor its own digest, whatever it holds there."""
    card = {
        "approvals": [{"name": "Eve"}],
        "audit": {},
        "record": {"id": "x", "digest": "0", "status": "sealed"},
    }
    assert with_statements(card, None) == {"record": {"id": "x"}}
    assert with_statements({"record": "none"}, None) == {"record": "none"}


@pytest.mark.parametrize(("finding", "counts"), [
    (Finding("x", "monitoring-breach", "w", "f", Severity.NOTE), True),
    (Finding("x", "key-file-missing", "w", "f", exit=4), True),
    (Finding("x", "sealed-bytes-changed", "w", "f"), False),
])  # fmt: skip
def test_a_note_takes_no_sign_off_away(scene: Scene, finding: Finding, counts: bool) -> None:
    """Only what contradicts the record does; a note says something that a reader should know."""
    repository = Repository(scene.root)
    result = verification.verify(verification.open_repository(repository), at=datetime.now(UTC))
    record = replace(result.records[0], findings=(finding,))
    assert record.trusted is counts
    assert ("approvals" in with_statements({"record": {}}, record)) is counts
