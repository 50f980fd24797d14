"""Which bytes are text, and which characters a record may hold.

The file is judged as it stands; what stands in double quotes is judged again once its escapes are
resolved, where a tab, a line break and a no-break space are welcome, since there they are seen.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from cognify.strictyaml.refusals import refuse, refuse_at

MAX_BYTES: Final = 4 * 1024 * 1024

# RFC 7493 (I-JSON), 2.1 forbids surrogates and noncharacters; what YAML can say must fit in JSON.
# Controls and the two Unicode line separators move the text that a person believes to be signing.
CONTROLS: Final = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef" + "".join(
    f"{chr(plane)}{chr(plane + 1)}" for plane in range(0xFFFE, 0x110000, 0x10000)
)
# What is read but not seen, or turns the reading direction (Trojan Source, CVE-2021-42574).
INVISIBLE: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_BIDI = re.compile(f"[{INVISIBLE}]")
_UNFIT_SOURCE = re.compile(f"[\t\u00a0{CONTROLS}{INVISIBLE}]")
_UNFIT_VALUE = re.compile(f"[{CONTROLS}{INVISIBLE}]")

_ORDINARY = b"\n" + bytes(range(0x20, 0x7F))
# An ASCII character composes with nothing before it, so each of these parts is judged by itself.
_COMPOSABLE = re.compile(r"[\x00-\x7f]?[^\x00-\x7f]+")


def source_text(raw: bytes, where: str) -> str:
    """*raw* as text in which every character may stand.

    Raises:
        MalformedRecord: `yaml-size` `yaml-charset` `bidi-control` `not-nfc`.
    """
    if len(raw) > MAX_BYTES:
        refuse_at("yaml-size", f"{len(raw)} bytes are more than the {MAX_BYTES} read", where)
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        good = raw[: error.start].decode()
        what = f"byte 0x{raw[error.start]:02x} is not UTF-8"
        refuse("yaml-charset", what, where, good, len(good))
    # Ordinary ASCII is dropped first: the character class costs 40 ns for each character it sees.
    odd = raw.translate(None, _ORDINARY)
    if odd:
        _judge_source(text, odd.decode(), where)
    return text


def _judge_source(text: str, odd: str, where: str) -> None:
    if text.startswith("\ufeff"):
        refuse("yaml-charset", "the file begins with a byte order mark", where, text, 0)
    if _UNFIT_SOURCE.search(odd) and (found := _UNFIT_SOURCE.search(text)):
        fault, what = _name(found[0])
        refuse(fault, what, where, text, found.start())
    if not unicodedata.is_normalized("NFC", text):
        parts = _COMPOSABLE.finditer(text)
        first = next(each for each in parts if not unicodedata.is_normalized("NFC", each[0]))
        refuse("not-nfc", "text that is not in normal form C", where, text, first.start())


def unfit_value(value: str) -> tuple[str, str] | None:
    """The fault of a resolved string and what to say of it, or nothing if it may be a value."""
    if found := _UNFIT_VALUE.search(value):
        return _name(found[0])
    if not unicodedata.is_normalized("NFC", value):
        return "not-nfc", "text that is not in normal form C"
    return None


def _name(character: str) -> tuple[str, str]:
    name = f"U+{ord(character):04X} {unicodedata.name(character, '(unnamed)')}"
    if _BIDI.match(character):
        return "bidi-control", f"invisible or direction-changing {name}"
    if character in "\t\r":
        return "yaml-charset", "a tab" if character == "\t" else "a carriage return"
    return "yaml-charset", f"the character {name} has no place in a record"
