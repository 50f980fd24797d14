"""`cognify delta`."""

from __future__ import annotations

import click

from cognify.cli.desk import FORMAT, now, work_tree
from cognify.errors import ConfigurationError
from cognify.inventory import named


@click.command("delta", epilog="Example: cognify delta credit-memo 1.2.0 --against 1.0.0")
@click.argument("model")
@click.argument("version")
@click.option(
    "--against", metavar="VERSION",
    help="The version to compare with. [default: the one of this model that was sealed last before it]",
)  # fmt: skip
@click.option("--all", "every", is_flag=True, help="Name every change, however many are alike.")
@FORMAT
def delta_command(model: str, version: str, against: str | None, every: bool, form: str) -> int:
    """What changed in MODEL VERSION since it was last approved, by how much it matters.

    The card is read as it lies here; what it is compared with is read as it was verified. Whether a
    change is material, minor or editorial, rules say that were declared before: those of the policy,
    then the ones that ship. What the card says of itself decides nothing, and is shown beside it.
    """
    from cognify import briefing, strictyaml, verification
    from cognify.git import Repository
    from cognify.reporting.brief import report

    tree, place = work_tree(), named(model, version)
    if not tree.exists(place.card):
        raise ConfigurationError(
            f"there is no {place}", where=place.card, id="record-missing",
            fix="switch to the branch that brings it, or capture it",
        )  # fmt: skip
    card = strictyaml.read(tree.read(place.card), where=place.card)
    result = verification.verify(verification.open_repository(Repository(tree.root)), at=now())
    other = named(model, against) if against else None
    found = briefing.brief(result, place, card, against=other)
    click.echo(report(found, form, every=every), nl=False)
    if result.exit_code:
        click.echo("the inventory does not verify: what was approved before is not certain", err=True)
    return result.exit_code
