"""`cognify framework`: packs to adopt, to compare, to begin, and to try on their own examples."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cognify.cli.desk import DAY, FORMAT, now, work_tree
from cognify.errors import EXIT_FINDINGS, EXIT_OK, ConfigurationError, one_line
from cognify.inventory import Files, WorkTree, find_root
from cognify.records.finding import Finding, Severity

if TYPE_CHECKING:
    from cognify.checks.draft import Draft
    from cognify.records.framework import Framework, Requirement
    from cognify.records.modification import Compared
    from cognify.records.rehearsal import Fault

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}@[a-z0-9][a-z0-9.+_-]{0,63}\Z")
_BEGUN = """\
# yaml-language-server: $schema=https://cognify.dev/schemas/framework/v1.json
framework: 1
id: {id}
{extends}status:
  title: What the policy is called
  issuer: Who issued it
  issued: "{day}"
  effective: "{day}"
  superseded_by: {{state: not_applicable, reason: It is in force., by: its owner}}
  legal_force: policy
  last_checked: "{day}"
  source: https://example.org/where-it-stands
  sources: {{S1: The text of the policy.}}
scope: Which models it is about.
disclaimer: Shows what the record holds for each requirement; it gives no verdict.
requirements:
  - id: "1"
    text: One sentence on what is asked, in your words.
    tier: must
    owner: human
    confidence: "[verified: S1]"
    fields: [use.intended_purpose]
    examples:
      pass: {{use: {{intended_purpose: Sort incoming memos for an analyst.}}}}
