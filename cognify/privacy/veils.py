r"""Text without its veils: escapes, characters that nobody sees, other shapes of plain characters.

A token with a soft hyphen in it is one to whoever copies it, and full-width digits still are digits.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import cache
from itertools import accumulate

_ESCAPE = r"\\u[0-9a-fA-F]{4}"
_SLASH = r"\\/"
_UNSEEN = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
    + "".join(map(chr, (*range(0x180B, 0x180F), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
)
"""What shows nothing and is no format character (Unicode 16, Default_Ignorable_Code_Point, and a blank Braille cell)."""


class Unveiled:
    """*text* without veils, and where each place of that lies in *text*.

    `there` says whether there was a veil at all; most texts have none, and cost one search.
    """

    def __init__(self, text: str) -> None:
        self._whole = text
        shapes = "" if text.isascii() else "".join(c for c in set(text) if _bare(c) != c)
        either = (
            [_ESCAPE] * ("\\u" in text)
            + [_SLASH] * ("\\/" in text)
            + [f"[{re.escape(shapes)}]"] * bool(shapes)
        )
        spans = [
            (m.start(), m.end(), bare)
            for m in (re.finditer("|".join(either), text) if either else ())
            if (bare := _plain(m[0])) != m[0]
        ]
        self.there = bool(spans)
        pieces, done = list[str](), 0
        for start, end, bare in spans:
            pieces += [text[done:start], bare]
            done = end
        self.text = "".join([*pieces, text[done:]]) if spans else text
        # By twos: what stood before a veil, and what it hid; each begins at one place in both texts.
        self._here = [0, *accumulate(map(len, pieces))]
        self._there = [0, *(place for start, end, _ in spans for place in (start, end))]

    def place(self, at: int) -> int:
        """Where the character *at* of `text` lies in the whole; within a veil, where that begins."""
        number = bisect_right(self._here, at) - 1
        start = self._there[number]
        return start if number % 2 else start + at - self._here[number]

    def end(self, at: int) -> int:
        """Where what ends before *at* ends in the whole, a veil within it included."""
        if at == 0:
            return 0
        number = bisect_right(self._here, at - 1) - 1
        return self._there[number + 1] if number % 2 else self.place(at - 1) + 1


def _plain(veil: str) -> str:
    if len(veil) == 1:
        return _bare(veil)
    if veil == "\\/":
        return "/"
    character = chr(int(veil[2:], 16))
    bare = _bare(character)
    # A quote or a line break would end what the escape stands in.
    return bare if bare != character or (character.isprintable() and character not in '"\\') else veil


@cache
def _bare(character: str) -> str:
    """What *character* is without its shape: nothing if it is unseen, ASCII if it is that in disguise."""
    kind = unicodedata.category(character)
    if character.isascii():
        return character
    if kind == "Cf" or character in _UNSEEN:
        return ""
    if kind == "Pd":
        return "-"
    if kind == "Nd":
        return str(unicodedata.decimal(character))
    shape = unicodedata.normalize("NFKC", character)
    return shape if shape.isascii() else character
