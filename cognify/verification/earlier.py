"""What was stated before a version was proposed, held against it: thresholds, and records of runs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from cognify.approvals import Course
from cognify.errors import CognifyError
from cognify.inventory import Version
from cognify.records import plan
from cognify.verification.examination import Examination
from cognify.verification.reading import Reading


def as_stated(x: Examination, version: Version, read: Reading, course: Course) -> None:
    """The card holds the thresholds that were registered, and the evidence the records that were signed."""
    if read.has_card and course.plan is not None:
        _as_planned(x, version, read, course)
    try:
        listed = x.manifest(version) if x.source.files.exists(version.manifest) else {}
    except CognifyError:
        return  # said already
    for run in course.runs:
        stated = run.verified.statement
        if listed.get(stated.subject.removeprefix(version.prefix)) != stated.digest:
            what = f"a run whose record {run.verified.person.name} signed is not among the evidence"
            x.note("run-record-unused", run.path, what, "ask what became of that run")


def _as_planned(x: Examination, version: Version, read: Reading, course: Course) -> None:
    assert course.plan is not None
    stated = course.plan.verified.statement
    difference = plan.difference(plan.registered(stated.predicate), read.thresholds)
    if difference:
        x.fault(
            "thresholds-not-as-planned", f"{version.card}#/evaluation/thresholds", difference,
            "let the card hold what was registered; other thresholds are for the next version",
        )  # fmt: skip
    ended, said = _time(read.ended), _time(str(stated.predicate["stated_at"]))
    if ended and said and said > ended:
        x.note(
            "thresholds-after-training", course.plan.path, f"the thresholds of {version} were registered "
            f"{said:%Y-%m-%d %H:%M}, after its training had ended", "ask who knew which results by then",
        )  # fmt: skip


def _time(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None


def unproven(x: Examination) -> Iterator[str]:
    """What neither a plan nor the record of a run proves, if there is one."""
    courses = x.proceedings.courses.values() if x.proceedings else ()
    if any(course.plan for course in courses):
        yield "that nobody knew results before thresholds were registered: only which stands first in the log"
    if any(course.runs for course in courses):
        yield "that a run was what its record says: whoever signed it answers for that"
