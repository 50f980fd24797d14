"""`cognify demo`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from cognify.demo import Told


@click.command("demo", epilog="Example: cognify demo build/demo")
@click.argument("folder", default="cognify-demo", type=click.Path(path_type=Path))
def demo_command(folder: Path) -> None:
    """Take a real recorded fine-tune through the whole life of a record, in FOLDER.

    Inventory, capture, check, proposal, two approvals, merge, seal, verification, site, package:
    each step is a command that you could type. Then a copy is tampered with, and caught.
    """
    from cognify import demo

    told = demo.tell(folder, click.echo)
    click.echo(_screen(told))


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
