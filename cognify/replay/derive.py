"""The derivations of replay grammar 1: values computed from other values of the same card."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from typing import Any

from cognify.replay.found import unreplayable

_Z95 = 1.959963984540054
_DIGITS = 6
_MAX_EXPONENT = 400
_CALL = re.compile(r"([a-z]+)\(([0-9]{2})\)\Z")
_Z = {
    "90": Decimal("1.644853626951472714863848907992"), "95": Decimal("1.959963984540054235524594430521"),
    "99": Decimal("2.575829303548900760966290397580"),
}  # fmt: skip
"""Normal quantiles at (1 + level) / 2, to 30 decimals."""
_PRECISE = Context(prec=60, rounding=ROUND_HALF_EVEN)
_EXACT, _SINGLE = Decimal("1e-12"), Decimal("1e-7")
_MOST = 10**11
"""More records than an evaluation has; beyond, a count could not be told from a double."""


def apply(via: str, inputs: list[Any], at: str) -> Any:
    """What *via* derives from *inputs*.

    Raises:
        ReplayError: `citation-unreplayable`: an unknown derivation, or inputs that do not fit.
    """
    derivation = _derivation(via)
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


def _derivation(via: str) -> Callable[[list[Decimal]], Any] | None:
    call = _CALL.match(via)
    if call and call[1] == "wilson" and call[2] in _Z:
        level = call[2]
        return lambda inputs: _interval(*_pair(inputs), level=level)
    if call and call[1] == "normal" and call[2] in _Z:
        level = call[2]
        return lambda inputs: _normal(*_pair(inputs), level=level)
    return _DERIVATIONS.get(via)


def _pair(inputs: list[Decimal]) -> tuple[Decimal, Decimal]:
    value, n = inputs  # anything but two of them is a ValueError, which `apply` refuses
    return value, n


def count_of(share: Decimal, n: Decimal) -> int:
    """How many of *n* records *share* is, where that is certain.

    A share is rounded: by the digits it is given in, or to a float of 32 bits. The count is certain
    if *share* is that fraction of *n* exactly, or if no other count rounds to it.

    Raises:
        ValueError: *share* is no proportion of *n* records, or too coarse to tell which.
    """
    if not 0 <= share <= 1 or n != int(n) or not 1 <= n <= _MOST:
        raise ValueError("not a proportion of a number of records")
    with localcontext(_PRECISE):
        count = int((share * n).to_integral_value())
        off = abs(share - count / n)
        last = share.as_tuple().exponent
        assert isinstance(last, int)
        coarse = max(Decimal(5).scaleb(min(last, 0) - 1), _SINGLE)
        if off > _EXACT and (off > coarse or coarse * n >= Decimal("0.25")):
            raise ValueError("not a count of the records")
    return count


def wilson(count: int, n: int, level: str) -> tuple[Decimal, Decimal]:
    """The Wilson score interval for *count* of *n* (Wilson 1927), at *level* 90, 95 or 99 %; 6 digits.

    In decimal arithmetic throughout, so that every machine gives the same digits.
    """
    with localcontext(_PRECISE):
        z2 = _Z[level] * _Z[level]
        half = _Z[level] * (z2 + Decimal(4 * count * (n - count)) / n).sqrt()
        low, high = ((2 * count + z2 + sign * half) / (2 * (n + z2)) for sign in (-1, 1))
        digits = Decimal(1).scaleb(-_DIGITS)
        return (
            Decimal(0) if count == 0 else low.quantize(digits),
            Decimal(1) if count == n else high.quantize(digits),
        )


def _interval(share: Decimal, n: Decimal, *, level: str) -> dict[str, Any]:
    low, high = wilson(count_of(share, n), int(n), level)
    return {"low": low, "high": high, "level": Decimal(f"0.{level}"), "method": "wilson"}


def _normal(value: Decimal, stderr: Decimal, *, level: str) -> dict[str, Any]:
    """*value* ± z times its standard error, to 6 decimals, or 4 digits of an error smaller than that.

    Nothing is cut off at the ends of a scale: that it reaches beyond says that it does not fit there.

    Raises:
        ValueError: no error, which of a mean says that it was taken over too little to tell.
    """
    if stderr <= 0:
        raise ValueError("no standard error")
    with localcontext(_PRECISE):
        digits = Decimal(1).scaleb(min(-_DIGITS, stderr.adjusted() - 3))
        low, high = ((value + sign * _Z[level] * stderr).quantize(digits) for sign in (-1, 1))
    return {"low": low, "high": high, "level": Decimal(f"0.{level}"), "method": "stderr"}


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
