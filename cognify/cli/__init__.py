"""The command line: the only room that reads the environment, prints, or exits.

Commands are looked up by name in a static table and imported when they are called, so that
`cognify --help` imports no git, no jsonschema, no mkdocs.
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from typing import Any

import click

from cognify import __version__
from cognify.errors import EXIT_BUG, EXIT_INTERRUPTED, CognifyError

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("cognify.cli.demo", "Take a real recorded fine-tune through the whole life of a record."),
    "init": ("cognify.cli.init", "Begin an inventory: policy, trust files, genesis, log."),
    "capture": ("cognify.cli.capture", "Fill a model card from what a training run left on disk."),
    "fill": ("cognify.cli.fill", "Replay machine fields and put them back where they differ."),
    "why": ("cognify.cli.why", "Show the file, hash, locator and raw bytes behind a value."),
    "check": ("cognify.cli.check", "Check cards, citations, manifests and framework evidence."),
    "propose": ("cognify.cli.signoff", "Freeze a version's bytes and propose it for sign-off."),
    "approve": ("cognify.cli.signoff", "Approve a proposed version, exactly as its bytes stand."),
    "reject": ("cognify.cli.signoff", "Reject a proposed version."),
    "withdraw": ("cognify.cli.signoff", "Withdraw your own approval or rejection."),
    "seal": ("cognify.cli.seal", "Sequence what was merged and sign a checkpoint over it."),
    "verify": ("cognify.cli.verify", "Verify an inventory or a package, step by step."),
    "status": ("cognify.cli.status", "The inventory as a table."),
    "log": ("cognify.cli.log", "The trail of the inventory, a model or a version."),
    "site": ("cognify.cli.site", "Build the static audit site."),
    "package": ("cognify.cli.package", "Write the auditor's package of one version."),
    "schema": ("cognify.cli.schema", "Print one of the published JSON Schemas."),
}
# Where git is told to look by whoever calls us (a hook, a careless shell, an attacker): never ours.
_LOCATIONS = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE", "GIT_REPLACE_REF_BASE", "GIT_GRAFT_FILE",
    "GIT_SHALLOW_FILE", "GIT_CEILING_DIRECTORIES", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT",
    "GIT_PREFIX", "GIT_QUARANTINE_PATH",
)  # fmt: skip


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

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=_Table, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="cognify")
def cli() -> None:
    """The audit layer between experiment tracking and compliance review.

    Begin with: cognify demo build/demo
    """


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its published exit code."""
    for name in _LOCATIONS:
        os.environ.pop(name, None)
    try:
        code: Any = cli.main(arguments, prog_name="cognify", standalone_mode=False)
    except CognifyError as error:
        click.echo(str(error), err=True)
        return error.exit_code
    except click.exceptions.Abort:
        click.echo("interrupted; nothing was half-written", err=True)
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
        return _crashed(error)
    return code if isinstance(code, int) else 0


def _crashed(error: Exception) -> int:
    """Write a report that can be pasted into an issue: no values, no paths outside the package."""
    import platform
    import tempfile

    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"cognify {__version__}, Python {platform.python_version()}, {platform.system()}"]
    lines += [f"  {_inside(f.filename)}:{f.lineno} in {f.name}" for f in frames]
    lines.append(f"{type(error).__name__}: {error}")
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
