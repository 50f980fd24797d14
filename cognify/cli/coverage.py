"""`cognify coverage`."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from cognify.cli.desk import DAY, FORMAT, now, work_tree
from cognify.errors import ConfigurationError, one_line
from cognify.inventory import Inventory, named

if TYPE_CHECKING:
    from cognify.records.assessment import Assessed, Assessment
    from cognify.records.framework import Framework
    from cognify.records.inforce import Standing
    from cognify.records.obligations import Remapped
    from cognify.verification import Verification


@click.command("coverage", epilog="Example: cognify coverage credit-memo 1.2.0 --framework sr-26-2@2026-04")
@click.argument("model")
@click.argument("version")
@click.option(
    "--framework", "ids", multiple=True, metavar="ID",
    help="A pack to hold the card against, adopted or not. [default: those that cognify.yaml adopts]",
)  # fmt: skip
@click.option(
    "--against", metavar="ID",
    help="The pack that the record was made under: show what the others ask that it did not.",
)  # fmt: skip
@DAY
@FORMAT
def coverage_command(
    model: str, version: str, ids: tuple[str, ...], against: str | None, on: date | None, form: str
) -> int:
    """What each framework asks of MODEL VERSION, requirement by requirement, and what evidences it.

    The card is read as it lies here; sign-offs and what else comes after signing count where they verify.
    A pack that the inventory does not adopt shows what it would ask, of a sealed version too.
    With --on, of the packs that were in force on that day, and how each other one stood; the card is the one
    that lies here, not the one of that day.
    It says present, partial, missing, not applicable or held elsewhere: never whether a law is kept.
    """
    from cognify import strictyaml, verification
    from cognify.checks.framework import load
    from cognify.cli.days import standing_of
    from cognify.cli.framework import own
    from cognify.git import Repository
    from cognify.records.assessment import assessments
    from cognify.records.obligations import remap
    from cognify.verification.afterwards import with_statements

    tree, place = work_tree(), named(model, version)
    inventory = Inventory(tree)
    if not tree.exists(place.card):
        raise ConfigurationError(
            f"there is no {place}", where=place.card, id="record-missing",
            fix="switch to the branch that brings it, or capture it",
        )  # fmt: skip
    raw = tree.read(place.card)
    card = strictyaml.load(raw, where=place.card)
    result = verification.verify(verification.open_repository(Repository(tree.root)), at=now())
    files = result.inventory.files
    merged = files.exists(place.card) and files.read(place.card) == raw
    record = result.record(place) if merged and not result.exit_code else None
    data = with_statements(card, record, result.log.root)
    packs = [load(id, tree) for id in ids or inventory.settings.frameworks]
    asked = [(one, standing_of(one.pack, on, tree, own(tree)) if on else None)
             for one in assessments(packs, data, inventory.settings.elsewhere)]  # fmt: skip
    older = load(against, tree) if against else None
    if form == "json":
        state = record.state if record else "draft"
        packed = [_json(one, stood, older) for one, stood in asked]
        told = {"model": model, "version": version, "state": state, "on": on.isoformat() if on else None,
                "frameworks": packed}  # fmt: skip
        click.echo(json.dumps(told, indent=1, ensure_ascii=False))
    else:
        for one, stood in asked:
            _tell(one, stood, on)
            if older and one.pack.id != older.id:
                _tell_difference(remap(older, one))
        _tell_of(result, merged=merged)
    return result.exit_code


def _json(found: Assessment, stood: Standing | None, older: Framework | None) -> dict[str, Any]:
    from cognify.cli.days import standing_json
    from cognify.records.framework import Coverage

    status, standing = found.pack.status, found.standing
    more: dict[str, Any] = {"stood": standing_json(stood)} if stood else {}
    if older and older.id != found.pack.id:
        more["remapped"] = _difference_json(older, found)
    return more | {
        "id": found.pack.id, "title": status.title, "legal_force": status.legal_force,
        "superseded_by": status.superseded_by or None, "last_checked": status.last_checked,
        "disclaimer": found.pack.disclaimer, "applies": standing.applies,
        "basis": standing.basis or None, "outside": standing.because or None,
        "counts": {coverage.value: found.count(coverage) for coverage in Coverage},
        "requirements": [_row(row) for row in found.rows],
    }  # fmt: skip


def _difference_json(older: Framework, found: Assessment) -> dict[str, Any]:
    from cognify.records.obligations import remap

    told = remap(older, found)
    return {
        "from": older.id, "evidenced": [row.requirement.id for row in told.evidenced],
        "open": [{"id": row.requirement.id, "coverage": row.coverage.value, "not_asked_before": list(fields)}
                 for row, fields in told.open],
    }  # fmt: skip


def _row(row: Assessed) -> dict[str, Any]:
    asked, said = row.requirement, row.said
    return {
        "id": asked.id, "text": asked.text, "tier": asked.tier, "owner": asked.owner,
        "coverage": row.coverage.value, "fields": list(asked.fields), "confidence": asked.confidence,
        "reason": said.reason or None, "by": said.by or None, "revisit": said.revisit or None,
    }  # fmt: skip


def _tell(found: Assessment, stood: Standing | None, on: date | None) -> None:
    from cognify.cli.days import stood_so
    from cognify.records.framework import Coverage

    pack, status, standing = found.pack, found.pack.status, found.standing
    click.echo(f"{pack.id}  {one_line(status.title)}")
    issued = f"issued {status.issued}, " if status.issued else ""
    later = f"; superseded by {one_line(status.superseded_by)}" if status.superseded_by else ""
    click.echo(f"  {status.legal_force}, {issued}last checked {status.last_checked}{later}")
    if stood:
        click.echo(f"  on {on}: {stood_so(pack.status, stood)}")
    if stood and stood.in_force == "no":
        return
    if standing.because:
        click.echo(f"  outside: {one_line(standing.because)}")
    basis = standing.basis or f"none is stated; one of {', '.join(standing.asked)} counts"
    said = f"basis: {basis}" if standing.applies else f"does not apply: {one_line(standing.said.reason)}"
    click.echo(f"  {said}")
    click.echo(
        "  " + ", ".join(f"{kind.value} {found.count(kind)}" for kind in Coverage if found.count(kind))
    )
    for row in found.rows:
        _tell_row(row)
    if pack.disclaimer:
        click.echo(f"  {one_line(pack.disclaimer)}")


def _tell_difference(told: Remapped) -> None:
    """What the newer pack finds already, and what is open: asked before, or new."""
    click.echo(f"  {told.older.id} -> {told.found.pack.id}, of this record as it stands:")
    click.echo(f"    evidenced already ({len(told.evidenced)}): "
               f"{', '.join(row.requirement.id for row in told.evidenced) or 'nothing'}")  # fmt: skip
    old = [row.requirement.id for row, fields in told.open if not fields]
    new = [(row.requirement.id, fields) for row, fields in told.open if fields]
    listed = ", ".join(old) or "nothing"
    click.echo(f"    open, in fields that {told.older.id} asked for ({len(old)}): {listed}")
    click.echo(f"    open, in fields that it did not ask for ({len(new)}):")
    for id, fields in new:
        click.echo(f"      {id}: {', '.join(fields)}")


def _tell_row(row: Assessed) -> None:
    asked, said = row.requirement, row.said
    about = f"{row.coverage.value:<15} {asked.tier:<7} {asked.owner:<7}"
    click.echo(f"  {about} {asked.id}: {one_line(asked.text)}")
    if said.reason:
        by = f" ({one_line(said.by)})" if said.by else ""
        click.echo(f"  {'':<15} because: {one_line(said.reason)}{by}")


def _tell_of(result: Verification, *, merged: bool) -> None:
    """What of the statements could be counted."""
    if result.exit_code:
        click.echo("the inventory does not verify: nothing that was signed counts here", err=True)
    elif not merged:
        click.echo("this card is not the one that is merged: no sign-off counts for it", err=True)
