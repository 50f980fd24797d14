"""A pack judges cards: each requirement by a passing and a failing example."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any

import pytest

from cognify import resources, strictyaml
from cognify.errors import FrameworkError
from cognify.records import framework


def load(name: str) -> Any:
    return strictyaml.load(resources.shipped(name), where=name)


MODEL_CARD = "frameworks/model-card@mitchell-2019-v2.yaml"


def test_the_model_card_pack_has_every_row_of_the_paper() -> None:
    """Twenty-nine requirements, in the paper's order of sections."""
    ids = [asked.id for asked in pack().requirements]
    assert len(ids) == 29
    assert ids == sorted(ids, key=lambda id: id.split(" ")[0])
    assert pack().status.effective == ""


@pytest.mark.parametrize("data", [None, [], "text", {"model": []}, {"use": 7}, float("nan"), object()])
def test_what_is_no_card_is_no_evidence(data: object) -> None:
    """A requirement judges anything without failing, and finds nothing."""
    for asked in pack().requirements:
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


def pack() -> framework.Framework:
    return framework.parse(load(MODEL_CARD), MODEL_CARD)


def requirement(**changes: object) -> framework.Requirement:
    return framework.parse(with_first(**changes), "pack").requirements[0]


def with_first(**changes: object) -> Any:
    data = copy.deepcopy(load(MODEL_CARD))
    data["requirements"][0].update(changes)
    for key in [key for key, value in changes.items() if value is ...]:
        del data["requirements"][0][key]
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
    ({"type": "txt"}, "4.1 developer/condition"),
    ({"pattern": "("}, "4.1 developer/condition"),
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
        ({"fields": []}, "examples stands without fields"),
        ({"fields": [], "examples": ...}, "give fields, or else"),
        ({"fields": [], "examples": ..., "asks_nothing": "r"}, "only what is `context`"),
        ({"elsewhere": "r"}, "give fields, or else"),
        ({"examples": ...}, "give examples"),
        ({"check": "no-such"}, "no check is called 'no-such'"),
        ({"condition": {"not": {"type": "array"}}}, "it holds for an empty card"),
        ({"exempt": {"when": {"type": "object"}, "because": "r"}}, "it holds for an empty card"),
        ({"id": "4.1 date"}, "two requirements"),
        ({"tier": "shall"}, "/requirements/0/tier"),
        ({"condition": {"type": "array"}, "examples": {"pass": {"use": {}}}}, "shows a card that fails it"),
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


def test_what_is_held_elsewhere_settles_no_more_than_that() -> None:
    """A part that another system holds makes the whole no stronger than held elsewhere."""
    held = {"state": "held_elsewhere", "reason": "r", "by": "mara"}
    asked = requirement(fields=["use.benefits", "model.base.id"])
    assert asked.coverage({"use": {"benefits": "b"}, "model": {"base": held}}) == "held_elsewhere"
    assert asked.coverage({"model": {"base": held}}) == "missing"


def test_a_requirement_is_exempt_where_the_card_says_so() -> None:
    """Only positive words on the card exempt a model: an empty or broken one is not exempt."""
    when = {"type": "object", "required": ["card"], "properties": {"card": {"const": 1}}}
    asked = requirement(exempt={"when": when, "because": "r"})
    assert asked.coverage({"card": 1}) == "not_applicable"
    assert asked.coverage({}) == asked.coverage(object()) == "missing"


def test_a_named_check_holds_beside_the_condition() -> None:
    """Given and in the wrong order is partial, not present."""
    asked = requirement(fields=["use.stated_on", "training.started_at"], check="purpose-before-training")
    at = {"training": {"started_at": "2026-04-02T09:00:00Z"}}
    assert asked.coverage({"use": {"stated_on": "2026-04-02"}, **at}) == "present"
    assert asked.coverage({"use": {"stated_on": "2026-04-03"}, **at}) == "partial"


