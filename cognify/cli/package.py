"""`cognify package`."""

from __future__ import annotations

from pathlib import Path

import click

from cognify.cli.desk import now
from cognify.inventory import named, write_atomically


@click.command("package", epilog="Example: cognify package credit-memo 1.1.0 -o credit-memo-1.1.0.zip")
@click.argument("model")
@click.argument("version")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True,
              help="The ZIP file to write.")  # fmt: skip
def package_command(model: str, version: str, output: Path) -> None:
    """Write the auditor's package of a sealed MODEL VERSION.

    The record, the whole log, the keys, pages to read offline, and three ways to verify it all
    without Cognify. The same inventory gives the same bytes on any day.
    """
    from cognify import canonical, package, site, verification
    from cognify.git import Repository

    wanted = named(model, version)
    result = verification.verify(verification.open_repository(Repository(Path.cwd())), at=now())
    package.write(result, wanted, pages={})  # refuses what may not be packed, before pages are made
    raw = package.write(result, wanted, pages=site.offline_pages(result, wanted))
    write_atomically(output, raw)
    click.echo(f"{canonical.sha256(raw)}  {output}")
