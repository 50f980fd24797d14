"""A pack that says of itself what cannot be right; each fault with its twin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from cognify.checks.framework import load, shipped
from cognify.records import proofreading
from cognify.records.framework import Framework

TODAY = date(2026, 11, 30)


def pack(status: Mapping[str, Any], rows: tuple[Mapping[str, Any], ...] = ()) -> Framework:
    whole = load("model-card@mitchell-2019-v2")
    kept = tuple(
        replace(asked, **dict(change)) for asked, change in zip(whole.requirements, rows, strict=False)
    )
    return replace(whole, status=replace(whole.status, **dict(status)), requirements=kept)


@pytest.mark.parametrize(("status", "twin", "said"), [
    ({"issued": "2026-13"}, {"issued": "2026-12"}, "issued is '2026-13', which is no day, month or year"),
    ({"effective": "soon"}, {"effective": ""}, "effective is 'soon'"),
    ({"last_checked": "2026-12-01"}, {"last_checked": "2026-11-30"}, "still to come"),
    ({"last_checked": "2027"}, {"last_checked": "2026-10"}, "last checked on 2027-12-31, which is still to come"),
    ({"last_checked": "2025-11-28"}, {"last_checked": "2025-11-29"}, "more than a year ago"),
    ({"issued": "2026-11-24", "last_checked": "2026-11-23"}, {"issued": "2026-11", "last_checked": "2026-11-23"}, "before it was issued"),
    ({"superseded_by": "model-card@mitchell-2019-v2"}, {"superseded_by": "another@1"}, "superseded by itself"),
])  # fmt: skip
def test_what_the_status_says(status: dict[str, Any], twin: dict[str, Any], said: str) -> None:
    held = {"last_checked": "2026-11-23"}
    assert [said in fault.what for fault in proofreading.faults(pack({**held, **status}), TODAY)] == [True]
    faults = proofreading.faults(pack({**held, **twin}), TODAY)
    assert [fault for fault in faults if said in fault.what] == []


def test_what_the_rows_say() -> None:
    """A source that nobody lists."""
    found = proofreading.faults(pack({}, ({"confidence": "[verified: S1, S9]"}, {})), TODAY)
    (first,) = (asked.id for asked in load("model-card@mitchell-2019-v2").requirements[:1])
    assert [(fault.requirement, fault.what) for fault in found] == [
        (first, "its confidence rests on S9, which the pack does not list")
    ]


@pytest.mark.parametrize("id", sorted(shipped()))
def test_what_ships_can_be_right(id: str) -> None:
    """On the day on which it was checked; that it is looked at again in a year, `lint` says to whoever runs it."""
    whole = load(id)
    assert proofreading.faults(whole, date.fromisoformat(whole.status.last_checked)) == ()
