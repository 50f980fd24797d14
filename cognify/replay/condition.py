"""A CSV field by what else stands in its row: `csv-where:split=test&metric=acc#value`."""

from __future__ import annotations

from urllib.parse import unquote

from cognify.replay import tables
from cognify.replay.found import Found, unreplayable

_SHOWN = 20


def find(raw: bytes, rest: str, at: str) -> Found:
    """The field of the column after `#` in the only row that has every `column=value` before it.

    `%`, `&`, `=` and `#` inside a name or value are percent-encoded (RFC 3986).

    Raises:
        ReplayError: no such column, no such row, or more than one.
    """
    conditions, mark, column = rest.rpartition("#")
    pairs = [part.partition("=") for part in conditions.split("&")]
    if not mark or not all(name and equals for name, equals, _ in pairs):
        raise unreplayable("not <column>=<value>[&…]#<column>", at)
    records = tables.rows(raw, at)
    header = [text for text, _, _ in next(records, [])]
    wanted = [(_column(name, header, at), unquote(value)) for name, _, value in pairs]
    index = _column(column, header, at)
    found: Found | None = None
    for number, record in enumerate(records, 1):
        if len(record) != len(header):
            raise unreplayable(f"row {number} has {len(record)} fields, not {len(header)}", at)
        if all(record[place][0] == value for place, value in wanted):
            if found is not None:
                raise unreplayable(f"more than one row has {conditions!r}", at)
            text, start, end = record[index]
            found = Found(text, text, start, end)
    if found is None:
        raise unreplayable(f"no row has {conditions!r}", at)
    return found


def _column(name: str, header: list[str], at: str) -> int:
    name = unquote(name)
    if header.count(name) != 1:
        there = ", ".join(header[:_SHOWN])
        raise unreplayable(f"there is no single column {name!r}; there are: {there}", at)
    return header.index(name)
