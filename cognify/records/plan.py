"""Acceptance thresholds, as a person registers them before results are known and as cards hold them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cognify import canonical
from cognify.errors import ConfigurationError

COMPARATORS: Mapping[str, str] = {">=": "at_least", "<=": "at_most", ">": "above", "<": "below"}
NAME = "thresholds"
"""What a plan is about, in its version's folder: nothing lies there, the digest is that of what it says."""
_SPOKEN = re.compile(
    r"(?P<metric>\S.*?)\s*(?P<comparator>>=|<=|>|<)\s*(?P<value>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?)"
    r"(?:\s+on\s+(?P<dataset>\S.*?))?(?:\s+in\s+(?P<slice>\S.*?))?\s*\Z"
)


@dataclass(frozen=True, slots=True, order=True)
class Threshold:
    """One limit: which results must lie how to which number, on which data set and which part of it."""

    metric: str
    comparator: str
    value: Decimal
    dataset: str = ""
    slice: str = ""

    def __str__(self) -> str:
        sign = next(sign for sign, word in COMPARATORS.items() if word == self.comparator)
        where = f" on {self.dataset}" if self.dataset else ""
        return f"{self.metric} {sign} {self.value}{where}" + (f" in {self.slice}" if self.slice else "")

    def as_json(self) -> dict[str, str]:
        """Its entry in the statement, which holds no floats."""
        optional = {"dataset": self.dataset, "slice": self.slice}
        return {"metric": self.metric, "comparator": self.comparator, "value": str(self.value),
                **{key: text for key, text in optional.items() if text}}  # fmt: skip


def spoken(text: str) -> Threshold:
    """The threshold that *text* says: `METRIC >= NUMBER [on DATASET] [in SLICE]`.

    Raises:
        ConfigurationError: `usage`.
    """
    said = _SPOKEN.match(text)
    if said is None:
        raise ConfigurationError(
            f"{text!r} is no threshold", where="--threshold",
            fix="write it as 'accuracy >= 0.9 on holdout', with >=, <=, > or <", id="usage",
        )  # fmt: skip
    comparator = COMPARATORS[said["comparator"]]
    return Threshold(
        said["metric"], comparator, Decimal(said["value"]), said["dataset"] or "", said["slice"] or ""
    )


def registered(predicate: Mapping[str, Any]) -> tuple[Threshold, ...]:
    """What a statement of the kind `plan.register` registers, sorted."""
    return tuple(sorted(of(entry, entry["value"]) for entry in predicate["thresholds"]))


def of(entry: Mapping[str, Any], value: object) -> Threshold:
    """The threshold that *entry* holds, of a card or a statement; *value* is its number as it is written."""
    texts = {key: entry.get(key) for key in ("metric", "comparator", "dataset", "slice")}
    said = {key: text if isinstance(text, str) else "" for key, text in texts.items()}
    return Threshold(value=Decimal(str(value)), **said)


def digest(thresholds: Iterable[Mapping[str, Any]]) -> str:
    """The SHA-256 of *thresholds* as a statement holds them, in RFC 8785 form."""
    return canonical.sha256(canonical.dumps(list(thresholds)))


def difference(registered: tuple[Threshold, ...], held: tuple[Threshold, ...]) -> str:
    """How the thresholds that a card holds differ from those that were registered; empty if they do not."""
    missing, added = set(registered) - set(held), set(held) - set(registered)
    told = [f"{threshold} was registered and is not on the card" for threshold in sorted(missing)]
    told += [f"{threshold} is on the card and was not registered" for threshold in sorted(added)]
    return "; ".join(told)
