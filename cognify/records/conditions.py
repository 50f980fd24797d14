"""Named checks: what a framework asks of a card and no schema can say. Pure.

Each looks at a card as plain data, which may be anything, and holds only if it finds what it wants.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime

from cognify.records import card


def purpose_before_training(data: object) -> bool:
    """`use.stated_on` is no later than the day on which `training.started_at` lies."""
    return _in_order(_day(data, "use.stated_on"), _day(data, "training.started_at"))


def validated_before_use(data: object) -> bool:
    """`validation.completed_on` is no later than `lifecycle.deployed_on`, or an exception says why.

    A version that is not deployed yet passes with a validation alone; an exception counts where it
    has an approver and a day on which it ends.
    """
    completed, deployed = _day(data, "validation.completed_on"), _day(data, "lifecycle.deployed_on")
    if completed and not deployed:
        return True
    return _in_order(completed, deployed) or bool(
        _given(data, "governance.exceptions.approver") and _given(data, "governance.exceptions.expires")
    )


def decided_here(data: object) -> bool:
    """Every entry of `governance.applicability` says who decided it, and when."""
    entries = [entry for _, entry in card.find(data, "governance.applicability")]
    found = [one for entry in entries if isinstance(entry, list | tuple) for one in entry]
    return bool(found) and all(
        isinstance(one, Mapping) and one.get("by") and one.get("decided_on") for one in found
    )


def reasons_are_scored(data: object) -> bool:
    """Every `reasons.codes.feature` is the name of a feature of the data, and there is one."""
    told, known = _texts(data, "reasons.codes.feature"), _texts(data, "data.datasets.features.name")
    return bool(told) and told <= known


def every_scored_factor_has_a_reason(data: object) -> bool:
    """Reasons name features that are scored, and every feature with `used_at_inference` has a reason.

    A feature that does not say whether it is used counts as used.
    """
    scored = set[str]()
    for _, entries in card.find(data, "data.datasets.features"):
        for entry in entries if isinstance(entries, list | tuple) else ():
            if isinstance(entry, Mapping) and entry.get("used_at_inference") is not False:
                scored.add(str(entry.get("name", "")))
    return bool(scored) and _texts(data, "reasons.codes.feature") == scored


def thresholds_before_runs(data: object) -> bool:
    """`evaluation.thresholds_set_at` is no later than the time of any run in `evaluation.runs`.

    Every run has to say when it was executed; times are compared as points in time.
    """
    fixed = [
        one.get("at") for one in _given(data, "evaluation.thresholds_set_at") if isinstance(one, Mapping)
    ]
    runs = [one for one in _entries(data, "evaluation.runs") if isinstance(one, Mapping)]
    at, ran = _moment(fixed[0] if fixed else None), [_moment(one.get("executed_at")) for one in runs]
    return at is not None and bool(ran) and all(one is not None and at <= one for one in ran)


def drawn_up_before_release(data: object) -> bool:
    """`record.created_at` lies on a day no later than `model.release_date`."""
    return _in_order(_day(data, "record.created_at"), _day(data, "model.release_date"))


def kept_ten_years_from_release(data: object) -> bool:
    """`record.retention.until` is at least ten years after `model.release_date`, day for day.

    29 February counts as 1 March in a year that has no such day.
    """
    until, released = _date(data, "record.retention.until"), _date(data, "model.release_date")
    return until is not None and released is not None and until >= _years_after(released, 10)


def tested_before_use(data: object) -> bool:
    """Every run in `evaluation.runs` says when it was executed, and one was by `lifecycle.deployed_on`.

    A version that is not deployed yet passes with the runs alone.
    """
    runs = [one for one in _entries(data, "evaluation.runs") if isinstance(one, Mapping)]
    told = [_moment(one.get("executed_at")) for one in runs]
    days = [one.date().isoformat() for one in told if one]
    deployed = _day(data, "lifecycle.deployed_on")
    return bool(days) and len(days) == len(runs) and (not deployed or min(days) <= deployed)


def several_metrics_of_groups(data: object) -> bool:
    """`evaluation.subgroups` holds three different metrics or more."""
    return len(_texts(data, "evaluation.subgroups.metric")) >= 3


def kept_six_years(data: object) -> bool:
    """`record.retention.until` is at least six years after `record.created_at`, and `lifecycle.retired_on`.

    While a version is in use its retention has no last day to reckon from: six years from its
    making are the least, and six from the end of its use once that is known.
    """
    until, made = _date(data, "record.retention.until"), _date(data, "record.created_at")
    ended = _date(data, "lifecycle.retired_on")
    if until is None or made is None:
        return False
    return until >= _years_after(max(made, ended or made), 6)


def logs_kept_six_months(data: object) -> bool:
    """`monitoring.log_retention` begins with a duration of six months or more, as `12 months` or `P6M`.

    In weeks or days it takes 184 days, the length of the longest half year; what begins with no
    duration is not evidence that a reader can reckon with.
    """
    return any(_half_a_year(text) for text in _texts(data, "monitoring.log_retention"))


NAMED: Mapping[str, Callable[[object], bool]] = {
    "decided-here": decided_here,
    "drawn-up-before-release": drawn_up_before_release,
    "every-scored-factor-has-a-reason": every_scored_factor_has_a_reason,
    "kept-six-years": kept_six_years,
    "kept-ten-years-from-release": kept_ten_years_from_release,
    "logs-kept-six-months": logs_kept_six_months,
    "purpose-before-training": purpose_before_training,
    "reasons-are-scored": reasons_are_scored,
    "several-metrics-of-groups": several_metrics_of_groups,
    "tested-before-use": tested_before_use,
    "thresholds-before-runs": thresholds_before_runs,
    "validated-before-use": validated_before_use,
}
"""Every named check that a pack may cite; a pack of an inventory brings none of its own."""


def _given(data: object, name: str) -> list[object]:
    return [value for _, value in card.find(data, name) if not card.state_of(value)]


def _texts(data: object, name: str) -> set[str]:
    return {value for value in _given(data, name) if isinstance(value, str)}


def _day(data: object, name: str) -> str:
    """The day of a date or time, or nothing."""
    found = _given(data, name)
    return found[0][:10] if found and isinstance(found[0], str) else ""


def _in_order(earlier: str, later: str) -> bool:
    return bool(earlier and later) and earlier <= later


def _entries(data: object, name: str) -> list[object]:
    return [one for entries in _given(data, name) if isinstance(entries, list | tuple) for one in entries]


def _moment(value: object) -> datetime | None:
    """A point in time with its offset, or nothing."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None


def _date(data: object, name: str) -> date | None:
    try:
        return date.fromisoformat(_day(data, name))
    except ValueError:
        return None


def _years_after(day: date, years: int) -> date:
    year = day.year + years
    if year > date.max.year:
        return date.max
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return date(year, 3, 1)


# Of an ISO 8601 duration the first part is enough: what follows can only add to it.
_DURATION = re.compile(
    r"\s*(?:P(?P<iso>[0-9]{1,5})(?P<sign>[YMWD])(?![A-SU-Za-z])"
    r"|(?P<plain>[0-9]{1,5})\s+(?P<unit>year|month|week|day)s?\b)"
)
_HALF_A_YEAR = {"y": 1, "m": 6, "w": 27, "d": 184}


def _half_a_year(text: str) -> bool:
    found = _DURATION.match(text)
    if not found:
        return False
    unit = (found["sign"] or found["unit"])[0].lower()
    return int(found["iso"] or found["plain"]) >= _HALF_A_YEAR[unit]
