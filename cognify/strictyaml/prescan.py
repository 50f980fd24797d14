"""Which documents are so plain that no two readers of YAML could differ on them.

One pattern over bytes: every line is of a kind that the fast parser and the slow one are known to
read alike, or the document is not *tame* and the slow one reads it.
So a gap here costs time, never a verdict; the differential tests hold the other direction.
"""

from __future__ import annotations

import re
from typing import Final

from cognify.strictyaml.scalars import WORDS

LARGEST: Final = 256 * 1024
"""Within it, and with the indents below, neither depth nor node count can reach its limit."""


def _line() -> str:
    """The pattern of one tame line, or of one tame block of text with its header."""
    # Most words are told apart by their first letter, which is far cheaper to look at.
    letters = "".join(sorted({word[0] + word[0].upper() for word in WORDS}))
    words = f"(?=[{letters}])(?i:{'|'.join(WORDS)})"
    double = r'"[^"\\\n]*+"'
    single = r"'[^'\n]*+(?:''[^'\n]*+)*+'"
    number = r"-?+(?:0|[1-9][0-9]{0,17}+)(?:\.[0-9]{1,30}+(?:[eE][-+][0-9]{1,2}+)?+)?+"
    exact = rf"{double}|{single}|{number}|true|false|null"
    item = rf"(?:{exact}|(?!{words} *[],}}])[A-Za-z_][A-Za-z0-9_./-]*+(?: [A-Za-z0-9_./()-]++)*+)"
    name = rf'(?:(?!{words}:)[A-Za-z_/][A-Za-z0-9_./-]{{0,99}}+|"[^"\\\n]{{1,100}}+"):'
    pair = f"{name} {item}"
    flow = rf"\[(?:{item}(?:, {item})*+)?+\]|\{{(?:{pair}(?:, {pair})*+)?+\}}"
    dated = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.]++Z?+)?+"
    release = r"[0-9]++\.[0-9]++\.[0-9]++[A-Za-z.+-]*+"
    prose = (
        rf"(?:(?!{words} *[#\n])[A-Za-z(/_\x80-\xff]|[0-9][0-9,.]*+ [A-Za-z(])"
        r"[^\n:#]*+(?:(?::(?=[^ \n])|(?<=[^ ])#)[^\n:#]*+)*+"
    )
    rest = r"(?:(?: +|(?<= ))#[^\n]*+| *+)\n"
    value = f"(?:{prose}|{exact}|{dated}|{release}|{flow}){rest}"
    blank = r"(?: *+(?:#[^\n]*+)?+\n)"

    def block(indent: str, group: str) -> str:
        """A literal or folded text that lies deeper than *indent*."""
        first = rf"[|>]-?+\n(?P<{group}>{indent} ++)[^ \n][^\n]*+\n"
        return rf"{first}(?:(?P={group})[^\n]*+\n|\n)*+"

    def entry(indent: str, group: str) -> str:
        """A key with its value, a text below it, or lines below it that are its value."""
        below = f"{rest}(?={blank}*+{indent}(?: |- ))"
        return f"{name}(?: (?:{value}|{block(indent, group)})|{below})"

    listed = f"{entry('(?P=i)  ', 'b')}|{value}|{block('(?P=i)', 'c')}"
    return f"(?P<i> {{0,24}}+)(?:{entry('(?P=i)', 'a')}|- (?:{listed}))|{blank}"


_TAME = re.compile(f"(?>{_line()})*+".encode("latin-1"))


def is_tame(raw: bytes) -> bool:
    """Whether the fast parser's word on *raw* can be taken.

    A yes promises only the kind of lines: the text's characters are judged before, and indents,
    duplicate keys and the like are left to the parser, whose refusal sends *raw* to the slow one.
    """
    return len(raw) <= LARGEST and _TAME.fullmatch(raw) is not None
