"""Is a text older than the facts that it is about, and was what is said of a change answered?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from cognify.checks.around import Rejection
from cognify.checks.draft import Draft
from cognify.checks.saying import short
from cognify.records import card as cards
from cognify.records import delta as deltas
from cognify.records.alignment import REMOVED, Change
from cognify.records.finding import Finding, Severity

_BASE = ("model.base.id", "model.base.revision", "model.base.digest")
_DATA = ("data.datasets.digest",)
ABOUT: Final[Mapping[str, tuple[str, ...]]] = {
    "model.description": ("model.type", "model.task", "model.base.id"),
    "model.objective": ("model.type", "model.task"),
    "model.output_description": ("model.output_type",),
    "data.datasets.relevance": _DATA, "data.datasets.representativeness": _DATA,
    "data.datasets.gaps": _DATA, "data.datasets.bias_review": _DATA,
    "evaluation.metric_rationale": ("evaluation.thresholds",),
    "evaluation.uncertainty": ("evaluation.thresholds", "model.base.id"),
    "risk.limitations": (*_BASE, "model.type", "model.task"),
    "risk.harms": ("use.intended_purpose", "use.populations", "use.decision_role"),
    "risk.fairness_approach": ("use.populations", "use.decision_role"),
    "risk.bias_mitigations": _BASE,
    "use.foreseeable_misuse": ("use.intended_purpose", "use.intended_users"),
    "use.oversight.measures": ("use.decision_role",),
    "use.risk_classification": ("use.intended_purpose", "use.decision_role"),
    "validation.summary": (*_BASE, "use.intended_purpose"),
}  # fmt: skip
"""Texts, and the facts that each of them is about: where one changed, the text has to be read again."""
_MOST = 3


class _Stale:
    ids = ("prose-stale", "materiality-disputed", "rejection-unanswered")

    def __call__(self, draft: Draft) -> Iterator[Finding]:
        if draft.earlier is not None and draft.delta is not None:
            yield from _stale(draft, draft.earlier.version.version, draft.delta)
            yield from _disputed(draft, draft.delta)
        yield from _rejected(draft)


def _stale(draft: Draft, before: str, delta: deltas.Delta) -> Iterator[Finding]:
    moved = [judged.change for judged in delta.changes]
    facts_moved = _by_name(moved)
    for text, facts in ABOUT.items():
        if any(_is_of(change, text) for change in moved):
            continue  # somebody went over it
        kept = [change for change in delta.prose if _is_of(change, text)]
        stale = [(change, fact) for change in kept if (fact := _moved(change, facts, facts_moved))]
        if stale:
            change, fact = stale[0]
            more = f" and {len(stale) - 1} more" if len(stale) > 1 else ""
            light = all(fact.name.startswith("data.") for _, fact in stale)
            yield draft.question(
                change.at, "prose-stale",
                f"{change.place}{more} stands as it stood in {before}; what it is about has changed: "
                f"{fact.place} ({short(fact.was, 20)} → {short(fact.now, 20)})",
                "read it again: change what no longer holds; where all of it holds, state so with "
                "`cognify state explain`", Severity.NOTE if light else Severity.WARNING,
            )  # fmt: skip


def _is_of(change: Change, name: str) -> bool:
    return change.name == name or change.name.startswith(f"{name}.")


def _moved(text: Change, facts: tuple[str, ...], moved: _ByName) -> Change | None:
    """The first of *facts* that is another now; of a text about one entry of a list, of that entry."""
    entry = text.about[:1] if text.name.startswith("data.datasets.") else ()
    return next((found for fact in facts if (found := moved.get((fact, entry)))), None)


_ByName = Mapping[tuple[str, tuple[str, ...]], Change]


def _by_name(moved: list[Change]) -> _ByName:
    """The first change of each fact, of the whole card and of each entry of a list."""
    found = dict[tuple[str, tuple[str, ...]], Change]()
    for change in moved:
        if change.kind != REMOVED and cards.state_of(change.now) is None:
            found.setdefault((change.name, ()), change)
            found.setdefault((change.name, change.about[:1]), change)
    return found


def _disputed(draft: Draft, delta: deltas.Delta) -> Iterator[Finding]:
    own = deltas.said(draft.exact, draft.version.version)
    material = delta.of(delta.gravest)
    for said in deltas.disputed(delta, own):
        first = material[0]
        yield draft.question(
            f"{said.pointer}/material", "materiality-disputed",
            f"the card calls the change not material; by the rule {first.rule.id}, {first.change.place} is: "
            f"{first.rule.because}",
            "let the decision be true, or let the policy declare another rule before the next version",
        )  # fmt: skip


def _rejected(draft: Draft) -> Iterator[Finding]:
    """Versions that were rejected since the last approval, whose objection nothing here answers."""
    text = " ".join(_words(draft.exact, "change.log.summary", "challenge.log", "validation.findings"))
    open_ones = [one for one in draft.around.rejections(draft.version)
                 if not (_speaks_of(text, one.version.version) or _speaks_of(text, one.name))]  # fmt: skip
    if open_ones:
        told = "; ".join(map(_objection, open_ones[:_MOST]))
        more = f" and {len(open_ones) - _MOST} more" if len(open_ones) > _MOST else ""
        yield draft.question(
            "/change/log", "rejection-unanswered", f"{told}{more}; nothing here says what became of that",
            "say in the change log what was done about it, and name the version that was rejected",
        )  # fmt: skip


def _objection(rejection: Rejection) -> str:
    said = f": “{short(rejection.comment, 120)}”" if rejection.comment else ""
    return f"{rejection.name} rejected {rejection.version.version} as {rejection.role}{said}"


def _speaks_of(text: str, name: str) -> bool:
    """Whether *text* names *name* as a word of its own: 1.1 is not named by 0.91.1, nor by 1.1.2."""
    return bool(name) and bool(re.search(rf"(?<![\w.])v?{re.escape(name)}(?!\w|\.\w)", text))


def _words(card: Mapping[str, Any], *names: str) -> Iterator[str]:
    for name in names:
        yield from (str(value) for _, value in cards.find(card, name))


STALE = _Stale()
