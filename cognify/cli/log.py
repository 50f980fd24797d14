"""`cognify log`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cognify.cli.desk import FORMAT, now
from cognify.errors import one_line

if TYPE_CHECKING:
    from cognify.inventory import Version
    from cognify.verification import Stated, Verification


@click.command("log", epilog="Example: cognify log credit-memo 1.1.0")
@click.argument("model", required=False)
@click.argument("version", required=False)
@FORMAT
def log_command(model: str | None, version: str | None, form: str) -> int:
    """The trail: who stated what, in log order, as it was verified just now.

    And which commit brought it, signed by whom: a second signal, which proves nothing by itself.
    """
    from cognify import verification
    from cognify.git import Repository

    result = verification.verify(verification.open_repository(Repository(Path.cwd())), at=now())
    rows: list[tuple[Version | None, Stated]] = [
        (record.version, stated)
        for record in result.records
        if model in (None, record.version.model) and version in (None, record.version.version)
        for stated in record.trail
    ]
    if model is None:
        rows += [(None, stated) for stated in result.trail]
    rows.sort(key=lambda row: (row[1].seq is None, row[1].seq or 0))
    if form == "json":
        click.echo(json.dumps([
            {"seq": s.seq, "model": v and v.model, "version": v and v.version, "kind": s.kind,
             "person": s.person, "role": s.role, "stated_at": s.stated_at, "sha256": s.sha256,
             "path": s.path, **s.proof, **_brought(result, s.path)}
            for v, s in rows
        ], indent=1))  # fmt: skip
    else:
        for place, s in rows:
            seq = "-" if s.seq is None else s.seq
            role = f" ({s.role})" if s.role else ""
            where = str(place or "the inventory")
            line = f"{seq:>5}  {where:<28} {s.kind:<17} {s.name}{role}, says {s.stated_at}"
            if s.login:
                line += f", signed by {s.signed_at} as {s.login.identity} ({s.login.issuer})"
            click.echo(one_line(line))
            for word, text in s.details:
                click.echo(one_line(f"{'':7}{word}: {text}"))
            for said in _brought(result, s.path).values():
                click.echo(one_line(f"{'':7}brought by commit {said['commit'][:12]}, {said['signature']}"))
    if result.exit_code:
        click.echo(f"the inventory does not verify ({result.verdict}): run `cognify verify`", err=True)
    return result.exit_code


def _brought(result: Verification, path: str) -> dict[str, dict[str, str]]:
    """Which commit brought the statement at *path*, and what that commit's signature says."""
    found = result.history.brought(path) if result.history else None
    return {"brought": {"commit": found.commit, "signature": found.said}} if found else {}
