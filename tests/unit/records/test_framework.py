"""A pack judges cards: each requirement by a passing and a failing example."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any

import pytest

from cognify import resources, strictyaml
from cognify.errors import FrameworkError
from cognify.records import card, framework, schema

PACKS = resources.listed("frameworks")


def load(name: str) -> Any:
    return strictyaml.load(resources.shipped(name), where=name)


PARSED = {name: framework.parse(load(name), name) for name in PACKS}
CASES = [(name, asked.id) for name, pack in PARSED.items() for asked in pack.requirements]
MODEL_CARD = "frameworks/model-card.yaml"


def test_the_model_card_pack_has_every_row_of_the_paper() -> None:
    """Twenty-nine requirements, in the paper's order of sections."""
    ids = [asked.id for asked in PARSED[MODEL_CARD].requirements]
    assert len(ids) == 29
    assert ids == sorted(ids, key=lambda id: id.split("/")[0])
    assert PARSED[MODEL_CARD].status.effective == ""


@pytest.mark.parametrize(("pack", "id"), CASES)
def test_a_requirement_tells_its_examples_apart(pack: str, id: str) -> None:
    """No requirement without a card that meets it and one that does not."""
    asked = PARSED[pack].requirement(id)
    assert asked is not None
    wanted = {"pass": "present", "partial": "partial", "fail": "missing"}
    for kind, example in asked.examples.items():
        assert asked.coverage(example) == wanted[kind], kind


@pytest.mark.parametrize(("pack", "id"), CASES)
def test_an_example_is_a_part_of_a_card(pack: str, id: str) -> None:
    """Examples teach no field that a card could not hold."""
    asked = PARSED[pack].requirement(id)
    assert asked is not None
    whole = {"card": 1, "record": {"id": "urn:uuid:" + "0" * 8 + "-0000" * 3 + "-" + "0" * 12,
             "tier": "low"}}  # fmt: skip
    for example in asked.examples.values():
        data = {
            **whole,
            **example,
            "model": {"name": "m", "version": "1", **example.get("model", {})},
        }
        assert schema.validate("card", data, id) == ()


@pytest.mark.parametrize(("pack", "id"), CASES)
@pytest.mark.parametrize("state", card.STATES)
def test_only_not_applicable_is_more_than_missing(pack: str, id: str, state: str) -> None:
    """Not available, withheld and pending are honest, and no evidence."""
    asked = PARSED[pack].requirement(id)
    assert asked is not None
    said = {"state": state, "reason": "r", "by": "mara"}
    data = {name.split(".")[0]: said for name in asked.fields}
    wanted = "not_applicable" if state == "not_applicable" else "missing"
    assert asked.coverage(data) == wanted


@pytest.mark.parametrize("data", [None, [], "text", {"model": []}, {"use": 7}, float("nan"), object()])
def test_what_is_no_card_is_no_evidence(data: object) -> None:
    """A requirement judges anything without failing, and finds nothing."""
    for asked in PARSED[MODEL_CARD].requirements:
        assert asked.coverage(data) == "missing"


def test_a_requirement_without_a_condition_needs_every_field() -> None:
    """All fields settled is present, one given is partial, none is missing."""
    asked = requirement(fields=["use.benefits", "data.datasets.relevance"])
    sets = [{"id": "a", "relevance": "r"}, {"id": "b", "relevance": "r"}]
    assert asked.coverage({"use": {"benefits": "b"}, "data": {"datasets": sets}}) == "present"
    assert asked.coverage({"use": {"benefits": "b"}}) == "partial"
    assert asked.coverage({"data": {"datasets": [*sets[:1], {"id": "b"}]}}) == "partial"
    assert asked.coverage({"data": {"datasets": [{"id": "b"}]}}) == "missing"


def test_what_does_not_apply_settles_a_field_but_never_all_of_them() -> None:
    """One field that does not apply leaves the rest to be judged."""
    na = {"state": "not_applicable", "reason": "r", "by": "mara"}
    asked = requirement(fields=["use.benefits", "model.base.id"])
    assert asked.coverage({"use": {"benefits": "b"}, "model": {"base": na}}) == "present"
    assert asked.coverage({"use": {"benefits": na}, "model": {"base": na}}) == "not_applicable"
    assert asked.coverage({"model": {"base": na}}) == "missing"


def requirement(**changes: object) -> framework.Requirement:
    return framework.parse(with_first(**changes), "pack").requirements[0]


def with_first(**changes: object) -> Any:
    data = copy.deepcopy(load(MODEL_CARD))
    data["requirements"][0].update(changes)
    return data


FRAGMENTS: list[tuple[dict[str, object], str]] = [
    ({"$ref": "https://example.com/schema.json"}, "may only name"),
    ({"$ref": "file:///etc/passwd"}, "may only name"),
    ({"$ref": "#"}, "may only name"),
    ({"not": {"anyOf": [{"$ref": "cognify:anything"}]}}, "may only name"),
    ({"$id": "https://example.com/"}, "$id is not a keyword"),
    ({"$dynamicRef": "#x"}, "$dynamicRef is not a keyword"),
    ({"$schema": "http://json-schema.org/draft-07/schema#"}, "$schema is not a keyword"),
    ({"requierd": ["use"]}, "requierd is not a keyword"),
    ({"required": ["use"]}, "`type: object`"),
    ({"type": "object", "properties": {"use": {"properties": {}}}}, "`type: object`"),
    ({"anyOf": [{"contains": {"const": 1}}]}, "`type: array`"),
    ({"anyOf": [{"requierd": []}, True]}, "requierd is not a keyword"),
    ({"type": "txt"}, "4.1/developer/condition"),
    ({"pattern": "("}, "4.1/developer/condition"),
]


@pytest.mark.parametrize(("fragment", "says"), FRAGMENTS)
def test_a_fragment_fetches_nothing_and_holds_for_nothing_by_accident(
    fragment: dict[str, object], says: str
) -> None:
    """A pack refers to the shared fragments only, and names the type of what it looks into."""
    with pytest.raises(FrameworkError) as caught:
        framework.parse(with_first(condition=fragment), "pack")
    assert caught.value.fault == "framework-malformed"
    assert says in caught.value.what
    with pytest.raises(FrameworkError):
        framework.parse(with_first(partial=fragment), "pack")


def test_even_an_unchecked_fragment_fetches_nothing() -> None:
    """The last door: a reference that slipped past the checks finds no evidence."""
    asked = dataclasses.replace(requirement(), condition={"$ref": "https://example.com/s.json"})
    assert asked.coverage({"parties": {"developer": "d"}}) == "missing"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"fields": ["use.purpose"]}, "no card has a field 'use.purpose'"),
        ({"fields": []}, "list is empty"),
        ({"id": "4.1/date"}, "two requirements"),
        ({"tier": "shall"}, "/requirements/0/tier"),
        ({"examples": {"pass": {}}}, "fail is missing"),
        ({"note": "x"}, "/requirements/0/note"),
    ],
)
def test_a_pack_that_contradicts_itself_is_refused(changes: dict[str, object], says: str) -> None:
    """A malformed pack stops with the place and the reason."""
    with pytest.raises(FrameworkError) as caught:
        framework.parse(with_first(**changes), "pack")
    assert caught.value.fault == "framework-malformed"
    assert says in caught.value.what


def test_a_pack_may_cite_what_is_rendered_after_signing() -> None:
    """Approvals are evidence too, though no card holds them."""
    asked = requirement(fields=["approvals.signature"])
    assert asked.coverage({"approvals": [{"signature": "s"}]}) == "present"
    assert asked.coverage({}) == "missing"
