"""`cognify site build|serve`."""

from __future__ import annotations

from pathlib import Path

import click

from cognify.cli.desk import work_tree
from cognify.cli.moment import AS_OF, opened


@click.group("site")
def site_command() -> None:
    """The static audit site: every version, who signed it, and where each number comes from."""


@site_command.command("build", epilog="Example: cognify site build -o build/site --as-of 2026-09-30")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path),
    help="The folder to write, in place of an earlier site. Default: site/ in the inventory.",
)  # fmt: skip
@AS_OF
def build_command(output: Path | None, as_of: str | None) -> int:
    """Judge the inventory and write its site. It needs no web server: open index.html.

    The site is written even if something does not verify, and says so in red on every page; the
    exit code is that of `cognify verify`.
    """
    from cognify import site

    root = work_tree().root
    into = output if output is not None else root / "site"
    source, at, then = opened(root, as_of)
    result = site.build(root, into=into, at=at, source=source, then=then)
    click.echo(str(into / "index.html"))
    if result.exit_code:
        click.echo(f"verdict {result.verdict}: the site says so on every page", err=True)
    return result.exit_code


@site_command.command("serve", epilog="Example: cognify site serve --port 8000")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True,
              help="The port on this machine; 0 takes a free one.")  # fmt: skip
@AS_OF
def serve_command(port: int, as_of: str | None) -> int:
    """Build the site into a temporary folder and serve it on this machine only, until Ctrl-C."""
    import tempfile

    from cognify import site

    with tempfile.TemporaryDirectory(prefix="cognify-") as folder:
        into = Path(folder) / "site"
        root = work_tree().root
        source, at, then = opened(root, as_of)
        result = site.build(root, into=into, at=at, source=source, then=then)
        with site.server(into, port) as server:
            click.echo(f"http://127.0.0.1:{server.server_address[1]}/  (Ctrl-C ends)")
            server.serve_forever()
    return result.exit_code
