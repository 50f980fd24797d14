"""`cognify capture`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cognify.cli.addresses import addressed
from cognify.cli.desk import FORMAT, granted, now, work_tree
from cognify.cli.progress import REHASH, hashing
from cognify.errors import EXIT_FINDINGS, EXIT_OK, CaptureError, ConfigurationError
from cognify.inventory import Inventory, Place, Version, WorkTree, named

if TYPE_CHECKING:
    from cognify.drafting import Drafted
    from cognify.privacy import Examined
    from cognify.readers.mlflow_server import Wanted
    from cognify.readers.reading import Reading
    from cognify.readers.remote import Address
    from cognify.readers.remote_folder import Folder
    from cognify.records.finding import Finding
    from cognify.records.framework import Framework
    from cognify.records.lock import Lock
    from cognify.records.settings import Settings


CUSTODIAN = click.option(
    "--custodian", metavar="NAME",
    help="Who holds what stays outside. [default: capture.custodian of cognify.yaml, or the store]",
)  # fmt: skip


@click.command("capture", epilog="Example: cognify capture credit-memo 1.2.0 runs/sft-0412 --base 1.1.0")
@click.argument("model")
@click.argument("version")
@click.argument("sources", nargs=-1, required=True)
@click.option("--base", metavar="VERSION", help="Carry the human answers of this version forward.")
@click.option("--tier", type=click.Choice(["low", "medium", "high"]), help="The risk tier, if it is known.")
@click.option("--keep-data", is_flag=True, help="Copy data files into the evidence, too.")
@CUSTODIAN
@REHASH
@FORMAT
def capture_command(
    model: str, version: str, sources: tuple[str, ...], base: str | None, tier: str | None,
    keep_data: bool, custodian: str | None, rehash: bool, form: str,
) -> int:  # fmt: skip
    """Fill the card of MODEL VERSION from what a training run left in SOURCES.

    Machine values are written with a citation each; what a person must answer is left pending,
    with the question and whom it is for. A second capture never changes what a person wrote, and
    takes out the values of the one before that no source gives any more.
    Nothing that was read leaves this machine, and no pickle is opened.

    A source is a folder, a file, or the address of an object in a store (s3://bucket/train.parquet),
    of a folder (s3://bucket/v3/) or of names in one (s3://bucket/v3/*.parquet), which are read once,
    hashed, and left there, or a run on an MLflow server (mlflow+https://host/RUN_ID),
    which is asked for once; nobody else is spoken to.

    What would be written is scanned first for credentials and identifiers of people. If there are
    any, nothing is written, exit 1; what is printed says class and place, never the value.
    """
    places, addresses = told_apart(sources)
    tree, place = work_tree(), named(model, version)
    options = Options(base, tier, keep_data, rehash, custodian)
    ready(tree, place, options)
    there(places)
    drafted, examined = captured(tree, place, places, options, addresses)
    report(place, drafted, examined, form)
    return EXIT_FINDINGS if examined.blocked else EXIT_OK


def told_apart(sources: Sequence[str]) -> tuple[tuple[Path, ...], list[Address | Folder | Wanted]]:
    """The *sources* that are files or folders here, and those that are addresses."""
    known = {source: addressed(source) for source in sources}
    places = tuple(Path(source) for source in sources if known[source] is None)
    return places, [address for address in known.values() if address is not None]


def there(sources: Sequence[Path]) -> None:
    """Refuse a source that is not there.

    Raises:
        CaptureError: `capture-failed`.
    """
    for source in sources:
        if not source.exists():
            raise CaptureError(
                "there is no such run", where=str(source), fix="name the folder that the run wrote"
            )


@dataclass(frozen=True, slots=True)
class Options:
    """What a capture is told besides its sources."""

    base: str | None = None
    tier: str | None = None
    keep_data: bool = False
    rehash: bool = False
    custodian: str | None = None


def ready(tree: WorkTree, place: Version, options: Options) -> None:
    """Refuse, before anything is read, a capture that could not be written.

    Raises:
        ConfigurationError: `already-proposed`; the card says another tier; no name for a custodian.
    """
    named = options.custodian
    if named is not None and not (0 < len(named) <= 256 and named.isprintable() and named.strip() == named):
        raise ConfigurationError(
            "no name for a custodian: one line of at most 256 characters", where="--custodian",
            fix="name the team, the store or the archive that holds what stays outside", id="usage",
        )  # fmt: skip
    inventory = Inventory(tree)
    refuse_if_proposed(inventory, place)
    if options.tier and _tier(inventory, place) not in (None, options.tier):
        raise ConfigurationError(
            f"the card says tier {_tier(inventory, place)}", where=f"{place.card}#/record/tier",
            fix="change record.tier in the card, then run `cognify fill`", id="usage",
        )  # fmt: skip


def captured(
    tree: WorkTree, place: Version, sources: Sequence[Path], options: Options,
    addresses: Sequence[Address | Folder | Wanted] = (),
) -> tuple[Drafted, Examined]:  # fmt: skip
    """Read *sources* and *addresses*, draft card and lock, and write them if nothing is found in them."""
    from cognify import drafting

    inventory = Inventory(tree)
    settings = inventory.settings
    reading = read_all(tree, settings, sources, options, addresses)
    stated = drafting.stated(inventory, place, reading)
    old_lock, current = _as_it_stands(inventory, place)
    base = options.base
    drafted = drafting.draft(
        place, stated.reading, record=stated.record,
        current=current, old_lock=old_lock,
        base=_base(inventory, named(place.model, base)) if base else None, base_version=base or "",
        frameworks=frameworks(inventory), tier=options.tier, keep_below=settings.keep_below, at=now(),
        custodian=options.custodian or settings.custodian,
    )  # fmt: skip
    refuse_small_cells(drafted, place, settings)
    examined = scanned(drafted, place, settings, granted(tree))
    if not examined.blocked:
        _write(tree, place, drafted, old_lock)
    return drafted, examined


def read_all(
    tree: WorkTree, settings: Settings, sources: Sequence[Path], options: Options,
    addresses: Sequence[Address | Folder | Wanted],
) -> Reading:  # fmt: skip
    """What the readers find in *sources* and *addresses*, scrubbed by the rules of the inventory."""
    from cognify import drafting, readers

    with _withheld():
        reading = readers.read_sources(
            sources, keep_data=options.keep_data or settings.keep_data, small_cells=settings.small_cells,
            hashing=hashing(tree, rehash=options.rehash), addresses=addresses,
        )  # fmt: skip
        return drafting.cleaned(reading, drafting.rules_of(settings.scrub))


def refuse_small_cells(drafted: Drafted, place: Place, settings: Settings) -> None:
    """Refuse to write the result of a small group; the reader of subgroup tables withholds its own.

    Raises:
        CaptureError: `small-cell`.
    """
    from cognify import strictyaml
    from cognify.checks import small_cells

    card = strictyaml.load(drafted.card, where=place.card)
    for pointer in small_cells.cells(card, settings.small_cells):
        found = small_cells.finding(f"{place.card}#{pointer}", settings.small_cells)
        raise CaptureError(found.what, where=found.where, fix=found.fix, id=found.id)


def _contested(drafted: Drafted, examined: Examined) -> tuple[Finding, ...]:
    """Where sources contradict each other; of what was blocked nothing is quoted."""
    from cognify.privacy import masked

    if examined.blocked:
        return ()
    return tuple(replace(f, what=masked(f.what), where=masked(f.where)) for f in drafted.conflicts)


@contextmanager
def _withheld() -> Iterator[None]:
    """What a reader says of a file that it cannot read may quote it: the same detectors go over it."""
    from cognify.errors import CognifyError

    try:
        yield
    except CognifyError as error:
        from cognify.privacy import masked

        error.what, error.where = masked(error.what), error.where and masked(error.where)
        error.fix = error.fix and masked(error.fix)
        raise error from None


def scanned(
    drafted: Drafted, place: Place, settings: Settings, granted: Callable[[], frozenset[str]]
) -> Examined:
    """What was drafted, looked at for credentials and identifiers: nothing blocked may be written."""
    from cognify import privacy

    held = privacy.parts(drafted.lock, drafted.card, lambda artifact: drafted.files.get(artifact.path or ""))
    return privacy.examine(held, allow=settings.allow, granted=granted, prefix=place.prefix)


def report(place: Version, drafted: Drafted, examined: Examined, form: str) -> None:
    """Say what was captured, or why nothing was written."""
    from cognify import privacy, reporting

    findings = (*examined.findings, *_contested(drafted, examined))
    if form == "json":
        lock = drafted.lock
        told = {
            "findings": [finding.as_json() for finding in findings],
            "written": not examined.blocked,
            "artifacts": len(lock.artifacts), "filled": drafted.filled, "pending": list(drafted.pending),
            "removed": [] if examined.blocked else [privacy.masked(at) for at in drafted.removed],
            "notes": [] if examined.blocked else [privacy.masked(note) for note in drafted.notes],
            "scrubbed": {
                privacy.shown_path(a.path): a.scrubbed.as_json()
                for a in lock.artifacts.values() if a.scrubbed and a.path
            },
            "privacy": examined.as_json(),
        }  # fmt: skip
        click.echo(json.dumps(told, indent=1, ensure_ascii=False))
        return
    if not examined.blocked:
        _tell(place, drafted)
    tell_of(examined)
    if findings:
        click.echo(reporting.findings(findings, "text"), nl=False, err=not examined.blocked)
    if examined.blocked:
        click.echo("nothing was written", err=True)


def refuse_if_proposed(inventory: Inventory, place: Version) -> None:
    """Refuse a version whose bytes a proposal has frozen.

    Raises:
        ConfigurationError: `already-proposed`.
    """
    if inventory.files.exists(place.manifest):
        raise ConfigurationError(
            f"{place} is proposed: its bytes are frozen", where=place.manifest,
            fix="capture a new version; until it is sealed you may also remove MANIFEST.sha256 and propose "
            "again, which voids approvals",
            id="already-proposed",
        )  # fmt: skip


def _tier(inventory: Inventory, place: Version) -> object:
    """The tier that the card states; None where there is no card yet."""
    if not inventory.files.exists(place.card):
        return None
    from cognify import strictyaml

    card = strictyaml.load(inventory.files.read(place.card), where=place.card)
    section = card.get("record") if isinstance(card, dict) else None
    return section.get("tier") if isinstance(section, dict) else ""


def frameworks(inventory: Inventory) -> tuple[Framework, ...]:
    """The packs that the inventory adopts."""
    from cognify.checks.framework import load

    return tuple(load(id, inventory.files) for id in inventory.settings.frameworks)


def _as_it_stands(inventory: Inventory, place: Version) -> tuple[Lock | None, bytes | None]:
    from cognify.records import lock

    files = inventory.files
    current = files.read(place.card) if files.exists(place.card) else None
    old = lock.parse(files.read(place.lock), where=place.lock) if files.exists(place.lock) else None
    return old, current


def _base(inventory: Inventory, place: Version) -> dict[str, object]:
    from cognify import strictyaml

    return dict(strictyaml.load(inventory.files.read(place.card), where=place.card))


def _write(tree: WorkTree, place: Version, drafted: Drafted, old: Lock | None) -> None:
    """Evidence first, card and lock last: a capture that is killed is finished by the next."""
    for path, raw in drafted.files.items():
        tree.write(path if path.startswith("datasets/") else place.prefix + path, raw)
    tree.write(place.lock, drafted.lock.to_bytes())
    tree.write(place.card, drafted.card)
    kept = {artifact.path for artifact in drafted.lock.artifacts.values()}
    for artifact in old.artifacts.values() if old else ():
        if artifact.path and artifact.path.startswith("evidence/") and artifact.path not in kept:
            tree.remove(place.prefix + artifact.path)


def tell_of(examined: Examined) -> None:
    """How far the scan looked, and what it found by class; what it is blind to is in the manual."""
    found = {kind: count for kind, count in examined.counts.items() if count}
    told = ", ".join(f"{kind} {count}" for kind, count in found.items()) or "nothing found"
    click.echo(
        f"scanned  {examined.files} files, {examined.bytes} bytes, for credentials and Safe Harbor classes "
        f"A to R: {told}"
    )
    for path, why in examined.unread.items():
        click.echo(f"  ! {path}: {why}", err=True)


def _tell(place: Version, drafted: Drafted) -> None:
    from cognify.privacy import masked

    lock = drafted.lock
    scrubbed = {rule for a in lock.artifacts.values() if a.scrubbed for rule in a.scrubbed.rules}
    outside = sum(artifact.path is None for artifact in lock.artifacts.values())
    total = drafted.filled + drafted.answered + len(drafted.pending)
    share = 100 * drafted.filled // total if total else 0
    click.echo(f"read     {len(lock.artifacts)} artifacts, {outside} of them stay outside by digest")
    if scrubbed:
        click.echo(f"scrubbed {', '.join(sorted(scrubbed))}: the lock names each original by digest")
    click.echo(f"filled   {drafted.filled} values, each with its citation ({share} % machine-filled)")
    if drafted.removed:
        count, which = len(drafted.removed), "values" if len(drafted.removed) > 1 else "value"
        click.echo(f"removed  {count} {which} that no source gives any more:")
        for pointer in drafted.removed:
            click.echo(f"  - {masked(pointer)}")
    if drafted.carried:
        click.echo(f"carried  {drafted.carried} answers forward: their owners affirm them by signing")
    click.echo(f"pending  {len(drafted.pending)} fields need a person")
    for pointer in drafted.pending:
        click.echo(f"  ? {pointer}")
    for note in drafted.notes:
        click.echo(f"  ! {masked(note)}", err=True)
    click.echo(f"wrote    {place.card}, {place.lock}")
    if not drafted.filled:
        click.echo("  ! no file here was one that a reader knows: nothing is cited", err=True)
    todo = f"answer what is pending in {place.card}, then " if drafted.pending else ""
    click.echo(f"next: {todo}cognify check {place.prefix}", err=True)
