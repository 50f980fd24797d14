"""One result of two versions: better or worse, and whether the two numbers may be compared at all. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cognify.records import outcomes
from cognify.records.alignment import same

BETTER, WORSE = "better", "worse"
_METHOD = (("tool", "measured by"), ("tool_version", "in release"), ("judge", "judged by"), ("unit", "in"),
           ("direction", "better is"), ("conditions", "under"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compared:
    """A result beside the one before it.

    `direction` is `better` or `worse`, empty where the value is the same or nobody says which way is
    better. `comparable` is False where something else than the model changed (`because` says what), and
    None where the cards do not tell. `apart`: the two intervals do not meet; None without both.
    """

    was: str
    now: str
    unit: str
    direction: str
    comparable: bool | None
    because: tuple[str, ...]
    apart: bool | None

    @property
    def clearly_worse(self) -> bool:
        """Worse, and no interval says that this may be chance."""
        return self.direction == WORSE and self.apart is not False


def compare(
    was: Mapping[str, Any], now: Mapping[str, Any], older: Mapping[str, Any], newer: Mapping[str, Any]
) -> Compared:
    """The result *now* of the card *newer* beside *was* of the card *older*; numbers are exact."""
    differs = tuple(_method(was, now))
    data, known = _data(was, now, older, newer)
    reasons = (*data, *differs)
    return Compared(
        _said(was), _said(now), outcomes.text(now.get("unit")), _direction(was, now, older, newer),
        False if reasons else None if not known else True,
        reasons or (() if known else (f"nothing tells that {_dataset(now)} is the same data as before",)),
        _apart(was, now),
    )  # fmt: skip


def on_training_data(run: Mapping[str, Any], card: Mapping[str, Any]) -> bool:
    """Whether *run* is a result on data that the model of *card* was trained on."""
    roles = {entry.get("role") for entry in _datasets(card) if entry.get("id") == run.get("dataset")}
    return roles == {"train"}


def _said(run: Mapping[str, Any]) -> str:
    return outcomes.said(run) if outcomes.is_number(run.get("value")) else "no value"


def _dataset(run: Mapping[str, Any]) -> str:
    return outcomes.text(run.get("dataset")) or "the data set"


def _direction(
    was: Mapping[str, Any], now: Mapping[str, Any], older: Mapping[str, Any], newer: Mapping[str, Any]
) -> str:
    """Which way the value went, as far as *now* or another result of its metric says what is better."""
    before, after = was.get("value"), now.get("value")
    if not (outcomes.is_number(before) and outcomes.is_number(after)) or before == after:
        return ""
    better = _better(now, newer) or _better(was, older)
    if not better:
        return ""
    return BETTER if (Decimal(str(after)) > Decimal(str(before))) is (better == "higher") else WORSE


def _better(run: Mapping[str, Any], card: Mapping[str, Any]) -> str:
    said = {outcomes.text(run.get("direction"))} - {""}
    if not said:
        evaluation = card.get("evaluation")
        runs = evaluation.get("runs") if isinstance(evaluation, Mapping) else None
        said = {outcomes.text(other.get("direction")) for other in runs if isinstance(other, Mapping) and
                outcomes.same_metric(other.get("metric"), run.get("metric"))} - {""} if isinstance(
                    runs, list) else set()  # fmt: skip
    return said.pop() if len(said) == 1 else ""


def _method(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for key, words in _METHOD:
        before, after = was.get(key), now.get(key)
        if before is not None and after is not None and not same(before, after):
            yield f"{words} {_shown(after)}, before {_shown(before)}"


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_shown(part)}" for key, part in value.items())
    return str(value)


def _data(
    was: Mapping[str, Any], now: Mapping[str, Any], older: Mapping[str, Any], newer: Mapping[str, Any]
) -> tuple[tuple[str, ...], bool]:
    """What says that the data are others, and whether anything tells about that."""
    before, after = (_digests(run, card) for run, card in ((was, older), (now, newer)))
    counted = all(outcomes.is_number(run.get("n")) for run in (was, now))
    if before and after and before != after:
        return (f"{_dataset(now)} is other data than before{_counts(was, now)}",), True
    if counted and was["n"] != now["n"]:
        return (
            f"{_dataset(now)} is other data, or another part of it, than before{_counts(was, now)}",
        ), True
    return (), bool(before and after)


def _digests(run: Mapping[str, Any], card: Mapping[str, Any]) -> frozenset[str]:
    named = {outcomes.text(entry.get("digest")) for entry in _datasets(card)
             if entry.get("id") == run.get("dataset")} - {""}  # fmt: skip
    return frozenset(named)


def _counts(was: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    before, after = was.get("n"), now.get("n")
    if outcomes.is_number(before) and outcomes.is_number(after):
        return f" (n {before} → {after})" if before != after else f" (n {after} both times)"
    return ""


def _datasets(card: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    section = card.get("data")
    entries = section.get("datasets") if isinstance(section, Mapping) else None
    yield from (entry for entry in (entries if isinstance(entries, list) else ())
                if isinstance(entry, Mapping))  # fmt: skip


def _apart(was: Mapping[str, Any], now: Mapping[str, Any]) -> bool | None:
    ends = [outcomes.ends(run.get("ci")) for run in (was, now)]
    if not (ends[0] and ends[1]):
        return None
    return bool(ends[0][1] < ends[1][0] or ends[1][1] < ends[0][0])
