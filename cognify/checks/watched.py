"""Is the model in use watched as strictly as it was accepted?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from cognify.checks.draft import Draft
from cognify.records import card as cards
from cognify.records import outcomes
from cognify.records.finding import Finding

_LOWER_BOUND, _UPPER_BOUND = ("at_least", "above"), ("at_most", "below")


class _Watched:
    ids = ("monitoring-looser",)

    def __call__(self, draft: Draft) -> Iterator[Finding]:
        accepted = dict[str, list[Mapping[str, Any]]]()
        for _, limit in _entries(draft.exact, "evaluation.thresholds"):
            accepted.setdefault(outcomes.metric(limit.get("metric")), []).append(limit)
        for pointer, watched in _entries(draft.exact, "monitoring.metrics"):
            levels = watched.get("threshold")
            for limit in accepted.get(outcomes.metric(watched.get("metric")), ()):
                if isinstance(levels, Mapping):
                    yield from _looser(draft, f"{pointer}/threshold/breach", levels, limit)


def _looser(
    draft: Draft, pointer: str, levels: Mapping[str, Any], limit: Mapping[str, Any]
) -> Iterator[Finding]:
    breach, accepted = levels.get("breach"), limit.get("value")
    if not (outcomes.is_number(breach) and outcomes.is_number(accepted)):
        return
    below = levels.get("direction") == "below"
    comparator = str(limit.get("comparator"))
    differs = Decimal(str(breach)) - Decimal(str(accepted))
    if (below and comparator in _LOWER_BOUND and differs < 0) or (
        not below and comparator in _UPPER_BOUND and differs > 0
    ):
        yield draft.question(
            pointer, "monitoring-looser",
            f"in use, {limit.get('metric')} is a breach {'below' if below else 'above'} {breach}; it was "
            f"accepted {outcomes.WORDS[comparator]} {accepted}",
            "watch it by the limit by which it was accepted, or say in the monitoring plan why less will do",
        )  # fmt: skip


def _entries(card: Mapping[str, Any], name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for pointer, entries in cards.find(card, name):
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            if isinstance(entry, Mapping):
                yield f"{pointer}/{index}", entry


WATCHED = _Watched()
