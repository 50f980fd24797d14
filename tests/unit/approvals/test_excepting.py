"""An exception stands by a quorum's words: word for word, by persons, until its last day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from cognify.approvals import excepted
from tests import hearing
from tests.hearing import NOON, Hearing

WORDS = "pii-suspect F in models/credit-memo/1.0.0/evidence/größe.jsonl"


@pytest.fixture
def hear() -> Hearing:
    people = {**hearing.policy().data["people"]}
    people["noor"] = {**people["noor"], "roles": ["model-risk", "owner"]}
    return Hearing(policy_change={"role": "owner", "min": 2}, people=people)


def grant(heard: Hearing, person: str, **more: Any) -> None:
    about = {
        "subject": "policy/0001.yaml",
        "digest": heard.policy.sha256,
        "what": WORDS,
        "expires": "2027-01-01",
    }
    heard.admitted(heard.of_the_inventory("exception.grant", person, "owner", **{**about, **more}))


def test_two_people_of_the_role(hear: Hearing) -> None:
    """One person twice is one person; a second one with other words is none."""
    grant(hear, "ines")
    grant(hear, "ines", expires="2027-02-01")
    grant(hear, "noor", what=WORDS.replace(" F ", " G "))
    assert excepted(hear.proceedings, NOON) == frozenset()
    grant(hear, "noor")
    assert excepted(hear.proceedings, NOON) == {WORDS}


def test_it_ends(hear: Hearing) -> None:
    """The last day still counts."""
    grant(hear, "ines")
    grant(hear, "noor", expires="2026-12-31")
    assert excepted(hear.proceedings, datetime(2026, 12, 31, 23, tzinfo=UTC)) == {WORDS}
    assert excepted(hear.proceedings, datetime(2027, 1, 1, tzinfo=UTC)) == frozenset()


def test_whoever_left_the_role_does_not_count(hear: Hearing) -> None:
    grant(hear, "ines")
    grant(hear, "noor")
    people = {**hear.policy.people, "noor": replace(hear.policy.people["noor"], roles=("model-risk",))}
    hear.proceedings.policies = {1: replace(hear.policy, people=people)}
    assert excepted(hear.proceedings, NOON) == frozenset()
    gone = {id: person for id, person in people.items() if id != "noor"}
    hear.proceedings.policies = {1: replace(hear.policy, people=gone)}
    assert excepted(hear.proceedings, NOON) == frozenset()


def test_a_policy_that_names_nobody_excepts_nothing() -> None:
    assert excepted(Hearing().proceedings, NOON) == frozenset()
