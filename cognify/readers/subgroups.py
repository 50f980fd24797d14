"""A CSV with the columns attribute, group, metric, n, value: results by subgroup, one a row.

Of groups that are too small to be shown the labels are taken in, and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from cognify.errors import ReplayError
from cognify.readers import cells, taking, walk, withholding
from cognify.readers.reading import Claim, Material, Original, Reading, Report
from cognify.replay import tables

COLUMNS = ("attribute", "group", "metric", "n", "value")
_MAX_ROWS = 1000
_MAX_BYTES = 4 * 1024 * 1024
_OF_ALL = frozenset({
    "accuracy", "acc", "exact_match", "error_rate", "approval_rate", "selection_rate", "refusal_rate",
    "pass_rate",
})  # fmt: skip
"""Metrics that are a share of all records of the group; a rate among some of them is no such share."""
_Field = tuple[str, int, int]


class Subgroups:
    """The reader of subgroup tables; cells of fewer than `smallest` records are not taken in."""

    name = "subgroups"
    version = 2

    def __init__(self, *, smallest: int = cells.SMALLEST) -> None:
        self.smallest = max(smallest, cells.SMALLEST)

    def finds(self, source: Path) -> tuple[Path, ...]:
        """CSV files whose header has all five columns."""
        files = (path for path in walk.files(source) if path.suffix.lower() == ".csv")
        return tuple(path for path in files if _has_columns(path, source))

    def read(self, found: Path, source: Path) -> Reading:
        """One entry per row; attributes joined by `*` make it an intersectional one."""
        origin = walk.relative(found, source)
        raw = taking.read(found, source, limit=_MAX_BYTES)
        try:
            header, *rows = [list(row) for row in tables.rows(raw, origin)]
        except ReplayError as error:
            raise taking.unreadable(error.what, origin) from None
        if len(rows) > _MAX_ROWS:
            raise taking.unreadable(f"more than {_MAX_ROWS} subgroups", origin, "report fewer groups")
        names = [text for text, _, _ in header]
        for number, row in enumerate(rows, 1):
            if len(row) != len(names):
                raise taking.unreadable(f"row {number} has {len(row)} fields, not {len(names)}", origin)
        entries = [dict(zip(names, (text for text, _, _ in row), strict=True)) for row in rows]
        hidden = self._hidden(entries)
        claims, notes, shares = list[Claim](), list[str](), set[str]()
        for number, entry in enumerate(entries, 1):
            withheld = number in hidden
            if not all(entry[key].strip() for key in COLUMNS[:3]) or not (
                withheld or _is_number(entry["value"])
            ):
                notes.append(f"{origin}: row {number} gives no value and is not reported")
                continue
            place = _place(entry)
            claims += _entry(entry, number, origin, withheld=withheld)
            if entry["metric"] in _OF_ALL:
                shares.add(place)
        if hidden:
            notes.append(
                f"{origin}: {len(hidden)} of {len(rows)} rows are withheld: their groups have fewer than "
                f"{self.smallest} records, or would give such a group away"
            )
        material = self._material(origin, raw, [rows[number - 1] for number in sorted(hidden)], names)
        report = Report(origin, origin, proportions=frozenset(shares))
        named = withholding.digests(raw) if hidden else ()
        return Reading((material,), tuple(claims), notes=tuple(notes), reports=(report,), withheld=named)

    def _hidden(self, entries: list[dict[str, str]]) -> set[int]:
        """The numbers of the rows whose cell is not shown."""
        keyed = [(cells.cell(entry["attribute"], entry["group"]), _count(entry["n"])) for entry in entries]
        hidden = cells.hidden(keyed, self.smallest)
        return {number for number, (key, _) in enumerate(keyed, 1) if key in hidden}

    def _material(self, origin: str, raw: bytes, hidden: list[list[_Field]], names: list[str]) -> Material:
        """The table; of a hidden row only the labels stay.

        No digest of the whole table is kept then: all but a few small numbers of it are known, and
        whoever tries them out would see by the digest when they are right.
        """
        spans = sorted(
            (start, end) for row in hidden
            for name, (_, start, end) in zip(names, row, strict=True) if name not in COLUMNS[:3]
        )  # fmt: skip
        kept, at = list[bytes](), 0
        for start, end in spans:
            kept += [raw[at:start], cells.MARK.encode()]
            at = end
        material = taking.material(self, origin, b"".join([*kept, raw[at:]]), "text/csv")
        return replace(material, original=Original((withholding.RULE,), "", 0)) if hidden else material


def _place(entry: dict[str, str]) -> str:
    key = f"[{entry['attribute']} {entry['group']} {entry['metric']}]"
    return taking.pointer("evaluation", "intersectional" if "*" in entry["attribute"] else "subgroups", key)


def _entry(entry: dict[str, str], number: int, origin: str, *, withheld: bool) -> Iterator[Claim]:
    place, at = _place(entry), f"csv:{number}/"
    if "*" in entry["attribute"]:
        yield Claim(f"{place}/attributes", origin, f"{at}attribute", "split(*)")
        yield Claim(f"{place}/groups", origin, f"{at}group", "split(*)")
    else:
        yield Claim(f"{place}/attribute", origin, f"{at}attribute", "text")
        yield Claim(f"{place}/group", origin, f"{at}group", "text")
    yield Claim(f"{place}/metric", origin, f"{at}metric", "text")
    if withheld:
        yield Claim(f"{place}/suppressed", origin, f"{at}value", f"is({cells.MARK})")
        return
    yield Claim(f"{place}/n", origin, f"{at}n", "integer")
    yield Claim(f"{place}/value", origin, f"{at}value", "number")


def _count(text: str) -> int | None:
    """The number of records; None where it is no whole number, and the cell may be small."""
    if not _is_number(text) or float(text) != int(float(text)):
        return None
    return int(float(text))


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _has_columns(path: Path, source: Path) -> bool:
    try:
        with open(path, "rb") as file:
            line = file.readline(4096)
    except OSError as error:
        where = walk.relative(path, source)
        raise taking.unreadable(f"the file cannot be read: {error.strerror}", where) from None
    names = line.removeprefix(b"\xef\xbb\xbf").decode(errors="replace").strip().split(",")
    return {name.strip('"') for name in names} >= set(COLUMNS)


SUBGROUPS = Subgroups()
