"""One card against one pack: how the framework stands to the model, and what people said of the rest."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cognify.checks.framework import load
from cognify.records import conditions, rehearsal
from cognify.records.assessment import Assessed, Said, assess
from cognify.records.framework import When
from cognify.records.settings import Elsewhere

ID = "sr-26-2@2026-04"
PACK = load(ID)
GENERATIVE = {"generative": True, "agentic": False}


def decision(**changes: object) -> dict[str, Any]:
    entry = {"framework": ID, "applies": True, "reason": "r", "by": "mara", "revisit": "2027-01-01"}
    return {"governance": {"applicability": [{**entry, **changes}]}}


def row(data: object, id: str, *elsewhere: Elsewhere) -> Assessed:
    return next(row for row in assess(PACK, data, elsewhere).rows if row.requirement.id == id)


def test_a_model_inside_needs_no_words() -> None:
    """The guidance applies by its own scope."""
    standing = assess(PACK, {"model": {"generative": False}}).standing
    assert (standing.applies, standing.basis, standing.because) == (True, "in-scope", "")


@pytest.mark.parametrize("flags", [GENERATIVE, {"generative": False, "agentic": True}])
@pytest.mark.parametrize(("said", "basis"), [({}, ""), ({"basis": "in-scope"}, ""), ({"basis": "by-analogy"}, "by-analogy")])  # fmt: skip
def test_a_model_outside_needs_a_stated_basis(flags: Any, said: Any, basis: str) -> None:
    """Footnote 3 leaves it out; nobody but a person brings it back in, and not by calling it inside."""
    standing = assess(PACK, {"model": flags, **decision(**said)}).standing
    assert standing.applies and standing.basis == basis
    assert standing.because.startswith("Footnote 3") and standing.asked == ("by-analogy", "firm-policy")


def test_a_person_takes_the_whole_framework_out() -> None:
    """Every row does not apply, with the reason, who affirms it, and what makes somebody look again."""
    found = assess(PACK, decision(applies=False))
    assert not found.standing.applies
    assert {(row.coverage, row.said) for row in found.rows} == {
        ("not_applicable", Said("r", "mara", "2027-01-01"))
    }
    assert found.count(found.rows[0].coverage) == len(PACK.requirements)


def test_of_two_decisions_the_one_that_applies_counts() -> None:
    """A contradiction takes nothing out."""
    both = decision(applies=False)["governance"]["applicability"] + decision()["governance"]["applicability"]
    assert assess(PACK, {"governance": {"applicability": both}}).standing.applies


def test_a_person_takes_one_requirement_out() -> None:
    """Only the one with that number, and only of this framework."""
    data = decision(applies=False, requirement="VII ¶1")
    assert row(data, "VII ¶1").coverage == "not_applicable"
    assert row(data, "VII ¶2").coverage == "missing"
    assert (
        row(decision(applies=False, requirement="VII ¶1", framework="other@1"), "VII ¶1").coverage
        == "missing"
    )


def test_the_inventory_says_where_it_is_held() -> None:
    """What the card gives in full is present all the same."""
    held = Elsewhere(ID, "VI ¶1", "policy register, MRM-001", "mara", "2027-06-30")
    assert row({}, "VI ¶1", held) == Assessed(row({}, "VI ¶1").requirement, row({}, "VI ¶1", held).coverage,
        Said("policy register, MRM-001", "mara", "2027-06-30"))  # fmt: skip
    assert row({}, "VI ¶1", held).coverage == "held_elsewhere"
    assert row({"governance": {"policies": ["MRM-001"]}}, "VI ¶1", held).coverage == "present"
    assert row({}, "VI ¶1", Elsewhere("other@1", "VI ¶1", "w", "b")).coverage == "missing"


def test_a_state_on_the_card_is_told_with_its_reason() -> None:
    """A row that does not apply, or is held elsewhere, says who says so."""
    state = {"state": "not_applicable", "reason": "No vendor.", "by": "mara"}
    assert row({"vendor": state}, "VII ¶1").said == Said("No vendor.", "mara")
    held = {"state": "held_elsewhere", "reason": "GRC.", "by": "mara"}
    assert row({"governance": {"policies": held}}, "VI ¶1").said == Said("GRC.", "mara")
    assert row({}, "I ¶5, fn 1").said.reason.startswith("The disclaimer")


@pytest.mark.parametrize(
    "data", [None, [], "x", {"governance": 7}, {"governance": {"applicability": [7]}}, object()]
)
def test_what_is_no_card_is_judged_all_the_same(data: object) -> None:
    """Nothing is found and nothing raises; named checks hold for nothing."""
    assert assess(PACK, data).standing.basis == "in-scope"
    assert not any(check(data) for check in conditions.NAMED.values())


def test_use_before_validation_needs_an_exception_that_ends() -> None:
    """An exception without an approver or a last day excuses nothing."""
    late = {"validation": {"completed_on": "2026-07-01"}, "lifecycle": {"deployed_on": "2026-06-01"}}
    ends = {"governance": {"exceptions": [{"approver": "Ada", "expires": "2026-08-01"}]}}
    assert not conditions.validated_before_use(late)
    assert conditions.validated_before_use({**late, **ends})
    assert not conditions.validated_before_use({**late, "governance": {"exceptions": [{"approver": "Ada"}]}})
    assert conditions.validated_before_use({"validation": {"completed_on": "2026-07-01"}})


def test_reasons_and_what_was_scored() -> None:
    """A reason for what was not scored, and a scored factor without one."""

    def card(features: list[Any], *named: str) -> dict[str, Any]:
        codes = [{"code": "R", "feature": name} for name in named]
        return {"data": {"datasets": [{"features": features}]}, "reasons": {"codes": codes}}

    both = [{"name": "income"}, {"name": "zip", "used_at_inference": False}]
    assert conditions.reasons_are_scored(card(both, "income"))
    assert not conditions.reasons_are_scored(card(both, "income", "age"))
    assert not conditions.reasons_are_scored(card(both))
    assert conditions.every_scored_factor_has_a_reason(card(both, "income"))
    assert not conditions.every_scored_factor_has_a_reason(card(both, "income", "zip"))
    assert not conditions.every_scored_factor_has_a_reason(card([*both, {"name": "age"}], "income"))
    assert not conditions.every_scored_factor_has_a_reason(
        card([{"name": "zip", "used_at_inference": False}])
    )
    assert not conditions.every_scored_factor_has_a_reason({"data": {"datasets": [{"features": 7}]}})


def test_a_row_that_the_card_says_is_not_meant() -> None:
    """Exempt by what the card says, with the pack's own reason."""
    low = {"type": "object", "required": ["record"], "properties": {"record": {
        "type": "object", "required": ["tier"], "properties": {"tier": {"const": "low"}}}}}  # fmt: skip
    asked = replace(PACK.requirements[2], exempt=When(low, "Section 9 leaves out what is low."))
    pack = replace(PACK, requirements=(asked,))
    (found,) = assess(pack, {"record": {"tier": "low"}}).rows
    assert (found.coverage, found.said) == ("not_applicable", Said("Section 9 leaves out what is low."))
    (meant,) = assess(pack, {"record": {"tier": "high"}}).rows
    assert meant.coverage == "missing"


def test_a_row_from_which_everything_is_exempt() -> None:
    """A pack that leaves out a card that says nothing asks nobody for anything: its rehearsal says so."""
    asked = replace(PACK.requirements[2], exempt=When({}, "Because."))
    told = [fault.what for fault in rehearsal.faults(replace(PACK, requirements=(asked,)))]
    assert told[0] == "an empty card is not_applicable, where it is missing"
    assert rehearsal.faults(PACK) == ()
