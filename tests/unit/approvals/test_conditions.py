"""A20: an approval on a condition counts once whoever proposed the version has taken the condition on."""

from __future__ import annotations

from typing import Any

import pytest

from cognify.approvals import Entered
from cognify.inventory import Version
from tests.hearing import Hearing
from tests.unit.approvals.test_adoption import about_key

PLACE = Version("credit-memo", "1.0.0")
ON = {"conditions": ["höchstens 30 Tage"]}
TAKEN = {"finding": {"id": "condition-unacknowledged", "where": "x"}, "explanation": "Ich sorge dafür."}


@pytest.fixture
def hear() -> Hearing:
    """Proposed by Mara, approved by Noor plainly and by Tomas on a condition."""
    hear = Hearing(policy_change={"role": "owner", "min": 1})
    hear.admitted(hear.proposal())
    hear.admitted(hear.signoff("noor"))
    hear.admitted(hear.signoff("tomas", "compliance", **ON))
    return hear


def approvals(hear: Hearing) -> list[Entered]:
    return hear.proceedings.course(PLACE).approvals


def taken(hear: Hearing, person: str = "mara", role: str = "engineer", **more: Any) -> Entered:
    """That *person* takes on the conditions of the last approval."""
    parents = more.pop("parents", [approvals(hear)[-1].sha256] if approvals(hear) else ["0" * 64])
    return hear.statement("finding.explain", person, role, **{**TAKEN, "parents": parents, **more})


def test_it_counts_once_it_is_taken_on(hear: Hearing) -> None:
    """Until then it says whose acknowledgement is missing, and how to give it."""
    assert hear.lacks() == ["condition-unacknowledged", "quorum-unmet"]
    first = hear.refusals()[0]
    assert first.what == "tomas approved as compliance on a condition that Mara Größe has not acknowledged"
    assert first.fix == "Mara Größe runs `cognify state acknowledge credit-memo 1.0.0`"
    hear.admitted(taken(hear))
    assert hear.lacks() == []


def test_a_plain_approval_of_another_needs_no_acknowledgement(hear: Hearing) -> None:
    """The quorum stands without it; the condition stays open, and keeps nobody from sealing."""
    hear.admitted(hear.signoff("both", "compliance"))
    assert hear.lacks() == []


@pytest.mark.parametrize(("change", "id"), [
    ({"person": "noor", "role": "model-risk"}, "acknowledged-by-another"),
    ({"person": "tomas", "role": "compliance"}, "acknowledged-by-another"),
    ({"digest": "2" * 64}, "subject-digest-mismatch"), ({"parents": []}, "nothing-to-acknowledge"),
    ({"conditions": ["sofern möglich"]}, "nothing-to-acknowledge"),
    ({"expires": "2027-01-31"}, "nothing-to-acknowledge"),
    ({"finding": {"id": "open-rejection", "where": "x"}}, "explanation-misplaced"),
])  # fmt: skip
def test_what_takes_nothing_on(hear: Hearing, change: dict[str, Any], id: str) -> None:
    assert hear.admit(taken(hear, **change)) == [id]
    assert hear.lacks() == ["condition-unacknowledged", "quorum-unmet"]


def test_a_plain_approval_has_nothing_to_be_taken_on(hear: Hearing) -> None:
    """Naming it beside one that has is refused, too."""
    plain, on_condition = (entered.sha256 for entered in approvals(hear))
    assert hear.admit(taken(hear, parents=[plain])) == ["nothing-to-acknowledge"]
    assert hear.admit(taken(hear, parents=sorted([plain, on_condition]))) == ["nothing-to-acknowledge"]


@pytest.mark.parametrize("kind", ["reject", "withdraw"])
def test_nothing_else_is_stated_on_a_condition(hear: Hearing, kind: str) -> None:
    """A withdrawal of a rejection "if …" would count as one without."""
    own = tuple(approvals(hear)[:1])
    assert hear.admit(hear.signoff("noor", kind=kind, parents=own, **ON)) == ["condition-misplaced"]
    assert hear.admit(hear.proposal(**ON)) == ["condition-misplaced"]


def test_before_there_is_a_proposal() -> None:
    hear = Hearing()
    assert "not-proposed" in hear.admit(taken(hear, parents=[]))


def test_what_was_said_before_waits_too(hear: Hearing) -> None:
    """Else a condition would bind nobody who had approved before; what is said later counts again."""
    hear.admitted(taken(hear))
    hear.admitted(hear.signoff("noor", **ON))
    assert hear.lacks() == ["condition-unacknowledged", "condition-unacknowledged", "quorum-unmet"]
    hear.admitted(hear.signoff("noor", expires="2027-01-31"))
    assert hear.lacks() == []


def test_a_withdrawn_condition_is_open_no_longer(hear: Hearing) -> None:
    """And what the same person approved before counts again."""
    hear.admitted(hear.signoff("noor", **ON))
    last = approvals(hear)[-1]
    hear.admitted(hear.signoff("noor", kind="withdraw", parents=(last,)))
    assert hear.lacks() == ["condition-unacknowledged", "quorum-unmet"]
    assert "tomas" in hear.refusals()[0].what


def test_an_acknowledgement_by_a_thief_falls(hear: Hearing) -> None:
    """With it the seal, whose quorum rested on it; who holds the key again takes the condition on anew."""
    hear.admitted(taken(hear))
    hear.count += 1
    hear.proceedings.seal(PLACE, "1" * 64, hear.count)
    course = hear.proceedings.course(PLACE)
    assert course.sealed_at is not None
    since = course.acknowledgements[0].seq or 0
    assert hear.admit(about_key(hear, "key.compromise", "mara", since=since, after=hear.count)) == []
    assert (course.sealed_at, course.acknowledgement(approvals(hear)[-1])) == (None, None)
    assert hear.lacks() == ["condition-unacknowledged", "quorum-unmet"]
