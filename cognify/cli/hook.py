"""`cognify hook pre-receive`: what a Git host runs before it accepts a push."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from cognify import cli

_SHOWN = 20


@click.group("hook", epilog="Example: cognify hook pre-receive")
def hook_command() -> None:
    """What a Git host runs before it accepts a push."""


@hook_command.command("pre-receive", epilog="Example: exec cognify hook pre-receive  # in hooks/pre-receive")
def pre_receive() -> int:
    """Refuse a push after which `cognify verify` would fail; git gives the refs on standard input.

    Judged are the branch that cognify.yaml names, and the log; other branches pass. What was accepted
    before is never taken back: both branches only ever grow. Exit 0: accepted. Any other: refused.
    """
    from cognify import receiving, reporting
    from cognify.git import Repository

    updates = receiving.parse(sys.stdin.buffer.read().decode(errors="replace"))
    place = next((Path(folder) for folder in cli.incoming if Path(folder).is_dir()), None)
    repository = Repository(Path.cwd(), incoming=place)
    # The server's own clock: `SOURCE_DATE_EPOCH` is the caller's.
    judged = receiving.receive(repository, updates, at=datetime.now(UTC).replace(microsecond=0))
    if not judged.refusals:
        return 0
    click.echo("cognify refuses this push; nothing was changed.", err=True)
    click.echo(reporting.findings(judged.refusals[:_SHOWN], "text"), err=True, nl=False)
    if len(judged.refusals) > _SHOWN:
        click.echo(f"and {len(judged.refusals) - _SHOWN} more", err=True)
    return judged.exit_code
