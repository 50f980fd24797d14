"""Capture, in process: cited values into a card, and never a byte of a person's lost."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from cognify import drafting, readers, replay, strictyaml
from cognify.checks.framework import load
from cognify.drafting import Drafted
from cognify.inventory import Version
from cognify.readers.reading import Reading
from cognify.records import schema
from cognify.strictyaml import splice

RUNS = Path(str(files("cognify.demo") / "runs"))
VERSION = Version("größe-memo".replace("öß", "oess"), "1.1.0")
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def reading() -> Reading:
    return readers.read_sources([RUNS / "1.1.0"], keep_data=False)


@pytest.fixture(scope="module")
def poorer() -> Reading:
    """The same training, evaluated without its subgroups."""
    return readers.read_sources([RUNS / "1.2.0"], keep_data=False)


def _draft(reading: Reading, **given: Any) -> Drafted:
    arguments: dict[str, Any] = {
        "current": None, "old_lock": None, "base": None, "base_version": "",
        "frameworks": (load("model-card@mitchell-2019-v2"),), "tier": "low", "keep_below": 4 << 20, "at": AT,
    }  # fmt: skip
    return drafting.draft(VERSION, reading, **{**arguments, **given})


def _read(drafted: Drafted) -> Any:
    return lambda artifact: drafted.files.get(artifact.path)


def test_a_new_card_fits_its_schema_and_its_evidence(reading: Reading) -> None:
    """Every value replays, and nothing is blank."""
    drafted = _draft(reading)
    card = strictyaml.read(drafted.card, where="card.yaml")
    assert schema.validate("card", card.data, "card.yaml") == ()
    assert replay.discrepancies(card, drafted.lock, _read(drafted), where="card.yaml") == ()
    assert drafted.filled == len(drafted.lock.values) > 500


def test_what_a_person_must_answer_is_pending_with_question_and_owner(reading: Reading) -> None:
    card: Any = strictyaml.load(_draft(reading).card, where="card.yaml")
    asked = card["use"]["intended_purpose"]
    assert (asked["state"], asked["by"]) == ("pending", "model-owner")
    assert asked["reason"].endswith("?")


def test_what_the_run_did_not_leave_says_so(poorer: Reading) -> None:
    """A machine field without evidence is a state of Cognify's own, never a blank."""
    card: Any = strictyaml.load(_draft(poorer).card, where="card.yaml")
    assert card["evaluation"]["subgroups"]["state"] == "not_available"
    assert card["evaluation"]["subgroups"]["by"] == "cognify"


def test_a_second_capture_changes_nothing(reading: Reading) -> None:
    first = _draft(reading)
    second = _draft(reading, current=first.card, old_lock=first.lock)
    assert second.card == first.card
    assert second.lock.to_bytes() == first.lock.to_bytes()


def _answered(raw: bytes) -> bytes:
    """The card as an editor left it: answers, comments, blank lines, an order of their own."""
    document = strictyaml.read(raw, where="card.yaml")
    text = splice.emit(
        "Größe zählt: sort memos.\nFor a person.", document.nested_indent("/use/intended_purpose")
    )
    raw = splice.replace(raw, document, "/use/intended_purpose", text)
    raw = raw.replace(b"parties:\n", b"\n\n# Mara: asked legal on Monday\nparties:   # who\n", 1)
    return raw + b"\n# end of the card \xe2\x80\x93 do not move\n"


def test_a_second_capture_keeps_every_human_byte(reading: Reading) -> None:
    """Values, comments, blank lines and spacing of people stay where they were."""
    first = _draft(reading)
    edited = _answered(first.card)
    assert _draft(reading, current=edited, old_lock=first.lock).card == edited


