"""How a detector is written: by form, by label, or either in company. Every expression is bounded.

Evidence is foreign bytes: no expression here has two unbounded repeats that could meet, so that
no file can make the scan slow.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

CREDENTIALS = "credentials"


class Company(IntEnum):
    """What has to stand near for a hit to count: nothing, a word for a person, an identifier."""

    NONE = 0
    PERSON = 1
    IDENTIFIER = 2


def always(value: str) -> bool:
    """Every value that fits the form counts."""
    return bool(value)


@dataclass(frozen=True)
class Form:
    """What shows itself: *regex* finds it, *holds* judges its group `v` (the whole if there is none).

    It is compiled from *form* when it is first looked for.

    `stems` are lower-case literals of which a text must hold one; most texts hold none, and are
    done with at the speed of a substring search.
    """

    kind: str
    rule: str
    form: str
    stems: tuple[str, ...] = ()
    holds: Callable[[str], bool] = always
    company: Company = Company.NONE

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The expression."""
        return re.compile(self.form)


@dataclass(frozen=True)
class Label:
    """What a key, a column or a word before it names: `names` and a value that fits `value`.

    `heads` and `between` are what ends the name, and what stands between name and value. As with a form,
    the expressions are compiled when they are first looked for: most commands look for none.
    """

    kind: str
    rule: str
    stems: tuple[str, ...]
    names: str
    value: str
    heads: str
    between: str
    holds: Callable[[str], bool] = always
    company: Company = Company.NONE

    @cached_property
    def column(self) -> re.Pattern[str]:
        """The name of a column, or a key, as a whole."""
        return re.compile(rf"{self.names}\s*\Z")

    @cached_property
    def cell(self) -> re.Pattern[str]:
        """The value as a whole."""
        return re.compile(rf"\s*(?P<v>{self.value})\s*\Z")

    @cached_property
    def head(self) -> re.Pattern[str]:
        """The name, up to its sign."""
        return re.compile(rf"{self.names}{self.heads or self.between}")

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """Name and value in one."""
        return re.compile(rf"{self.names}{self.between}(?P<v>{self.value})")


# A word begins where nothing alphanumeric stands before it, or where camelCase begins one.
_BEGIN = r"(?:(?<![A-Za-z0-9])|(?<=[a-z])(?=[A-Z]))"
_AFTER = r"[ _-]?[0-9]{0,2}"
_QUOTE = r"[\\\"'`*\]\)]{0,5}"
_OPEN = r"[\\\"'`*\[\(]{0,5}"
_KEY = r"[\w.-]{1,60}[\"']?[ \t]{0,3}(?::(?:\s|\Z)|=[ \t\"'])"
# The next line: after YAML's sign of a block, a shell's of a line that goes on, or none; a value, not a key.
NEXT = rf"[ \t]{{0,8}}(?:[|>][+-]?[1-9]?[+-]?[ \t]{{0,8}}|[\\^`])?\r?\n(?:[ \t]{{0,100}}\r?\n)?[ \t]{{0,100}}(?:-[ ])?(?![\"']?{_KEY})"
_SIGNED = rf"{_QUOTE}\s{{0,3}}(?:[:=#]|=>)"
_SIGN = rf"{_SIGNED}(?:[ \t]{{0,3}}|{NEXT}){_OPEN}"
_SAID = rf"{_QUOTE}\s{{0,3}}(?:[:=#]|=>|\bis\b|\bwas\b)\s{{0,3}}{_OPEN}"
OPTION = rf"{_QUOTE}(?:[ \t]{{1,3}}|=|,\s{{0,100}}|[ \t]{{0,8}}[\\^`]\r?\n[ \t]{{0,100}}){_OPEN}"
"""What stands between an option and its value: on a command line, or in a list of its words."""


def label(
    kind: str, rule: str, stems: tuple[str, ...], names: str, value: str, *,
    holds: Callable[[str], bool] = always, company: Company = Company.NONE, spaced: bool = False, between: str = "",
) -> Label:  # fmt: skip
    """A detector by label; with *spaced* a blank alone may stand between the two, as in `MRN 1234567`."""
    names = rf"{_BEGIN}(?i:{names}){_AFTER}"
    blank = r"[ \t]{1,3}(?:(?i:no\.?|number|nr\.?|is)[ \t])?"
    # The head ends at the sign: what stands between that and a value may be longer than a stem's reach.
    head = (r"(?=[\s=,\\\"'`*\])])" if between else _SIGNED) if kind == CREDENTIALS else ""
    between = between or (rf"(?:{_SAID}|{blank})" if spaced else _SAID if kind != CREDENTIALS else _SIGN)
    return Label(kind, rule, stems, names, value, head, between, holds, company)


def fenced(before: str, first: str) -> str:
    """One character of *first* that none of *before* precedes.

    The engine runs to the first character that fits at the speed of a search, and looks back from
    there; with the look behind in front it would stop at every place.
    """
    return rf"{first}(?<![{before}]{first})"


def form(
    kind: str, rule: str, regex: str, *stems: str, holds: Callable[[str], bool] = always,
    company: Company = Company.NONE,
) -> Form:  # fmt: skip
    """A detector by form."""
    return Form(kind, rule, regex, stems, holds, company)


def words(*alternatives: str) -> str:
    """Alternatives in which a blank stands for a blank, `_`, `-`, `.` or nothing."""
    return "|".join(alternative.replace(" ", "[ _.-]?") for alternative in alternatives)
