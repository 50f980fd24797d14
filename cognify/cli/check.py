"""`cognify check`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cognify.cli.desk import granted, work_tree
from cognify.errors import EXIT_FINDINGS, EXIT_OK

if TYPE_CHECKING:
    from cognify.cli.checking import Part
    from cognify.records.finding import Finding, Severity


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
    from itertools import chain

    from cognify import checks
    from cognify.cli.checking import as_parts, parts
    from cognify.cli.desk import brought, chosen
    from cognify.inventory import Inventory
    from cognify.records.finding import Severity

    tree = work_tree()
    inventory = Inventory(tree)
    beside = (checks.check_beside(inventory, brought(tree, paths), granted=granted(tree)) for _ in range(1))
    found = chain(
        parts(tree, chosen(inventory, paths), form), (p for f in beside for p in as_parts(f, form, own=""))
    )
    light = {Severity.NOTE, Severity.WARNING} if draft else {Severity.NOTE}
    return EXIT_FINDINGS if _print(found, form) - light else EXIT_OK


def _print(found: Iterable[Part], form: str) -> set[Severity]:
    """Print *found* as it comes, what is shared once; returns how grave it was."""
    from cognify.reporting import frame

    around, gravest, before = frame(form), set["Severity"](), set["Finding"]()
    began = False
    for part in found:
        if part.shared is not None:
            if part.shared in before:
                continue
            before.add(part.shared)
        gravest |= part.gravest
        click.echo((around.between if began else around.start) + part.text, nl=False)
        began = True
    click.echo(around.end if began else around.none, nl=False)
    return gravest
