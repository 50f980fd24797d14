"""CSV and JSON lines with byte positions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cognify.replay import jsontree
from cognify.replay.found import Found, unreplayable

_FIELD = re.compile(rb'(?:"((?:[^"]|"")*)"|([^,\r\n"]*))(,|\r\n|\n|\r|\Z)')

_NUMBER = re.compile(r"[1-9][0-9]{0,14}\Z")


def rows(raw: bytes, at: str) -> Iterator[list[tuple[str, int, int]]]:
    """The records of a CSV file (RFC 4180): fields as text with their byte spans.

    Blank lines are no records. A quoted field may hold line breaks.

    Raises:
        ReplayError: a quote that does not close, or text that is not UTF-8.
    """
    position = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    row: list[tuple[str, int, int]] = []
    while position < len(raw) or row:
        match = _FIELD.match(raw, position)
        if match is None:
            raise unreplayable(f"not CSV at byte {position}", at)
        quoted = match.start(1) >= 0
        start, end = match.span(1 if quoted else 2)
        try:
            text = raw[start:end].decode()
        except UnicodeDecodeError:
            raise unreplayable(f"not UTF-8 at byte {start}", at) from None
        row.append((text.replace('""', '"') if quoted else text, start, end))
        position = match.end()
        if match[3] != b",":
            if len(row) > 1 or row[0][0] or quoted:
                yield row
            row = []
            if match[3] == b"":
                return


def csv_find(raw: bytes, rest: str, at: str) -> Found:
    """`csv:<data row, from 1>/<column name>` or `csv:count`.

    Raises:
        ReplayError: no such row or column, or a column that is there twice.
    """
    records = rows(raw, at)
    header = [text for text, _, _ in next(records, [])]
    if rest == "count":
        total = sum(1 for _ in records)
        return Found(str(total), total)
    number, _, column = rest.partition("/")
    if header.count(column) != 1 or not _NUMBER.match(number):
        raise unreplayable(f"no single column {column!r}, or no row {number!r}", at)
    for index, record in enumerate(records, 1):
        if index == int(number):
            if len(record) != len(header):
                raise unreplayable(f"row {number} has {len(record)} fields, not {len(header)}", at)
            text, start, end = record[header.index(column)]
            return Found(text, text, start, end)
    raise unreplayable(f"there is no row {number}", at)


def lines(raw: bytes) -> Iterator[tuple[int, int]]:
    """The byte spans of the lines of *raw* that are not blank, split at LF."""
    start = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    while start < len(raw):
        end = raw.find(b"\n", start)
        end = len(raw) if end < 0 else end
        if raw[start:end].strip():
            yield start, end
        start = end + 1


def jsonl_find(raw: bytes, rest: str, at: str) -> Found:
    """`jsonl:<record, from 1>#<pointer>` or `jsonl:count`; blank lines are no records.

    Raises:
        ReplayError: no such record or value.
    """
    if rest == "count":
        total = sum(1 for _ in lines(raw))
        return Found(str(total), total)
    number, _, pointer = rest.partition("#")
    if not _NUMBER.match(number):
        raise unreplayable(f"not a record number: {number!r}", at)
    for index, (start, end) in enumerate(lines(raw), 1):
        if index == int(number):
            node = jsontree.tree(raw[:end], offset=start, at=at)
            return jsontree.find(node, pointer, raw, at)
    raise unreplayable(f"there is no record {number}", at)
