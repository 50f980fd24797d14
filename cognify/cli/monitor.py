"""`cognify monitor`."""

from __future__ import annotations

import json
import sys
import uuid
from contextlib import redirect_stdout
from datetime import date
from typing import TYPE_CHECKING

import click

from cognify.cli.capture import (
    CUSTODIAN,
    Options,
    read_all,
    refuse_small_cells,
    scanned,
    tell_of,
    there,
    told_apart,
)
from cognify.cli.desk import FORMAT, granted, now
from cognify.cli.hand import Asked, finish, hand_options, show, sit_down, take_up
from cognify.cli.progress import REHASH
from cognify.errors import EXIT_FINDINGS, EXIT_OK, ConfigurationError, one_line
from cognify.inventory import Report, named

if TYPE_CHECKING:
    from cognify.drafting import Drafted, Period
    from cognify.privacy import Examined
    from cognify.readers.reading import Reading
    from cognify.records.monitoring import Held
    from cognify.stating import Desk


@click.command(
    "monitor",
    epilog="\b\nExample: cognify monitor credit-memo 1.2.0 drift-2026-10/ --from 2026-10-01 --to 2026-10-31",
)
@click.argument("model")
@click.argument("version")
@click.argument("sources", nargs=-1, required=True)
@click.option("--from", "first", required=True, metavar="DAY", help="First day of the period.")
@click.option("--to", "last", required=True, metavar="DAY", help="Last day of the period.")
@click.option("--role", help="The role in which you sign, if you hold several.")
@click.option("--comment", default="", help="A remark that becomes part of what you sign.")
@CUSTODIAN
@REHASH
@FORMAT
@hand_options
def monitor_command(
    model: str, version: str, sources: tuple[str, ...], first: str, last: str, role: str | None,
    comment: str, custodian: str | None, rehash: bool, form: str, asked: Asked,
) -> int:  # fmt: skip
    """Report what MODEL VERSION did in use, by what a monitoring tool left in SOURCES, and sign that.

    The readers of `capture` find the results; each cites its bytes. They are held against the sealed
    card: its levels of monitored metrics, else its acceptance thresholds. A metric with a limit and
    without a result is a warning. Exit 1 says that a limit is breached; the report is signed all the same.
    """
    from cognify import drafting, stating
    from cognify.records import monitoring
    from cognify.stating import watched

    _days(first, last)
    places, addresses = told_apart(sources)
    there(places)
    desk, about = sit_down(), named(model, version)
    hand = take_up(desk, asked)
    role = stating.role_of(desk, hand.signer.person, role, None)
    known = watched.watched(desk, about)
    place = Report(model, version, f"{last}-{uuid.uuid4().hex[:8]}")
    options = Options(rehash=rehash, custodian=custodian)
    reading = read_all(desk.tree, desk.inventory.settings, places, options, addresses)
    drafted, examined = _drafted(desk, place, reading, drafting.Period(first, last, known.sealed), custodian)
    if examined.blocked:
        _refused(examined, form)
        return EXIT_FINDINGS
    held, files = watched.held(known, drafted, place), _files(place, drafted)
    outcome = monitoring.outcome(held)
    _tell(place, (first, last), held, outcome, form)
    prepared = watched.report(
        desk, known, place, hand.signer, role, (first, last), files[place.manifest], outcome,
        comment=comment, at=now(),
    )  # fmt: skip
    show(prepared, hand)
    asked.confirm("Sign exactly this?")
    with redirect_stdout(sys.stderr if form == "json" else sys.stdout):
        finish(desk, prepared, hand, str(about), frozen=files)
    return EXIT_FINDINGS if outcome == monitoring.BREACH else EXIT_OK


def _days(first: str, last: str) -> None:
    """Refuse what is no period of whole days that have begun."""
    for option, text in (("--from", first), ("--to", last)):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            day = None
        if day is None or day.isoformat() != text:
            raise ConfigurationError(
                f"{text!r} is not a day", where=option, fix="write it as 2026-10-31", id="usage"
            )
    if first > last or date.fromisoformat(last) > now().date():
        raise ConfigurationError(
            "the period ends before it begins" if first > last else "the period has not ended yet",
            where="--to", fix="name the first and the last day that the results are from", id="usage",
        )  # fmt: skip


def _drafted(
    desk: Desk, place: Report, reading: Reading, period: Period, custodian: str | None
) -> tuple[Drafted, Examined]:
    from cognify import drafting

    settings = desk.inventory.settings
    drafted = drafting.monitored(
        place, reading, period, keep_below=settings.keep_below, custodian=custodian or settings.custodian
    )
    refuse_small_cells(drafted, place, settings)
    return drafted, scanned(drafted, place, settings, granted(desk.tree))


def _files(place: Report, drafted: Drafted) -> dict[str, bytes]:
    """What is written, by path in the inventory: the report, its lock, its evidence, and their digests."""
    from cognify import canonical
    from cognify.records import manifest

    own = {"report.yaml": drafted.card, "evidence.lock.json": drafted.lock.to_bytes()}
    inside = {path: raw for path, raw in drafted.files.items() if path.startswith("evidence/")} | own
    frozen = manifest.render({path: canonical.sha256(raw) for path, raw in inside.items()})
    beside = {path: raw for path, raw in drafted.files.items() if path not in inside}
    return {**beside, **{place.prefix + path: raw for path, raw in inside.items()}, place.manifest: frozen}


def _tell(place: Report, period: tuple[str, str], held: tuple[Held, ...], outcome: str, form: str) -> None:
    """The results against their limits: what is signed, in a form that a person can read."""
    if form == "json":
        told = {
            "report": place.prefix, "from": period[0], "to": period[1], "outcome": outcome,
            "held": [{"metric": h.limit.metric, "limit": h.limit.place, "asked": str(h.limit),
                      "result": h.result or None, "said": h.said, "outcome": h.outcome} for h in held],
        }  # fmt: skip
        click.echo(json.dumps(told, indent=1, ensure_ascii=False))
        return
    click.echo(f"period   {period[0]} to {period[1]}")
    for each in held:
        click.echo(f"{each.outcome:<8} {one_line(each.limit.metric)}: {one_line(each.said)}; {each.limit}")
    click.echo(f"outcome  {outcome}")


def _refused(examined: Examined, form: str) -> None:
    if form == "json":
        told = {"findings": [finding.as_json() for finding in examined.findings], "written": False}
        click.echo(json.dumps(told, indent=1, ensure_ascii=False))
        return
    from cognify import reporting

    tell_of(examined)
    click.echo(reporting.findings(examined.findings, "text"), nl=False, err=True)
    click.echo("nothing was written", err=True)
