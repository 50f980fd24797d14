"""A CSV with the columns attribute, group, metric, n, value: results by subgroup, one a row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cognify.errors import ReplayError
from cognify.readers import taking, walk
from cognify.readers.reading import Claim, Reading
from cognify.replay import tables

COLUMNS = ("attribute", "group", "metric", "n", "value")
_MAX_ROWS = 1000
_MAX_BYTES = 4 * 1024 * 1024


class _Subgroups:
    name = "subgroups"
    version = 1

    def finds(self, source: Path) -> tuple[Path, ...]:
        """CSV files whose header has all five columns."""
        files = (path for path in walk.files(source) if path.suffix.lower() == ".csv")
        return tuple(path for path in files if _has_columns(path, source))

    def read(self, found: Path, source: Path) -> Reading:
        """One entry per row; attributes joined by `*` make it an intersectional one."""
        origin = walk.relative(found, source)
        raw = taking.read(found, source, limit=_MAX_BYTES)
        try:
            rows = [[text for text, _, _ in row] for row in tables.rows(raw, origin)]
        except ReplayError as error:
            raise taking.unreadable(error.what, origin) from None
        header, rows = rows[0], rows[1:]
        if len(rows) > _MAX_ROWS:
            raise taking.unreadable(f"more than {_MAX_ROWS} subgroups", origin, "report fewer groups")
        claims, notes = list[Claim](), list[str]()
        for number, row in enumerate(rows, 1):
            if len(row) != len(header):
                raise taking.unreadable(f"row {number} has {len(row)} fields, not {len(header)}", origin)
            entry = dict(zip(header, row, strict=True))
            if not _is_number(entry["value"]) or not all(entry[key].strip() for key in COLUMNS[:3]):
                notes.append(f"{origin}: row {number} gives no value and is not reported")
                continue
            claims += _entry(entry, number, origin)
        return Reading((taking.material(self, origin, raw, "text/csv"),), tuple(claims), notes=tuple(notes))


def _entry(entry: dict[str, str], number: int, origin: str) -> Iterator[Claim]:
    key = f"[{entry['attribute']} {entry['group']} {entry['metric']}]"
    crossed = "*" in entry["attribute"]
    place = taking.pointer("evaluation", "intersectional" if crossed else "subgroups", key)
    at = f"csv:{number}/"
    if crossed:
        yield Claim(f"{place}/attributes", origin, f"{at}attribute", "split(*)")
        yield Claim(f"{place}/groups", origin, f"{at}group", "split(*)")
    else:
        yield Claim(f"{place}/attribute", origin, f"{at}attribute", "text")
        yield Claim(f"{place}/group", origin, f"{at}group", "text")
    yield Claim(f"{place}/metric", origin, f"{at}metric", "text")
    if _is_number(entry["n"]):
        yield Claim(f"{place}/n", origin, f"{at}n", "integer")
    yield Claim(f"{place}/value", origin, f"{at}value", "number")


def _is_number(text: str) -> bool:
    try:
        return text.strip().lower() not in ("nan", "inf", "-inf", "") and float(text) == float(text)
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


SUBGROUPS = _Subgroups()
