"""Did a fine-tune take more than a third of the compute of its base? The indicative test. Pure.

Guidelines C(2025) 7719 final, points 59 to 61: whoever modifies a general-purpose model of somebody else
becomes the provider of the modified model only where the change is significant. As an indication, that is
so where the compute of the modification is greater than one third of the compute of the original; where
the latter can be neither known nor estimated, one third of 10^23 stands in for it, and one third of
10^25 for a model with systemic risk. Source: the note that the pack cites as S4, point by point.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from cognify.records import card

PACK = "eu-ai-act@2024-1689+2026-1744"
FLOPS, BASE = "/training/flops", "/model/base/training_flops"
ROWS = ("Guidelines C(2025) 7719, pt 17", "Guidelines, pts 59-60", "Guidelines, pt 61", "Recital 109")
GENERAL, SYSTEMIC = Decimal("1E+23"), Decimal("1E+25")
_LONGEST = 400
"""A card's numbers are finite as a double, so none has a larger exponent; what has is no such number."""


class Outcome(StrEnum):
    """What came of the comparison; `split` is above the lower stand-in and not above the higher."""

    ABOVE = "above"
    NOT_ABOVE = "not above"
    SPLIT = "split"
    NO_BASE = "no base"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Input:
    """A field that the test needs: its value in FLOP, or the state that stands in its place."""

    pointer: str
    value: Decimal | None = None
    state: str = ""
    reason: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """Compute of which one third is held against that of the modification."""

    of: str
    compute: Decimal
    above: bool


@dataclass(frozen=True, slots=True)
class Missing:
    """An input that is not there, and how to give it."""

    pointer: str
    what: str
    fix: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Inputs, marks and outcome; `share` is the modification over the base, where both are known."""

    modification: Input
    base: Input
    marks: tuple[Mark, ...]
    outcome: Outcome
    missing: tuple[Missing, ...] = ()

    @property
    def share(self) -> Fraction | None:
        """How many of the base's operations the modification took, as a share."""
        if self.modification.value is None or not self.base.value:
            return None
        return Fraction(self.modification.value) / Fraction(self.base.value)

    @property
    def conclusion(self) -> str:
        """The outcome in the words of the source; it is an indication and decides nothing."""
        small = self.outcome is Outcome.ABOVE and self.base.value and self.base.value <= GENERAL
        return _SAID[self.outcome] + (_BELOW_GENERAL if small else "")


def given(data: object, name: str, exact: Decimal | int | None = None) -> Input:
    """What *data*, a card, has at the dotted *name*; *exact* is its number with all its digits."""
    pointer = f"/{name.replace('.', '/')}"
    found = card.find(data, name)
    value = found[0][1] if found else None
    if isinstance(value, Mapping):
        state, reason, by = (str(value.get(key) or "") for key in ("state", "reason", "by"))
        return Input(pointer, None, state, reason.strip(), by)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Input(pointer)
    number = Decimal(str(value)) if exact is None else Decimal(exact)
    sound = number.is_finite() and number.adjusted() < _LONGEST
    return Input(pointer, number) if sound else Input(pointer)


def compare(modification: Input, base: Input) -> Compared:
    """Hold *modification* against one third of *base*, or of what stands in for it.

    It is strict: exactly one third is not above. Nothing is compared while an input is missing, and
    that the base's compute can be neither known nor estimated has to be said by a person, with a reason.
    """
    if base.state == "not_applicable" and base.reason:
        return Compared(modification, base, (), Outcome.NO_BASE)
    missing = (*_missing_modification(modification), *_missing_base(base))
    if missing or modification.value is None:
        return Compared(modification, base, (), Outcome.UNKNOWN, missing)
    stand_ins = {"10^23, a general-purpose model": GENERAL, "10^25, one with systemic risk": SYSTEMIC}
    wholes = {"the base model": base.value} if base.value else stand_ins
    marks = tuple(Mark(of, whole, _above(modification.value, whole)) for of, whole in wholes.items())
    above = {mark.above for mark in marks}
    outcome = Outcome.SPLIT if len(above) > 1 else Outcome.ABOVE if above == {True} else Outcome.NOT_ABOVE
    return Compared(modification, base, marks, outcome)


def _above(part: Decimal, whole: Decimal) -> bool:
    return 3 * Fraction(part) > Fraction(whole)


def _missing_modification(told: Input) -> tuple[Missing, ...]:
    if told.value is not None:
        return ()
    why = f"it is {told.state}: {told.reason}" if told.state and told.reason else "nothing says it"
    return (Missing(
        told.pointer, f"the compute of the modification is not in the card: {why}",
        "capture a run that counted it: trainer_state.json of the Hugging Face Trainer has total_flos; of "
        "other trainings a file that cognify-mapping.yaml maps to /training/flops",
    ),)  # fmt: skip


def _missing_base(told: Input) -> tuple[Missing, ...]:
    said = told.state == "not_available" and told.reason and told.by != "cognify"
    if told.value or said:
        return ()
    what = "the compute of the base model is 0" if told.value is not None else (
        f"the compute of the base model is {told.state}"
        if told.state
        else "nobody says what the base model took"
    )  # fmt: skip
    return (Missing(
        told.pointer, what,
        "give model.base.training_flops as published or estimated; where it can be neither known nor "
        "estimated, say {state: not_available} with reason and name: the published stand-ins count then; "
        "where there is no base, not_applicable",
    ),)  # fmt: skip


_BELOW_GENERAL = (
    " The original's own compute is not above 10^23, the indicative mark of a general-purpose model (point "
    "17); whether these points reach it at all is for the provider to settle."
)
_SAID = {
    Outcome.ABOVE: (
        "The compute of the modification is greater than one third. By the indicative test of points 59 to "
        "61 the change is significant, and whoever made it becomes the provider of the modified model; the "
        "duties are then limited to the modification (Recital 109)."
    ),
    Outcome.NOT_ABOVE: (
        "The compute of the modification is not greater than one third. By the indicative test of points 59 "
        "to 61 that does not make whoever modified the model its provider."
    ),
    Outcome.SPLIT: (
        "The compute of the modification is greater than one third of 10^23 and not of 10^25. By the "
        "indicative test of points 59 to 61 whoever modified the model becomes the provider of the modified "
        "model if the original has no systemic risk, and does not if it has; which it is, the card does not "
        "say."
    ),
    Outcome.NO_BASE: "The card says that there is no base model, so there is no modification to test.",
    Outcome.UNKNOWN: "No conclusion: an input is missing.",
}