"""


@click.group("framework", epilog="Example: cognify framework diff sr-11-7@2011-04 sr-26-2@2026-04")
def framework_command() -> None:
    """Framework packs: those that ship with Cognify, and those of the inventory, in `frameworks/`."""


@framework_command.command("list", epilog="Example: cognify framework list --on 2026-04-16")
@DAY
@FORMAT
def list_command(on: date | None, form: str) -> int:
    """Every pack there is: what it is, how it stands in law, and what took its place.

    With --on, how each stood on that day, as far as its dates are known: whether it was issued, in effect,
    and not superseded. A pack knows nothing of what came after it was last checked.
    """
    from cognify.checks.framework import shipped
    from cognify.cli.days import standing_json, standing_of, stood_so

    files = _files()
    found = [_load(id, files) for id in sorted({*shipped(), *own(files)})]
    if form == "json":
        told = [
            {"id": pack.id, "title": pack.status.title, "issuer": pack.status.issuer,
             "legal_force": pack.status.legal_force, "issued": pack.status.issued or None,
             "effective": pack.status.effective or None, "last_checked": pack.status.last_checked,
             "superseded_by": pack.status.superseded_by or None, "requirements": len(pack.requirements)}
            | ({"stood": standing_json(standing_of(pack, on, files, own(files)))} if on else {})
            for pack in found
        ]  # fmt: skip
        click.echo(json.dumps(told, indent=1, ensure_ascii=False))
        return EXIT_OK
    for pack in found:
        later = f"; superseded by {one_line(pack.status.superseded_by)}" if pack.status.superseded_by else ""
        about = f"{pack.status.legal_force:<11} {len(pack.requirements):>4} rows"
        click.echo(f"{pack.id:<34} {about}  {one_line(pack.status.title)}{later}")
        if on:
            click.echo(f"{'':<34} on {on}: {stood_so(pack.status, standing_of(pack, on, files, own(files)))}")
    return EXIT_OK


@framework_command.command("lint", epilog="Example: cognify framework lint frameworks/house@2026.yaml")
@click.argument("packs", nargs=-1, required=True)
@FORMAT
def lint_command(packs: tuple[str, ...], form: str) -> int:
    """Read PACKS (files, or ids) as a proof-reader would; exit 1 where one says what cannot be right.

    Its shape, the days of its status, sources that a row rests on and the pack does not list, and
    whether it was looked at within a year. `cognify framework test` tries its rows.
    """
    from cognify.records import proofreading

    day, files = now().date(), _files()
    found = [(pack.id, fault) for pack in (_load(name, files) for name in packs)
             for fault in proofreading.faults(pack, day)]  # fmt: skip
    return _told(found, f"{len(packs)} packs, nothing in them cannot be right", form)


@framework_command.command("test", epilog="Example: cognify framework test frameworks/house@2026.yaml")
@click.argument("packs", nargs=-1, required=True)
@FORMAT
def test_command(packs: tuple[str, ...], form: str) -> int:
    """Try PACKS (files, or ids) on their own examples; exit 1 where a row does not say what it means to.

    Every condition refuses an empty card and accepts its passing example, and each field that the
    example gives is needed.
    """
    from cognify.records import rehearsal

    files = _files()
    found = [(pack.id, fault) for pack in (_load(name, files) for name in packs)
             for fault in rehearsal.faults(pack)]  # fmt: skip
    return _told(found, f"{len(packs)} packs, every row borne out by its examples", form)


def _told(found: list[tuple[str, Fault]], none: str, form: str) -> int:
    if form == "json":
        told = [{"pack": id, "requirement": fault.requirement, "what": fault.what} for id, fault in found]
        click.echo(json.dumps(told, indent=1, ensure_ascii=False))
    for id, fault in found if form == "text" else ():
        click.echo(f"{id}/{fault.requirement}: {one_line(fault.what)}")
    if form == "text" and not found:
        click.echo(none)
    return EXIT_FINDINGS if found else EXIT_OK


@framework_command.command("diff", epilog="Example: cognify framework diff sr-11-7@2011-04 sr-26-2@2026-04")
@click.argument("older")
@click.argument("newer")
@FORMAT
def diff_command(older: str, newer: str, form: str) -> int:
    """What NEWER asks beside OLDER: rows that came, went or changed, and card fields that only one asks for.

    What a version lacks under the newer one `cognify coverage MODEL VERSION --framework NEWER` tells;
    nothing that was sealed is touched.
    """
    from cognify.records.obligations import difference

    files = _files()
    found = difference(_load(older, files), _load(newer, files))
    if form == "json":
        told = {
            "older": found.older.id, "newer": found.newer.id,
            "added": [row.id for row in found.added], "removed": [row.id for row in found.removed],
            "changed": [{"id": row.id, "in": list(names)} for _, row, names in found.changed],
            "asked": list(found.asked), "no_longer_asked": list(found.dropped),
        }  # fmt: skip
        click.echo(json.dumps(told, indent=1, ensure_ascii=False))
        return EXIT_OK
    for sign, rows in (("-", found.removed), ("+", found.added)):
        for row in rows:
            click.echo(f"{sign} {_row(row)}")
    for _, row, names in found.changed:
        click.echo(f"~ {_row(row)} (in {', '.join(names)})")
    click.echo(f"only {found.newer.id} asks, as a must: {', '.join(found.asked) or 'nothing more'}")
    click.echo(f"only {found.older.id} asked, as a must: {', '.join(found.dropped) or 'nothing more'}")
    return EXIT_OK


@framework_command.command(
    "new", epilog="Example: cognify framework new house@2026 --extends sr-26-2@2026-04"
)
@click.argument("id")
@click.option("--extends", metavar="ID", help="A shipped pack whose requirements it takes over and tightens.")
def new_command(id: str, extends: str | None) -> int:
    """Begin a pack of your own, `frameworks/ID.yaml` of the inventory, with one row to go by."""
    from cognify.checks.framework import FOLDER, load, shipped

    tree = work_tree()
    if not _ID.match(id) or id in shipped():
        raise ConfigurationError(
            f"{id!r} is a pack that ships with Cognify" if id in shipped() else f"{id!r} names no pack",
            where="ID", fix="call it NAME@EDITION, such as house-policy@2026", id="usage",
        )  # fmt: skip
    path = f"{FOLDER}{id}.yaml"
    if tree.exists(path):
        raise ConfigurationError("it is there already", where=path, fix="edit it", id="usage")
    inherited = f"extends: {load(extends).id}\n" if extends else ""
    tree.write(path, _BEGUN.format(id=id, extends=inherited, day=f"{now():%Y-%m-%d}").encode())
    click.echo(path)
    click.echo(f"next: edit it, then cognify framework test {path}, and adopt it in cognify.yaml", err=True)
    return EXIT_OK


@framework_command.command("compute", epilog="Example: cognify framework compute credit-memo 1.2.0")
@click.argument("model")
@click.argument("version")
@FORMAT
def compute_command(model: str, version: str, form: str) -> int:
    """Hold the compute of a fine-tune, MODEL VERSION, against one third of that of its base.

    The indicative test of Guidelines C(2025) 7719 final, points 59 to 61, on who becomes the provider of
    a modified general-purpose model. Where nobody can know the base's compute, the published stand-ins
    count. It shows each input with where it comes from. It decides nothing legally; exit 1 where an
    input is missing.
    """
    from cognify.checks.draft import Draft
    from cognify.inventory import Inventory, named
    from cognify.records import modification

    draft = Draft(Inventory(work_tree()), named(model, version))
    if draft.unreadable:
        first = draft.unreadable[0]
        raise ConfigurationError(first.what, where=first.where, fix=first.fix, id=first.id)
    found = modification.compare(*(
        modification.given(draft.data, name, _digits(draft, name))
        for name in ("training.flops", "model.base.training_flops")
    ))  # fmt: skip
    told = _compared(found, draft)
    if form == "json":
        click.echo(json.dumps(told, indent=1, ensure_ascii=False))
    else:
        _tell_compared(found, told)
    return EXIT_FINDINGS if found.missing else EXIT_OK


def _digits(draft: Draft, name: str) -> Decimal | int | None:
    from cognify import replay

    pointer = f"/{name.replace('.', '/')}"
    value = replay.exact(draft.card, pointer) if pointer in draft.card else None
    return value if isinstance(value, Decimal | int) and not isinstance(value, bool) else None


def _compared(found: Compared, draft: Draft) -> dict[str, Any]:
    """The published shape of `framework compute --format json`."""
    from cognify.checks.framework import load
    from cognify.records import modification

    pack = load(modification.PACK)
    rows = [row for row in pack.requirements if row.id in modification.ROWS]
    return {
        "model": draft.version.model, "version": draft.version.version, "framework": pack.id,
        "inputs": [
            {"pointer": each.pointer, "value": str(each.value) if each.value is not None else None,
             "state": each.state or None, "reason": each.reason or None, "by": each.by or None,
             "from": _origin(draft, each.pointer)}
            for each in (found.modification, found.base)
        ],
        "marks": [
            {"of": mark.of, "compute": str(mark.compute), "above_one_third": mark.above}
            for mark in found.marks
        ],
        "share": f"{float(found.share):.6g}" if found.share is not None else None,
        "outcome": found.outcome.value, "conclusion": found.conclusion,
        "findings": [
            Finding(
                draft.where(each.pointer), "compute-unknown", each.what, each.fix, Severity.WARNING
            ).as_json()
            for each in found.missing
        ],
        "confidence": {row.id: row.confidence for row in rows}, "last_checked": pack.status.last_checked,
        "disclaimer": f"{_NOT_LEGAL} {pack.disclaimer}",
    }  # fmt: skip


_NOT_LEGAL = "The test is an indication and decides nothing legally; the conclusion stays the provider's."


def _origin(draft: Draft, pointer: str) -> dict[str, str] | None:
    """The file, its digest and the place in it that a machine value cites; None for what a person wrote.

    `replayed` says whether the file was here to give the value again.

    Raises:
        ReplayError: `field-provenance`, the evidence says another value than the card.
    """
    from cognify import explaining

    cited = draft.lock.values.get(pointer)
    if cited is None or not cited.artifact:
        return None
    artifact = draft.lock.artifacts[cited.artifact]
    explained = explaining.explain(draft.card, draft.lock, pointer, draft.artifact_bytes)
    return {"file": artifact.path or artifact.uri or "", "sha256": artifact.sha256, "at": cited.at,
            "raw": cited.raw, "class": cited.kind,
            "replayed": "yes" if explained.excerpt else "no: its bytes are kept elsewhere"}  # fmt: skip


def _tell_compared(found: Compared, told: dict[str, Any]) -> None:
    names = ("compute of the modification", "compute of the base model")
    for name, each in zip(names, told["inputs"], strict=True):
        value = f"{each['value']} FLOP" if each["value"] else each["state"] or "not given"
        lines = [f"{name}: {value}    {each['pointer']}"]
        if each["from"]:
            lines += [f"  {key:<8} {text}" for key, text in each["from"].items()]
        elif each["reason"]:
            lines.append(f"  because {each['reason']} ({each['by'] or 'nobody says who'})")
        elif each["value"]:
            lines.append("  cites no evidence: `git log` says who wrote it, the sign-offs who stands by it")
        click.echo("\n".join(map(one_line, lines)))
    if told["share"]:
        click.echo(f"the modification took {told['share']} of the base's compute")
    for mark in told["marks"]:
        word = "greater than" if mark["above_one_third"] else "not greater than"
        click.echo(f"{word} one third of {mark['compute']} FLOP ({mark['of']})")
    for finding in told["findings"]:
        click.echo(one_line(f"warning[{finding['id']}]: {finding['what']}"))
        click.echo(one_line(f"  where: {finding['where']}"))
        click.echo(one_line(f"  fix:   {finding['fix']}"))
    click.echo(found.conclusion)
    sources = "; ".join(f"{row} {confidence}" for row, confidence in told["confidence"].items())
    click.echo(f"source: {told['framework']}, last checked {told['last_checked']}: {sources}")
    click.echo(told["disclaimer"])


def _row(row: Requirement) -> str:
    return f"{row.id}: {one_line(row.text)} [{row.tier}]"


def _files() -> Files | None:
    """The inventory's files, if the command runs in one."""
    try:
        return WorkTree(find_root(Path.cwd()))
    except ConfigurationError:
        return None


def own(files: Files | None) -> tuple[str, ...]:
    """The ids of the packs that lie in *files*."""
    from cognify.checks.framework import FOLDER

    found = files.paths(FOLDER) if files is not None else ()
    return tuple(path.removeprefix(FOLDER).removesuffix(".yaml") for path in found if path.endswith(".yaml"))


def _load(name: str, files: Files | None) -> Framework:
    """The pack of the id or in the file *name*."""
    from cognify.checks.framework import load, parsed

    place = Path(name)
    if not place.is_file():
        return load(name, files)
    return parsed(place.name.removesuffix(".yaml"), place.read_bytes())
