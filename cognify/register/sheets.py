"""The register as sheets of plain cells: what CSV and XLSX are written from, safe for any spreadsheet."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from cognify.errors import one_line
from cognify.register.columns import COLUMNS
from cognify.register.rows import Register, Row

LONGEST = 32_000
"""Characters of a cell; a spreadsheet holds 32,767, and drops what is longer without a word."""
_CUT = " … [cut here: the card holds the rest]"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its name, the title of each column, lines of texts, and remarks by line and column."""

    name: str
    columns: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    remarks: tuple[tuple[int, int, str], ...] = ()


def safe(text: str) -> str:
    """*text* as a cell that no spreadsheet takes for a formula, on one line, and of a length that it holds.

    What begins as one is led by an apostrophe, as OWASP advises ("CSV Injection"): also behind blanks,
    and in full-width characters, which some take for the plain ones.
    """
    plain = one_line(text.replace("\t", " ").replace("\r", " "))
    first = unicodedata.normalize("NFKC", plain.lstrip()[:1])
    led = f"'{plain}" if first in ("=", "+", "-", "@", "|", "%") else plain
    return led if len(led) <= LONGEST else led[: LONGEST - len(_CUT)] + _CUT


def as_csv(sheet: Sheet) -> str:
    """*sheet* as CSV (RFC 4180, lines ended by LF): every cell quoted, the titles first."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow([safe(title) for title in sheet.columns])
    writer.writerows([safe(text) for text in line] for line in sheet.lines)
    return out.getvalue()


def inventory(rows: Sequence[Row]) -> Sheet:
    """One line for each of *rows*; remarks tell the citations of machine values."""
    titles = ("Model", "Version", *(column.title for column in COLUMNS), "Needs attention", "Doubt")
    lines = tuple(
        (row.version.model, row.version.version, *(cell.text for cell in row.cells.values()),
         "; ".join(_reason(one.reason, one.when) for one in row.attention) or "nothing is due",
         row.doubt or "none")
        for row in rows
    )  # fmt: skip
    remarks = tuple(
        (number, place, "\n".join(cell.sources))
        for number, row in enumerate(rows)
        for place, cell in enumerate(row.cells.values(), 2)
        if cell.sources
    )
    return Sheet("Inventory", titles, lines, remarks)


def _reason(reason: str, when: str) -> str:
    return f"{reason} {when}".strip()


def attention(register: Register, rows: Sequence[Row]) -> Sheet:
    """Every reason, those of the inventory itself first."""
    found = [("", "", one) for one in register.inventory_attention]
    found += [(row.version.model, row.version.version, one) for row in rows for one in row.attention]
    return Sheet(
        "Attention",
        ("Model", "Version", "Reason", "What", "Since or by", "Next command"),
        tuple((model or "the inventory", version or "–", one.reason, one.sentence,
               one.when or "no day is known", one.command) for model, version, one in found),
    )  # fmt: skip


def exceptions(register: Register) -> Sheet:
    """Exceptions and conditions with their ends."""
    return Sheet(
        "Exceptions", ("Kind", "Version", "What", "By", "Until", "Ended"),
        tuple((e.kind, e.version or "the inventory", e.what, e.by, e.expires or "no end is on record",
               "yes" if e.ended else "no") for e in register.exceptions),
    )  # fmt: skip


def shared(register: Register) -> Sheet:
    """Data sets and base models with the versions that use them."""
    return Sheet(
        "Shared", ("Kind", "Name", "Digest", "Versions", "Used by"),
        tuple((thing.kind, thing.name, thing.digest or "no digest is on record", str(len(thing.users)),
               "; ".join(map(str, thing.users))) for thing in register.shared),
    )  # fmt: skip


def about(register: Register) -> Sheet:
    """What it is: of which inventory, as of when, how far it verifies, and what is not proven."""
    result = register.result
    lines = [
        ("Inventory", result.settings.name),
        ("Inventory id", result.settings.inventory),
        ("Commit", result.commit or "a package: no commit"),
        ("Log size", str(result.log.size)),
        # Led by a word: base64 may begin as a formula does, and would be led by an apostrophe.
        ("Log root", f"base64 {result.log.root}" if result.log.root else "no checkpoint"),
        ("Genesis", result.genesis or "none was found"),
        ("Verdict", result.verdict),
        *([("Independence", "solo profile: one person approves their own work")] if register.solo else []),
        *(("As of", sentence) for sentence in register.basis),
        ("Due soon", f"within {register.soon.days} days"),
        *(("Found", f"[{f.id}] {f.what} ({f.where})") for f in result.findings),
        *(("Not proven", sentence) for sentence in result.not_proven),
        ("Check", f"cognify verify . --genesis {result.genesis}" if result.genesis else "cognify verify ."),
    ]
    return Sheet("About", ("What", "Says"), tuple(lines))


def columns() -> Sheet:
    """What each column is asked for by."""
    return Sheet(
        "Columns", ("Column", "Asked for by"),
        tuple((column.title, column.asked or "none: it is Cognify's own") for column in COLUMNS),
    )  # fmt: skip


def used(register: Register, asked: str) -> Sheet:
    """Every version that a recall of *asked* reaches, and how; then those that nobody could look into."""
    found = [(row, use.kind, use.value, use.where, use.through or "used itself")
             for row, uses in register.affected(asked) for use in uses]  # fmt: skip
    found += [(row, "not looked into", row.unread, row.version.card, "not known")
              for row in register.rows if row.unread]  # fmt: skip
    return Sheet(
        "Uses", ("Model", "Version", "State", "Record digest", "Kind", "Says", "Where", "Through"),
        tuple((row.version.model, row.version.version, row.record.state, row.cells["digest"].text, *told)
              for row, *told in found),
    )  # fmt: skip
