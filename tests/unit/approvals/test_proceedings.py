"""May this person, in this role, state this, now? Each refusal by its id."""

from __future__ import annotations

from typing import Any

import pytest

from cognify.inventory import Version
from tests.hearing import Hearing

OTHER = "urn:uuid:00000000-0000-4000-8000-000000000000"


@pytest.fixture
def hearing() -> Hearing:
    """Begun, and version 1.0.0 proposed by Mara."""
    hearing = Hearing()
    hearing.admitted(hearing.proposal())
    return hearing


@pytest.mark.parametrize(("change", "id"), [
    ({"inventory": OTHER}, "ledger-mismatch"),
    ({"policy": {"sha256": "0" * 64, "version": 1}}, "policy-mismatch"),
    ({"policy": {"sha256": "0" * 64, "version": 9}}, "policy-mismatch"),
    ({"role": "compliance"}, "role-not-held-at-seq"),
    ({"subject": "models/credit-memo/2.0.0/MANIFEST.sha256"}, "subject-mismatch"),
    ({"path": "models/credit-memo/2.0.0/statements/x.json"}, "subject-mismatch"),
    ({"path": "statements/x.json"}, "subject-mismatch"),
    ({"digest": "2" * 64}, "subject-digest-mismatch"),
    ({"parents": ()}, "subject-digest-mismatch"),
    ({"record": OTHER}, "record-mismatch"),
])  # fmt: skip
def test_an_approval_out_of_place(hearing: Hearing, change: dict[str, Any], id: str) -> None:
    """Another inventory, policy, role, version, folder, bytes or record: refused, and nothing changes."""
    before = list(hearing.proceedings.entered)
    approval = hearing.signoff("noor", **{"role": change.pop("role", "model-risk"), **change})
    assert id in hearing.admit(approval)
    assert list(hearing.proceedings.entered) == before


def test_a_policy_that_is_not_in_force() -> None:
    """A statement cites the policy in force at its place in the log, or does not stand."""
    hearing = Hearing()
    proposal = hearing.proposal()
    hearing.proceedings.policies = {**hearing.proceedings.policies, 2: hearing.policy}
    hearing.proceedings.in_force = 2
    assert hearing.admit(proposal) == ["policy-not-in-force"]


def test_an_approval_under_an_older_policy_no_longer_counts(hearing: Hearing) -> None:
    """`policy-not-in-force` at sealing, with the way out."""
    hearing.admitted(hearing.signoff("noor"))
    object.__setattr__(hearing.policy, "version", 2)
    assert hearing.lacks()[0] == "policy-not-in-force"


@pytest.mark.parametrize("kind", ["control.snapshot", "morgen.mehr"])
def test_a_kind_whose_rules_are_unknown(hearing: Hearing, kind: str) -> None:
    """Refused, never waved through: `kind-not-judged`."""
    approval = hearing.signoff("noor").verified.statement
    stated = type(approval)(kind, approval.subject, approval.digest, approval.predicate)
    assert [r.id for r in hearing.proceedings.refusals(stated, "x")] == ["kind-not-judged"]


def test_the_same_statement_twice(hearing: Hearing) -> None:
    """`duplicate-leaf`."""
    approval = hearing.signoff("noor")
    hearing.admitted(approval)
    assert hearing.admit(approval) == ["duplicate-leaf"]


def test_a_parent_that_does_not_come_before(hearing: Hearing) -> None:
    """`parent-after-child`."""
    proposal = hearing.proceedings.course(Version("credit-memo", "1.0.0")).proposal
    later = hearing.signoff("zoe")
    assert hearing.admit(hearing.signoff("noor", parents=(proposal, later))) == ["parent-after-child"]


def test_nothing_to_sign_off() -> None:
    """`not-proposed`."""
    hearing = Hearing()
    assert hearing.admit(hearing.signoff("noor")) == ["not-proposed"]


@pytest.mark.parametrize("kind", ["approve", "reject", "withdraw"])
def test_a_device_name(hearing: Hearing, kind: str) -> None:
    """A model called `aux` is refused as such; the judgement goes on."""
    assert hearing.admit(hearing.signoff("noor", kind=kind, model="aux"))[0] == "name-unusable"


def test_a_role_that_the_rule_does_not_ask(hearing: Hearing) -> None:
    """`role-not-asked` for an approval; a rejection is heard in any role that is held."""
    assert hearing.admit(hearing.signoff("ines", "owner")) == ["role-not-asked"]
    assert hearing.admit(hearing.signoff("ines", "owner", kind="reject")) == []


@pytest.mark.parametrize(("part", "id"), [
    ("author", "sod-author"), ("trainer", "sod-trainer"), ("evidence-author", "sod-evidence-author"),
])  # fmt: skip
def test_contributors_do_not_approve(part: str, id: str) -> None:
    """Each part that the rule excludes, by its own id."""
    hearing = Hearing()
    hearing.admitted(hearing.proposal(contributors=(("noor", part),)))
    assert hearing.admit(hearing.signoff("noor")) == [id]
    assert hearing.admit(hearing.signoff("zoe")) == []


def test_who_proposes_is_author_unnamed() -> None:
    """Leaving oneself out of the list of contributors does not help."""
    hearing = Hearing(exclusive_roles=[["engineer", "compliance"]])
    people = {id: p for id, p in hearing.policy.data["people"].items()}
    people["mara"] = {**people["mara"], "roles": ["engineer", "model-risk"]}
    hearing = Hearing(people=people)
    hearing.admitted(hearing.proposal(contributors=(("zoe", "author"),)))
    assert hearing.admit(hearing.signoff("mara")) == ["sod-author"]


