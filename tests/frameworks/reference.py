"""The rows that a pack was written from, and the record of them that lies beside the tests.

`python -m tests.frameworks.reference PACK…` writes `rows/PACK.json` anew from the reference table.
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
Row = dict[str, str]


def table(pack: str) -> Path:
    """The reference table that *pack* is written from: it has the pack's name, without the edition."""
    return TABLES / f"{pack.partition('@')[0]}.md"


def rows(pack: str) -> list[Row]:
    """Every row of the reference table of *pack*, in its order."""
    found: list[Row] = []
    columns: list[str] = []
    for line in table(pack).read_text(encoding="utf-8").splitlines():
        cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if "tier" in cells:
            columns = [_COLUMNS.get(cell, cell) for cell in cells]
        elif not line.startswith("|"):
            columns = []
        elif columns and set(line) - set("|-: "):
            row = dict(zip(columns, cells, strict=True))
            found.append({key: row[key] for key in KEYS})
    return found


def of(pack: str) -> list[Row]:
    """What the shipped *pack* says of itself in the same form."""
    data = strictyaml.load((ROOT / "frameworks" / f"{pack}.yaml").read_bytes(), where=pack)
    assert isinstance(data, dict)
    return [{key: str(asked[key]) for key in KEYS} for asked in data["requirements"]]


def recorded(pack: str) -> list[Row]:
    """The rows as they were when the pack was written."""
    found: list[Row] = json.loads((HERE / "rows" / f"{pack}.json").read_text(encoding="utf-8"))
    return found


def _write(pack: str) -> None:
    lines = ",\n ".join(json.dumps(row, ensure_ascii=False) for row in rows(pack))
    (HERE / "rows" / f"{pack}.json").write_text(f"[{lines}]\n", encoding="utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        _write(name)
