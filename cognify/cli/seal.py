"""`cognify seal`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from cognify.git import Repository
    from cognify.records.finding import Finding
    from cognify.witnessing import Attested

from cognify.cli.desk import now, work_tree
from cognify.errors import ConfigurationError


def _say_what_is_left_out(repository: Repository, root: Path) -> None:
    """Only what is committed and, where there is an origin, pushed is sealed: say what else is here."""
    from cognify.inventory import WorkTree, is_statement

    head = repository.resolve("HEAD")
    committed = repository.snapshot(head).entries if head else {}
    loose = [path for path in WorkTree(root).paths() if is_statement(path) and path not in committed]
    if loose:
        click.echo(f"note: {len(loose)} statements here are not committed, such as {loose[0]}", err=True)
    branch = repository.head_branch()
    here, there = (repository.resolve(f"{at}/{branch}") for at in ("refs/heads", "refs/remotes/origin"))
    if branch and here and there and here != there and repository.descends(here, there):
        click.echo(f"note: {branch} here is ahead of origin; only what is pushed is sealed", err=True)


@click.command("seal", epilog="Example: cognify seal --log-key ~/.config/cognify/acme.key")
@click.option("--log-key", type=click.Path(path_type=Path), envvar="COGNIFY_LOG_KEY",
              help="The log's private key (default: the one that init put into .git).")  # fmt: skip
@click.option("--heartbeat", is_flag=True,
              help="Where there is nothing to sequence, state just that: a fresh checkpoint.")  # fmt: skip
def seal_command(log_key: Path | None, heartbeat: bool) -> int:
    """Sequence every statement merged since the last run, and sign a checkpoint over the log.

    A run that was killed is resumed by the next one. An invalid statement stops the run before
    it, with exit 3 (4 where it cannot be judged here): what came before it is sequenced, it and
    what follows is not.
    Timestamp authorities and witnesses that the policy names are asked for the newest checkpoint;
    one that does not answer is asked again by the next run, one that refuses means exit 3.
    """
    from cognify import founding, sealing
    from cognify.git import Repository
    from cognify.signing import note

    root = work_tree().root
    place = (log_key or Repository(root).common_dir / founding.LOG_KEY).expanduser()
    try:
        text = place.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(
            "the log's private key is not here",
            where=str(place),
            fix="name it: --log-key FILE, or COGNIFY_LOG_KEY=FILE",
            id="log-key-missing",
        ) from None
    done = sealing.seal(root, signer=note.parse_signer(text, where=str(place)), at=now(), heartbeat=heartbeat)
    if done.resumed:
        click.echo("resumed a run that was interrupted: its checkpoint is signed now", err=True)
    if done.dated is not None:
        click.echo(f"warning: the log's last run says {done.dated:%F %T}, later than this clock: ages and "
                   "ends are judged at that time until it has come", err=True)  # fmt: skip
    for path in done.sequenced:
        click.echo(f"sequenced  {path}")
    for version in done.sealed:
        click.echo(f"sealed     {version}")
    for version, lacks in done.waiting.items():
        click.echo(f"waiting    {version}: {'; '.join(lacks)}")
    click.echo(f"log        {done.size} leaves, root {done.root}")
    _say_what_is_left_out(Repository(root), root)
    refused = _attested(done.attested)
    for finding in (*done.stopped_at, *refused):
        click.echo(
            f"error[{finding.id}]: {finding.what}\n  where: {finding.where}\n  fix:   {finding.fix}", err=True
        )
    # Exit 4 where nothing is wrong but what is missing here, such as sigstore.
    return max((finding.exit for finding in (*done.stopped_at, *refused)), key=(4, 3).index, default=os.EX_OK)


def _attested(done: Attested | None) -> list[Finding]:
    """Say what the outside said of the newest checkpoint; returns what it refused."""
    if done is None:
        return []
    for path in done.tokens:
        click.echo(f"stamped    {path}")
    for line in done.note.signatures[1:]:
        click.echo(f"cosigned   {line.name}")
    for sentence in done.unanswered:
        click.echo(f"warning: {sentence}; the next `cognify seal` asks again", err=True)
    return done.refused
