"""`cognify framework`: packs to adopt, to compare, to begin, and to try on their own examples."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cognify.cli.desk import FORMAT, now, work_tree
from cognify.errors import EXIT_FINDINGS, EXIT_OK, ConfigurationError, one_line
from cognify.inventory import Files, WorkTree, find_root

if TYPE_CHECKING:
    from cognify.records.framework import Framework, Requirement

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


@framework_command.command("list", epilog="Example: cognify framework list --format json")
@FORMAT
def list_command(form: str) -> int:
    """Every pack there is: what it is, how it stands in law, and what took its place."""
    from cognify.checks.framework import shipped

    files = _files()
    found = [_load(id, files) for id in sorted({*shipped(), *_own(files)})]
    if form == "json":
        told = [
            {"id": pack.id, "title": pack.status.title, "issuer": pack.status.issuer,
             "legal_force": pack.status.legal_force, "issued": pack.status.issued or None,
             "effective": pack.status.effective or None, "last_checked": pack.status.last_checked,
             "superseded_by": pack.status.superseded_by or None, "requirements": len(pack.requirements)}
            for pack in found
        ]  # fmt: skip
        click.echo(json.dumps(told, indent=1, ensure_ascii=False))
        return EXIT_OK
    for pack in found:
        later = f"; superseded by {one_line(pack.status.superseded_by)}" if pack.status.superseded_by else ""
        about = f"{pack.status.legal_force:<11} {len(pack.requirements):>4} rows"
        click.echo(f"{pack.id:<34} {about}  {one_line(pack.status.title)}{later}")
    return EXIT_OK


@framework_command.command("lint", epilog="Example: cognify framework lint frameworks/house@2026.yaml")
@click.argument("packs", nargs=-1, required=True)
@FORMAT
def lint_command(packs: tuple[str, ...], form: str) -> int:
    """Try PACKS (files, or ids) on their own examples; exit 1 where a row does not say what it means to.

    Every condition refuses an empty card and accepts its passing example, and each field that the
    example gives is needed.
    """
    from cognify.records import rehearsal

    files = _files()
    found = [(pack.id, fault) for pack in (_load(name, files) for name in packs)
             for fault in rehearsal.faults(pack)]  # fmt: skip
    if form == "json":
        told = [{"pack": id, "requirement": fault.requirement, "what": fault.what} for id, fault in found]
        click.echo(json.dumps(told, indent=1, ensure_ascii=False))
    for id, fault in found if form == "text" else ():
        click.echo(f"{id}/{fault.requirement}: {one_line(fault.what)}")
    if form == "text" and not found:
        click.echo(f"{len(packs)} packs, every row borne out by its examples")
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
    click.echo(f"next: edit it, then cognify framework lint {path}, and adopt it in cognify.yaml", err=True)
    return EXIT_OK


def _row(row: Requirement) -> str:
    return f"{row.id}: {one_line(row.text)} [{row.tier}]"


def _files() -> Files | None:
    """The inventory's files, if the command runs in one."""
    try:
        return WorkTree(find_root(Path.cwd()))
    except ConfigurationError:
        return None


def _own(files: Files | None) -> tuple[str, ...]:
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
