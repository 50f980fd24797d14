"""`cognify why`."""

from __future__ import annotations

import json
from typing import Any

import click

from cognify.cli.desk import FORMAT, work_tree
from cognify.errors import ConfigurationError, one_line, printable
from cognify.inventory import Inventory, named


@click.command(
    "why", epilog="\b\nExample: cognify why credit-memo 1.1.0 /training/hyperparameters/learning_rate"
)
@click.argument("model")
@click.argument("version")
@click.argument("pointer")
@FORMAT
def why_command(model: str, version: str, pointer: str, form: str) -> None:
    """Show what stands behind the value at POINTER in the card of MODEL VERSION.

    The file, its SHA-256, the locator, the raw token with the bytes around it, and how it becomes
    the value. The citation is replayed as it is shown.
    """
    from cognify import explaining
    from cognify.checks.draft import Draft

    draft = Draft(Inventory(work_tree()), named(model, version))
    if draft.unreadable:
        first = draft.unreadable[0]
        raise ConfigurationError(first.what, where=first.where, fix=first.fix, id=first.id)
    explained = explaining.explain(draft.card, draft.lock, pointer, draft.artifact_bytes)
    if form == "json":
        click.echo(json.dumps(explained.as_json(), indent=1, ensure_ascii=False))
        return
    for line in _lines(explained):
        click.echo(line)


def _lines(explained: Any) -> list[str]:
    data = explained.as_json()
    lines = [f"{data['pointer']} = {data['value']}    ({data['class']})"]
    if data["artifact"]:
        lines += [
            f"  file    {data['artifact']['path']}",
            f"  sha256  {data['artifact']['sha256']}",
            *([f"          {explained.artifact.scrubbed.sentence}"] if explained.artifact.scrubbed else []),
            f"  at      {data['at']}",
            f"  raw     {data['raw']}",
        ]
    else:
        lines.append(f"  from    {', '.join(explained.inputs)}")
    lines = [one_line(line) for line in (*lines, f"  via     {data['via']}")]
    if explained.token:
        before, token, after = explained.parts()
        lines += [
            "",
            printable(before) + click.style(printable(token), reverse=True, bold=True) + printable(after),
        ]
    return lines
