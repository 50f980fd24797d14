"""What a version needs before it may be sealed: quorum, age, expiry, rejections, independence."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hearing import NOON, RULES, Hearing


@pytest.fixture
def hearing() -> Hearing:
    return Hearing()


def rules(**changes: object) -> list[dict[str, object]]:
    return [{**RULES[0], **changes}]


def test_nothing_was_proposed(hearing: Hearing) -> None:
    """`not-proposed`."""
    assert hearing.lacks() == ["not-proposed"]


def test_a_quorum_is_met_by_people_in_every_role(hearing: Hearing) -> None:
    """Each role that is asked lacks until it has spoken; then nothing lacks."""
    hearing.admitted(hearing.proposal())
    assert hearing.lacks() == ["quorum-unmet", "quorum-unmet"]
    hearing.admitted(hearing.signoff("noor"))
    assert [r.what for r in hearing.refusals()] == [
        "still needs 1 more in role compliance (Both Größe, Tomas Größe)"
    ]
    hearing.admitted(hearing.signoff("tomas", "compliance"))
    assert hearing.lacks() == []


def test_one_person_twice_counts_once(hearing: Hearing) -> None:
    """Two approvals of one person are one of the two that a high tier asks for."""
    hearing.admitted(hearing.proposal(tier="high"))
    hearing.admitted(hearing.signoff("noor"), hearing.signoff("noor"), hearing.signoff("tomas", "compliance"))
    assert hearing.lacks() == ["quorum-unmet"]
    hearing.admitted(hearing.signoff("zoe"))
    assert hearing.lacks() == []


@pytest.mark.parametrize(("person", "role", "lacks"), [
    ("noor", "model-risk", []), ("tomas", "compliance", []), ("", "", ["quorum-unmet"]),
])  # fmt: skip
def test_any_of(person: str, role: str, lacks: list[str]) -> None:
    """One of the quorums is enough; none is one lack that names both ways."""
    quorums = [{"role": "model-risk", "min": 1}, {"role": "compliance", "min": 1}]
    hearing = Hearing(signoff=[{"tiers": ["low"], "any_of": quorums}])
    hearing.admitted(hearing.proposal())
    if person:
        hearing.admitted(hearing.signoff(person, role))
    assert hearing.lacks() == lacks


def test_any_of_and_all_of_are_both_asked() -> None:
    """What all must give is not given by what any may give."""
    rule = {"tiers": ["low"], "all_of": [{"role": "owner", "min": 1}], "any_of": [
        {"role": "model-risk", "min": 2}, {"role": "compliance", "min": 1}]}  # fmt: skip
    hearing = Hearing(signoff=[rule])
    hearing.admitted(
        hearing.proposal(),
    )
    hearing.admitted(hearing.signoff("tomas", "compliance"))
    assert hearing.lacks() == ["quorum-unmet"]
    hearing.admitted(hearing.signoff("ines", "owner"))
    assert hearing.lacks() == []


def test_a_rejection_keeps_a_version_open_until_it_is_withdrawn(hearing: Hearing) -> None:
    """`open-rejection`, whatever the quorum says."""
    hearing.admitted(
        hearing.proposal(),
    )
    hearing.admitted(hearing.signoff("noor"), hearing.signoff("tomas", "compliance"))
    rejection = hearing.admitted(hearing.signoff("zoe", kind="reject"))
    assert hearing.lacks() == ["open-rejection"]
    hearing.admitted(hearing.signoff("zoe", kind="withdraw", parents=(rejection,)))
    assert hearing.lacks() == []


def test_the_same_bytes_proposed_again_answer_no_rejection(hearing: Hearing) -> None:
    """Approvals are void after a new proposal; a rejection is, if the bytes are others."""
    first = hearing.admitted(hearing.proposal())
    hearing.admitted(hearing.signoff("noor"), hearing.signoff("zoe", kind="reject"))
    hearing.admitted(hearing.proposal(parents=[first.sha256]))
    assert hearing.lacks() == ["open-rejection", "quorum-unmet", "quorum-unmet"]
    hearing.admitted(hearing.proposal(digest="2" * 64))
    assert hearing.lacks() == ["quorum-unmet", "quorum-unmet"]
    hearing.admitted(hearing.proposal(digest="1" * 64))
    assert hearing.lacks() == ["open-rejection", "quorum-unmet", "quorum-unmet"]


def test_a_withdrawn_approval_counts_no_longer(hearing: Hearing) -> None:
    """Withdrawn, the quorum lacks again; approved again, it stands again."""
    hearing.admitted(hearing.proposal())
    mine = hearing.admitted(hearing.signoff("tomas", "compliance"), hearing.signoff("noor"))
    hearing.admitted(hearing.signoff("noor", kind="withdraw", parents=(mine,)))
    assert hearing.lacks() == ["quorum-unmet"]
    hearing.admitted(hearing.signoff("noor"))
    assert hearing.lacks() == []


@pytest.mark.parametrize(("expires", "lacks"), [
    ("2026-11-23", []), ("2026-11-22", ["approval-expired", "quorum-unmet"]), ("2027-01-01", []),
])  # fmt: skip
def test_an_approval_counts_through_its_last_day(hearing: Hearing, expires: str, lacks: list[str]) -> None:
    """Until the end of the day that it names, and not after."""
    hearing.admitted(hearing.proposal())
    hearing.admitted(hearing.signoff("noor", expires=expires), hearing.signoff("tomas", "compliance"))
    assert hearing.lacks() == lacks


@pytest.mark.parametrize(("days", "lacks"), [(30, []), (31, ["approval-expired", "quorum-unmet"])])
def test_an_approval_ages(hearing: Hearing, days: int, lacks: list[str]) -> None:
    """Up to the policy's largest age in whole days."""
    stated = (NOON - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    hearing.admitted(hearing.proposal())
    hearing.admitted(hearing.signoff("noor", stated_at=stated), hearing.signoff("tomas", "compliance"))
    assert hearing.lacks() == lacks


@pytest.mark.parametrize(("minutes", "lacks"), [(59, []), (61, ["stated-in-future", "quorum-unmet"])])
def test_an_approval_is_not_from_the_future(hearing: Hearing, minutes: int, lacks: list[str]) -> None:
    """Two clocks may differ by an hour; more, and a typed date would outwit the largest age."""
    stated = (NOON + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
    hearing.admitted(hearing.proposal())
    hearing.admitted(hearing.signoff("noor", stated_at=stated), hearing.signoff("tomas", "compliance"))
    assert hearing.lacks() == lacks


@pytest.mark.parametrize(("level", "lacks"), [
    ("L1", []), ("L2", []), ("L3", ["level-too-low", "level-too-low", "quorum-unmet", "quorum-unmet"]),
])  # fmt: skip
def test_the_policy_demands_a_level(level: str, lacks: list[str]) -> None:
    """A demand for trusted time is not met by a signature alone."""
    hearing = Hearing(signoff=rules(level=level))
    hearing.admitted(hearing.proposal())
    hearing.admitted(hearing.signoff("noor"), hearing.signoff("tomas", "compliance"))
    assert hearing.lacks() == lacks


@pytest.mark.parametrize(("expires", "lacks"), [("2026-11-23", []), ("2026-11-22", ["policy-expired"])])
def test_nothing_is_sealed_under_a_policy_that_ended(expires: str, lacks: list[str]) -> None:
    """`policy-expired` the day after its last one."""
    hearing = Hearing(expires=expires)
    hearing.admitted(hearing.proposal())
    hearing.admitted(hearing.signoff("noor"), hearing.signoff("tomas", "compliance"))
    assert hearing.lacks() == lacks


def test_what_no_rule_allows_is_not_sealed(hearing: Hearing) -> None:
    """Default-deny: `no-rule` for a tier that the policy does not know."""
    hearing.admitted(hearing.proposal(tier="medium"))
    assert hearing.lacks() == ["no-rule"]
    assert hearing.admit(hearing.signoff("noor")) == ["no-rule"]


def test_an_exclusion_holds_when_the_proposal_comes_later(hearing: Hearing) -> None:
    """Whoever is named by a later proposal no longer counts, were their approval admitted."""
    hearing.admitted(hearing.proposal())
    approval = hearing.admitted(hearing.signoff("noor"))
    course = next(iter(hearing.proceedings.courses.values()))
    hearing.admitted(hearing.proposal(contributors=(("mara", "author"), ("noor", "trainer"))))
    course.approvals.append(approval)  # as if a proposal did not void what came before
    assert "sod-trainer" in hearing.lacks()
