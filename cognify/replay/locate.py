"""The locators of replay grammar 1: `at` in a citation. Kept for ever; only ever added to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from cognify import canonical
from cognify.replay import binary, condition, jsontree, sqlite, tables, yamltree
from cognify.replay.found import MAX_BYTES, Found, unreplayable

_RANGE = re.compile(r"([1-9][0-9]{0,14})-([1-9][0-9]{0,14})\Z", re.ASCII)


def _json(raw: bytes, rest: str, at: str) -> Found:
    return jsontree.find(jsontree.tree(raw, at=at), rest, raw, at)


def _json_key(raw: bytes, rest: str, at: str) -> Found:
    """The last key of a pointer that is there: where the name itself is the value."""
    _json(raw, rest, at)
    return _name(jsontree.steps(rest, at)[-1:], at)


def _json_path(raw: bytes, rest: str, at: str) -> Found:
    """All keys of a pointer that is there, joined by a space, as in `macro avg f1-score`."""
    _json(raw, rest, at)
    return _name(jsontree.steps(rest, at), at)


def _name(keys: list[str], at: str) -> Found:
    name = " ".join(keys)
    try:
        name.encode()
    except UnicodeEncodeError:
        raise unreplayable("a lone surrogate is not text", at) from None
    if not name:
        raise unreplayable("the whole document has no name", at)
    return Found(name, name)


def _csv_header(raw: bytes, rest: str, at: str) -> Found:
    header = next(tables.rows(raw, at), [])
    columns = [(text, start, end) for text, start, end in header if text == rest]
    if len(columns) != 1:
        raise unreplayable(f"there is no single column {rest!r}", at)
    return Found(rest, *columns[0])


def _bytes(raw: bytes, rest: str, at: str) -> Found:
    if rest == "sha256":
        digest = canonical.sha256(raw)
        return Found(digest, digest)
    if rest == "size":
        return Found(str(len(raw)), len(raw))
    raise unreplayable("only sha256 and size can be cited of bytes", at)


def _text(raw: bytes, rest: str, at: str) -> Found:
    if rest:
        raise unreplayable("text: takes no argument", at)
    return _span(raw, 0, len(raw), at)


def _lines(raw: bytes, rest: str, at: str) -> Found:
    match = _RANGE.match(rest)
    if match is None:
        raise unreplayable("not <first>-<last>", at)
    a, b = int(match[1]), int(match[2])
    starts = [0]
    while len(starts) <= b and (end := raw.find(b"\n", starts[-1])) >= 0:
        starts.append(end + 1)
    count = len(starts) - (starts[-1] == len(raw))
    if not 1 <= a <= b <= count:
        raise unreplayable(f"there are no lines {rest}", at)
    end = starts[b] if b < len(starts) else len(raw)
    return _span(raw, starts[a - 1], end, at)


def _line_after(raw: bytes, rest: str, at: str) -> Found:
    """`line-after:<start>`: what follows *start* on the only line that begins with it."""
    start = rest.encode()
    if not start.strip() or b"\n" in start:
        raise unreplayable("names no beginning of a line", at)
    first = 0 if raw.startswith(start) else raw.find(b"\n" + start) + 1
    if first == 0 and not raw.startswith(start):
        raise unreplayable(f"no line begins with {rest!r}", at)
    if raw.find(b"\n" + start, first) >= 0:
        raise unreplayable(f"more than one line begins with {rest!r}", at)
    end = raw.find(b"\n", first)
    return _span(raw, first + len(start), end if end >= 0 else len(raw), at)


def _span(raw: bytes, start: int, end: int, at: str) -> Found:
    part = raw[start:end]
    start += len(part) - len(part.lstrip())
    try:
        text = part.strip().decode()
    except UnicodeDecodeError:
        raise unreplayable("not UTF-8 text", at) from None
    return Found(text, text, start, start + len(part.strip()))


_LOCATORS: Mapping[str, Callable[[bytes, str, str], Found]] = {
    "bytes": _bytes,
    "csv": tables.csv_find,
    "csv-header": _csv_header,
    "csv-where": condition.find,
    "json": _json,
    "json-key": _json_key,
    "json-path": _json_path,
    "jsonl": tables.jsonl_find,
    "line-after": _line_after,
    "lines": _lines,
    "parquet": binary.parquet_find,
    "safetensors": binary.safetensors_find,
    "sqlite": sqlite.find,
    "text": _text,
    "yaml": yamltree.find,
}


def find(at: str, raw: bytes) -> Found:
    """What the locator *at* finds in *raw*.

    Raises:
        ReplayError: `citation-unreplayable`: an unknown locator, or one that finds no single thing.
    """
    kind, colon, rest = at.partition(":")
    locator = _LOCATORS.get(kind) if colon else None
    if locator is None:
        raise unreplayable(f"no such locator: {kind!r}", at, "use a newer version of Cognify")
    if len(raw) > MAX_BYTES:
        raise unreplayable(f"the artifact is larger than {MAX_BYTES} bytes", at)
    return locator(raw, rest, at)