def test_a_second_proposal_washes_nobody_clean(hearing: Hearing) -> None:
    """Whoever any proposal of this version named stays excluded."""
    hearing.admitted(hearing.proposal(contributors=(("noor", "trainer"),)))
    hearing.admitted(hearing.proposal())
    assert hearing.admit(hearing.signoff("noor")) == ["sod-trainer"]


def test_a_contributor_whom_nobody_knows() -> None:
    """`contributor-unknown`."""
    hearing = Hearing()
    assert hearing.admit(hearing.proposal(contributors=(("zoe-x", "author"),))) == ["contributor-unknown"]


def test_one_record_id_one_version(hearing: Hearing) -> None:
    """A second version under the same record id is refused, in whatever model it lies."""
    taken = hearing.proposal().verified.statement.record
    assert hearing.admit(hearing.proposal(version="2.0.0", record=taken)) == ["record-mismatch"]
    assert hearing.admit(hearing.proposal(model="groesse", record=taken)) == ["record-mismatch"]
    assert hearing.admit(hearing.proposal(version="2.0.0")) == []


def test_withdrawing(hearing: Hearing) -> None:
    """One's own sign-off of this version, and nothing else."""
    hearing.admitted(hearing.signoff("zoe", kind="reject"))
    rejection = hearing.proceedings.course(Version("credit-memo", "1.0.0")).rejections[0]
    mine = hearing.admitted(hearing.signoff("noor"))
    proposal = hearing.proceedings.course(Version("credit-memo", "1.0.0")).proposal
    assert hearing.admit(hearing.signoff("noor", kind="withdraw", parents=(proposal,))) == [
        "nothing-to-withdraw"
    ]
    assert hearing.admit(hearing.signoff("noor", kind="withdraw", parents=())) == ["nothing-to-withdraw"]
    assert hearing.admit(hearing.signoff("noor", kind="withdraw", parents=(rejection,))) == [
        "withdrawal-not-own"
    ]
    assert hearing.admit(hearing.signoff("noor", kind="withdraw", parents=(mine, rejection))) == [
        "withdrawal-not-own"
    ]
    assert hearing.admit(hearing.signoff("noor", kind="withdraw", parents=(mine,))) == []
    assert hearing.lacks()[0] == "open-rejection"


def test_what_is_sealed(hearing: Hearing) -> None:
    """No second proposal, no further approval; a rejection and a withdrawal still stand, to be seen."""
    mine = hearing.admitted(hearing.signoff("noor"))
    hearing.proceedings.seal(Version("credit-memo", "1.0.0"), "1" * 64, 9)
    assert hearing.admit(hearing.proposal()) == ["already-sealed"]
    assert hearing.admit(hearing.signoff("zoe")) == ["already-sealed"]
    assert hearing.admit(hearing.signoff("zoe", kind="reject")) == []
    assert hearing.admit(hearing.signoff("noor", kind="withdraw", parents=(mine,))) == []


def test_a_lower_tier_is_judged_by_the_higher_ones_rule() -> None:
    """Until the high tier's quorum has sealed the lower tier, the high tier rules the model."""
    hearing = Hearing()
    hearing.admitted(hearing.proposal(tier="high"))
    hearing.admitted(hearing.signoff("noor"), hearing.signoff("zoe"), hearing.signoff("tomas", "compliance"))
    hearing.proceedings.seal(Version("credit-memo", "1.0.0"), "1" * 64, 9)
    hearing.admitted(hearing.proposal(version="2.0.0", tier="low"))
    second = {"version": "2.0.0"}
    hearing.admitted(hearing.signoff("noor", **second), hearing.signoff("tomas", "compliance", **second))
    assert hearing.lacks("2.0.0") == ["quorum-unmet"]
    hearing.admitted(hearing.signoff("zoe", **second))
    assert hearing.lacks("2.0.0") == []
    hearing.proceedings.seal(Version("credit-memo", "2.0.0"), "1" * 64, 19)
    hearing.admitted(hearing.proposal(version="3.0.0", tier="low"))
    assert hearing.proceedings.tier(Version("credit-memo", "3.0.0")) == "low"


@pytest.mark.parametrize("change", [{"digest": "2" * 64}, {"trust": {"trust/x": "0" * 64}}])
def test_a_genesis_of_something_else(change: dict[str, Any]) -> None:
    """It binds this policy and these trust files, or nothing: `genesis-mismatch`."""
    hearing = Hearing()
    hearing.proceedings.genesis = None
    assert hearing.admit(hearing.genesis(**change)) == ["genesis-mismatch"]


def test_a_second_genesis(hearing: Hearing) -> None:
    """`genesis-mismatch`."""
    assert hearing.admit(hearing.genesis()) == ["genesis-mismatch"]


def test_nothing_comes_before_genesis() -> None:
    """`genesis-missing`."""
    hearing = Hearing()
    hearing.proceedings.genesis = None
    assert hearing.admit(hearing.proposal()) == ["genesis-missing"]


def test_a_genesis_is_signed_in_the_role_that_changes_policies() -> None:
    """`role-not-held-at-seq` for another role."""
    hearing = Hearing(policy_change={"role": "owner", "min": 1})
    hearing.proceedings.genesis = None
    assert hearing.admit(hearing.genesis("noor", "model-risk")) == ["role-not-held-at-seq"]
    assert hearing.admit(hearing.genesis("ines", "owner")) == []
