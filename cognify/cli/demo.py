"""`cognify demo`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cognify.cli.desk import now
from cognify.errors import one_line

if TYPE_CHECKING:
    from cognify.demo import Told, Worked

_EXAMPLES = ("bank", "health", "insurer")


@click.command(
    "demo", epilog="\b\nExample: cognify demo build/demo\n         cognify demo --example bank bank"
)
@click.argument("folder", default="cognify-demo", type=click.Path(path_type=Path))
@click.option(
    "--example", type=click.Choice(_EXAMPLES),
    help="Play a worked example instead: one filled card of a bank, a health system or an insurer.",
)  # fmt: skip
def demo_command(folder: Path, example: str | None) -> None:
    """Take a real recorded fine-tune through the whole life of a record, in FOLDER.

    Inventory, capture, check, proposal, two approvals, merge, seal, verification, site, package:
    each step is a command that you could type. Then a copy is tampered with, and caught.

    A worked example shows a card as professionals fill it, against every pack that such a firm
    adopts, and says what is honestly missing.
    """
    from cognify import demo

    if example:
        click.echo(_worked(demo.work(example, folder, click.echo, at=now()), example))
    else:
        click.echo(_screen(demo.tell(folder, click.echo)))


def _worked(made: Worked, example: str) -> str:
    sealed = [r for r in made.verdict["records"] if r["state"] == "sealed"]
    approvals = [a for r in sealed for a in r["approvals"]]
    people, roles = ({a[what] for a in approvals} for what in ("person", "role"))
    verdict = made.verdict["verdict"].upper()
    lines = [
        "",
        "=" * 78,
        f"VERDICT {verdict}   {made.model} {made.version}, {len(sealed)} version sealed",
        "",
        "evidenced",
        f"  - {made.citations} machine values cite bytes that give them again when replayed",
        f"  - {len(people)} people signed it, in {len(roles)} roles",
        *(f"  - {pack}: {_counted(counts)}" for pack, counts in made.coverage),
        "",
        "honestly missing",
        *(f"  - {one_line(gap['what'])}" for gap in made.gaps),
        "",
        "not proven",
        *(f"  - {sentence}" for sentence in made.verdict["not_proven"]),
        "",
        "open",
        f"  the site      {made.folder / 'site' / 'index.html'}",
        f"  the card      {made.folder / 'inventory' / 'models' / made.model / made.version / 'card.yaml'}",
        f"  the package   {made.folder / 'package.zip'}",
        f"  what it is    {_readme(example)}",
        "=" * 78,
    ]
    return "\n".join(lines)


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{kind} {count}" for kind, count in counts.items() if count)


def _readme(example: str) -> Path:
    """Where the example's own words lie in this installation."""
    return Path(__file__).parents[1] / "demo" / "worked" / example / "README.md"


def _screen(told: Told) -> str:
    sealed = [r for r in told.verdict["records"] if r["state"] == "sealed"]
    lines = [
        "",
        "=" * 78,
        f"VERDICT {told.verdict['verdict'].upper()}   log of {told.verdict['log']['size']} leaves",
        "",
        "proven",
        f"  - {len(sealed)} versions are sealed, each signed off by two people in two roles",
        f"  - {told.citations} machine values cite bytes that give them again when replayed",
        "  - one changed byte in a copy was caught: " + "; ".join(told.caught[:1]),
        "",
        "not proven",
        *(f"  - {sentence}" for sentence in told.verdict["not_proven"]),
        "",
        "left open on purpose",
        *(f"  - 1.2.0: {what}" for what in told.seeded),
        "",
        "open",
        f"  the site      {told.folder / 'site' / 'index.html'}",
        f"  the package   {told.folder / 'package.zip'}   (in it: verify.html, verify.sh, verify.py)",
        f"  the inventory {told.folder / 'inventory'}   (cognify status, cognify log, cognify why …)",
        f"  genesis       {told.genesis}",
        "=" * 78,
    ]
    return "\n".join(lines)
