"""What did the version that was approved before tell, that this one does not tell any more?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cognify.checks.around import Earlier
from cognify.checks.draft import Draft
from cognify.checks.saying import short, some
from cognify.records import alignment
from cognify.records import card as cards
from cognify.records.alignment import CHANGED, REMOVED, Change
from cognify.records.delta import Delta
from cognify.records.finding import Finding

_SPOKEN_FOR = (*alignment.RESULTS, "evaluation.thresholds", "change.log")
"""Lists that another question is asked about."""
_ENTRIES = ("risk.limitations", "data.datasets")
"""Lists whose entries are asked about apart, or come and go; not so what an entry that stays told."""
_PASSING = ("evaluation.weights", "evaluation.excluded", "model.artifacts")
"""Lists whose entries come and go with every version: but not all of them at once."""
_REASON = 200
_UNDERNEATH = ("model.base", "data.datasets.digest")
_ASIDE = ("not_applicable", "held_elsewhere")


class _Gone:
    ids = ("field-gone", "not-applicable-anew", "metric-gone", "subgroup-gone", "limitation-gone")

    def __call__(self, draft: Draft) -> Iterator[Finding]:
        earlier, delta = draft.earlier, draft.delta
        if earlier is None or delta is None:
            return
        yield from _fields(draft, earlier, delta)
        yield from _metrics(draft, earlier)
        yield from _subgroups(draft, earlier)
        yield from _limitations(draft, earlier, delta)


def _fields(draft: Draft, earlier: Earlier, delta: Delta) -> Iterator[Finding]:
    """Answers that became states or nothing; of a group that is gone, each of its fields."""
    for judged in delta.changes:
        change = judged.change
        known = change.name in cards.names() and not _is_asked_elsewhere(change)
        if not known or cards.state_of(change.was) is not None:
            continue
        state = cards.state_of(change.now)
        if change.kind == REMOVED or (change.kind == CHANGED and state):
            before = f"{earlier.version.version} told {_named(change)}"
            if state in _ASIDE:
                reason = short(change.now.get("reason", ""), _REASON)
                yield draft.question(
                    change.at, "not-applicable-anew",
                    f"{before}; now it is {state.replace('_', ' ')}: {reason}",
                    "say in the reason what changed since, and who affirms it; or give the answer again",
                )  # fmt: skip
            else:
                yield draft.question(
                    change.at, "field-gone",
                    f"{before}; now it is {state.replace('_', ' ') if state else 'not there'}",
                    "give the answer again, or a state with the reason why there is none any more",
                )  # fmt: skip


def _is_asked_elsewhere(change: Change) -> bool:
    name, of_an_entry = change.name, bool(change.about)
    if name.startswith(_ENTRIES):  # what an entry told is asked for like any other answer
        return len(change.about) > 1 or (of_an_entry and name in _ENTRIES) or name == "risk.limitations"
    return name.startswith(_SPOKEN_FOR) or (of_an_entry and name.startswith(_PASSING))


def _named(change: Change) -> str:
    return f"{change.place} ({short(change.was)})"


def _metrics(draft: Draft, earlier: Earlier) -> Iterator[Finding]:
    """Results that were told for a data set and slice, and are not any more; groups are asked about apart."""
    for name in ("evaluation.runs", "evaluation.external.results", "evaluation.local.results"):
        was, now = _entries(earlier.card, name), _entries(draft.exact, name)
        gone = [pair.key for pair in alignment.pairs(name, was, now) if pair.now is None]
        new = [pair.key for pair in alignment.pairs(name, was, now) if pair.was is None]
        if gone:
            instead = f"; new are {some(new)}" if new else ""
            yield draft.question(
                "/" + name.replace(".", "/"), "metric-gone",
                f"{earlier.version.version} told {some(gone)}, which is not told any more{instead}",
                "capture the report that has them; where a metric was given another name, tell both for one "
                "version, so that they can be compared",
            )  # fmt: skip


def _subgroups(draft: Draft, earlier: Earlier) -> Iterator[Finding]:
    """Attributes by which nothing is told any more, and groups of those by which something is."""
    was, now = (dict.fromkeys(_groups(card)) for card in (earlier.card, draft.exact))
    kept = {attribute for attribute, _ in now}
    gone = [attribute if attribute not in kept else f"{attribute} ({group})"
            for attribute, group in was if (attribute, group) not in now]  # fmt: skip
    if gone:
        yield draft.question(
            "/evaluation/subgroups", "subgroup-gone",
            f"{earlier.version.version} told results by {some(sorted(set(gone)))}; now there are results by "
            f"{some(sorted(kept)) if kept else 'none'}",
            "evaluate by the same groups again, or say with a reason why it does not apply any more",
        )  # fmt: skip


def _groups(card: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """By which attribute, and for which group of it, there is a result."""
    for entry in _entries(card, "evaluation.subgroups"):
        yield str(entry.get("attribute", "")), str(entry.get("group", ""))
    for entry in _entries(card, "evaluation.intersectional"):
        named = (entry.get(key) for key in ("attributes", "groups"))
        attributes, groups = (" with ".join(map(str, n if isinstance(n, list) else ())) for n in named)
        yield attributes, groups


def _limitations(draft: Draft, earlier: Earlier, delta: Delta) -> Iterator[Finding]:
    """Limitations that are not told any more, in one question: they share a place, and so an answer."""
    was, now = (_entries(card, "risk.limitations") for card in (earlier.card, draft.exact))
    gone = [was[pair.was].get("statement") for pair in alignment.pairs("risk.limitations", was, now)
            if pair.was is not None and pair.now is None]  # fmt: skip
    if gone:
        moved = sorted({".".join(judged.change.name.split(".")[:2]) for judged in delta.changes
                        if judged.change.name.startswith(_UNDERNEATH)})  # fmt: skip
        since = f"changed since: {', '.join(moved)}" if moved else "base model and data are as they were"
        which = "limitation" if len(gone) == 1 else f"{len(gone)} limitations"
        yield draft.question(
            "/risk/limitations", "limitation-gone",
            f"{earlier.version.version} named the {which} {some(f'“{short(each)}”' for each in gone)}, "
            f"which {'is' if len(gone) == 1 else 'are'} not named any more; {since}",
            "name it again, or say in the change log by which evidence it no longer holds",
        )  # fmt: skip


def _entries(card: Mapping[str, Any], name: str) -> list[Any]:
    """The entries of the list with the dotted *name*; none where a state stands in its place."""
    found = next((value for _, value in cards.find(card, name)), None)
    return [entry for entry in found if isinstance(entry, Mapping)] if isinstance(found, list) else []


GONE = _Gone()
