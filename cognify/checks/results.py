"""Do the results meet their thresholds, and is there enough to say so?"""

from __future__ import annotations

from collections.abc import Iterator

from cognify import replay
from cognify.checks.draft import Draft
from cognify.records import outcomes
from cognify.records.finding import Finding, Severity
from cognify.records.outcomes import MET, MISSED, OPEN, Outcome


class _Results:
    ids = ("threshold-missed", "threshold-unsettled", "result-without-interval")

    def __call__(self, draft: Draft) -> Iterator[Finding]:
        evaluation = replay.exact(draft.card, "/evaluation")
        for outcome in outcomes.outcomes(evaluation):
            yield from _found(outcome, draft.where(outcome.run))


def _found(outcome: Outcome, where: str) -> Iterator[Finding]:
    told = f"{outcome.metric} is {outcome.said}; asked is {outcome.limit}"
    if outcome.value == MISSED:
        weak = "" if outcome.interval != OPEN else "; its interval reaches beyond the threshold"
        yield Finding(
            where, "threshold-missed", f"{told}: missed{weak}",
            "say in the commentary and in the limitations what follows; do not take the result out",
            Severity.WARNING,
        )  # fmt: skip
    elif outcome.interval in (OPEN, MISSED) and outcome.value == MET:
        yield Finding(
            where, "threshold-unsettled", f"{told}: met by the value, not by all of its interval",
            "evaluate on more records, or say why the value is enough", Severity.NOTE,
        )  # fmt: skip
    if outcome.lacks:
        yield Finding(
            where, "result-without-interval", f"{told}; the result lacks {' and '.join(outcome.lacks)}",
            "capture a report that tells them; of results that you map, map `n` and `stderr` too",
            Severity.WARNING,
        )  # fmt: skip


RESULTS = _Results()
