"""`cognify drill`."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cognify.cli.desk import FORMAT, now
from cognify.errors import one_line

if TYPE_CHECKING:
    from cognify.drill import Drill, Outcome
    from cognify.signing.note import LogSigner

_MARKS = {"caught": "caught ", "missed": "MISSED ", "skipped": "skipped", "not caught": "   -   "}


@click.command("drill", epilog="Example: cognify drill --seed 7")
@click.argument("target", default=".", type=click.Path(path_type=Path, exists=True))
@click.option("--seed", type=int, help="Choose the same targets again (default: by chance, and printed).")
@click.option("--log-key", type=click.Path(path_type=Path), envvar="COGNIFY_LOG_KEY",
              help="The log's private key, for what its holder could do (default: as for seal).")  # fmt: skip
@FORMAT
def drill_command(target: Path, seed: int | None, log_key: Path | None, form: str) -> int:
    """Commit crimes on copies of the inventory TARGET, and see whether verification catches them.

    The inventory itself is only read. Exit 0: everything was caught that should be. Exit 3: something
    was not, or the inventory itself does not verify. What cannot be caught is listed as well.
    """
    from cognify import drill

    chosen = secrets.randbelow(1_000_000) if seed is None else seed
    heard = _tell if form == "text" else lambda outcome: None
    done = drill.run(target, seed=chosen, at=now(), signer=_signer(target, log_key), say=heard)
    if form == "json":
        click.echo(json.dumps(done.as_json(), indent=1, ensure_ascii=False))
    else:
        click.echo(_summary(done))
    return done.exit_code


def _signer(target: Path, log_key: Path | None) -> LogSigner | None:
    """The log's key: the one that is named, or the one that init left here, if it did."""
    from cognify import founding
    from cognify.git import Repository
    from cognify.signing import note

    place = log_key or Repository(target).common_dir / founding.LOG_KEY
    if log_key is None and not place.is_file():
        return None
    return note.parse_signer(place.read_text(encoding="ascii", errors="replace"), where=str(place))


def _tell(outcome: Outcome) -> None:
    step = f"{outcome.step} " if outcome.step else "  "
    click.echo(one_line(f"  {_MARKS[outcome.result]}  {step} {outcome.what}"))
    remembers = ", by whoever remembers an earlier state" if outcome.memory else ""
    if outcome.ids:
        click.echo(f"{'':14}{', '.join(outcome.ids)}{remembers}")
    if outcome.skipped:
        click.echo(one_line(f"{'':14}{outcome.skipped}"))
    for sentence in outcome.not_proven:
        click.echo(one_line(f"{'':14}not proven: {sentence}"))


def _summary(done: Drill) -> str:
    counted = {result: sum(o.result == result for o in done.crimes) for result in _MARKS}
    lines = [
        "",
        f"{counted['caught']} crimes caught, {counted['missed']} missed, {counted['skipped']} skipped; "
        f"marked - is what verification does not catch",
        f"the inventory itself: {done.known.verdict}; the same again: --seed {done.seed}",
    ]
    return "\n".join(lines)
