"""The derivations of replay grammar 1: values computed from other values of the same card."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from cognify.replay.found import unreplayable

_Z95 = 1.959963984540054
_DIGITS = 6
_MAX_EXPONENT = 400


def apply(via: str, inputs: list[Any], at: str) -> Any:
    """What *via* derives from *inputs*.

    Raises:
        ReplayError: `citation-unreplayable`: an unknown derivation, or inputs that do not fit.
    """
    derivation = _DERIVATIONS.get(via)
    if derivation is None:
        raise unreplayable(f"no such derivation: {via!r}", at, "use a newer version of Cognify")
    if any(isinstance(value, bool) or not isinstance(value, int | Decimal) for value in inputs):
        raise unreplayable(f"{via} needs numbers", at)
    numbers = [Decimal(value) for value in inputs]
    if not all(number.is_finite() and abs(number.adjusted()) <= _MAX_EXPONENT for number in numbers):
        raise unreplayable(f"{via} needs numbers of a common size", at)
    try:
        return derivation(numbers)
    except (ValueError, IndexError, ArithmeticError):
        raise unreplayable(f"{via} does not fit its inputs", at) from None


def wilson95(share: float, n: float) -> tuple[Decimal, Decimal]:
    """The Wilson score interval at 95 % for a proportion *share* of *n* (Wilson 1927), 6 digits.

    Raises:
        ValueError: *share* is no proportion or *n* is not positive.
    """
    if not 0 <= share <= 1 or n < 1:
        raise ValueError("not a proportion")
    middle = share + _Z95**2 / (2 * n)
    half = _Z95 * math.sqrt(share * (1 - share) / n + _Z95**2 / (4 * n * n))
    scale = 1 + _Z95**2 / n
    low, high = max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)
    return _rounded(low), _rounded(high)


def _rounded(value: float) -> Decimal:
    return Decimal(f"{value:.{_DIGITS}f}")


def _sum(inputs: list[Decimal]) -> int | Decimal:
    total = sum(inputs, Decimal(0))
    return int(total) if total == int(total) else total


_DERIVATIONS: Mapping[str, Callable[[list[Decimal]], Any]] = {
    "sum": _sum,
    "wilson95-high": lambda inputs: wilson95(float(inputs[0]), float(inputs[1]))[1],
    "wilson95-low": lambda inputs: wilson95(float(inputs[0]), float(inputs[1]))[0],
}
