"""`cognify run`."""

from __future__ import annotations

import functools
import json
import shlex
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from cognify.cli.capture import CUSTODIAN, Options, captured, ready, report
from cognify.cli.progress import REHASH, hashing
from cognify.errors import CognifyError, ConfigurationError
from cognify.inventory import Version, WorkTree, find_root, named

_MANY = ("--inputs", "--outputs")
_FOLDER = Path(".cognify")


class _Command(click.Command):
    """`--inputs` and `--outputs` take several paths each, and all after `--` is the command's own."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if "--" not in args:
            return super().parse_args(ctx, args)
        at = args.index("--")
        head, option, places = list[str](), "", 0
        for number, word in enumerate(args[:at]):
            before = args[number - 1] if number else ""
            if word.startswith("-"):
                option = word if word in _MANY else ""
            elif option and before != option:
                # A path after a path: its option is said again; but MODEL VERSION may yet be to come.
                head += [option] if places == 2 else []
            elif not before.startswith("-") or "=" in before:
                places += 1
            head.append(word)
        return super().parse_args(ctx, [*head, *args[at:]])


@click.command(
    "run", cls=_Command,
    epilog="Example: cognify run credit-memo 1.2.0 --inputs data --outputs runs/a -- python train.py",
)  # fmt: skip
@click.argument("model")
@click.argument("version")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option(
    "--inputs",
    multiple=True,
    metavar="[ROLE=]PATH...",
    help="What the command reads; hashed before and after.",
)
@click.option(
    "--outputs",
    multiple=True,
    metavar="PATH...",
    help="What it writes; hashed before and after, then captured.",
)
@click.option(
    "--inventory", type=click.Path(path_type=Path), envvar="COGNIFY_INVENTORY",
    help="The inventory to capture into; without it, the one that the working folder lies in.",
)  # fmt: skip
@click.option(
    "--run-folder",
    type=click.Path(path_type=Path),
    help="Where the record goes; new or empty. [default: .cognify/runs/ID]",
)
@click.option("--base", metavar="VERSION", help="Carry the human answers of this version forward.")
@click.option("--tier", type=click.Choice(["low", "medium", "high"]), help="The risk tier, if it is known.")
@click.option("--keep-data", is_flag=True, help="Copy data files into the evidence, too.")
@CUSTODIAN
@REHASH
@click.option(
    "--key", type=click.Path(path_type=Path),
    help="SSH key to sign the record of the run with, once it is captured: you ran it.",
)  # fmt: skip
@click.option(
    "--report",
    "report_to",
    type=click.Path(path_type=Path),
    help="Write what became of run and capture to this file, as JSON.",
)
def run_command(
    model: str, version: str, command: tuple[str, ...], inputs: tuple[str, ...], outputs: tuple[str, ...],
    inventory: Path | None, run_folder: Path | None, base: str | None, tier: str | None, keep_data: bool,
    custodian: str | None, rehash: bool, key: Path | None, report_to: Path | None,
) -> int:  # fmt: skip
    """Run COMMAND, record the run, and capture it as MODEL VERSION.

    The command keeps its terminal, its signals and its exit code; what Cognify has to say goes to
    stderr, after it. A capture that fails never changes the exit code: `--report` tells a script,
    and so does `cognify check`.

    Recorded are the command without secrets, the code's commit and what differs from it, the
    packages of the command's Python, the hardware, start, end and exit code, and the digests of
    inputs and outputs before and after.
    """
    from cognify.cli import signed, wrapping
    from cognify.running import child

    here = Path.cwd()
    tree, place = _inventory(inventory, here), named(model, version)
    options = Options(base, tier, keep_data, rehash, custodian)
    ready(tree, place, options)
    if key is not None:
        signed.may(tree, key)
    wrapped = wrapping.Wrapped(
        command,
        _declared(inputs, here, read=True),
        _declared(outputs, here),
        here,
        functools.partial(hashing, tree, rehash=rehash, follow=True),
    )
    folder = _fresh(run_folder, here, wrapped.id)
    report_to = report_to.absolute() if report_to else None
    _writable(report_to)
    wrapped.begin(folder)
    try:
        code = wrapped.run()
    except child.NotStarted as error:
        click.echo(f"cognify run: {error}: {command[0]}", err=True)
        _tell(report_to, folder, error.code, _Captured(error="not-started"))
        return error.code
    done = _after(wrapped, tree, place, options)
    if key is not None and done.written:
        done = replace(done, signed=signed.record(tree, place, key))
    _tell(report_to, folder, code, done)
    if code < 0:
        child.die_by(-code)
    return code


@dataclass(frozen=True, slots=True)
class _Captured:
    """What became of the capture: written or not, the id of what kept it from that, signed or not."""

    written: bool = False
    error: str = ""
    signed: bool = False


def _inventory(wanted: Path | None, here: Path) -> WorkTree:
    try:
        return WorkTree(find_root(wanted or here))
    except ConfigurationError as error:
        error.fix = (
            "name the inventory to capture into: --inventory DIR, or COGNIFY_INVENTORY in the environment"
        )
        raise


def _declared(words: Sequence[str], here: Path, *, read: bool = False) -> tuple[Any, ...]:
    from cognify.cli import wrapping

    found = wrapping.declared(words, here)
    for item in found:
        if read and not item.path.exists():
            raise ConfigurationError(
                "there is no such input", where=item.name, fix="name a file or folder that the command reads"
            )
        if here.is_relative_to(item.path):
            raise ConfigurationError(
                "the working folder lies in what was declared", where=item.name or ".",
                fix="name the files and folders inside it that the command reads or writes",
            )  # fmt: skip
    return found


def _fresh(wanted: Path | None, here: Path, id: str) -> Path:
    """The run folder: the one that was named, if nothing is in it, or a new one that Git ignores."""
    if wanted is not None:
        if wanted.exists() and (not wanted.is_dir() or any(wanted.iterdir())):
            raise ConfigurationError(
                "the run folder is not empty",
                where=str(wanted),
                fix="name one that is new: one run, one folder",
            )
        return wanted.absolute()
    place = here / _FOLDER
    place.mkdir(exist_ok=True)
    if not (place / ".gitignore").exists():
        (place / ".gitignore").write_text("*\n")
    return place / "runs" / id


def _writable(path: Path | None) -> None:
    """Refuse now a report that could not be written after a day of training."""
    if path is not None and not path.parent.is_dir():
        raise ConfigurationError(
            "there is no such folder", where=str(path.parent), fix="make it, or name another"
        )


def _after(wrapped: Any, tree: WorkTree, place: Version, options: Options) -> _Captured:
    """Finish the record and capture it. Nothing that goes wrong here is the command's affair."""
    sources = [wrapped.place]
    try:
        wrapped.finish()
        sources = _sources(wrapped)
        with redirect_stdout(sys.stderr):
            drafted, examined = captured(tree, place, sources, options)
            report(place, drafted, examined, "text")
        if not examined.blocked:
            return _Captured(written=True)
        error = examined.findings[0].id
    except CognifyError as failed:
        click.echo(str(failed), err=True)
        error = failed.fault
    except KeyboardInterrupt:
        error = "interrupted"
    except Exception as bug:  # the command is done: its exit code counts, whatever we did wrong
        from cognify.cli.program import crashed

        crashed(bug)
        error = "bug"
    tier = ["--tier", options.tier] if options.tier else []
    words = ["cognify", "capture", place.model, place.version, *tier, *(str(s.absolute()) for s in sources)]
    click.echo(
        f"cognify run: the command ran, its record is in {wrapped.place}; nothing was captured ({error})\n"
        f"  fix:   mend that, then: cd {shlex.quote(str(tree.root))} && {shlex.join(words)}\n"
        f"         and to sign the record: cognify state run {place.model} {place.version}",
        err=True,
    )
    return _Captured(error=error)


def _sources(wrapped: Any) -> list[Path]:
    """The run folder, and of inputs and outputs what is there and lies in no other."""
    found = [item.path for item in (*wrapped.outputs, *wrapped.inputs) if _holds(item.path)]
    places = list(dict.fromkeys([wrapped.place, *found]))
    return [p for p in places if not any(other in p.parents for other in places)]


def _holds(path: Path) -> bool:
    return path.is_file() or (path.is_dir() and any(part.is_file() for part in path.rglob("*")))


def _tell(report_to: Path | None, folder: Path, code: int, done: _Captured) -> None:
    if report_to is None:
        return
    from cognify.running import child

    told = {
        "run": str(folder), "exit_code": code if code >= 0 else None,
        "signal": child.name_of(-code) if code < 0 else None,
        "captured": done.written, "signed": done.signed, "error": done.error or None,
    }  # fmt: skip
    try:
        report_to.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        click.echo(f"cognify run: the report was not written: {error.strerror}", err=True)
