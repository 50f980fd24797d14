"""What is stated before a proposal: thresholds, and the records of runs."""

from __future__ import annotations

from typing import Any

import pytest

from cognify.approvals import Entered
from cognify.inventory import Version
from cognify.records import plan
from tests.hearing import Hearing

VERSION = Version("credit-memo", "1.0.0")
LIMITS = [{"metric": "größe", "comparator": "at_least", "value": "0.90"}]


def registered(hearing: Hearing, limits: list[dict[str, str]] = LIMITS, **more: Any) -> Entered:
    subject = {"subject": f"{VERSION.prefix}thresholds", "path": f"{VERSION.statements}x.json"}
    said = {"digest": plan.digest(limits), "thresholds": limits, **subject, **more}
    return hearing.statement("plan.register", "noor", "model-risk", **said)


def ran(hearing: Hearing, person: str = "noor", role: str = "model-risk", **more: Any) -> Entered:
    said = {
        "subject": f"{VERSION.prefix}evidence/a/cognify-run.json", "path": f"{VERSION.statements}x.json",
        "run": "20261123T090000Z-0a1b2c3d", **more,
    }  # fmt: skip
    return hearing.statement("run.record", person, role, **said)


def test_the_last_plan_before_the_proposal_counts() -> None:
    """Whatever becomes of the key that signed it."""
    hearing = Hearing()
    hearing.admitted(registered(hearing))
    last = registered(hearing, [{**LIMITS[0], "value": "0.8"}])
    hearing.admitted(last)
    course = hearing.proceedings.course(VERSION)
    assert course.plan == last and not course.begun
    hearing.proceedings.distrust(last.verified.mark, 0)
    assert course.plan == last


def test_a_plan_of_other_thresholds_than_its_digest() -> None:
    """`subject-digest-mismatch`: the subject is what the sealed card is held against."""
    hearing = Hearing()
    assert hearing.admit(registered(hearing, digest="1" * 64)) == ["subject-digest-mismatch"]
    assert hearing.admit(registered(hearing)) == []


@pytest.mark.parametrize("sealed", [False, True])
def test_a_plan_after_the_proposal(sealed: bool) -> None:
    """`plan-too-late`, even where the proposal was voided with its key."""
    hearing = Hearing()
    proposal = hearing.proposal()
    if sealed:
        hearing.seal_another("1.0.0")
    else:
        hearing.admitted(proposal)
        hearing.proceedings.distrust(proposal.verified.mark, 0)
        assert hearing.proceedings.course(VERSION).proposal is None
    assert hearing.admit(registered(hearing)) == ["plan-too-late"]


def test_whoever_ran_it_does_not_sign_it_off() -> None:
    """`sod-trainer`, though the proposal names nobody; a colleague may."""
    hearing = Hearing()
    hearing.admitted(ran(hearing))
    hearing.admitted(hearing.proposal())
    assert hearing.admit(hearing.signoff("noor")) == ["sod-trainer"]
    assert hearing.admit(hearing.signoff("zoe")) == []


def test_a_run_that_is_signed_after_the_approval() -> None:
    """Whoever approved and then says that they ran it no longer counts: the seal waits for somebody else."""
    hearing = Hearing()
    hearing.admitted(hearing.proposal())
    hearing.admitted(hearing.signoff("noor"))
    hearing.admitted(hearing.signoff("tomas", "compliance"))
    assert hearing.lacks() == []
    hearing.admitted(ran(hearing))
    assert set(hearing.lacks()) == {"sod-trainer", "quorum-unmet"}


def test_a_run_of_a_sealed_version() -> None:
    """`already-sealed`: no run becomes part of what was signed off."""
    hearing = Hearing()
    hearing.seal_another("1.0.0")
    assert hearing.admit(ran(hearing)) == ["already-sealed"]


@pytest.mark.parametrize("made", [ran, registered])
def test_what_is_about_something_else(made: Any) -> None:
    """`subject-mismatch`: a file, or thresholds, of another version."""
    hearing = Hearing()
    other = Version("credit-memo", "2.0.0")
    name = "evidence/cognify-run.json" if made is ran else "thresholds"
    assert hearing.admit(made(hearing, subject=other.prefix + name)) == ["subject-mismatch"]
