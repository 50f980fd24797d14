"""`cognify check`."""

from __future__ import annotations

from pathlib import Path

import click

from cognify.cli.desk import around, granted, work_tree
from cognify.errors import EXIT_FINDINGS, EXIT_OK


@click.command("check", epilog="Example: cognify check models/credit-memo/1.2.0")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text",
              show_default=True, help="How to report.")  # fmt: skip
@click.option(
    "--draft", is_flag=True, help="Let pass what only a proposal must settle: exit 1 for errors alone."
)
def check_command(paths: tuple[Path, ...], form: str, draft: bool) -> int:
    """Check the versions that PATHS lie in, and what lies beside them there (everything without PATHS).

    Schema, states, citations replayed on their evidence, manifest, unlisted files, credentials and
    identifiers of people, small groups, results against thresholds, evaluated against released
    weights, what changed since the version that was approved before, and what the adopted frameworks
    ask for. A warning that somebody explained (`cognify state explain`) stays in sight, and is no
    reason for exit 1 any more. What lies beside the versions (settings,
    policies, agreements, documents) is looked through for credentials and numbers. Exit 1 if there
    is any finding that is more than a note.
    """
    from cognify import checks, reporting
    from cognify.cli.desk import brought, chosen
    from cognify.inventory import Inventory
    from cognify.records.finding import Severity

    tree = work_tree()
    inventory, excepted = Inventory(tree), granted(tree)
    places = chosen(inventory, paths)
    beyond = around(inventory)
    found = [
        f for place in places
        for f in checks.check_version(inventory, place, granted=excepted, around=beyond)
    ]  # fmt: skip
    found += checks.check_beside(inventory, brought(tree, paths), granted=excepted)
    found = list(dict.fromkeys(found))
    click.echo(reporting.findings(found, form), nl=False)
    light = (Severity.NOTE, Severity.WARNING) if draft else (Severity.NOTE,)
    # What a person answers for with their signature stays in sight, and does not stop the next one.
    serious = any(f.severity not in light and not (f.explained and f.severity is Severity.WARNING)
                  for f in found)  # fmt: skip
    return EXIT_FINDINGS if serious else EXIT_OK
