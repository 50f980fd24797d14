"""What a policy asks of the outside, what makes no sense, and what a later one drops."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cognify.records import assurance
from cognify.records.assurance import Assurance, Authority

TRUST = {"trust/tsa/a.pem": "1" * 64, "trust/witness.policy": "2" * 64}
STAMPED = {"timestamps": {"min": 1, "authorities": {"größe": {"certificates": "trust/tsa/a.pem"}}}}


def asked(data: dict[str, Any], trust: dict[str, str] | None = None) -> Assurance:
    return assurance.of(data, TRUST if trust is None else trust)


def test_what_is_not_written_is_not_asked() -> None:
    """No authority, no age, no witness."""
    assert asked({}, {}) == Assurance(0, (), None, "")


def test_what_is_written() -> None:
    """Authorities by name, ages in days or hours, witnesses by their file."""
    told = asked({**STAMPED, "freshness": {"max_age_hours": 36}})
    assert told.authorities == (Authority("größe", None, "trust/tsa/a.pem"),)
    assert (told.need, told.max_age, told.witnesses) == (1, timedelta(hours=36), "trust/witness.policy")
    assert asked({"freshness": {"max_age_days": 2}}).max_age == timedelta(days=2)


def test_what_cannot_mean_what_it_says() -> None:
    """More authorities than there are, or certificates that nobody signed for."""
    many = {"timestamps": {**STAMPED["timestamps"], "min": 2}}
    assert assurance.contradiction(asked(STAMPED), TRUST) is None
    assert "2 timestamps are asked of 1" in str(assurance.contradiction(asked(many), TRUST))
    assert "not among the trust files" in str(assurance.contradiction(asked(STAMPED), {}))


FRESH = {"freshness": {"max_age_days": 2}}
LOWERED = [
    (asked(STAMPED), asked({}), "needs 0 trusted timestamps"),
    (Assurance(1, (Authority("a", None, "x"), Authority("b", None, "y")), None, ""),
     Assurance(1, (Authority("a", None, "x"),), None, ""), "no longer asked for timestamps: b"),
    (asked(FRESH), asked({}), "may be older"),
    (asked(FRESH), asked({"freshness": {"max_age_days": 3}}), "may be older"),
    (asked({}), asked({}, {}), "no witness has to sign"),
    (asked({}), asked({}, {**TRUST, "trust/witness.policy.0002": "3" * 64}), "takes the place"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), LOWERED)
def test_what_is_lowered_is_said(old: Assurance, new: Assurance, said: str) -> None:
    """One sentence each; and nothing where nothing is."""
    assert [said in sentence for sentence in assurance.lowered(old, new)] == [True]
    assert assurance.lowered(old, old) == ()


def test_more_is_not_less() -> None:
    """Adding authorities, witnesses or a shorter age is no warning."""
    assert assurance.lowered(asked({}, {}), asked({**STAMPED, **FRESH})) == ()
