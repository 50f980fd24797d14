"""`cognify propose`, `approve`, `reject`, `withdraw`: the exact bytes are shown, then signed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from cognify.cli.desk import around, now
from cognify.cli.hand import Asked, finish, hand_options, last_day, show, sit_down, take_up
from cognify.errors import ApprovalRefused, ConfigurationError, one_line
from cognify.inventory import Inventory, Version, named

if TYPE_CHECKING:
    from cognify.records.finding import Finding
    from cognify.stating import Desk

_ROLE = click.option("--role", help="The role in which you sign, if you hold several.")
_COMMENT = click.option("--comment", default="", help="A remark that becomes part of what you sign.")


def _arguments(command: Callable[..., None]) -> Callable[..., None]:
    for decorate in (hand_options, _COMMENT, _ROLE, click.argument("version"), click.argument("model")):
        command = decorate(command)
    return command


@click.command("propose", epilog="Example: cognify propose credit-memo 1.2.0 --key ~/.ssh/id_ed25519")
@_arguments
@click.option("--with", "others", multiple=True, metavar="PERSON:PART",
              help="Name a contributor: PART is author, trainer or evidence-author.")  # fmt: skip
def propose_command(
    model: str, version: str, role: str | None, comment: str, asked: Asked,
    others: tuple[str, ...],
) -> None:  # fmt: skip
    """Freeze the bytes of MODEL VERSION in MANIFEST.sha256 and propose it for sign-off.

    Refuses while a required field is pending, a citation does not replay, or a file is unlisted.
    Whoever proposes counts as author, trainer and evidence author unless --with names others.
    """
    from cognify import stating

    desk = sit_down()
    place = _existing(desk.inventory, named(model, version))
    _refuse_faults(desk, place, proposing=True)
    hand = take_up(desk, asked)
    manifest = desk.inventory.manifest_bytes(place)
    prepared = stating.propose(
        desk, place, hand.signer,
        role=stating.role_of(desk, hand.signer.person, role, None),
        contributors=tuple(_contributor(text) for text in others),
        manifest=manifest, comment=comment, at=now(),
    )  # fmt: skip
    show(prepared, hand)
    asked.confirm("Sign exactly this?")
    finish(desk, prepared, hand, str(place), frozen={place.manifest: manifest})


@click.command("approve", epilog="Example: cognify approve credit-memo 1.2.0 --role model-risk")
@_arguments
@click.option("--condition", "conditions", multiple=True, help="What the approval depends on.")
@click.option("--expires", default="", metavar="DATE", help="The day on which the approval ends.")
def approve_command(
    model: str, version: str, role: str | None, comment: str, asked: Asked,
    conditions: tuple[str, ...], expires: str,
) -> None:  # fmt: skip
    """Approve MODEL VERSION, exactly as its bytes stand; one changed byte voids the approval."""
    _sign_off("signoff.approve", model, version, role, comment, asked, conditions, expires)


@click.command("reject", epilog="Example: cognify reject credit-memo 1.2.0 --comment 'no age bands'")
@_arguments
def reject_command(model: str, version: str, role: str | None, comment: str, asked: Asked) -> None:
    """Reject MODEL VERSION; it cannot be sealed until you withdraw, or it is proposed anew."""
    _sign_off("signoff.reject", model, version, role, comment, asked)


@click.command("withdraw", epilog="Example: cognify withdraw credit-memo 1.2.0")
@_arguments
def withdraw_command(model: str, version: str, role: str | None, comment: str, asked: Asked) -> None:
    """Withdraw your own approval or rejection of MODEL VERSION. A seal stays; the withdrawal shows."""
    _sign_off("signoff.withdraw", model, version, role, comment, asked)


def _sign_off(
    kind: str, model: str, version: str, role: str | None, comment: str, asked: Asked,
    conditions: tuple[str, ...] = (), expires: str = "",
) -> None:  # fmt: skip
    from cognify import stating

    desk = sit_down()
    place = _existing(desk.inventory, named(model, version))
    if kind == "signoff.approve":
        _tell(_refuse_faults(desk, place, proposing=False))
    hand = take_up(desk, asked)
    prepared = stating.sign_off(
        desk, kind, place, hand.signer,
        role=stating.role_of(desk, hand.signer.person, role, place),
        comment=comment, conditions=conditions, expires=last_day(expires), at=now(),
    )  # fmt: skip
    show(prepared, hand)
    asked.confirm("Sign exactly this?")
    finish(desk, prepared, hand, str(place))


def _refuse_faults(desk: Desk, place: Version, *, proposing: bool) -> tuple[Finding, ...]:
    """Nobody signs what `cognify check` calls an error; returns what it warns of."""
    from cognify import approvals, checks
    from cognify.records.finding import Severity

    found = checks.check_version(
        desk.inventory, place, proposing=proposing,
        granted=lambda: approvals.excepted(desk.proceedings, at=now()), around=around(desk.inventory),
    )  # fmt: skip
    stops = [finding for finding in found if finding.severity is Severity.ERROR]
    if stops:
        rest = f" (and {len(stops) - 1} more: run `cognify check`)" if len(stops) > 1 else ""
        first = stops[0]
        raise ApprovalRefused(first.what + rest, where=first.where, fix=first.fix, id=first.id)
    return tuple(finding for finding in found if finding.severity is Severity.WARNING)


_SHOWN = ("threshold-missed", "result-without-interval", "evaluated-weights-unknown", "threshold-loosened",
          "subgroup-gone", "limitation-gone", "holdout-in-training", "rejection-unanswered")  # fmt: skip


def _tell(warnings: tuple[Finding, ...]) -> None:
    """What whoever approves should have seen: what speaks against the results, and how much else is open."""
    shown = [finding for finding in warnings if finding.id in _SHOWN or finding.explained]
    for finding in shown:
        click.echo(f"{'warning':>10}  {finding.id}: {one_line(finding.what)}", err=True)
        for explanation in finding.explained:
            click.echo(one_line(f"{'explained':>10}  by {explanation}"), err=True)
    rest = Counter(finding.id for finding in warnings if finding not in shown)
    if rest:
        told = ", ".join(f"{id} {count}" for id, count in sorted(rest.items()))
        click.echo(f"{'open':>10}  {told} (`cognify check` tells each)", err=True)


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
