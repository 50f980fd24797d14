"""`cognify propose`, `approve`, `reject`, `withdraw`: the exact bytes are shown, then signed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cognify.cli.desk import KEY, now, signing_key, work_tree
from cognify.errors import ApprovalRefused, ConfigurationError
from cognify.inventory import Inventory, Version, named

if TYPE_CHECKING:
    from cognify.stating import Desk, Prepared

_ROLE = click.option("--role", help="The role in which you sign, if you hold several.")
_COMMENT = click.option("--comment", default="", help="A remark that becomes part of what you sign.")
_YES = click.option("--yes", is_flag=True, help="Do not ask at a terminal (what is signed is still shown).")


def _arguments(command: Callable[..., None]) -> Callable[..., None]:
    for decorate in (_YES, KEY, _COMMENT, _ROLE, click.argument("version"), click.argument("model")):
        command = decorate(command)
    return command


@click.command("propose", epilog="Example: cognify propose credit-memo 1.2.0 --key ~/.ssh/id_ed25519")
@_arguments
@click.option("--with", "others", multiple=True, metavar="PERSON:PART",
              help="Name a contributor: PART is author, trainer or evidence-author.")  # fmt: skip
def propose_command(
    model: str, version: str, role: str | None, comment: str, key: Path | None, yes: bool,
    others: tuple[str, ...],
) -> None:  # fmt: skip
    """Freeze the bytes of MODEL VERSION in MANIFEST.sha256 and propose it for sign-off.

    Refuses while a required field is pending, a citation does not replay, or a file is unlisted.
    Whoever proposes counts as author, trainer and evidence author unless --with names others.
    """
    from cognify import stating

    desk, used, public = _sit_down(key)
    place = _existing(desk.inventory, named(model, version))
    person = desk.person(public)
    _refuse_faults(desk, place, proposing=True)
    manifest = desk.inventory.manifest_bytes(place)
    prepared = stating.propose(
        desk, place, person,
        role=stating.role_of(desk, person, role, None),
        contributors=tuple(_contributor(text) for text in others),
        manifest=manifest, comment=comment, at=now(),
    )  # fmt: skip
    _show(prepared)
    _confirm(yes)
    _finish(desk, prepared, used, place, frozen={place.manifest: manifest})


@click.command("approve", epilog="Example: cognify approve credit-memo 1.2.0 --role model-risk")
@_arguments
@click.option("--condition", "conditions", multiple=True, help="What the approval depends on.")
@click.option("--expires", default="", metavar="DATE", help="The day on which the approval ends.")
def approve_command(
    model: str, version: str, role: str | None, comment: str, key: Path | None, yes: bool,
    conditions: tuple[str, ...], expires: str,
) -> None:  # fmt: skip
    """Approve MODEL VERSION, exactly as its bytes stand; one changed byte voids the approval."""
    _sign_off("signoff.approve", model, version, role, comment, key, yes, conditions, expires)


@click.command("reject", epilog="Example: cognify reject credit-memo 1.2.0 --comment 'no age bands'")
@_arguments
def reject_command(
    model: str, version: str, role: str | None, comment: str, key: Path | None, yes: bool
) -> None:
    """Reject MODEL VERSION; it cannot be sealed until you withdraw, or it is proposed anew."""
    _sign_off("signoff.reject", model, version, role, comment, key, yes)


@click.command("withdraw", epilog="Example: cognify withdraw credit-memo 1.2.0")
@_arguments
def withdraw_command(
    model: str, version: str, role: str | None, comment: str, key: Path | None, yes: bool
) -> None:
    """Withdraw your own approval or rejection of MODEL VERSION. A seal stays; the withdrawal shows."""
    _sign_off("signoff.withdraw", model, version, role, comment, key, yes)


def _sign_off(
    kind: str, model: str, version: str, role: str | None, comment: str, key: Path | None, yes: bool,
    conditions: tuple[str, ...] = (), expires: str = "",
) -> None:  # fmt: skip
    from cognify import stating

    desk, used, public = _sit_down(key)
    place = _existing(desk.inventory, named(model, version))
    person = desk.person(public)
    if kind == "signoff.approve":
        _refuse_faults(desk, place, proposing=False)
    prepared = stating.sign_off(
        desk, kind, place, person,
        role=stating.role_of(desk, person, role, place),
        comment=comment, conditions=conditions, expires=_date(expires), at=now(),
    )  # fmt: skip
    _show(prepared)
    _confirm(yes)
    _finish(desk, prepared, used, place)


def _sit_down(key: Path | None) -> tuple[Desk, Path, str]:
    from cognify import stating
    from cognify.git import Repository
    from cognify.signing import ssh_keygen

    tree, used = work_tree(), signing_key(key)
    public = ssh_keygen.public_key(used)
    return stating.sit_down(tree, Repository(tree.root), at=now()), used, public


def _refuse_faults(desk: Desk, place: Version, *, proposing: bool) -> None:
    """Nobody signs what `cognify check` calls an error."""
    from cognify import checks
    from cognify.records.finding import Severity

    found = checks.check_version(desk.inventory, place, proposing=proposing)
    stops = [finding for finding in found if finding.severity is Severity.ERROR]
    if stops:
        rest = f" (and {len(stops) - 1} more: run `cognify check`)" if len(stops) > 1 else ""
        first = stops[0]
        raise ApprovalRefused(first.what + rest, where=first.where, fix=first.fix, id=first.id)


def _existing(inventory: Inventory, version: Version) -> Version:
    if not inventory.files.exists(version.card):
        raise ConfigurationError(
            f"there is no {version}", where=version.card,
            fix="switch to the branch that brings it, or capture it: "
            f"cognify capture {version.model} {version.version} RUN_FOLDER",
            id="record-missing",
        )  # fmt: skip
    return version


def _contributor(text: str) -> tuple[str, str]:
    person, _, part = text.partition(":")
    if part not in ("author", "trainer", "evidence-author"):
        raise ConfigurationError(
            f"{text!r} names no part", where="--with",
            fix="write PERSON:author, PERSON:trainer or PERSON:evidence-author", id="usage",
        )  # fmt: skip
    return person, part


def _date(text: str) -> str:
    from datetime import date

    try:
        given = date.fromisoformat(text) if text else None
    except ValueError:
        raise ConfigurationError(
            f"{text!r} is not a date", where="--expires", fix="write it as 2027-11-30", id="usage"
        ) from None
    if given is not None and given < now().date():
        raise ConfigurationError(
            f"{text} is past: the approval would count for nothing", where="--expires",
            fix="name a day to come", id="usage",
        )  # fmt: skip
    return given.isoformat() if given else ""


def _show(prepared: Prepared) -> None:
    """Show what will be signed: the sentence, the facts, and the exact bytes."""
    statement = prepared.statement
    lines: list[tuple[str, Any]] = [
        ("you sign", f"“{statement.meaning}”"),
        ("as", f"{statement.person}, in the role {statement.role}"),
        ("about", f"{statement.subject}  sha256:{statement.digest}"),
        *(("condition", condition) for condition in statement.conditions),
        *([("until", statement.expires)] if statement.expires else []),
        ("bytes", f"{len(prepared.raw)}, sha256:{prepared.sha256}, namespace {prepared.namespace}"),
    ]
    for name, value in lines:
        click.echo(f"{name:>10}  {value}", err=True)
    click.echo(prepared.raw.decode(), err=True)


def _confirm(yes: bool) -> None:
    import sys

    if not yes and sys.stdin.isatty():
        click.confirm("Sign exactly this?", abort=True, err=True)


def _finish(
    desk: Desk, prepared: Prepared, key: Path, place: Version, *, frozen: Mapping[str, bytes] | None = None
) -> None:
    from cognify import stating
    from cognify.git import Repository
    from cognify.signing import ssh_keygen

    def sign(raw: bytes, namespace: str) -> bytes:
        return ssh_keygen.sign(raw, key=key, namespace=namespace)

    for path in stating.write(desk.tree, prepared, sign, frozen=frozen):
        click.echo(path)
    push = " && git push" if Repository(desk.tree.root).has_origin else ""
    folders = "models datasets" if desk.tree.paths("datasets/") else "models"
    click.echo(
        f"next: git add {folders} && git commit -m '{prepared.statement.kind}: {place}'{push}", err=True
    )
