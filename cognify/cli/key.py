"""`cognify key retire`, `compromise`: what becomes of a key, judged by the log's order, never by a clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cognify.cli.desk import now
from cognify.cli.hand import Asked, finish, hand_options, show, sit_down, take_up

if TYPE_CHECKING:
    from cognify.stating import Desk

_ROLE = click.option("--role", help="The role in which you sign, if you hold several.")
_COMMENT = click.option("--comment", default="", help="A remark that becomes part of what you sign.")


@click.group("key", epilog="Example: cognify key retire SHA256:Vn0r… --key ~/.ssh/ines")
def key_command() -> None:
    """Keys that sign no more. `cognify policy show` lists them; their holder or a policy owner states it."""


@key_command.command("retire", epilog="Example: cognify key retire SHA256:Vn0r… --key ~/.ssh/ines")
@click.argument("mark", metavar="KEY")
@_ROLE
@_COMMENT
@hand_options
def retire_command(mark: str, role: str | None, comment: str, asked: Asked) -> None:
    """From its place in the log on, KEY signs nothing more; what it signed before stays as it is."""
    _state(sit_down(), "key.retire", mark, {}, role, comment, asked)


@key_command.command(
    "compromise", epilog="\b\nExample: cognify key compromise SHA256:Vn0r… --since 40 --key ~/.ssh/ines"
)
@click.argument("mark", metavar="KEY")
@click.option("--since", type=click.IntRange(min=0), default=0, show_default=True, metavar="LEAF",
              help="First place in the log from which KEY is not believed.")  # fmt: skip
@_ROLE
@_COMMENT
@hand_options
def compromise_command(mark: str, since: int, role: str | None, comment: str, asked: Asked) -> None:
    """KEY is in wrong hands: what it signed from --since on falls, what it signed before is flagged.

    Lists every statement that falls. Versions whose seal rested on one need their sign-offs again;
    their bytes stay as they were sealed.
    """
    from cognify.stating import later

    desk = sit_down()
    falls = later.affected(desk, mark, since)
    click.echo(f"statements that fall: {len(falls)}")
    for sentence in falls:
        click.echo(f"  {sentence}")
    _state(desk, "key.compromise", mark, {"since": since}, role, comment, asked)


def _state(
    desk: Desk, kind: str, mark: str, extra: dict[str, Any], role: str | None, comment: str, asked: Asked
) -> None:
    from cognify import stating
    from cognify.records.policy import Key
    from cognify.stating import later

    holder, way = later.key_named(desk, mark)
    named = " ".join(way.ssh.split()[:2]) if isinstance(way, Key) else {
        "identity": way.identity, "issuer": way.issuer,
    }  # fmt: skip
    hand = take_up(desk, asked)
    change = desk.policy.change
    owner = change.role if change and change.role in hand.signer.person.roles else None
    prepared = later.about_inventory(
        desk, kind, hand.signer, role or owner or stating.role_of(desk, hand.signer.person, None, None),
        {**extra, "key": named, "holder": holder.id},
        comment=comment, at=now(), words={"key": mark, "holder": holder.name, **extra},
    )  # fmt: skip
    show(prepared, hand)
    asked.confirm("Sign exactly this?")
    finish(desk, prepared, hand, mark)