def test_a_machine_value_that_was_edited_is_put_back_and_nothing_else(reading: Reading) -> None:
    first = _draft(reading)
    edited = _answered(first.card)
    tampered = edited.replace(b"    lora_r: 8\n", b"    lora_r: 16  # looks better\n", 1)
    again = _draft(reading, current=tampered, old_lock=first.lock).card
    assert again == tampered.replace(b"lora_r: 16  # looks", b"lora_r: 8  # looks", 1)
    refilled = drafting.refill(tampered, first.lock, _read(first), frameworks=(), where="card.yaml")
    assert refilled.changed == ("/training/hyperparameters/lora_r",)
    assert refilled.card == again


def test_evidence_that_arrives_later_makes_way_for_itself(reading: Reading, poorer: Reading) -> None:
    """Cognify's own `not_available` gives way; entries are added, the rest stays."""
    first = _draft(poorer)
    again = _draft(reading, current=first.card, old_lock=first.lock)
    card: Any = strictyaml.load(again.card, where="card.yaml")
    assert len(card["evaluation"]["subgroups"]) > 5
    found = strictyaml.read(again.card, where="card.yaml")
    assert replay.discrepancies(found, again.lock, _read(again), where="card.yaml") == ()


def test_a_state_that_a_person_gave_stays(reading: Reading) -> None:
    """“Not applicable” by a person is their word, even where a run says something."""
    first = _draft(reading)
    document = strictyaml.read(first.card, where="card.yaml")
    state = {"state": "withheld", "reason": "The vendor forbids it.", "by": "mara"}
    text = splice.emit(state, document.nested_indent("/model/architecture"))
    edited = splice.replace(first.card, document, "/model/architecture", text)
    again = _draft(reading, current=edited, old_lock=first.lock)
    assert again.card == edited
    assert "/model/architecture" not in again.lock.values
    assert any("/model/architecture was written by a person" in note for note in again.notes)


def test_a_mixed_field_that_a_person_changed_stays_theirs(reading: Reading) -> None:
    first = _draft(reading)
    edited = first.card.replace(b"  task: CAUSAL_LM\n", b"  task: ranking three decisions\n", 1)
    assert b"ranking three" in edited
    again = _draft(reading, current=edited, old_lock=first.lock)
    assert again.card == edited
    assert "/model/task" not in again.lock.values
    refilled = drafting.refill(edited, first.lock, _read(first), frameworks=(), where="card.yaml")
    assert refilled.kept == ("/model/task",)


def test_base_carries_human_answers_and_no_machine_value(reading: Reading, poorer: Reading) -> None:
    """What people wrote is carried forward; what the old run measured is not."""
    base: Any = strictyaml.load(_answered(_draft(reading).card), where="card.yaml")
    drafted = _draft(poorer, base=base, base_version="1.1.0", tier=None)
    card: Any = strictyaml.load(drafted.card, where="card.yaml")
    assert card["use"]["intended_purpose"] == base["use"]["intended_purpose"]
    assert card["record"]["supersedes"] == {"record": base["record"]["id"], "version": "1.1.0"}
    assert card["record"]["id"] != base["record"]["id"]
    assert card["record"]["tier"] == "low"
    assert card["evaluation"]["subgroups"]["state"] == "not_available"
    assert drafted.carried > 0


def test_a_raised_tier_asks_for_more(reading: Reading) -> None:
    """`fill` adds the questions of the higher tier at the end of their sections."""
    first = _draft(reading)
    raised = first.card.replace(b"  tier: low\n", b"  tier: high\n", 1)
    refilled = drafting.refill(raised, first.lock, _read(first), frameworks=(), where="card.yaml")
    card: Any = strictyaml.load(refilled.card, where="card.yaml")
    assert card["validation"]["validator"]["state"] == "pending"
    assert schema.validate("card", card, "card.yaml") == ()


def test_large_files_stay_outside(reading: Reading) -> None:
    drafted = _draft(reading, keep_below=1000)
    outside = [a for a in drafted.lock.artifacts.values() if a.path is None]
    assert all(a.uri == a.origin for a in outside)
    assert any(a.origin == "mlflow.db" for a in outside)
    assert all(
        len(raw) <= 1000 or path.startswith("datasets/") or "observed" in path
        for path, raw in drafted.files.items()
    )


