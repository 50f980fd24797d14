"""`cognify state KIND`: every other statement that a person signs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from cognify.cli.desk import around, now
from cognify.cli.hand import Asked, Hand, finish, hand_options, last_day, show, sit_down, take_up
from cognify.errors import ConfigurationError, one_line
from cognify.inventory import Version, named

if TYPE_CHECKING:
    from cognify.records.finding import Finding
    from cognify.stating import Desk, Prepared

_ROLE = click.option("--role", help="The role in which you sign, if you hold several.")
_COMMENT = click.option("--comment", default="", help="A remark that becomes part of what you sign.")


def _about_version(command: Callable[..., None]) -> Callable[..., None]:
    for decorate in (hand_options, _COMMENT, _ROLE, click.argument("version"), click.argument("model")):
        command = decorate(command)
    return command


@click.group("state", epilog="Example: cognify state supersede credit-memo 1.0.0 --by 1.1.0")
def state_command() -> None:
    """State something that is neither a proposal nor a sign-off. What was sealed is never edited."""


@state_command.command(
    "plan",
    epilog="Example: cognify state plan credit-memo 1.3.0 --threshold 'accuracy >= 0.9 on holdout'",
)
@_about_version
@click.option(
    "--threshold", "limits", multiple=True, required=True, metavar="TEXT",
    help="METRIC >= NUMBER [on DATASET] [in SLICE]; also <=, > and <. Once for each.",
)  # fmt: skip
def plan_command(
    model: str, version: str, role: str | None, comment: str, asked: Asked, limits: tuple[str, ...]
) -> None:
    """Register what MODEL VERSION has to reach, before its results are known. It needs no card yet.

    `capture` writes the thresholds into the card, and what is proposed and sealed is held against them.
    Registered again before the version is proposed, the last ones count, and all are shown.
    """
    from cognify import stating
    from cognify.records import plan
    from cognify.stating import before

    desk, place = sit_down(), named(model, version)
    hand = take_up(desk, asked)
    role = stating.role_of(desk, hand.signer.person, role, place)
    thresholds = tuple(plan.spoken(text) for text in limits)
    prepared = before.register(desk, place, hand.signer, role, thresholds, comment=comment, at=now())
    _sign(desk, prepared, hand, asked, str(place))


@state_command.command("run", epilog="Example: cognify state run credit-memo 1.3.0 --key ~/.ssh/mara")
@_about_version
def run_command(model: str, version: str, role: str | None, comment: str, asked: Asked) -> None:
    """Sign the record of the run that MODEL VERSION was captured from: you ran it, and answer for that.

    `cognify run --key FILE` does it by itself, after the capture. Whoever signs has trained the version,
    and cannot sign it off where the policy keeps trainers from that.
    """
    from cognify import stating
    from cognify.stating import before

    desk, place = sit_down(), named(model, version)
    hand = take_up(desk, asked)
    role = stating.role_of(desk, hand.signer.person, role, place)
    prepared = before.sign_run(desk, place, hand.signer, role, comment=comment, at=now())
    _sign(desk, prepared, hand, asked, str(place))


@state_command.command("acknowledge", epilog="Example: cognify state acknowledge credit-memo 1.2.0")
@_about_version
def acknowledge_command(model: str, version: str, role: str | None, comment: str, asked: Asked) -> None:
    """Take on the conditions on which MODEL VERSION was approved: they are shown before you sign.

    Only whoever proposed the version can; until then such an approval does not count, and nothing is
    sealed that rests on it.
    """
    from cognify import stating
    from cognify.stating import later

    desk, place = sit_down(), named(model, version)
    hand = take_up(desk, asked)
    role = stating.role_of(desk, hand.signer.person, role, None)
    prepared, waiting = later.acknowledge(desk, place, hand.signer, role, comment=comment, at=now())
    for entered in waiting:
        approval = entered.verified
        click.echo(f"{'condition':>10}  of {approval.person.name} as {approval.statement.role}:", err=True)
        for condition in approval.statement.conditions:
            click.echo(f"{'':>10}  {one_line(condition)}", err=True)
    _sign(desk, prepared, hand, asked, str(place))


@state_command.command(
    "explain",
    epilog="\b\nExample: cognify state explain credit-memo 1.2.0 --finding field-gone --text 'Same base.'",
)
@_about_version
@click.option("--finding", "id", required=True, metavar="ID", help="The finding, by its id.")
@click.option(
    "--at", "pointer", metavar="POINTER", help="Where in the card, if it is found in several places."
)
@click.option("--text", required=True, help="Your explanation: shown beside the finding for ever.")
def explain_command(
    model: str, version: str, role: str | None, comment: str, asked: Asked, id: str, pointer: str | None,
    text: str,
) -> None:  # fmt: skip
    """Explain what `cognify check` finds in MODEL VERSION, and answer for it with your name.

    The finding stays in sight, with what you say, wherever it is shown. It is signed over the very
    bytes that were proposed: with other bytes it explains nothing.
    """
    from cognify import stating
    from cognify.stating import later

    desk, place = sit_down(), named(model, version)
    found = _found(desk, place, id, pointer)
    click.echo(f"{'finding':>10}  {found.id} at {found.pointer}", err=True)
    click.echo(one_line(f"{'':>10}  {found.what}"), err=True)
    hand = take_up(desk, asked)
    role = stating.role_of(desk, hand.signer.person, role, None)
    prepared = later.explain(
        desk, place, hand.signer, role, (found.id, found.pointer), text, comment=comment, at=now()
    )
    _sign(desk, prepared, hand, asked, str(place))


def _found(desk: Desk, place: Version, id: str, pointer: str | None) -> Finding:
    """The one finding that is meant, of those that a person can explain."""
    from cognify import checks

    found = checks.check_version(
        desk.inventory, place, around=around(desk.inventory), asking=checks.QUESTIONS
    )
    told = [finding for finding in found if finding.pointer]
    meant = [finding for finding in told if finding.id == id and pointer in (None, finding.pointer)]
    if len(meant) == 1:
        return meant[0]
    places = ", ".join(f"{finding.id} at {finding.pointer}" for finding in meant or told)
    raise ConfigurationError(
        f"{id} is found in several places of {place}" if meant else f"no check finds {id} there in {place}",
        where=place.card, id="nothing-to-explain",
        fix=f"name one of these with --finding and --at: {places}" if places else
        "nothing is to be explained: `cognify check` tells what is found",
    )  # fmt: skip


@state_command.command(
    "amend",
    epilog="\b\nExample: cognify state amend credit-memo 1.0.0 --at /use/oversight --text 'Two analysts.'",
)
@_about_version
@click.option("--at", "pointer", required=True, metavar="POINTER", help="Where in the card.")
@click.option("--text", required=True, help="What should be read there.")
def amend_command(
    model: str, version: str, role: str | None, comment: str, asked: Asked, pointer: str, text: str
) -> None:
    """Correct a sealed version: its bytes stay, and the amendment is shown beside them for ever."""
    extra = {"amendments": [{"at": pointer, "text": text}]}
    _state("amend", model, version, extra, role, comment, asked)


@state_command.command("supersede", epilog="Example: cognify state supersede credit-memo 1.0.0 --by 1.1.0")
@_about_version
@click.option(
    "--by", "successor", required=True, metavar="VERSION", help="The sealed version that takes its place."
)
@click.option("--by-model", help="Its model, if it is another one.")
def supersede_command(
    model: str, version: str, role: str | None, comment: str, asked: Asked, successor: str,
    by_model: str | None,
) -> None:  # fmt: skip
    """MODEL VERSION has a successor; it stays sealed and is shown as superseded."""
    desk_by = {"model": by_model or model, "version": successor}
    _state("supersede", model, version, {"by": desk_by}, role, comment, asked)


@state_command.command(
    "withdraw", epilog="Example: cognify state withdraw credit-memo 1.0.0 --reason 'drifted'"
)
@_about_version
@click.option("--reason", required=True, help="Why it may not be used any more.")
def withdraw_model(
    model: str, version: str, role: str | None, comment: str, asked: Asked, reason: str
) -> None:
    """MODEL VERSION may not be used from now on; its record stays."""
    _state("model.withdraw", model, version, {"reason": reason}, role, comment, asked)


@state_command.command(
    "except",
    epilog="\b\nExample: cognify state except --what 'pilot without a second reader' --expires 2027-03-31",
)
@click.option("--what", required=True, help="What is excepted, and from which rule.")
@click.option("--expires", required=True, metavar="DATE", help="The last day, within a year.")
@_COMMENT
@hand_options
def except_command(what: str, expires: str, comment: str, asked: Asked) -> None:
    """Grant an exception that ends: it is listed in every verification until its last day."""
    day = last_day(expires)
    _of_the_inventory("exception.grant", {"what": what, "expires": day}, {"expires": day}, comment, asked)


@state_command.command(
    "redact",
    epilog="\b\nExample: cognify state redact train.jsonl SHA256 --authority 'court order 7' --reason PII",
)
@click.argument("name")
@click.argument("sha256")
@click.option("--authority", required=True, help="Who demands it, and by which right.")
@click.option("--reason", required=True, help="Why, in words that may be public.")
@_COMMENT
@hand_options
def redact_command(name: str, sha256: str, authority: str, reason: str, comment: str, asked: Asked) -> None:
    """Agree that the file NAME with digest SHA256, which was kept outside Git, is removed.

    Needs the quorum of a policy change. Its digest stays, so the chain stays whole; what lies in Git
    itself cannot be taken out of it without everybody noticing.
    """
    target = {"name": name, "sha256": sha256}
    extra = {"target": target, "authority": authority, "reason": reason}
    _of_the_inventory("redact", extra, {"name": name}, comment, asked, subject=(name, sha256))


def _state(
    kind: str, model: str, version: str, extra: dict[str, Any], role: str | None, comment: str, asked: Asked
) -> None:
    from cognify import stating
    from cognify.stating import later

    desk, place = sit_down(), named(model, version)
    if "by" in extra:
        by = named(extra["by"]["model"], extra["by"]["version"])
        record = next((id for id, found in desk.proceedings.records.items() if found == by), None)
        if record is None:
            raise ConfigurationError(
                f"nothing was stated about {by}",
                where="--by",
                fix="name a sealed version",
                id="record-missing",
            )
        extra["by"]["record"] = record
    hand = take_up(desk, asked)
    role = stating.role_of(desk, hand.signer.person, role, place)
    prepared = later.about_version(desk, kind, place, hand.signer, role, extra, comment=comment, at=now())
    _sign(desk, prepared, hand, asked, str(place))


def _of_the_inventory(
    kind: str, extra: dict[str, Any], words: dict[str, Any], comment: str, asked: Asked,
    *, subject: tuple[str, str] | None = None,
) -> None:  # fmt: skip
    from cognify.stating import later

    desk = sit_down()
    hand, change = take_up(desk, asked), desk.policy.change
    role = change.role if change else hand.signer.person.roles[0]
    prepared = later.about_inventory(
        desk, kind, hand.signer, role, extra, comment=comment, at=now(), words=words, subject=subject
    )
    _sign(desk, prepared, hand, asked, "inventory")


def _sign(desk: Desk, prepared: Prepared, hand: Hand, asked: Asked, about: str) -> None:
    """Show the exact bytes, ask, sign, and write."""
    show(prepared, hand)
    asked.confirm("Sign exactly this?")
    finish(desk, prepared, hand, about)
