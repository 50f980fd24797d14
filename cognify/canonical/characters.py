"""Which characters a record may hold: one rule for JSON, YAML and whatever is typed."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Literal, NamedTuple

# RFC 7493 (I-JSON), 2.1 forbids surrogates and noncharacters. Controls and the two Unicode line
# separators are refused besides: they move the text that a person believes to be signing.
_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef" + "".join(
    f"{chr(plane)}{chr(plane + 1)}" for plane in range(0xFFFE, 0x110000, 0x10000)
)
# What is read but not seen, or turns the reading direction (Trojan Source, CVE-2021-42574).
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_UNSEEN = re.compile(f"[{_INVISIBLE}]")
# An ASCII character composes with nothing before it, so each of these parts is judged by itself.
_COMPOSABLE = re.compile(r"[\x00-\x7f]?[^\x00-\x7f]+")


class Unfit(NamedTuple):
    """A character that has no place in a record: where, which rule, and how to say it."""

    position: int
    fault: Literal["charset", "bidi-control", "not-nfc"]
    what: str


def unfit(text: str, *, besides: str = "") -> Unfit | None:
    """The first character of *text* that no record may hold, or that is one of *besides*.

    The one rule on characters for JSON, YAML and whatever is typed: no controls but tab, line feed
    and carriage return, nothing invisible or direction-changing, normal form C.
    """
    pattern, ordinary = _unfit_pattern(besides)
    # Ordinary ASCII is dropped first: the character class costs 40 ns for each character it sees.
    if not (odd := text.encode(errors="surrogatepass").translate(None, ordinary)):
        return None
    if pattern.search(odd.decode(errors="surrogatepass")) and (found := pattern.search(text)):
        name = f"U+{ord(found[0]):04X} {unicodedata.name(found[0], '(unnamed)')}"
        if _UNSEEN.match(found[0]):
            return Unfit(found.start(), "bidi-control", f"invisible or direction-changing {name}")
        return Unfit(found.start(), "charset", f"the character {name} has no place in a record")
    if unicodedata.is_normalized("NFC", text):
        return None
    parts = _COMPOSABLE.finditer(text)
    first = next(each for each in parts if not unicodedata.is_normalized("NFC", each[0]))
    return Unfit(first.start(), "not-nfc", "text that is not in Unicode normal form C")


@cache
def _unfit_pattern(besides: str) -> tuple[re.Pattern[str], bytes]:
    ordinary = {*b"\t\n", *range(0x20, 0x7F)} - set(besides.encode())
    return re.compile(f"[{besides}{_CONTROLS}{_INVISIBLE}]"), bytes(ordinary)
