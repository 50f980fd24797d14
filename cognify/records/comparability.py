"""One result of two versions: better or worse, and whether the two numbers may be compared at all. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cognify.records import card as cards
from cognify.records import outcomes
from cognify.records.alignment import same

BETTER, WORSE = "better", "worse"
_METHOD = (("tool", "measured by"), ("tool_version", "in release"), ("judge", "judged by"), ("unit", "in"),
           ("conditions", "under"))  # fmt: skip


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
    ways = [way for way in (_better(was, older), _better(now, newer)) if way]
    turned = (f"better is {ways[1]}, before {ways[0]}",) if len(set(ways)) > 1 else ()
    data, known = _data(was, now, older, newer)
    reasons = (*data, *_method(was, now), *turned)
    untold = (*known, *_unit_untold(was, now))
    return Compared(
        _said(was), _said(now), outcomes.text(now.get("unit")),
        "" if turned or not ways else _direction(was.get("value"), now.get("value"), ways[0]),
        False if reasons else None if untold else True, reasons or untold, _apart(was, now),
    )  # fmt: skip


def on_training_data(run: Mapping[str, Any], card: Mapping[str, Any]) -> bool:
    """Whether *run* is a result on data that the model of *card* was trained on."""
    roles = {entry.get("role") for entry in _datasets(card) if entry.get("id") == run.get("dataset")}
    return roles == {"train"}


def _said(run: Mapping[str, Any]) -> str:
    return outcomes.said(run) if outcomes.is_number(run.get("value")) else "no value"


def _dataset(run: Mapping[str, Any]) -> str:
    return outcomes.text(run.get("dataset")) or "the data set"


def _direction(before: Any, after: Any, better: str) -> str:
    """Which way the value went, where *better* is `higher` or `lower`."""
    if not (outcomes.is_number(before) and outcomes.is_number(after)) or before == after:
        return ""
    return BETTER if (Decimal(str(after)) > Decimal(str(before))) is (better == "higher") else WORSE


def _better(run: Mapping[str, Any], card: Mapping[str, Any]) -> str:
    """What is better, as far as *run* or the other results of its metric say; nothing if they contradict."""
    said = {outcomes.text(run.get("direction"))} - {""}
    if not said:
        evaluation = card.get("evaluation")
        runs = evaluation.get("runs") if isinstance(evaluation, Mapping) else None
        said = {outcomes.text(other.get("direction")) for other in runs if isinstance(other, Mapping) and
                outcomes.same_metric(other.get("metric"), run.get("metric"))} - {""} if isinstance(
                    runs, list) else set()  # fmt: skip
    return said.pop() if len(said) == 1 else ""


def _method(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """How it was measured otherwise; what was told of that and is not any more is no reason to trust it."""
    for key, words in _METHOD:
        before, after = _told(was.get(key)), _told(now.get(key))
        if before is not None and after is None:
            yield f"before {words} {_shown(before)}, now untold"
        elif before is not None and not same(before, after):
            yield f"{words} {_shown(after)}, before {_shown(before)}"


def _unit_untold(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    if _told(was.get("unit")) is None and _told(now.get("unit")) is not None:
        yield f"in {_shown(now['unit'])}, before untold"


def _told(value: Any) -> Any:
    return None if cards.state_of(value) else value


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_shown(part)}" for key, part in value.items())
    return str(value)


def _data(
    was: Mapping[str, Any], now: Mapping[str, Any], older: Mapping[str, Any], newer: Mapping[str, Any]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What says that the data are others, and what there is to say where nothing tells about that."""
    before, after = (_digests(run, card) for run, card in ((was, older), (now, newer)))
    counted = all(outcomes.is_number(run.get("n")) for run in (was, now))
    if before and after and before != after:
        return (f"{_dataset(now)} is other data than before{_counts(was, now)}",), ()
    if counted and was["n"] != now["n"]:
        return (f"{_dataset(now)} is other data, or another part of it, than before{_counts(was, now)}",), ()
    known = before and after
    return (), () if known else (f"nothing tells that {_dataset(now)} is the same data as before",)


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
