"""The card's schema holds the whole field dictionary, and says of each field whose it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from cognify import strictyaml
from cognify.records import card, schema

HERE = Path(__file__).parent
FIXTURES = HERE.parents[1] / "fixtures"
DICTIONARY = tuple((HERE / "fields.txt").read_text().split())
OWNERS = {"machine", "human", "mixed"}
ASKED = {"developer", "model-owner", "model-risk", "compliance", "privacy"}


def read(name: str) -> dict[str, Any]:
    loaded = strictyaml.load((FIXTURES / name).read_bytes(), where=name)
    assert isinstance(loaded, dict)
    return loaded


def described(node: object, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property that the schema describes, wherever it stands."""
    if isinstance(node, dict):
        for key, child in node.items():
            if key == "properties":
                for name, value in child.items():
                    if isinstance(value, dict) and set(value) - {"enum"}:
                        yield f"{at}/{name}", value
            yield from described(child, f"{at}/{key}")


def test_the_card_has_every_field_of_the_dictionary() -> None:
    """A framework that cites a dictionary name finds it in the card."""
    assert len(DICTIONARY) == 405
    assert set(DICTIONARY) - card.names() == set(card.AFTER_SIGNING)


def test_what_is_known_only_after_signing_is_no_field() -> None:
    """A card cannot hold its own digest, state or approvals."""
    assert card.names().isdisjoint(card.AFTER_SIGNING)


def test_a_field_says_what_it_is_and_whose() -> None:
    """Every field has a title, a meaning, an owner; what a person writes has a question."""
    assert [field.pointer for field in card.fields() if not _tells_all(field)] == []


def _tells_all(field: card.Field) -> bool:
    asks_a_person = field.owner != "machine"
    return (
        bool(field.title)
        and field.meaning.endswith(".")
        and field.owner in OWNERS
        and field.prompt.endswith("?") is asks_a_person
        and (field.asked_of in ASKED) is asks_a_person
        and field.required in ((), card.TIERS[2:], card.TIERS[1:], card.TIERS)
    )


def test_everything_described_has_title_and_description() -> None:
    """An editor that reads the schema can explain every key, inside composite values too."""
    bare = [at for at, node in described(schema.schema("card")) if not node.get("description")]
    assert bare == []


def test_low_asks_people_for_little_and_higher_tiers_for_more() -> None:
    """A low-tier version costs a person at most twenty answers; each tier contains the lower."""
    human = [f for f in card.fields() if f.owner != "machine"]
    counts = [sum(tier in f.required for f in human) for tier in card.TIERS]
    assert counts == sorted(counts)
    assert counts[0] <= 20


def test_the_complete_card_fills_every_field_and_is_valid() -> None:
    """One card shows every field; nothing in the schema contradicts the rest of it."""
    data = read("card-complete.yaml")
    assert schema.validate("card", data, "card.yaml") == ()
    assert [f.pointer for f in card.fields() if not card.find(data, f.name)] == []
    assert card.unanswered(data, "high") == ()


def test_states_stand_for_fields_groups_lists_and_sections() -> None:
    """Wherever a value is missing, a state with its reason may say why."""
    assert schema.validate("card", read("card-states.yaml"), "card.yaml") == ()


