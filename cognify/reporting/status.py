"""The register as text for a terminal of 100 columns, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

from cognify.errors import one_line
from cognify.register import Attention, Register, Row, Use


def text(register: Register, rows: Sequence[Row], *, only_attention: bool = False) -> str:
    """The table, and below it what needs attention, each with the next command."""
    result = register.result
    lines = [_line("model", "version", "state", "tier", "owner", "next review", "attention")]
    lines += [_row(row) for row in rows]
    if not rows:
        lines.append("nothing needs attention" if only_attention else "nothing is on record yet")
    told = [("the inventory", one) for one in register.inventory_attention]
    told += [(str(row.version), one) for row in rows for one in row.attention]
    if told:
        lines += ["", "needs attention"]
    for who, one in told:
        lines += _told(who, one)
    if any(row.doubt for row in rows):
        lines += ["", "(!) in doubt", *(f"  {row.version}: {row.doubt}" for row in rows if row.doubt)]
    lines += [
        "",
        *register.basis,
        f"merged on {result.settings.branch}; what is not merged yet is judged by `cognify check`",
        f"log: {result.log.size} leaves, {result.log.pending} statements pending; verdict {result.verdict}",
    ]
    if register.solo:
        lines.append("solo profile: one person approves their own work; nothing here is independent")
    if result.exit_code:
        lines.append("the inventory does not verify: nothing above is confirmed; `cognify verify` says why")
    return _joined(lines)


def _line(*texts: str) -> str:
    model, version, state, tier, owner, review, count = texts
    return (f"{_cut(model, 24):<24} {_cut(version, 10):<10} {_cut(state, 16):<16} {_cut(tier, 7):<7} "
            f"{_cut(owner, 17):<17} {review:<11} {count}")  # fmt: skip


def _row(row: Row) -> str:
    cells, review = row.cells, row.cells["next_review"]
    tier = (*cells["tier"].texts, "none")[0].split(" ")[0]
    state = f"{row.record.state}{' (!)' if row.doubt else ''}"
    owner = "; ".join(cells["owner"].texts) or "not on record"
    return _line(
        row.version.model, row.version.version, state, tier, owner,
        review.text[:10] if review.texts else "none", str(len(row.attention) or "-"),
    )  # fmt: skip


def _told(who: str, one: Attention) -> list[str]:
    when = f", {one.when}" if one.when else ""
    return [f"  {who}: {one.reason}{when}", f"    {one.sentence}", f"    $ {one.command}"]


def _cut(said: str, width: int) -> str:
    return said if len(said) <= width else f"{said[: width - 1]}…"


def as_json(register: Register, rows: Sequence[Row]) -> str:
    """The published object, with the records of *rows* alone."""
    told = {**register.as_json(), "records": [row.as_json() for row in rows]}
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def uses_text(register: Register, asked: str, hits: Sequence[tuple[Row, tuple[Use, ...]]]) -> str:
    """Whom a recall of *asked* reaches, and how; and which cards nobody could look into."""
    lines = [f"{len(hits)} of {len(register.rows)} versions use {asked}"]
    for row, uses in hits:
        lines.append(
            f"{row.version}  {row.record.state}{' (!)' if row.doubt else ''}  {row.cells['digest'].text}"
        )
        lines += [f"    {use.kind} {use.value}  at {use.where}"
                  + (f", through {use.through}" if use.through else "") for use in uses]  # fmt: skip
    lines += [f"not looked into: {row.version}: {row.unread}" for row in register.rows if row.unread]
    return _joined([*lines, "", *register.basis, f"verdict {register.result.verdict}"])


def uses_json(register: Register, asked: str, hits: Sequence[tuple[Row, tuple[Use, ...]]]) -> str:
    """The published object of `--uses`."""
    told = {
        **register.head(), "uses": asked,
        "records": [{**row.record.as_json(), "doubt": row.doubt or None,
                     "uses": [use.as_json() for use in uses]} for row, uses in hits],
        "not_looked_into": [{"model": row.version.model, "version": row.version.version, "why": row.unread}
                            for row in register.rows if row.unread],
    }  # fmt: skip
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def _joined(lines: Sequence[str]) -> str:
    return "".join(f"{one_line(line)}\n" for line in lines)
