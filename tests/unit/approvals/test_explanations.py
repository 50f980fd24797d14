"""An explanation of a finding is about bytes that were proposed, and acts on nothing."""

from __future__ import annotations

from typing import Any

import pytest

from cognify.approvals import Entered
from cognify.inventory import Version
from tests.hearing import Hearing

PLACE = Version("credit-memo", "1.0.0")


@pytest.fixture
def hear() -> Hearing:
    """Proposed by Mara, approved by Tomas on a condition."""
    hear = Hearing(policy_change={"role": "owner", "min": 1})
    hear.admitted(hear.proposal())
    hear.admitted(hear.signoff("tomas", "compliance", conditions=["höchstens 30 Tage"]))
    return hear


def explained(hear: Hearing, person: str = "mara", role: str = "engineer", **more: Any) -> Entered:
    proposal = hear.proceedings.course(PLACE).proposal
    parents = [proposal.sha256] if proposal else []
    finding = {"finding": {"id": "field-gone", "where": "/model/base"}, "explanation": "Größe ist gleich."}
    return hear.statement("finding.explain", person, role, **{**finding, "parents": parents, **more})


@pytest.mark.parametrize(
    ("person", "role"), [("mara", "engineer"), ("noor", "model-risk"), ("tomas", "compliance")]
)
def test_anybody_of_the_policy_may_explain_and_nothing_follows_from_it(
    hear: Hearing, person: str, role: str
) -> None:
    before = hear.lacks()
    hear.admitted(explained(hear, person, role))
    assert hear.lacks() == before
    assert len(hear.proceedings.course(PLACE).open_conditions()) == 1


@pytest.mark.parametrize(("change", "id"), [
    ({"digest": "2" * 64}, "subject-digest-mismatch"), ({"parents": []}, "explanation-misplaced"),
    ({"conditions": ["sofern möglich"]}, "explanation-misplaced"), ({"expires": "2027-01-31"}, "explanation-misplaced"),
])  # fmt: skip
def test_what_explains_nothing(hear: Hearing, change: dict[str, Any], id: str) -> None:
    assert hear.admit(explained(hear, **change)) == [id]


def test_an_approval_is_not_acted_on_in_passing(hear: Hearing) -> None:
    course = hear.proceedings.course(PLACE)
    assert course.proposal is not None
    parents = sorted([course.proposal.sha256, course.approvals[0].sha256])
    assert hear.admit(explained(hear, parents=parents)) == ["explanation-misplaced"]
    assert len(course.open_conditions()) == 1


def test_what_is_not_proposed_is_not_explained() -> None:
    hear = Hearing()
    assert hear.admit(explained(hear)) == ["not-proposed"]


def test_whoever_proposed_may_be_believed_no_more(hear: Hearing) -> None:
    """Then no bytes are proposed, and nothing but what was sealed is explained."""
    proposal = hear.proceedings.course(PLACE).proposal
    assert proposal is not None
    hear.proceedings.course(PLACE).proposal = None
    assert hear.admit(explained(hear, parents=[proposal.sha256])) == ["subject-digest-mismatch"]
    hear.proceedings.course(PLACE).sealed_digest = proposal.verified.statement.digest
    hear.admitted(explained(hear, parents=[proposal.sha256]))
