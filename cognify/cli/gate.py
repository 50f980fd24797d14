"""`cognify gate`."""

from __future__ import annotations

from pathlib import Path

import click

from cognify.cli.desk import FORMAT, now
from cognify.cli.verify import GENESIS, RECEIPT, verified


@click.command(
    "gate", epilog="Example: cognify gate serving/credit-memo --receipt ~/.local/state/acme.receipt"
)
@click.argument("weights", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--inventory", default=".", envvar="COGNIFY_INVENTORY", type=click.Path(path_type=Path),
    help="The inventory's folder, or a package.  [default: the working folder]",
)  # fmt: skip
@GENESIS
@RECEIPT
@FORMAT
def gate_command(
    weights: tuple[Path, ...], inventory: Path, genesis: str | None, receipt_file: Path | None, form: str
) -> int:
    """May these WEIGHTS (files or folders) be used? For the step before a deployment.

    Exit 0: the inventory verifies, and one sealed record holds every named file. Exit 1: refused;
    the findings say why. Exit 3 or 4: the inventory does not verify, so nothing is admitted on it.
    """
    from cognify import gating, reporting

    named = gating.hashed(weights)
    admission = gating.judge(verified(inventory, genesis, receipt_file), named, at=now())
    click.echo(reporting.admission(admission, form), nl=False)
    return admission.exit_code
