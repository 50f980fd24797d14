"""Text in base64 within text: found, joined over its lines, decoded where text comes out of it.

Every run is judged by its first bytes, so that digests, images and weights cost next to nothing.
"""

from __future__ import annotations

import binascii
import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from cognify.privacy import wide

LEAST = 16
"""How many characters a run has at least: twelve bytes, less than any token or labelled value."""
_SAMPLE = 32
_LIKELY = 0.75
"""How many of the first bytes have to be plain text; of random ones a third is."""
_C = "[A-Za-z0-9+/_-]"
_RUN = re.compile(rf"{_C}{{{LEAST},}}")
# The next line, escaped or not; the next string of a list or of a sum of them.
_NEXT = re.compile(
    rf"(?:(?:\\[rn]){{1,4}}[ \t]{{0,3}}|\r?\n[ \t]{{0,100}}|(?:\\[rn]){{0,2}}[\"'][ \t]{{0,3}}[,+]?\s{{1,100}}[\"'])"
    rf"(?P<run>{_C}{{2,}}={{0,2}})"
)
_PLAIN = bytes([*b"\t\r\n", *range(32, 127)])
_URL_SAFE = str.maketrans("-_", "+/", "=")


@dataclass(frozen=True, slots=True)
class Run:
    """One run of base64 in a text, and the text that it holds."""

    start: int
    end: int
    text: str


def runs(text: str) -> Iterator[Run]:
    """Every run in *text* that decodes to text, by place; none lies within another."""
    done = 0
    for match in _RUN.finditer(text):
        if match.start() < done or not _begins_as_text(match[0][:_SAMPLE]):
            continue
        pieces, end = [match[0]], match.end()
        while text[end : end + 1] != "=" and (more := _NEXT.match(text, end)):
            pieces.append(more["run"])
            end = more.end("run")
            if more["run"].endswith("="):
                break
        done = end
        held = _decoded("".join(pieces))
        if any(len(piece) % 4 for piece in pieces[:-1]):
            # Lines that are not of four characters each may as well be texts of their own.
            held = "\n\n".join((held, *map(_decoded, pieces)))
        yield Run(match.start(), end, held)


def _begins_as_text(sample: str) -> bool:
    raw = _bytes(sample)
    bare = raw.replace(b"\x00", b"")
    plain = len(bare) - len(bare.translate(None, _PLAIN))
    if len(bare) * 5 >= len(raw) and plain >= _LIKELY * len(bare):
        return True
    try:
        # Text that is not English; its last character may be cut in two.
        codecs.getincrementaldecoder("utf-8")().decode(raw)
    except UnicodeDecodeError:
        return False
    return b"\x00" not in raw


def _decoded(run: str) -> str:
    raw = _bytes(run)
    return wide.decoded(raw) or raw.decode("utf-8", "replace")


def _bytes(run: str) -> bytes:
    plain = run.translate(_URL_SAFE)
    whole = plain[: len(plain) // 4 * 4]
    rest = plain[len(whole) :]
    return binascii.a2b_base64(whole + (rest + "=" * (-len(rest) % 4) if len(rest) > 1 else ""))
