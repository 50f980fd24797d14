"""The rows: what each column says of a real inventory, and that nothing is left blank."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cognify import register, verification
from cognify.git import Repository
from cognify.inventory import Version
from cognify.register import COLUMNS, Register, Row, columns, sheets
from cognify.register.entry import Entry
from cognify.reporting import status
from cognify.verification import VerifiedRecord
from tests import registered
from tests.scenario import MODEL, Scene


def read(scene: Scene, soon: int = 30) -> Register:
    result = verification.verify(verification.open_repository(Repository(scene.root)), at=registered.when())
    return register.register(result, at=registered.when(), soon=timedelta(days=soon))


@pytest.fixture(scope="module")
def made() -> Register:
    return read(registered.built())


def row(made: Register, version: str) -> Row:
    return next(one for one in made.rows if one.version == Version(MODEL, version))


# What E-23 Appendix 1 asks of all models, and of those whose risk is not negligible.
SEALED: dict[str, Any] = {
    "record_id": "urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0c01", "name": MODEL, "origin": "in_house", "tier": "low",
    "description": "Reads a credit memo and proposes a decision.", "use": "Sort incoming memos for a human analyst.",
    "risk_classification": "low", "owner": ["Zoë Ångström (Retail)"], "developer": ["Größe Lending AG", "Mara Voß"],
    "reviewers": ["Inés Okafor as model-risk, approved (L2)", "Tomas Lind as compliance, approved (L2)"],
    "approvers": ["Inés Okafor as model-risk (L2)", "Tomas Lind as compliance (L2)"],
    "sealed": "leaf 6, the sequencer states 2026-09-02T09:00:00Z; no trusted time bears that out",
    "deployed_on": "2026-09-10", "model_status": "in_production", "limitation_count": "1",
    "limitations": ["Short memos are read badly."], "downstream": ["credit-desk (process)"],
    "data_sources": ["memos (train): Desk 4"], "base_model": "tiny-base", "base_revision": "r7", "base_digest": "b" * 64,
    "validator": "Prüfstelle Größe", "validated_on": "2026-08-20",
    "last_review": "2026-09-02 (approval by Inés Okafor, as they state)",
    "next_review": "2027-02-01 (validation.next_due)", "valid_until": "2027-08-20",
    "monitoring_status": "breach, since the report on 2026-10-01 to 2026-10-28",
    "conditions": ["An analyst reads every memo. (Inés Okafor as model-risk, until 2026-12-31, taken on by Mara Voß)"],
    "exceptions": ["No second reader (on the card, until 2026-12-20)",
                   "pilot in credit-memo 1.0.0 (granted for the inventory, until 2026-12-24)"],
}  # fmt: skip


@pytest.mark.parametrize("key", SEALED)
def test_a_column_of_a_sealed_version(made: Register, key: str) -> None:
    assert SEALED[key] == row(made, "1.0.0").as_json()[key]


def test_nothing_is_blank(made: Register) -> None:
    """A value, or a state with its reason; of a draft, too."""
    for one in made.rows:
        assert list(one.cells) == [column.key for column in COLUMNS]
        for key, cell in one.cells.items():
            assert all(cell.texts) and (cell.texts or (cell.state and cell.reason)), key
    assert row(made, "1.0.0").as_json()["approved_uses"] == {
        "state": "not_on_record", "reason": "the card says nothing at use.approved",
    }  # fmt: skip


def test_a_draft_is_a_draft(made: Register) -> None:
    draft = row(made, "2.0.0").as_json()
    assert (draft["state"], draft["tier"], draft["approvals"]) == ("draft", "low (says the draft)", [])
    assert draft["approvers"] == {"state": "not_on_record", "reason": "no approval stands"}
    assert draft["attention"] == []


def test_machine_values_tell_their_source(made: Register) -> None:
    """What people wrote cites nothing."""
    cells = row(made, "1.0.0").cells
    (source,) = cells["base_revision"].sources
    assert source.startswith("/model/base/revision: declared, evidence/data.json (sha256 ")
    assert source.endswith(") at json:/revision, read as text")
    assert cells["owner"].sources == () and len(cells["data_sources"].sources) == 1


def test_reasons_are_the_same_in_every_shape(made: Register) -> None:
    found = [one["reason"] for one in row(made, "1.0.0").as_json()["attention"]]
    assert found == ["monitoring-breach", "agreement-ended", "finding-overdue", "monitoring-overdue",
                     "cadence-unreadable", "approval-ending", "exception-ending"]  # fmt: skip
    assert [one.reason for one in made.inventory_attention] == ["exception-ending"]


def test_the_keys_of_verify_stay(made: Register) -> None:
    """`status` says of a record whatever `verify` says, under the same keys."""
    for one in made.rows:
        known = one.record.as_json()
        assert {key: one.as_json()[key] for key in known} == known


def test_attention_changes_no_verdict(made: Register) -> None:
    assert made.waiting == 2 and made.result.exit_code == 0


@pytest.mark.parametrize(
    "value", ["", "  ", [], {}, [""], None, {"state": "withheld"}, {"state": 3}, True, 0, [[]], "x"]
)
@pytest.mark.parametrize("place", ["description", "name", "origin", "base"])
def test_whatever_a_draft_holds_no_cell_is_blank(place: str, value: object) -> None:
    """Its shape was never checked."""
    record = VerifiedRecord(Version("a", "1"), "r", "", "", "draft", "named-contributors")
    drafted = {"model": {place: value}, "risk": {"limitations": [{"statement": value}, {}]},
               "data": {"datasets": [{"id": value, "source": value}]}, "governance": {"roles": [{"role": value}]}}  # fmt: skip
    for key, cell in columns.cells(Entry(record, None, registered.when(), data=drafted)).items():
        assert cell.text.strip() and all(text.strip() for text in cell.texts), key


def test_changed_bytes_are_nobody_s_word(tmp_path: Path) -> None:
    """The row says so, takes nothing from the card, and a recall still reaches it."""
    scene = registered.copied(tmp_path)
    card = scene.path("1.0.0", "card.yaml")
    card.write_text(card.read_text().replace("Zoë Ångström", "Eve"))
    scene.commit("mend a typo")
    changed = row(read(scene), "1.0.0")
    assert changed.doubt.startswith("[")
    assert "Eve" not in str(changed.as_json()) and changed.cells["owner"].state == "not_confirmed"
    assert changed.attention[0].reason in ("does-not-verify", "needs-reapproval")
    assert [one.version.version for one, _ in read(scene).affected("memos")] == ["1.0.0", "1.1.0"]


def test_a_card_that_cannot_be_read(tmp_path: Path) -> None:
    """A row all the same, and whoever recalls something hears that it was not looked into."""
    scene = registered.copied(tmp_path)
    scene.path("2.0.0", "card.yaml").write_text("a: &x 1\nb: *x\n")
    scene.commit("an alias")
    broken = row(read(scene), "2.0.0")
    assert "cannot be read" in broken.unread and broken.cells["owner"].state == "not_confirmed"
    assert sheets.used(read(scene), "memos").lines[-1][4] == "not looked into"
    assert "(!) in doubt\n  credit-memo 2.0.0: the card or its citations cannot be read" in status.text(
        read(scene), read(scene).rows
    )


def test_an_amended_owner_is_the_owner_now(tmp_path: Path) -> None:
    """The row says who amended it; until the log holds that, it says what was sealed."""
    scene = registered.copied(tmp_path)
    scene.must("state", "amend", MODEL, "1.0.0", "--at", "/governance/roles/0/name", "--text", "Åsa Berg", "--role",
               "model-risk", "--key", str(scene.key("noor")), "--yes")  # fmt: skip
    scene.commit("a new owner")
    waiting = row(read(scene), "1.0.0")
    assert waiting.cells["owner"].text == "Zoë Ångström (Retail)"
    assert "statement-pending" in [one.reason for one in waiting.attention]
    scene.seal()
    assert (
        row(read(scene), "1.0.0").cells["owner"].text
        == "Åsa Berg (Retail) (amended by Noor Ahmadi as model-risk)"
    )


def test_a_rejection_after_the_seal_is_told_until_it_is_taken_back(tmp_path: Path) -> None:
    """No state changes, so nothing else would tell whoever relies on the version."""
    scene, noor = registered.copied(tmp_path), ("--key", str(registered.built().key("noor")), "--yes")
    scene.must("reject", MODEL, "1.1.0", "--role", "model-risk", *noor)
    scene.commit("reject")
    rejected = row(read(scene), "1.1.0")
    assert rejected.record.state == "sealed" and rejected.attention[0].reason == "open-rejection"
    assert "Noor Ahmadi as model-risk, rejected" in rejected.cells["reviewers"].texts
    scene.must("withdraw", MODEL, "1.1.0", *noor)
    scene.commit("withdraw")
    assert "open-rejection" not in [one.reason for one in row(read(scene), "1.1.0").attention]


def test_an_exception_that_waits_for_the_log_is_told(tmp_path: Path) -> None:
    """Of the inventory itself, with what to do."""
    scene = registered.copied(tmp_path)
    scene.must(
        "state", "except", "--what", "x", "--expires", "2027-06-01", "--key", str(scene.key("ines")), "--yes"
    )
    scene.commit("an exception")
    found = read(scene).inventory_attention
    assert [(one.reason, one.command) for one in found][:1] == [("statement-pending", "cognify seal")]
