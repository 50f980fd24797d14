"""What an unquoted scalar means, and which ones mean different things to different readers.

YAML 1.1 (PyYAML, Ruby, Go's yaml.v2) reads `NO` as false, `010` as eight and `12:30` as 750;
YAML 1.2 reads text, ten and text; `1e3` is text to the first and a number to the second.
Here a number has one spelling, true, false and null have one each, and all else that any reader
might take for more than text must stand in quotes.
"""

from __future__ import annotations

import math
import re
from typing import Final, TypeAlias

from cognify.strictyaml.refusals import refuse_at, shown

Scalar: TypeAlias = str | int | float | bool | None

LONGEST_NUMBER: Final = 100
"""More digits than any double or 64-bit integer has; longer ones cost time and say nothing."""

WORDS: Final = ("y", "yes", "n", "no", "on", "off", "true", "false", "null", "nan", "inf",
                "infinity")  # fmt: skip
"""In every mixture of upper and lower case."""

_CONSTANTS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None}
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][-+][0-9]+)?")
_NUMBER_LIKE = re.compile(
    r"""[-+]?+(?: 0[xob][0-9a-f_]+                                      # 0x1F 0o17 0b1
        | [0-9][0-9_]*+ (?: :[0-9_]++ )*+ (?: \.[0-9_]*+ )?+ (?: e[-+]?+[0-9_]++ )?+  # 1_0 12:30
        | \.[0-9][0-9_]*+ (?: e[-+]?+[0-9_]++ )?+                       # .5
        | \.?+ (?: inf | infinity | nan ) )""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
# Only these can begin a scalar that is more than text; all else need not be looked at.
_TELLING = frozenset("0123456789+-.~=yYnNoOtTfFiI<")
_INT64 = range(-(2**63), 2**63)

# JSON, Python and C spell a number in more ways than the profile has.
_FOREIGN = re.compile(r"([-+]?)([0-9]*)(?:(\.)([0-9]*))?(?:[eE]([-+]?)([0-9]+))?")


class Ambiguous(Exception):
    """An unquoted scalar that readers read differently; says why."""


def resolve(plain: str) -> Scalar:
    """The value that the unquoted scalar *plain* has in the profile.

    Raises:
        Ambiguous: some reader would take it for something else.
    """
    if plain[:1] not in _TELLING:
        return plain
    if plain in _CONSTANTS:
        return _CONSTANTS[plain]
    if plain.lower() in WORDS or plain in ("~", "="):
        raise Ambiguous(f"{shown(plain)} is text to some readers of YAML and not to others")
    if len(plain) > LONGEST_NUMBER:
        if _NUMBER_LIKE.fullmatch(plain):
            raise Ambiguous(f"a number of {len(plain)} characters")
        return plain
    if _INTEGER.fullmatch(plain):
        if (integer := int(plain)) not in _INT64:
            raise Ambiguous(f"{shown(plain)} needs more than 64 bits")
        return integer
    if _FLOAT.fullmatch(plain):
        return _float(plain)
    if _NUMBER_LIKE.fullmatch(plain):
        raise Ambiguous(f"{shown(plain)} is a number to some readers of YAML and not to others")
    return plain


def _float(plain: str) -> float:
    number = float(plain)
    if not math.isfinite(number):
        raise Ambiguous(f"{shown(plain)} is larger than any double")
    if not number and plain.lower().partition("e")[0].strip("-0."):
        raise Ambiguous(f"{shown(plain)} is smaller than any double")
    return number


class Number(str):
    """A number as its source wrote it, brought to the spelling of the profile: no digit is lost.

    `1e-5` becomes `1.0e-5`, `+1` becomes `1`, `.5` becomes `0.5`; `value` is what readers see.

    Raises:
        MalformedRecord: `yaml-ambiguous-scalar`: not a finite decimal number.
    """

    __slots__ = ()

    def __new__(cls, source: str) -> Number:
        return super().__new__(cls, _in_profile(source))

    @property
    def value(self) -> int | float:
        """The number itself."""
        return float(self) if "." in self else int(self)


def _in_profile(source: str) -> str:
    parts = _FOREIGN.fullmatch(source) if len(source) <= LONGEST_NUMBER else None
    if parts is None or not (parts[2] or parts[4]):
        refuse_at("yaml-ambiguous-scalar", f"{shown(source)} is not a decimal number", None)
    sign, whole = parts[1].strip("+"), parts[2].lstrip("0") or "0"
    number = sign + whole
    if parts[3] or parts[6]:
        number += "." + (parts[4] or "0")
    if parts[6]:
        number += f"e{parts[5] or '+'}{parts[6]}"
    try:
        resolve(number)
    except Ambiguous as reason:
        refuse_at("yaml-ambiguous-scalar", str(reason), None)
    return number
