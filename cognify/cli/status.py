"""`cognify status`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from cognify.cli.desk import FORMAT, now
from cognify.errors import one_line


@click.command("status", epilog="Example: cognify status --format json")
@FORMAT
def status_command(form: str) -> int:
    """The inventory as a table: every version, its state, and what it still needs."""
    from cognify import verification
    from cognify.git import Repository

    result = verification.verify(verification.open_repository(Repository(Path.cwd())), at=now())
    if form == "json":
        click.echo(json.dumps(result.as_json()["records"], indent=1))
        return result.exit_code
    click.echo(f"{'model':<28} {'version':<10} {'state':<17} {'tier':<7} still needs")
    for record in result.records:
        needs = "; ".join(record.still_needs) or "-"
        place = record.version
        line = f"{place.model:<28} {place.version:<10} {record.state:<17} {record.tier or '-':<7} {needs}"
        click.echo(one_line(line))
    click.echo(
        f"as merged on {result.settings.branch}; what is not merged yet is judged by `cognify check`\n"
        f"log: {result.log.size} leaves, {result.log.pending} statements pending; verdict {result.verdict}"
    )
    return result.exit_code
