"""What a row says in one column: texts, or why there are none; never a blank. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cognify.records.card import state_of

NOTHING = "nothing"
"""What stands for a value of a card that is blank; only a draft's can be."""
NOT_ON_RECORD, NOT_CONFIRMED = "not_on_record", "not_confirmed"
WORDS = {
    NOT_ON_RECORD: "not on record", NOT_CONFIRMED: "not confirmed", "not_applicable": "does not apply",
    "held_elsewhere": "held elsewhere", "not_available": "not available", "withheld": "withheld",
    "pending": "pending",
}  # fmt: skip
"""Why a cell holds no value, in words; what a card says itself, it says by its own states."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Texts, or a state with its reason; `many` where the column is a list.

    `pointers` are the places of the card that the texts stand at, and `sources` what machine values
    among them cite, each in one line.
    """

    texts: tuple[str, ...] = ()
    state: str = ""
    reason: str = ""
    pointers: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    many: bool = False

    @property
    def text(self) -> str:
        """All of it in one line."""
        if self.texts:
            return "; ".join(self.texts)
        return f"{WORDS.get(self.state, self.state)}: {self.reason}"

    def as_json(self) -> Any:
        """The value, a list of them, or a state in the shape that a card's have."""
        if not self.texts:
            return {"state": self.state, "reason": self.reason}
        return list(self.texts) if self.many else self.text


def said(*texts: str, many: bool = False, pointers: tuple[str, ...] = ()) -> Cell:
    """A cell that says *texts*."""
    return Cell(tuple(texts), many=many, pointers=pointers)


def gap(reason: str, state: str = NOT_ON_RECORD) -> Cell:
    """A cell that says why it holds nothing."""
    return Cell(state=state, reason=reason)


def stated(value: object) -> tuple[str, str] | None:
    """The state that a value of a card is, and its reason; None for a value."""
    state = state_of(value)
    if state is None or not isinstance(value, dict):
        return None
    by = f" ({value['by']})" if value.get("by") else ""
    return state, f"{value.get('reason', 'no reason is given')}{by}"


def plain(value: object) -> str:
    """One value of a card as text, never blank; a group of values as pairs."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {plain(part)}" for key, part in value.items()) or NOTHING
    if isinstance(value, list):
        return ", ".join(map(plain, value)) or NOTHING
    return NOTHING if value is None or not str(value).strip() else str(value)
