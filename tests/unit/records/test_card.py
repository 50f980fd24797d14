"""The card told by its schema: fields, owners, states, and what a tier asks."""

from __future__ import annotations

from typing import Any

import pytest

from cognify.records import card

PENDING = {"state": "pending", "reason": "What is it for?", "by": "model-owner"}
WITHHELD = {"state": "withheld", "reason": "Trade secret", "by": "mara"}


@pytest.mark.parametrize(
    ("pointer", "field", "owner"),
    [
        ("/use/intended_purpose", "/use/intended_purpose", "human"),
        ("/training/hyperparameters/learning_rate", "/training/hyperparameters", "machine"),
        ("/training/hyperparameters/target_modules/0", "/training/hyperparameters", "machine"),
        ("/evaluation/runs/12/ci/low", "/evaluation/runs/*/ci", "machine"),
        ("/evaluation/runs/12/commentary", "/evaluation/runs/*/commentary", "human"),
        ("/data/datasets/0", "/data/datasets", "machine"),
        ("/data/datasets/0/features/1/source", "/data/datasets/*/features/*/source", "mixed"),
        ("/use/oversight/reviewer_brief", "/use/oversight/reviewer_brief", "mixed"),
    ],
)
def test_a_pointer_leads_to_the_field_that_covers_it(pointer: str, field: str, owner: str) -> None:
    """Whoever writes at a pointer learns whose hands may."""
    found = card.field_at(pointer)
    assert found is not None
    assert (found.pointer, found.owner) == (field, owner)


@pytest.mark.parametrize("pointer", ["", "/", "/use", "/use/oversight", "/nope/x", "use/benefits"])
def test_no_field_covers_a_group_or_nothing(pointer: str) -> None:
    """A group is not a field: nobody fills it at once."""
    assert card.field_at(pointer) is None


def test_fields_are_told_once_and_in_order() -> None:
    """The walk names every place once and begins with the record."""
    pointers = [field.pointer for field in card.fields()]
    assert len(set(pointers)) == len(pointers)
    assert pointers[0] == "/record/id"
    assert all(field.in_list is ("/*" in field.pointer) for field in card.fields())


def test_a_machine_may_not_write_the_purpose() -> None:
    """The tier and the purpose are a person's."""
    human = {field.name for field in card.fields() if field.owner == "human"}
    assert {"record.tier", "use.intended_purpose", "risk.limitations"} <= human


@pytest.mark.parametrize(
    ("data", "name", "found"),
    [
        ({}, "use.benefits", ()),
        ({"use": {"benefits": "b"}}, "use.benefits", (("/use/benefits", "b"),)),
        ({"use": WITHHELD}, "use.benefits", (("/use", WITHHELD),)),
        ({"data": {"datasets": [{"id": "a"}, {"id": "b"}, {"role": "train"}]}}, "data.datasets.id",
         (("/data/datasets/0/id", "a"), ("/data/datasets/1/id", "b"))),
        ({"data": {"datasets": WITHHELD}}, "data.datasets.features.name",
         (("/data/datasets", WITHHELD),)),
        ({"data": {"datasets": []}}, "data.datasets", (("/data/datasets", []),)),
        ({"use": "text"}, "use.benefits", ()),
        (None, "use.benefits", ()),
    ],
)  # fmt: skip
def test_a_dotted_name_finds_values_and_the_states_above_them(
    data: Any, name: str, found: tuple[tuple[str, object], ...]
) -> None:
    """A state on a group or list stands for every field in it."""
    assert card.find(data, name) == found


def test_pending_and_absent_fields_are_unanswered_and_other_states_are_answers() -> None:
    """A required field may be withheld with a reason; it may not wait or be left out."""
    data = {"use": {"intended_purpose": PENDING, "intended_users": WITHHELD}}
    found = {u.pointer: u.pending for u in card.unanswered(data, "low")}
    assert found["/use/intended_purpose"] is True
    assert found["/use/out_of_scope"] is False
    assert "/use/intended_users" not in found


def test_a_state_on_a_group_answers_for_its_fields() -> None:
    """What has no base model is not asked for the base model's licence."""
    data = {"model": {"base": {"state": "not_applicable", "reason": "none", "by": "mara"}}}
    assert not [u for u in card.unanswered(data, "high") if u.pointer.startswith("/model/base")]


def test_fields_of_a_list_are_asked_for_in_each_entry() -> None:
    """The second data set needs its digest as much as the first."""
    data = {"data": {"datasets": [{"digest": "d", "records": 1, "source": "s"}, {"records": 1}]}}
    asked = [u.pointer for u in card.unanswered(data, "low") if u.pointer.startswith("/data/data")]
    assert asked == ["/data/datasets/1/digest", "/data/datasets/1/source"]


def test_a_missing_list_is_asked_for_once() -> None:
    """Nothing is asked of entries that are not there."""
    asked = [u.pointer for u in card.unanswered({}, "high") if u.pointer.startswith("/data/data")]
    assert asked == ["/data/datasets"]
