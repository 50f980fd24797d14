"""What timestamps prove, and of how many authorities."""

from __future__ import annotations

from datetime import UTC, datetime

from cognify.records.assurance import Assurance, Authority
from cognify.verification.times import Stamp, asked, covered, latest, newest, rfc3339


def stamp(size: int, authority: str, hour: int) -> Stamp:
    return Stamp(size, authority, hours(hour), f"{size}{authority}", "größe", f"trust/{authority}.pem")


def hours(hour: int) -> datetime:
    return datetime(2026, 11, 23, hour, tzinfo=UTC)


STAMPS = [stamp(3, "a", 1), stamp(7, "a", 5), stamp(5, "b", 3), stamp(9, "b", 6)]


def test_one_authority_is_enough_where_one_is_asked() -> None:
    """The best of anybody counts."""
    assert covered(STAMPS, 1) == 9
    assert newest(STAMPS, 1) == hours(6)
    assert [latest(STAMPS, seq, 1) for seq in (0, 4, 8, 9)] == [hours(1), hours(3), hours(6), None]


def test_two_authorities_must_both_bear_it_out() -> None:
    """So that one lying clock moves nothing."""
    assert covered(STAMPS, 2) == 7
    assert newest(STAMPS, 2) == hours(5)
    assert [latest(STAMPS, seq, 2) for seq in (0, 4, 7)] == [hours(3), hours(5), None]


def test_where_nobody_is_asked_nothing_is_proven() -> None:
    """Not even if tokens lie there; and fewer authorities than asked are none."""
    assert (covered(STAMPS, 0), newest(STAMPS, 0), latest(STAMPS, 0, 0)) == (0, None, None)
    assert (covered(STAMPS, 3), newest(STAMPS, 3), latest(STAMPS, 0, 3)) == (0, None, None)


def test_times_are_shown_in_utc() -> None:
    """And none as none."""
    assert rfc3339(hours(9)) == "2026-11-23T09:00:00Z"
    assert rfc3339(None) is None


def test_a_demand_counts_whom_the_policy_names() -> None:
    """An authority that a later policy dropped, or under other certificates, makes nothing fresh."""
    named = Assurance(
        1, (Authority("a", None, "trust/a.pem"), Authority("b", None, "trust/b2.pem")), None, ""
    )
    assert {stamp.authority for stamp in asked(STAMPS, named)} == {"a"}
