"""`cognify status`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cognify.cli.moment import AS_OF, opened
from cognify.errors import ConfigurationError

if TYPE_CHECKING:
    from cognify.register import Register, Row
    from cognify.register.sheets import Sheet


@click.command("status", epilog="Example: cognify status --as-of 2026-09-30 -o inventory.xlsx")
@click.option("--format", "form", type=click.Choice(["text", "json", "csv"]), default="text",
              show_default=True, help="How to report.")  # fmt: skip
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE",
              help="Write FILE.xlsx or FILE.csv instead.")  # fmt: skip
@AS_OF
@click.option("--attention", "only_attention", is_flag=True, help="Only the versions that need somebody.")
@click.option("--soon", type=click.IntRange(0, 3660), default=30, show_default=True, metavar="DAYS",
              help="How long before its day something counts as due soon.")  # fmt: skip
@click.option("--uses", metavar="NAME_OR_DIGEST",
              help="The versions that use this data set, base model, file or agreement.")  # fmt: skip
def status_command(
    form: str, output: Path | None, as_of: str | None, only_attention: bool, soon: int, uses: str | None
) -> int:
    """The inventory as a supervisor asks for it: every version, its owner, tier, state and next review.

    Below the table stands what needs attention, with the next command. Attention is no verdict: the
    exit code is that of `cognify verify`, whatever is due. A digest for --uses may be cut to 12 digits.
    """
    from cognify import register, verification

    if output is not None and (form != "text" or output.suffix not in (".xlsx", ".csv")):
        raise ConfigurationError(
            "a file is XLSX or CSV by its ending, and --format is for what is printed", where=str(output),
            fix="name FILE.xlsx or FILE.csv, and leave --format out", id="usage",
        )  # fmt: skip
    found, at, then = opened(Path.cwd(), as_of)
    result = verification.verify(found, at=at)
    made = register.register(result, at=at, soon=timedelta(days=soon), then=then)
    rows = tuple(row for row in made.rows if row.attention or not only_attention)
    if output is not None:
        _write(output, _sheets(made, rows, uses), made)
        click.echo(str(output))
    else:
        click.echo(_printed(made, rows, uses, form, only_attention=only_attention), nl=False)
    return result.exit_code


def _printed(
    made: Register, rows: tuple[Row, ...], uses: str | None, form: str, *, only_attention: bool
) -> str:
    from cognify.register import sheets
    from cognify.reporting import status

    if form == "csv":
        return sheets.as_csv(_sheets(made, rows, uses)[0])
    if uses is not None:
        return (status.uses_json if form == "json" else status.uses_text)(made, uses, made.affected(uses))
    if form == "json":
        return status.as_json(made, rows)
    return status.text(made, rows, only_attention=only_attention)


def _sheets(made: Register, rows: tuple[Row, ...], uses: str | None) -> tuple[Sheet, ...]:
    from cognify.register import sheets

    if uses is not None:
        return sheets.used(made, uses), sheets.about(made)
    return (sheets.inventory(rows), sheets.attention(made, rows), sheets.exceptions(made),
            sheets.shared(made), sheets.columns(), sheets.about(made))  # fmt: skip


def _write(output: Path, sheets: tuple[Sheet, ...], made: Register) -> None:
    from cognify.inventory import write_atomically
    from cognify.register.sheets import as_csv
    from cognify.reporting.workbook import workbook

    if output.suffix == ".csv":
        raw = as_csv(sheets[0]).encode()
    else:
        raw = workbook(sheets, at=made.at, title=f"Model inventory of {made.result.settings.name}")
    write_atomically(output, raw)
