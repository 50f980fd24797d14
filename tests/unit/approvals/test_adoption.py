"""How a policy version comes into force, and what becomes of keys: in memory, one statement at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cognify.approvals import Entered
from cognify.approvals.adoption import new_keys
from cognify.inventory import Version
from cognify.records import policy as policies
from cognify.records.policy import Key, Policy
from cognify.signing import open_statement
from tests import hearing
from tests.hearing import Hearing

OWNERS: dict[str, Any] = {"policy_change": {"role": "owner", "min": 2}}
PLACE = Version("credit-memo", "1.0.0")


def second(first: Policy, **changes: Any) -> Policy:
    """The policy that follows *first*, with *changes*; `people` are added to those there are."""
    people = {**first.data["people"], **changes.pop("people", {})}
    if first.change:
        changes = {**OWNERS, **changes}
    return hearing.policy(**{"version": 2, "previous": {"sha256": first.sha256}, "people": people, **changes})


@pytest.fixture
def hear() -> Hearing:
    people = {**hearing.policy().data["people"]}
    people["noor"] = {**people["noor"], "roles": ["model-risk", "owner"]}
    heard = Hearing(**OWNERS, people=people)
    newcomer = {"name": "Größe Neu", "roles": ["compliance"], "keys": [{"ssh": hearing.key("neu").public}]}
    heard.proceedings.policies = {1: heard.policy, 2: second(heard.policy, people={"neu": newcomer})}
    return heard


def update(
    heard: Hearing, person: str, *, role: str = "owner", cites: int = 1, about: int = 2, **more: Any
) -> Entered:
    """An agreement (or, citing version 2, a proof of possession) by *person*."""
    cited, newer = heard.proceedings.policies[cites], heard.proceedings.policies[2]
    return heard.of_the_inventory(
        "policy.update", person, role, cited=cited, subject=policies.file_name(about),
        digest=more.pop("digest", newer.sha256), **more,
    )  # fmt: skip


def lacks(heard: Hearing) -> list[str]:
    return [refusal.id for refusal in heard.proceedings.lacking(2)]


def test_the_quorum_of_the_old_and_proof_of_the_new_keys(hear: Hearing) -> None:
    """Two of the old policy's owners and the new key's holder; in force with the seal, not before."""
    assert lacks(hear) == ["policy-quorum-old", "key-no-pop"]
    hear.admitted(update(hear, "ines"), update(hear, "noor"))
    assert lacks(hear) == ["key-no-pop"]
    hear.admitted(update(hear, "neu", role="compliance", cites=2))
    assert (lacks(hear), hear.proceedings.in_force) == ([], 1)
    hear.proceedings.close()
    assert hear.proceedings.in_force == 2


def test_a_run_that_ends_without_all_of_it_changes_nothing(hear: Hearing) -> None:
    """Too few signatures, or none at all: version 1 stays in force."""
    hear.proceedings.close()
    hear.admitted(update(hear, "ines"))
    hear.proceedings.close()
    assert hear.proceedings.in_force == 1


def test_one_person_agrees_once(hear: Hearing) -> None:
    """Two agreements of one person are one vote."""
    hear.admitted(update(hear, "ines"), update(hear, "ines", comment="noch einmal"))
    assert lacks(hear) == ["policy-quorum-old", "key-no-pop"]


def test_a_new_key_never_agrees(hear: Hearing) -> None:
    """Whoever is only in the new version proves their key and counts for nothing else (P02)."""
    hear.admitted(update(hear, "ines"), update(hear, "neu", role="compliance", cites=2))
    assert lacks(hear) == ["policy-quorum-old"]


def test_someone_who_is_in_neither(hear: Hearing) -> None:
    """A person of no policy in force holds no role."""
    assert hear.admit(update(hear, "neu", role="model-risk", cites=2)) == ["role-not-held-at-seq"]


def test_only_the_next_version_can_come(hear: Hearing) -> None:
    """The version in force, and one after the next, cannot be put in force."""
    assert hear.admit(update(hear, "ines", about=1, digest=hear.policy.sha256)) == ["policy-rollback"]
    assert hear.admit(update(hear, "ines", about=3)) == ["policy-rollback"]
    hear.proceedings.policies = {1: hear.policy}
    stated = hear.of_the_inventory(
        "policy.update", "ines", "owner", subject="policy/0002.yaml", digest="1" * 64
    )
    assert hear.admit(stated) == ["policy-rollback"]


def test_other_bytes(hear: Hearing) -> None:
    """An agreement is to the bytes that lie there."""
    assert hear.admit(update(hear, "ines", digest="1" * 64)) == ["subject-digest-mismatch"]


def test_another_role(hear: Hearing) -> None:
    """A policy is changed in the role that the policy in force names."""
    assert hear.admit(update(hear, "tomas", role="compliance")) == ["role-not-asked"]


def test_a_policy_that_nobody_may_change() -> None:
    """Without `policy_change` there is no next version."""
    heard = Hearing()
    heard.proceedings.policies = {1: heard.policy, 2: second(heard.policy)}
    assert heard.admit(update(heard, "ines")) == ["no-rule"]
    assert lacks(heard) == ["policy-quorum-old"]


def test_a_statement_under_a_version_that_is_not_in_force(hear: Hearing) -> None:
    """Nothing but the proof of a new key looks ahead."""
    newer = hear.proceedings.policies[2]
    stated = hear.of_the_inventory("exception.grant", "ines", "owner", cited=newer, what="x",
                                   expires="2027-01-01", subject="policy/0002.yaml", digest=newer.sha256)  # fmt: skip
    assert hear.admit(stated) == ["policy-not-in-force"]


def test_keys_that_come_new() -> None:
    """Person and mark; keys that were there before are not among them."""
    first = hearing.policy()
    newer = second(
        first,
        people={"neu": {"name": "N", "roles": ["compliance"], "keys": [{"ssh": hearing.key("neu").public}]}},
    )
    assert new_keys(first, newer) == (("neu", Key(hearing.key("neu").public).mark),)


# ---- keys ----


def about_key(
    heard: Hearing, kind: str, holder: str, *, by: str = "ines", role: str = "owner", **more: Any
) -> Entered:
    more["after"] = {"origin": "cognify.dev/log/x", "root": "A" * 43 + "=", "size": more.pop("after", 0)}
    more.setdefault("subject", policies.file_name(heard.proceedings.in_force))
    more.setdefault("digest", heard.proceedings.policy.sha256)
    return heard.of_the_inventory(kind, by, role, holder=holder, key=hearing.key(holder).public, **more)


@pytest.fixture
def sealed(hear: Hearing) -> Hearing:
    """1.0.0, proposed by Mara, approved by Noor and Tomas, sealed."""
    hear.admitted(hear.proposal())
    hear.admitted(hear.signoff("noor"))
    hear.admitted(hear.signoff("tomas", "compliance"))
    assert hear.lacks() == []
    hear.count += 1
    hear.proceedings.seal(PLACE, "1" * 64, hear.count)
    return hear


def test_a_retired_key_signs_nothing_more(sealed: Hearing) -> None:
    """What it signed before stands; what comes after does not (S02)."""
    sealed.admitted(about_key(sealed, "key.retire", "noor", by="noor", role="model-risk"))
    assert sealed.proceedings.course(PLACE).sealed_at is not None
    assert sealed.admit(sealed.signoff("noor", kind="reject")) == ["key-not-valid-at"]


def test_a_compromised_key_takes_its_seals_along(sealed: Hearing) -> None:
    """The sign-off falls, the seal falls with it, the bytes stay; a new sign-off seals it again."""
    sealed.admitted(about_key(sealed, "key.compromise", "noor", since=0))
    course = sealed.proceedings.course(PLACE)
    assert (course.sealed_at, course.sealed_digest) == (None, "1" * 64)
    assert sealed.admit(sealed.signoff("noor")) == ["key-compromised"]
    assert sealed.lacks() == ["quorum-unmet"]
    sealed.admitted(sealed.signoff("zoe"))
    assert sealed.lacks() == []


def test_what_was_signed_before_stays(sealed: Hearing) -> None:
    """`since` is a place in the log: an approval before it stands."""
    sealed.admitted(about_key(sealed, "key.compromise", "noor", since=sealed.count, after=sealed.count))
    assert sealed.proceedings.course(PLACE).sealed_at is not None


def test_a_place_that_is_still_to_come(sealed: Hearing) -> None:
    """Else what falls would depend on what is sequenced beside it."""
    assert sealed.admit(about_key(sealed, "key.compromise", "noor", since=4, after=3)) == ["since-ahead"]


def test_a_rejection_outlives_the_proposers_key(hear: Hearing) -> None:
    """Whoever proposed cannot wash a rejection away by giving up their own key."""
    hear.admitted(hear.proposal())
    hear.admitted(hear.signoff("noor", kind="reject"))
    hear.admitted(about_key(hear, "key.compromise", "mara"))
    again = hear.statement("record.propose", "both", "model-risk", tier="low", digest="1" * 64,
                           contributors=[{"part": "author", "person": "both"}])  # fmt: skip
    hear.admitted(again)
    hear.admitted(hear.signoff("ines"), hear.signoff("tomas", "compliance"))
    assert hear.lacks() == ["open-rejection"]


def test_a_withdrawal_by_a_thief_falls(hear: Hearing) -> None:
    """The rejection that it took back is open again, and a seal that rested on that falls."""
    hear.admitted(hear.proposal())
    rejection = hear.admitted(hear.signoff("noor", kind="reject"))
    hear.admitted(hear.signoff("zoe"), hear.signoff("tomas", "compliance"))
    hear.admitted(hear.signoff("noor", kind="withdraw", parents=(rejection,)))
    assert hear.lacks() == []
    hear.count += 1
    hear.proceedings.seal(PLACE, "1" * 64, hear.count)
    hear.admitted(about_key(hear, "key.compromise", "noor", since=6, after=hear.count))
    assert hear.lacks() == ["open-rejection"]
    assert hear.proceedings.course(PLACE).sealed_at is None


def test_a_thief_withdraws_and_rejects_what_is_sealed(sealed: Hearing) -> None:
    """What a thief took back, or ended, stands again; the seal stays."""
    approval = sealed.proceedings.course(PLACE).approvals[1]
    sealed.admitted(sealed.signoff("tomas", "compliance", kind="withdraw", parents=(approval,)))
    sealed.admitted(later(sealed, "model.withdraw", **SAID["model.withdraw"]))
    sealed.admitted(sealed.signoff("tomas", "compliance", kind="reject"))
    assert sealed.proceedings.course(PLACE).ended == "withdrawn"
    sealed.admitted(about_key(sealed, "key.compromise", "tomas", since=sealed.count - 2, after=sealed.count))
    course = sealed.proceedings.course(PLACE)
    assert (course.ended, len(course.counted()), course.open_rejections()) == ("", 2, ())
    assert course.sealed_at is not None


def test_exceptions_and_redactions_of_a_thief_fall(hear: Hearing) -> None:
    about = {
        "subject": "policy/0001.yaml",
        "digest": hear.policy.sha256,
        "what": "x",
        "expires": "2027-01-01",
    }
    target = {"name": "train.jsonl", "sha256": "a" * 64}
    said = {
        "target": target,
        "authority": "Gericht",
        "reason": "PII",
        "subject": "train.jsonl",
        "digest": "a" * 64,
    }
    hear.admitted(hear.of_the_inventory("exception.grant", "noor", "owner", **about))
    hear.admitted(hear.of_the_inventory("redact", "noor", "owner", **said))
    hear.admitted(hear.of_the_inventory("redact", "ines", "owner", **said))
    assert hear.proceedings.redacted() == {"a" * 64}
    hear.admitted(about_key(hear, "key.compromise", "noor"))
    assert (hear.proceedings.redacted(), hear.proceedings.exceptions) == (frozenset(), [])


def test_a_rejection_by_a_thief_falls(hear: Hearing) -> None:
    """A rejection by a key that is not believed keeps nobody from sealing, and no seal falls for it."""
    hear.admitted(hear.proposal())
    hear.admitted(hear.signoff("noor"))
    hear.admitted(hear.signoff("tomas", "compliance"), hear.signoff("zoe", kind="reject"))
    assert hear.lacks() == ["open-rejection"]
    hear.admitted(about_key(hear, "key.compromise", "zoe"))
    assert hear.lacks() == []


def test_a_proposal_by_a_thief_takes_the_sign_offs_along(sealed: Hearing) -> None:
    """Nobody believable has named the contributors: the same bytes are proposed and signed again."""
    sealed.admitted(about_key(sealed, "key.compromise", "mara"))
    course = sealed.proceedings.course(PLACE)
    assert (course.proposal, course.counted(), course.sealed_at) == (None, (), None)
    assert sealed.admit(sealed.proposal("zoe", digest="2" * 64)) == ["role-not-held-at-seq"]
    again = sealed.statement("record.propose", "both", "model-risk", tier="low", digest="2" * 64,
                             contributors=[{"part": "author", "person": "both"}])  # fmt: skip
    assert sealed.admit(again) == ["already-sealed"]
    same = sealed.statement("record.propose", "both", "model-risk", tier="low", digest="1" * 64,
                            contributors=[{"part": "author", "person": "both"}])  # fmt: skip
    sealed.admitted(same)
    sealed.admitted(sealed.signoff("noor"), sealed.signoff("tomas", "compliance"))
    assert sealed.lacks() == []


def test_an_agreement_by_a_thief_falls(hear: Hearing) -> None:
    """A policy version that is not in force yet loses what a thief signed."""
    hear.admitted(update(hear, "ines"), update(hear, "noor"), update(hear, "neu", role="compliance", cites=2))
    hear.admitted(about_key(hear, "key.compromise", "noor"))
    assert lacks(hear) == ["policy-quorum-old"]


def test_who_may_speak_for_a_key(hear: Hearing) -> None:
    """Its holder, or whoever may change the policy; and it must be a key that a policy lists for them."""
    assert hear.admit(about_key(hear, "key.retire", "noor", by="tomas", role="compliance")) == [
        "role-not-asked"
    ]
    hear.admitted(about_key(hear, "key.retire", "tomas", by="tomas", role="compliance"))
    wrong = hear.of_the_inventory("key.retire", "ines", "owner", holder="noor", key=hearing.key("zoe").public,
                                  subject="policy/0001.yaml", digest=hear.policy.sha256)  # fmt: skip
    assert hear.admit(wrong) == ["key-unknown"]
    assert hear.admit(about_key(hear, "key.retire", "noor", subject="policy/0002.yaml")) == [
        "subject-mismatch"
    ]


def test_a_policy_that_nobody_may_change_leaves_keys_to_their_holders() -> None:
    heard = Hearing()
    assert heard.admit(about_key(heard, "key.retire", "noor", by="ines")) == ["role-not-asked"]
    heard.admitted(about_key(heard, "key.retire", "noor", by="noor", role="model-risk"))


def test_a_login_may_be_retired(hear: Hearing) -> None:
    """A key is named as the policy names it: a login by issuer and identity."""
    login = {"issuer": "https://login.example.org", "identity": "zoe@größe.example"}
    people = {
        **hear.policy.data["people"],
        "zoe": {"name": "Zoë", "roles": ["model-risk"], "keys": [{"sigstore": login}]},
    }
    first = hearing.policy(**OWNERS, people=people)
    hear.proceedings.policies = {1: first}
    object.__setattr__(hear, "policy", first)
    stated = hear.of_the_inventory("key.retire", "ines", "owner", holder="zoe", key=login,
                                   subject="policy/0001.yaml", digest=first.sha256)  # fmt: skip
    hear.admitted(stated)
    assert list(hear.proceedings.fates) == ["zoe@größe.example (https://login.example.org)"]


# ---- what is stated later ----


def test_an_exception_ends(hear: Hearing) -> None:
    """Within a year, and by whoever may change the policy."""
    about = {"subject": "policy/0001.yaml", "digest": hear.policy.sha256, "what": "ein Pilot"}
    far = {**about, "expires": "2028-01-01"}
    assert hear.admit(hear.of_the_inventory("exception.grant", "ines", "owner", **far)) == [
        "exception-unbounded"
    ]
    near = {**about, "expires": "2027-01-01"}
    assert hear.admit(hear.of_the_inventory("exception.grant", "tomas", "compliance", **near)) == [
        "role-not-asked"
    ]
    hear.admitted(hear.of_the_inventory("exception.grant", "ines", "owner", **near))
    assert len(hear.proceedings.exceptions) == 1


def test_an_exception_under_a_policy_that_names_nobody() -> None:
    heard = Hearing()
    about = {
        "subject": "policy/0001.yaml",
        "digest": heard.policy.sha256,
        "what": "x",
        "expires": "2027-01-01",
    }
    assert heard.admit(heard.of_the_inventory("exception.grant", "ines", "owner", **about)) == ["no-rule"]
    assert heard.proceedings.redacted() == frozenset()


def test_a_redaction_needs_its_quorum(hear: Hearing) -> None:
    """Two owners, each about the very file."""
    target = {"name": "train.jsonl", "sha256": "a" * 64}
    said = {
        "target": target,
        "authority": "Gericht",
        "reason": "PII",
        "subject": "train.jsonl",
        "digest": "a" * 64,
    }
    hear.admitted(hear.of_the_inventory("redact", "ines", "owner", **said))
    assert hear.proceedings.redacted() == frozenset()
    other = {**said, "digest": "b" * 64}
    assert hear.admit(hear.of_the_inventory("redact", "noor", "owner", **other)) == ["subject-mismatch"]
    hear.admitted(hear.of_the_inventory("redact", "noor", "owner", **said))
    assert hear.proceedings.redacted() == {"a" * 64}


def test_a_statement_about_the_inventory_lies_with_the_inventory(hear: Hearing) -> None:
    stated = about_key(
        hear, "key.retire", "noor", by="noor", path="models/credit-memo/1.0.0/statements/x.json"
    )
    assert hear.admit(stated) == ["subject-mismatch"]


def later(heard: Hearing, kind: str, person: str = "tomas", role: str = "compliance", **more: Any) -> Entered:
    return heard.statement(kind, person, role, **more)


SAID: dict[str, dict[str, Any]] = {
    "amend": {"amendments": [{"at": "/use", "text": "größer"}]},
    "model.withdraw": {"reason": "drift"},
    "supersede": {"by": {"model": "credit-memo", "version": "1.1.0", "record": "urn:uuid:00000000-0000-4000-8000-000000000000"}},
}  # fmt: skip


@pytest.mark.parametrize("kind", SAID)
def test_only_what_is_sealed_is_amended_or_ended(hear: Hearing, kind: str) -> None:
    """Before it is sealed, a version is rejected or proposed anew."""
    hear.admitted(hear.proposal())
    assert hear.admit(later(hear, kind, **SAID[kind])) == ["not-sealed"]


@pytest.mark.parametrize("kind", SAID)
def test_later_statements_are_about_the_sealed_bytes(sealed: Hearing, kind: str) -> None:
    assert sealed.admit(later(sealed, kind, digest="3" * 64, **SAID[kind])) == ["subject-digest-mismatch"]


def test_an_amendment_is_kept_beside(sealed: Hearing) -> None:
    """Whoever holds a role may amend; nothing else changes."""
    sealed.admitted(later(sealed, "amend", "mara", "engineer", **SAID["amend"]))
    assert sealed.proceedings.course(PLACE).history[-1].verified.statement.kind == "amend"
    assert sealed.proceedings.course(PLACE).sealed_at is not None


def test_a_version_is_withdrawn_by_who_signs_versions_off(sealed: Hearing) -> None:
    """A role that the tier asks for; a later supersession does not undo it."""
    assert sealed.admit(later(sealed, "model.withdraw", "mara", "engineer", **SAID["model.withdraw"])) == [
        "role-not-asked"
    ]
    sealed.admitted(later(sealed, "model.withdraw", **SAID["model.withdraw"]))
    record = sealed.seal_another("1.1.0")
    by = {"model": "credit-memo", "version": "1.1.0", "record": record}
    sealed.admitted(later(sealed, "supersede", by=by))
    assert sealed.proceedings.course(PLACE).ended == "withdrawn"


def test_a_successor_is_sealed_and_another(sealed: Hearing) -> None:
    """Its record id is the one that it names, and no version takes its own place."""
    assert sealed.admit(later(sealed, "supersede", **SAID["supersede"])) == ["successor-not-sealed"]
    record = sealed.seal_another("1.1.0")
    by = {"model": "credit-memo", "version": "1.1.0", "record": record}
    assert sealed.admit(
        later(sealed, "supersede", by={**by, "record": SAID["supersede"]["by"]["record"]})
    ) == ["successor-not-sealed"]
    own = sealed.proceedings.course(PLACE).history[0].verified.statement.record
    assert sealed.admit(later(sealed, "supersede", by={**by, "version": "1.0.0", "record": own})) == [
        "successor-not-sealed"
    ]
    assert sealed.admit(later(sealed, "supersede", "mara", "engineer", by=by)) == ["role-not-asked"]
    sealed.admitted(later(sealed, "supersede", by=by))


def test_a_package_leaves_the_successor_out(sealed: Hearing) -> None:
    """Where other records are left out on purpose, what is said of them is taken as said."""
    sealed.proceedings.partial = True
    sealed.admitted(later(sealed, "supersede", **SAID["supersede"]))


def test_no_rule_for_the_tier_any_more(sealed: Hearing) -> None:
    """Where no rule asks any role, nobody withdraws either."""
    sealed.policy = replace(sealed.policy, rules=())
    sealed.proceedings.policies = {1: sealed.policy}
    assert sealed.admit(later(sealed, "model.withdraw", **SAID["model.withdraw"])) == ["role-not-asked"]


def test_a_proof_is_opened_under_the_version_that_brings_the_key(hear: Hearing) -> None:
    """The statement of a new key's holder verifies under version 2 and under no other."""
    proof = update(hear, "neu", role="compliance", cites=2)
    again = open_statement(proof.verified.raw, hearing.key("neu").sign(proof.verified.raw, "policy.update.v1@cognify.dev"),
                           policy=hear.proceedings.policies[2], where="x")  # fmt: skip
    assert again.mark == Key(hearing.key("neu").public).mark
