"""The commands under click, and what becomes of what they raise."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from cognify import __version__
from cognify.cli import COMMANDS, help_text
from cognify.errors import EXIT_BUG, EXIT_INTERRUPTED, CognifyError


class _Table(click.Group):
    """Commands by name; help lines come from the table, commands from their modules."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name][0])
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def get_help(self, ctx: click.Context) -> str:
        return help_text()


@click.group(cls=_Table, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="cognify")
def cli() -> None:
    """The audit layer between experiment tracking and compliance review."""


def run(arguments: list[str]) -> int:
    """Run one command and return its published exit code."""
    try:
        code: Any = cli.main(arguments, prog_name="cognify", standalone_mode=False)
    except CognifyError as error:
        click.echo(_told(error), err=True)
        return error.exit_code
    except click.exceptions.Abort:
        click.echo("stopped; nothing was signed or half-written", err=True)
        return EXIT_INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except KeyboardInterrupt:
        click.echo("interrupted; nothing was half-written", err=True)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone (`cognify log | head`); silence is what it wants.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # our bug: say so, and leave something to paste
        return crashed(error)
    return code if isinstance(code, int) else 0


def _told(error: CognifyError) -> str:
    """The message without credentials: it may quote a record that should never have held one."""
    from cognify.privacy import CREDENTIALS, masked

    return masked(str(error), {CREDENTIALS})


def crashed(error: Exception) -> int:
    """Write a report that can be pasted into an issue: no values, no paths outside the package."""
    import platform
    import tempfile
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"cognify {__version__}, Python {platform.python_version()}, {platform.system()}"]
    lines += [f"  {_inside(f.filename)}:{f.lineno} in {f.name}" for f in frames]
    # Without its message: that may quote the very bytes that must not be written anywhere.
    lines.append(type(error).__name__)
    with tempfile.NamedTemporaryFile(
        "w", prefix="cognify-crash-", suffix=".txt", delete=False, encoding="utf-8"
    ) as report:
        report.write("\n".join(lines) + "\n")
    click.echo(
        f"error[bug]: cognify failed where it should not: {type(error).__name__}\n"
        f"  where: {_inside(frames[-1].filename)}:{frames[-1].lineno}\n"
        f"  fix:   please report it with the text in {report.name} (read it first)",
        err=True,
    )
    return EXIT_BUG


def _inside(path: str) -> str:
    return "cognify" + path.rpartition("/cognify")[2] if "/cognify" in path else path.rpartition("/")[2]
