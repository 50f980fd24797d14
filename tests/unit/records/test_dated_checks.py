"""The named checks that hold days, times and durations of a card against one another."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from cognify import strictyaml
from cognify.checks.framework import load
from cognify.records import conditions
from tests.frameworks import reference

FIXED = {"commit": "9d1b0c3e5f7a29486d0e1c2b3a4f5e6d7c8b9a01", "at": "2026-11-02T08:00:00Z"}


@pytest.mark.parametrize(
    ("executed", "holds"),
    [
        (["2026-11-20T16:40:00Z"], True),
        (["2026-11-02T08:00:00Z"], True),
        (["2026-11-02T07:59:59Z"], False),
        (["2026-11-02T09:30:00+02:00"], False),  # half an hour before, by the sun
        (["2026-11-20T16:40:00Z", "2026-11-01T00:00:00Z"], False),
        (["2026-11-20T16:40:00Z", None], False),
        (["yesterday"], False),
        (["2026-11-20T16:40:00"], False),  # no offset: no point in time
        ([], False),
    ],
)
def test_thresholds_come_before_every_run(executed: list[str | None], holds: bool) -> None:
    runs = [{"metric": "recall", "executed_at": at} for at in executed]
    data = {"evaluation": {"thresholds_set_at": FIXED, "runs": runs}}
    assert conditions.thresholds_before_runs(data) is holds


@pytest.mark.parametrize("fixed", [None, [], "2026", {"at": 3}, {"state": "pending"}])
def test_thresholds_that_say_no_time(fixed: object) -> None:
    runs = [{"executed_at": "2026-11-20T16:40:00Z"}]
    assert not conditions.thresholds_before_runs({"evaluation": {"thresholds_set_at": fixed, "runs": runs}})


@pytest.mark.parametrize(
    ("released", "until", "holds"),
    [
        ("2026-12-01", "2036-12-01", True),
        ("2026-12-01", "2036-11-30", False),
        ("2028-02-29", "2038-02-28", False),
        ("2028-02-29", "2038-03-01", True),
        ("2026-12", "2036-12-01", False),
        ("9995-01-01", "9999-12-30", False),  # the calendar ends before ten years have passed
        ("2026-12-01", {"state": "pending"}, False),
    ],
)
def test_ten_years_from_release(released: str, until: object, holds: bool) -> None:
    data = {"model": {"release_date": released}, "record": {"retention": {"until": until}}}
    assert conditions.kept_ten_years_from_release(data) is holds


@pytest.mark.parametrize(
    ("until", "retired", "holds"),
    [
        ("2032-11-20", None, True),
        ("2032-11-19", None, False),
        ("2032-11-20", "2026-11-01", True),
        ("2034-12-31", "2029-01-01", False),
        ("2035-01-01", "2029-01-01", True),
        (None, None, False),
    ],
)
def test_six_years_from_the_making_and_from_the_end(until: object, retired: object, holds: bool) -> None:
    record = {"created_at": "2026-11-20T14:02:11Z", "retention": {"until": until}}
    data = {"record": record, "lifecycle": {"retired_on": retired}}
    assert conditions.kept_six_years(data) is holds


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("12 months", True),
        ("6 months", True),
        ("5 months", False),
        ("1 year, then deleted", True),
        ("184 days", True),
        ("180 days", False),
        ("27 weeks", True),
        ("26 weeks", False),
        ("P6M", True),
        ("P1Y", True),
        ("P5M", False),
        ("P1Y6M", True),
        ("P6MT12H", True),
        ("P6Mx", False),
        ("PT600M", False),
        ("6 monthly exports", False),
        ("long enough", False),
        ("no less than 12 months", False),
    ],
)
def test_logs_are_kept_half_a_year(text: str, holds: bool) -> None:
    assert conditions.logs_kept_six_months({"monitoring": {"log_retention": text}}) is holds


@pytest.mark.parametrize(("made", "holds"), [("2026-12-01T09:00:00Z", True), ("2026-12-02T00:00:00Z", False)])
def test_drawn_up_before_release(made: str, holds: bool) -> None:
    data = {"record": {"created_at": made}, "model": {"release_date": "2026-12-01"}}
    assert conditions.drawn_up_before_release(data) is holds


@pytest.mark.parametrize(
    ("executed", "deployed", "holds"),
    [
        (["2026-11-20T16:40:00Z"], None, True),
        (["2026-11-20T16:40:00Z"], "2026-11-20", True),
        (["2026-11-20T16:40:00Z"], "2026-11-19", False),
        (["2026-11-01T00:00:00Z", "2027-11-01T00:00:00Z"], "2026-11-19", True),
        (["2026-11-01T00:00:00Z", None], "2026-11-19", False),
        ([], None, False),
    ],
)
def test_a_run_comes_before_use(executed: list[str | None], deployed: str | None, holds: bool) -> None:
    runs = [{"metric": "auc", "executed_at": at} for at in executed]
    data = {"evaluation": {"runs": runs}, "lifecycle": {"deployed_on": deployed}}
    assert conditions.tested_before_use(data) is holds


def test_three_metrics_are_several() -> None:
    told = [{"metric": "impact_ratio"}, {"metric": "odds_ratio"}, {"metric": "odds_ratio"}]
    assert not conditions.several_metrics_of_groups({"evaluation": {"subgroups": told}})
    told.append({"metric": "mean_difference"})
    assert conditions.several_metrics_of_groups({"evaluation": {"subgroups": told}})


def test_the_worked_card_answers_the_ai_act_where_it_reaches_it() -> None:
    """High-risk, and with the compute of a provider: nothing is exempt, and every row is answered."""
    worked = strictyaml.load((reference.ROOT / "tests/fixtures/card-complete.yaml").read_bytes(), where="c")
    data: Any = copy.deepcopy(worked)
    data["use"]["risk_classification"]["class"] = "high"
    data["training"]["flops"] = 2.4e24
    pack = load("eu-ai-act@2024-1689+2026-1744")
    asked = [one for one in pack.requirements if one.fields and not one.after_signing]
    assert {(one.id, str(one.coverage(data))) for one in asked} == {(one.id, "present") for one in asked}
    spared = [one.id for one in asked if one.coverage(worked) == "not_applicable"]
    assert len(spared) > 70 and "Art 6(4)" not in spared


@pytest.mark.parametrize("status", ["none", "synthetic"])
def test_hipaa_asks_nothing_where_there_are_no_data_of_persons(status: str) -> None:
    """Not even what only another system could hold; and of identified data it does ask that."""
    asked = [one for one in load("hipaa-164@2026-11").requirements if one.tier in ("must", "should")]
    spared = [one.id for one in asked if one.coverage({"data": {"privacy": {"status": status}}}) == "missing"]
    assert spared == []
    identified = {"data": {"privacy": {"status": "identified_phi"}}}
    assert {"164.514(d)(2)(ii)", "164.512(i)(2)(v)"} <= {
        one.id for one in asked if one.coverage(identified) == "missing"
    }
