"""The rows that a pack was written from, and the record of them that lies beside the tests.

`python -m tests.frameworks.reference PACK TABLE` writes `rows/PACK.json` anew from the rows of
TABLE that the pack has: of `hipaa` for `hipaa-164@2026-11`. One table may be the source of several packs.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

from cognify import strictyaml

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TABLES = Path(os.environ.get("COGNIFY_REFERENCE", ROOT.parent / "shared" / "reference")) / "frameworks"
KEYS = ("id", "tier", "owner", "confidence")
_COLUMNS = {"filled by": "owner"}
_STATED = re.compile(r"^(approvals|attestations|audit)\b|^record\.(digest|commit|status|updated_at)$")
Row = dict[str, str]


def table(name: str) -> Path:
    """Where the reference table *name* lies, if it lies anywhere here."""
    return TABLES / f"{name}.md"


def rows(name: str) -> list[Row]:
    """Every row of the reference table *name*, in its order."""
    return [{key: row[key] for key in KEYS} for row in _whole(name)]


def stated(name: str) -> set[str]:
    """The numbers of the rows whose evidence the table *name* sees in statements or in the log."""
    return {
        row["id"] for row in _whole(name)
        if any(_STATED.search(quoted) for cell in row.values() for quoted in re.findall("`([^`]+)`", cell))
    }  # fmt: skip


def _whole(name: str) -> list[Row]:
    found: list[Row] = []
    columns: list[str] = []
    for line in table(name).read_text(encoding="utf-8").splitlines():
        cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if "tier" in cells:
            columns = [_COLUMNS.get(cell, cell) for cell in cells]
        elif not line.startswith("|"):
            columns = []
        elif columns and set(line) - set("|-: "):
            found.append(dict(zip(columns, cells, strict=True)))
    return found


def of(pack: str) -> list[Row]:
    """What the shipped *pack* says of itself in the same form."""
    data = strictyaml.load((ROOT / "frameworks" / f"{pack}.yaml").read_bytes(), where=pack)
    assert isinstance(data, dict)
    return [{key: str(asked[key]) for key in KEYS} for asked in data["requirements"]]


def recorded(pack: str) -> tuple[str, list[Row]]:
    """The table that *pack* was written from, and its rows as they were then."""
    found = json.loads((HERE / "rows" / f"{pack}.json").read_text(encoding="utf-8"))
    return found["table"], found["rows"]


def _write(pack: str, name: str) -> None:
    mine = {row["id"] for row in of(pack)}
    kept = (row for row in rows(name) if row["id"] in mine)
    lines = ",\n ".join(json.dumps(row, ensure_ascii=False) for row in kept)
    text = f'{{"table": "{name}", "rows": [\n {lines}\n]}}\n'
    (HERE / "rows" / f"{pack}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    _write(sys.argv[1], sys.argv[2])
