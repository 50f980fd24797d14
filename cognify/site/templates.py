"""Our templates: shipped, autoescaped, and blind to anything that could act on a page.

Card text, evidence and statements are foreign. Whatever they hold, it leaves here as inert text:
HTML is escaped, and characters that reorder or hide text are spelt out.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from cognify import resources
from cognify.register import WORDS
from cognify.site import wording
from cognify.site.sheet import anchor
from cognify.verification.result import LEVELS

# Controls but newline and tab, zero-width space, line and paragraph separators, byte order mark,
# and everything that reorders text (Trojan Source, CVE-2021-42574). Joiners stay: scripts need them.
_ACTING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


_LONG = re.compile(r"(-?[0-9]+\.0*[0-9]{4})([0-9]{2,})\Z", re.ASCII)


def inert(value: Any) -> Any:
    """*value* with every character that would act instead of show spelt out; Markup is ours."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return _ACTING.sub(_spelt, value)
    return value


def _spelt(match: re.Match[str]) -> str:
    return f"⟨U+{ord(match[0]):04X}⟩"


def digits(text: str) -> Markup:
    """A number to be read: thousands set apart, decimals after the fourth set small.

    Every character stays, and none is added, so that a copy is the number itself.
    """
    sign, number = ("-", text[1:]) if text.startswith("-") else ("", text)
    long = _LONG.match(text)
    if long:
        return Markup('{}<small class="cg-tail">{}</small>').format(inert(long[1]), inert(long[2]))
    if not (number.isascii() and number.isdecimal() and len(number) > 4):
        return escape(inert(text))
    head = len(number) % 3 or 3
    groups = [number[:head], *(number[i : i + 3] for i in range(head, len(number), 3))]
    return escape(sign) + Markup("").join(Markup("<span>{}</span>").format(g) for g in groups)


def short(text: str) -> Markup:
    """A number for a narrow column: cut after the fourth decimal, and marked where it was cut."""
    long = _LONG.match(text)
    return Markup('{}<i class="cg-cut">…</i>').format(inert(long[1])) if long else digits(text)


def size(count: int) -> str:
    """A number of bytes, for people."""
    amount = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            return f"{count} bytes" if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= 1000
    raise AssertionError


def day(stated_at: str) -> str:
    """A stated time, as a reader takes it in: no seconds, no letter T."""
    return stated_at[:16].replace("T", " ") if len(stated_at) >= 16 else stated_at


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_source),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=inert,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"digits": digits, "short": short, "size": size, "day": day}
    environment.globals |= {
        "anchor": anchor,
        "LEVELS": LEVELS,
        "did": wording.did,
        "STATES": wording.STATES,
        "MARKS": wording.MARKS,
        "COVERAGE": wording.COVERAGE,
        "WORDS": WORDS,
        "COVERAGE_HEADS": wording.COVERAGE_HEADS,
    }
    return environment


def _source(name: str) -> str:
    return resources.shipped(f"site_template/pages/{name}").decode()


def render(name: str, **values: Any) -> str:
    """The shipped template *name* filled with *values*."""
    return _environment().get_template(name).render(**values)
