"""Text of two or four bytes a character, with a byte order mark or without, as a whole or within other bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"), (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"),
)  # fmt: skip
_WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_SAMPLE = 65536
_LIKELY, _PLAIN = 0.8, 0.05
"""Of the characters of a text so many show themselves, and so many are ASCII: blanks, line ends, digits."""
_C = rb"[\x20-\x7e\t\r\n]"
_RUNS = (
    (re.compile(_C + rb"(?:\x00" + _C + rb"){7,}"), 2),
    (re.compile(_C + rb"(?:\x00{3}" + _C + rb"){7,}"), 4),
)


def decoded(raw: bytes) -> str | None:
    """The text that *raw* is in UTF-16 or UTF-32, without its mark; None if it is none.

    Single characters that are broken stay so, and hide nothing.
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark) and _share(raw[len(mark) :], encoding)[0] >= _LIKELY:
            return raw[len(mark) :].decode(encoding, "replace")
    if b"\x00" not in raw[:_SAMPLE]:
        return None
    shares = ((*_share(raw, encoding), encoding) for encoding in _WIDE)
    fit = [(plain, encoding) for seen, plain, encoding in shares if seen >= _LIKELY and plain >= _PLAIN]
    return raw.decode(max(fit)[1], "replace") if fit else None


def _share(raw: bytes, encoding: str) -> tuple[float, float]:
    """How much of the beginning of *raw* would be characters that show themselves, and how much ASCII."""
    text = raw[:_SAMPLE].decode(encoding, "replace")
    seen = sum((c.isprintable() or c in "\r\n\t") and c != "\N{REPLACEMENT CHARACTER}" for c in text)
    return seen / max(1, len(text)), sum("\x08" < c < "\x7f" for c in text) / max(1, len(text))


def runs(raw: bytes) -> Iterator[tuple[int, str]]:
    """Plain text of wide characters within *raw*, and the byte at which each begins."""
    if b"\x00" in raw:
        for regex, width in _RUNS:
            for match in regex.finditer(raw):
                yield match.start(), match[0][::width].decode("ascii")