TABLE = "attribute,group,metric,n,value\nage,a,accuracy,90,0.9\nage,b,accuracy,7,0.857143\nage,c,accuracy,30,0.8\n"


@pytest.fixture
def grouped(tmp_path: Path) -> Reading:
    (tmp_path / "groups.csv").write_text(TABLE)
    return readers.read_sources([tmp_path], keep_data=False)


def test_an_interval_is_one_value_with_one_citation(grouped: Reading) -> None:
    """It replays as a whole, counts as a machine's, and a changed end is found."""
    drafted = _draft(grouped)
    card = strictyaml.read(drafted.card, where="card.yaml")
    entry: Any = card.data["evaluation"]["subgroups"][0]
    assert entry["ci"] == {"low": 0.820758, "high": 0.946493, "level": 0.95, "method": "wilson"}
    assert drafted.lock.values["/evaluation/subgroups/0/ci"].via == "wilson(95)"
    assert drafted.answered == 1  # the tier
    raw = drafted.card.replace(b"high: 0.9", b"high: 0.8")
    (finding,) = replay.discrepancies(
        strictyaml.read(raw, where="c"), drafted.lock, _read(drafted), where="c"
    )
    assert (finding.id, "high 0.8" in finding.what) == ("field-provenance", True)


def test_a_suppressed_group_says_that_it_is_withheld(grouped: Reading) -> None:
    """Its value is a state with a reason; a second capture leaves it, and no byte of the draft tells it."""
    drafted = _draft(grouped, tier="medium")
    card: Any = strictyaml.load(drafted.card, where="card.yaml")
    assert schema.validate("card", card, "card.yaml") == ()
    for entry in card["evaluation"]["subgroups"][1:]:
        assert (entry["suppressed"], entry["value"]["state"], entry["n"]["state"]) == (
            True,
            "withheld",
            "withheld",
        )
        assert "ci" not in entry
    again = _draft(grouped, current=drafted.card, old_lock=drafted.lock)
    assert again.card == drafted.card
    whole = drafted.card + drafted.lock.to_bytes() + b"".join(drafted.files.values())
    assert b"857143" not in whole
    assert strictyaml.read(drafted.card, where="c")


def test_a_person_settles_which_weights_were_evaluated(reading: Reading) -> None:
    """The relation that a machine does not know is theirs, and the next capture keeps it."""
    first = _draft(reading)
    card: Any = strictyaml.load(first.card, where="card.yaml")
    at = next(i for i, entry in enumerate(card["evaluation"]["weights"]) if "relation" not in entry)
    document = strictyaml.read(first.card, where="c")
    place = f"/evaluation/weights/{at}"
    answered = splice.insert_key(first.card, document, place, "relation", "merged-from")
    second = _draft(reading, current=answered, old_lock=first.lock)
    assert second.card == answered
    assert f"{place}/relation" not in second.lock.values


def test_what_a_person_put_in_the_place_of_a_number_derives_nothing(grouped: Reading) -> None:
    """The interval of a value that is withheld by hand is not drafted, and nothing stops."""
    first = _draft(grouped)
    state = b"value: {state: withheld, reason: Asked for., by: mara}"
    kept = _draft(grouped, current=first.card.replace(b"value: 0.9", state, 1), old_lock=first.lock)
    assert state in kept.card
    assert "/evaluation/subgroups/0/ci" not in kept.lock.values


def test_an_interval_of_an_entry_that_was_left_out_is_left_out(tmp_path: Path) -> None:
    """A group whose name deceives the eye has no entry, and so no interval."""
    (tmp_path / "groups.csv").write_text(TABLE.replace("age,a,", "age,a\u202eb,"))
    drafted = _draft(readers.read_sources([tmp_path], keep_data=False))
    assert not [pointer for pointer in drafted.lock.values if pointer.endswith("/ci")]
