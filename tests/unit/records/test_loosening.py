"""What one policy version asks less of than the one before it."""

from __future__ import annotations

import pytest

from cognify.records.loosening import lowered
from tests import hearing
from tests.hearing import RULES

PAIR = [["model-risk", "compliance"]]


def rules(*changes: tuple[int, str, object]) -> list[dict[str, object]]:
    made = [dict(rule) for rule in RULES]
    for number, key, value in changes:
        made[number][key] = value
    return made


@pytest.mark.parametrize(("older", "newer", "said"), [
    ({"policy_change": {"role": "model-risk", "min": 2}}, {"policy_change": {"role": "model-risk", "min": 1}},
     ["a policy change needs 1 signatures, before 2"]),
    ({}, {"signoff": rules((1, "all_of", [{"role": "model-risk", "min": 2}]))},
     ["tier high asks for 0 of compliance, before 1"]),
    ({}, {"signoff": rules((0, "not", ["author"]))},
     ["tier low no longer keeps the evidence-author from signing", "tier low no longer keeps the trainer from signing"]),
    ({}, {"signoff": rules((0, "max_age_days", 3650))}, ["tier low takes approvals of 3650 days, before 30"]),
    ({"signoff": rules((0, "any_of", [{"role": "owner", "min": 1}]))}, {},
     ["tier low is content with another choice of roles than before"]),
    ({"expires": "2026-12-31"}, {}, ["the policy ends never, before 2026-12-31"]),
    ({"policy_change": {"role": "owner", "min": 1}}, {"policy_change": {"role": "model-risk", "min": 1}},
     ["the policy is changed by model-risk, before by owner"]),
    ({"signoff": rules((1, "level", "L3"))}, {"signoff": rules((1, "level", "L2"))},
     ["tier high asks for level L2, before L3"]),
    ({"signoff": rules((0, "review_days", 365))}, {"signoff": rules((0, "review_days", 366))},
     ["tier low is reviewed every 366 days, before every 365"]),
    ({"signoff": rules((0, "review_days", 365))}, {}, ["tier low is reviewed at no interval, before every 365"]),
    ({"signoff": rules((1, "review_days", 365))}, {"signoff": rules()[:1]},
     ["tier high is reviewed at no interval, before every 365"]),
    ({"signoff": rules((0, "review_days", 365))}, {"signoff": rules((0, "review_days", 30), (1, "review_days", 90))}, []),
    ({}, {"signoff": rules()[:1]}, []),
    ({}, {}, []),
])  # fmt: skip
def test_what_is_asked_less(older: dict[str, object], newer: dict[str, object], said: list[str]) -> None:
    """Each loosening is one sentence; a tier without a rule is stricter, not looser."""
    assert list(lowered(hearing.policy(**older), hearing.policy(**newer))) == said


def test_roles_that_exclude_each_other_no_more() -> None:
    people = {id: {"name": id, "roles": [role], "keys": [{"ssh": hearing.key(id).public}]}
              for id, role in (("ines", "model-risk"), ("noor", "model-risk"), ("tomas", "compliance"))}  # fmt: skip
    older, newer = hearing.policy(people=people, exclusive_roles=PAIR), hearing.policy(people=people)
    assert list(lowered(older, newer)) == ["compliance and model-risk no longer exclude each other"]


def test_people_who_may_more() -> None:
    """A role that somebody newly holds, and a hardware key that needs no touch any more."""
    people = dict(hearing.policy().data["people"])
    people["ines"] = {**people["ines"], "keys": [{"ssh": hearing.key("ines").public, "touch": True}]}
    older = hearing.policy(people=people)
    people["ines"] = {**people["ines"], "keys": [{"ssh": hearing.key("ines").public}]}
    people["tomas"] = {**people["tomas"], "roles": ["compliance", "model-risk"]}
    mark = older.people["ines"].keys[0].mark
    assert list(lowered(older, hearing.policy(people=people))) == [
        f"ines need no longer touch {mark}", "tomas now holds model-risk, too",
    ]  # fmt: skip