CRIMES: list[tuple[str, dict[str, Any], str, str]] = [
    ("a blank text", {"use": {"intended_purpose": " \n"}}, "/use/intended_purpose", "blank"),
    ("a null", {"use": {"intended_purpose": None}}, "/use/intended_purpose", "empty"),
    ("an empty list", {"use": {"intended_users": []}}, "/use/intended_users", "list is empty"),
    ("an empty group", {"use": {"oversight": {}}}, "/use/oversight", "empty"),
    ("a typo", {"use": {"intended_purpos": "x"}}, "/use/intended_purpos", "intended_purpose?"),
    ("a section of no such name", {"modle": {}}, "/modle", "did you mean model?"),
    ("a state without a reason", {"use": {"benefits": {"state": "withheld", "by": "m"}}},
     "/use/benefits", "reason is missing"),
    ("a state of no such name", {"use": {"benefits": {"state": "n/a", "reason": "r", "by": "m"}}},
     "/use/benefits/state", "none of"),
    ("a state with more to it", {"use": {"benefits": {"state": "withheld", "reason": "r", "by": "m",
     "value": 1}}}, "/use/benefits/value", "not a field"),
    ("a tier that does not apply", {"record": {"tier": {"state": "not_applicable", "reason": "r",
     "by": "m"}}}, "/record/tier/state", "pending"),
    ("an upper-case digest", {"model": {"base": {"digest": "A" * 64}}}, "/model/base/digest",
     "SHA-256"),
    ("a negative count", {"model": {"parameters_total": -1}}, "/model/parameters_total", "less"),
    ("a list for a name", {"model": {"architecture": ["a"]}}, "/model/architecture", "a list"),
    ("a group for a name", {"model": {"architecture": {"a": 1}}}, "/model/architecture", "a group"),
    ("a flag for a name", {"model": {"architecture": True}}, "/model/architecture", "true stands"),
    ("a number as text", {"model": {"parameters_total": "8"}}, "/model/parameters_total", "whole"),
    ("a yes for a boolean", {"model": {"agentic": "yes"}}, "/model/agentic", "true or false"),
    ("a day without leading zeros", {"model": {"release_date": "2026-1-5"}},
     "/model/release_date", "date such as"),
    ("a local time", {"training": {"started_at": "2026-11-20T09:00:00+01:00"}},
     "/training/started_at", "time such as"),
    ("a share above one", {"data": {"datasets": [{"role": "train", "id": "a",
     "synthetic_fraction": 1.5}]}}, "/data/datasets/0/synthetic_fraction", "more than 1"),
    ("a data set without a role", {"data": {"datasets": [{"id": "a"}]}}, "/data/datasets/0",
     "role is missing"),
    ("approvals typed by hand", {"approvals": []}, "/approvals", "not a field"),
]  # fmt: skip


@pytest.mark.parametrize(("crime", "part", "at", "says"), CRIMES, ids=[c[0] for c in CRIMES])
def test_a_crime_is_named_where_it_lies(crime: str, part: dict[str, Any], at: str, says: str) -> None:
    """What a card may not hold is refused at its own place, in words."""
    data = read("card-complete.yaml")
    for section, fields in part.items():
        data[section] = data[section] | fields if fields and section in data else fields
    problems = schema.validate("card", data, "card.yaml")
    assert [p.pointer for p in problems] == [at]
    assert says in problems[0].what


def test_a_card_of_another_format_is_refused() -> None:
    """A card says which format it has, and this schema knows one."""
    for value, shown in ((2, "2"), ("1", "'1'"), (None, "nothing")):
        problems = schema.validate("card", read("card-complete.yaml") | {"card": value}, "c")
        assert [p.what for p in problems] == [f"{shown} stands where only 1 may stand"]


@pytest.mark.parametrize("place", ["", "use", "model/base", "data/datasets/0"])
def test_own_fields_are_kept_with_a_prefix(place: str) -> None:
    """An organisation's own field begins with x-, at any level, and is never blank."""
    for value, fine in (("4711", True), ({"a": [1]}, True), ("", False), (None, False)):
        data = read("card-complete.yaml")
        target: Any = data
        for step in place.split("/") if place else ():
            target = target[int(step) if step.isdigit() else step]
        target["x-cost-centre"] = value
        assert (schema.validate("card", data, "card.yaml") == ()) is fine


@pytest.mark.parametrize("name", schema.NAMES)
def test_a_schema_is_valid_and_published_under_its_own_id(name: str) -> None:
    """Each schema fits the 2020-12 metaschema; its id and its formatting are fixed."""
    raw = schema.schema_bytes(name)
    data = json.loads(raw)
    jsonschema.Draft202012Validator.check_schema(data)
    assert data["$id"] == f"https://cognify.dev/schemas/{name}/v1.json"
    assert raw.decode() == json.dumps(data, indent=1, ensure_ascii=False) + "\n"
