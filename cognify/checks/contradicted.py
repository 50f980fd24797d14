"""Does one part of the card say that nothing is there, and another part show it?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cognify.checks.draft import Draft
from cognify.checks.saying import short
from cognify.records import card as cards
from cognify.records.finding import Finding


class _Contradicted:
    ids = ("not-applicable-contradicted", "holdout-in-training")

    def __call__(self, draft: Draft) -> Iterator[Finding]:
        for pair in _PAIRS:
            state = next((s for s in _states(draft.data, pair.name) if s[1] == "not_applicable"), None)
            shown = pair.shown(draft.data) if state else ""
            if state and shown:
                yield draft.question(
                    state[0], "not-applicable-contradicted",
                    f"{state[0]} does not apply, says the card (“{short(state[2])}”); {shown}",
                    "answer it, or let the reason say why it does not apply all the same",
                )  # fmt: skip
        yield from _holdout(draft)


@dataclass(frozen=True, slots=True)
class _Pair:
    """A field that cannot be left aside where something else is shown; `shown` says what, or nothing."""

    name: str
    shown: Callable[[Mapping[str, Any]], str]


def _given(*names: str) -> Callable[[Mapping[str, Any]], str]:
    def shown(card: Mapping[str, Any]) -> str:
        for name in names:
            for pointer, value in cards.find(card, name):
                if cards.state_of(value) is None and value not in (None, [], {}, False, 0, ""):
                    return f"{pointer} gives {short(value)}"
        return ""

    return shown


def _one_of(name: str, *words: str) -> Callable[[Mapping[str, Any]], str]:
    def shown(card: Mapping[str, Any]) -> str:
        for pointer, value in cards.find(card, name):
            if isinstance(value, str) and value in words:
                return f"{pointer} is {value}"
        return ""

    return shown


_PAIRS: Final = (
    _Pair("evaluation.subgroups", _given("data.datasets.demographics", "evaluation.intersectional")),
    _Pair("data.datasets.sensitive", _given("data.datasets.features.demographic",
                                             "data.datasets.demographics")),
    _Pair("data.privacy.method", _one_of("data.privacy.status", "safe_harbor",
                                         "expert_determination", "limited_data_set", "identified_phi")),
    _Pair("model.base", _given("model.adaptation.method", "model.variant_of")),
    _Pair("data.datasets", _given("training.hyperparameters.dataset", "data.splits.method")),
    _Pair("vendor.name", _given("parties.suppliers", "vendor.contract.reference")),
    _Pair("use.oversight.measures", _one_of("use.decision_role", "replaces")),
    _Pair("evaluation.thresholds", _given("evaluation.runs.threshold", "evaluation.runs.pass")),
    _Pair("monitoring.metrics", _given("monitoring.results", "monitoring.drift")),
    _Pair("data.agreements", _one_of("data.privacy.status", "limited_data_set", "identified_phi")),
    _Pair("lifecycle.retired_on", _one_of("lifecycle.status", "retired")),
)  # fmt: skip


def _states(card: Mapping[str, Any], name: str) -> Iterator[tuple[str, str, str]]:
    """Pointer, state and reason wherever a state stands for the field *name*."""
    for pointer, value in cards.find(card, name):
        if isinstance(value, Mapping) and (state := cards.state_of(value)):
            yield pointer, state, str(value.get("reason", ""))


_TRAINING, _HELD_OUT = ("train",), ("test", "external", "local", "validation", "calibration")


def _holdout(draft: Draft) -> Iterator[Finding]:
    """Data that were tested on, and are the very bytes that were trained on."""
    entries = [
        (f"/data/datasets/{index}", entry)
        for _, found in cards.find(draft.data, "data.datasets") if isinstance(found, list)
        for index, entry in enumerate(found) if isinstance(entry, Mapping)
    ]  # fmt: skip
    trained = {
        str(entry["digest"]): pointer for pointer, entry in entries
        if entry.get("role") in _TRAINING and isinstance(entry.get("digest"), str)
    }  # fmt: skip
    for pointer, entry in entries:
        other = trained.get(str(entry.get("digest")))
        if other and entry.get("role") in _HELD_OUT:
            yield draft.question(
                f"{pointer}/digest", "holdout-in-training",
                f"{entry.get('id')} is {entry.get('role')} data and has the very digest of {other}, "
                "which was trained on",
                "name the file that each was read from; where both are parts of one file, say in "
                "`data.splits` how it was split",
            )  # fmt: skip


CONTRADICTED = _Contradicted()