OWN: dict[str, Any] = {
    "id": "acme-mrm@1", "extends": "model-card@mitchell-2019-v2",
    "requirements": [{
        "id": "ACME 7", "text": "t", "tier": "must", "owner": "human", "confidence": "our own policy",
        "fields": ["use.benefits"], "examples": {"pass": {"use": {"benefits": "b"}}},
    }],
    "tighten": [{"id": "4.1 citation", "because": "We cite.", "tier": "must"}],
}  # fmt: skip


def own(**changes: object) -> framework.Framework:
    return framework.parse({**load(MODEL_CARD), **copy.deepcopy(OWN), **changes}, "acme", pack())


def test_a_firms_pack_adds_and_tightens() -> None:
    """It has every requirement of what it extends, its own, and the raised tier."""
    found = own()
    assert len(found.requirements) == 30
    assert found.ids == {"acme-mrm@1", "model-card@mitchell-2019-v2"}
    cited = found.requirement("4.1 citation")
    assert cited is not None and cited.tier == "must"


def test_a_tightened_condition_has_to_hold_too() -> None:
    """What the shipped pack takes for enough is partial under the firm's."""
    long = {"type": "object", "required": ["parties"], "properties": {"parties": {
        "type": "object", "properties": {"developer": {"type": "string", "minLength": 20}}}}}  # fmt: skip
    asked = own(tighten=[{"id": "4.1 developer", "because": "r", "condition": long}]).requirements[0]
    assert asked.coverage({"parties": {"developer": "Größe Lending AG, modelling"}}) == "present"
    assert asked.coverage({"parties": {"developer": "AG"}}) == "partial"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"tighten": [{"id": "4.1 developer", "because": "r", "tier": "may"}]}, "may is weaker than must"),
        ({"tighten": [{"id": "9.9", "because": "r"}]}, "no requirement '9.9'"),
        ({"tighten": [{"id": "4.1 date", "because": "r"}] * 2}, "stands there twice"),
        ({"requirements": [OWN["requirements"][0] | {"id": "4.1 date"}]}, "two requirements '4.1 date'"),
        ({"extends": "sr-26-2@2026-04"}, "cannot extend sr-26-2@2026-04"),
    ],
)
def test_a_firms_pack_never_loosens(changes: dict[str, object], says: str) -> None:
    """A shipped requirement is neither weakened nor replaced."""
    with pytest.raises(FrameworkError) as caught:
        own(**changes)
    assert caught.value.fault == "framework-malformed"
    assert says in caught.value.what


def test_a_pack_that_asks_for_nothing_is_none() -> None:
    """Without requirements there is nothing to hold a card against."""
    data = {key: value for key, value in load(MODEL_CARD).items() if key != "requirements"}
    with pytest.raises(FrameworkError, match="asks for nothing"):
        framework.parse(data, "pack")
    data["requirements"] = [bare("context", asks_nothing="r"), bare("must", elsewhere="r")]
    data["extends"], data["tighten"] = pack().id, [{"id": "4.1 date", "because": "r"}]
    with pytest.raises(FrameworkError, match="cannot extend"):
        framework.parse(data, "pack")


def bare(tier: str, **rest: str) -> dict[str, Any]:
    return {"id": tier, "text": "t", "tier": tier, "owner": "human", "confidence": "c", "fields": [], **rest}


def test_what_no_card_holds_is_tightened_by_tier_alone() -> None:
    """A condition on a requirement without fields would judge nothing."""
    data = {**load(MODEL_CARD), "requirements": [bare("should", elsewhere="r")]}
    base = framework.parse(data, "pack")
    change = {"id": "should", "because": "r", "check": "validated-before-use"}
    mine = {**data, "id": "a@1", "extends": base.id, "tighten": [change]}
    del mine["requirements"]
    with pytest.raises(FrameworkError, match="no card can hold its evidence"):
        framework.parse(mine, "a", base)
