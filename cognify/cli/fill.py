"""`cognify fill`."""

from __future__ import annotations

from pathlib import Path

import click

from cognify.cli.capture import frameworks
from cognify.cli.desk import chosen, work_tree
from cognify.errors import EXIT_FINDINGS, EXIT_OK
from cognify.inventory import Inventory


@click.command("fill", epilog="Example: cognify fill models/credit-memo/1.2.0 --check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 if something differs.")
def fill_command(paths: tuple[Path, ...], only_check: bool) -> int:
    """Replay the citations of the versions that PATHS lie in, and put cited values back.

    Only machine fields are touched; what a person wrote, comments and blank lines stay. A proposed
    version is replayed and never written. Exit 1 if anything differed.
    """
    from cognify import drafting
    from cognify.checks.draft import Draft
    from cognify.records import lock as locks

    tree = work_tree()
    inventory, differed, values = Inventory(tree), False, 0
    packs = frameworks(inventory)
    for place in chosen(inventory, paths):
        if not tree.exists(place.lock):
            continue
        raw, lock = tree.read(place.card), locks.parse(tree.read(place.lock), where=place.lock)
        frozen = tree.exists(place.manifest)
        filled = drafting.refill(
            raw, lock, Draft(inventory, place).artifact_bytes,
            frameworks=() if frozen or only_check else packs, where=place.card,
        )  # fmt: skip
        values += len(lock.values)
        differed |= filled.card != raw or bool(filled.kept)
        for pointer in filled.changed:
            click.echo(f"{place.card}#{pointer} differs from its evidence", err=True)
        for pointer in filled.kept:
            click.echo(f"{place.card}#{pointer} was written by a person over a cited value", err=True)
        if filled.card != raw and not only_check and not frozen:
            tree.write(place.card, filled.card)
            click.echo(f"filled {place.card}")
    if only_check:
        click.echo(f"replayed {values} citations")
    return EXIT_FINDINGS if differed else EXIT_OK
