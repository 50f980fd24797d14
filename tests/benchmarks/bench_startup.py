"""Start-up: `cognify --help` against a bare interpreter and a ten-line click program."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from pairing import BIN, command, paired, report

CLICK = """\
import click
@click.group()
def cli():
    "A program."
@cli.command()
def one():
    "One."
if __name__ == "__main__":
    cli()
"""


def main() -> None:
    ours = command([f"{BIN}/cognify", "--help"])
    report(
        "cognify --help", paired(ours, command([sys.executable, "-c", "pass"]), runs=15), 4, "python -c pass"
    )
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder, "program.py")
        program.write_text(CLICK)
        peer = command([sys.executable, str(program), "--help"])
        report("cognify --help", paired(ours, peer, runs=15), 1.3, "ten lines of click --help")


if __name__ == "__main__":
    main()
