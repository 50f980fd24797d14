"""`cognify policy show`, `propose`, `approve`: the rules themselves, and how they change."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cognify.cli.desk import FORMAT, now
from cognify.cli.hand import Asked, finish, hand_options, show, sit_down, take_up
from cognify.errors import ConfigurationError, one_line

if TYPE_CHECKING:
    from cognify.records.policy import Policy
    from cognify.stating import Desk

_COMMENT = click.option("--comment", default="", help="A remark that becomes part of what you sign.")


@click.group("policy", epilog="Example: cognify policy show")
def policy_command() -> None:
    """The policy in force, and the way to the next version: only the version in force lets it in."""


@policy_command.command("show", epilog="Example: cognify policy show --format json")
@FORMAT
def show_command(form: str) -> int:
    """People, keys, roles and rules of the policy in force, as the log has put it in force."""
    from cognify import verification
    from cognify.git import Repository

    result = verification.verify(verification.open_repository(Repository(Path.cwd())), at=now())
    if result.policy is None:
        click.echo("no policy can be believed: run `cognify verify`", err=True)
        return result.exit_code
    if form == "json":
        click.echo(json.dumps(_as_json(result.policy), indent=1, ensure_ascii=False))
    else:
        for line in _lines(result.policy):
            click.echo(one_line(line))
    if result.exit_code:
        click.echo(f"the inventory does not verify ({result.verdict}): run `cognify verify`", err=True)
    return result.exit_code


@policy_command.command("propose", epilog="Example: cognify policy propose next.yaml --key ~/.ssh/ines")
@click.argument("file", type=click.Path(path_type=Path))
@_COMMENT
@hand_options
def propose_policy(file: Path, comment: str, asked: Asked) -> None:
    """Propose FILE as the next policy version, and sign it as the first of those who may.

    Write it as for `cognify init`, with `version` one higher; the version before, the inventory and
    every file that lies under trust/ are bound to it. It takes effect with the seal after its quorum.
    """
    from cognify.stating import policy as stating

    try:
        text = file.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"the policy cannot be read: {error.strerror}", where=str(file),
            fix="name a readable YAML file", id="policy-missing",
        ) from None  # fmt: skip
    desk = sit_down()
    draft = stating.draft(desk, text)
    _sign(desk, draft.policy, comment, asked, draft.raw, draft.files)


@policy_command.command("approve", epilog="Example: cognify policy approve --key ~/.ssh/noor")
@_COMMENT
@hand_options
def approve_policy(comment: str, asked: Asked) -> None:
    """Agree to the next policy version, or prove that you hold a key that it newly lists.

    Which of the two, your key decides: one of the version in force agrees, a new one proves itself.
    """
    from cognify.records import policy as policies
    from cognify.stating import policy as stating

    desk = sit_down()
    newer = stating.pending(desk)
    _sign(desk, newer, comment, asked, desk.tree.read(policies.file_name(newer.version)), {})


def _sign(desk: Desk, newer: Policy, comment: str, asked: Asked, raw: bytes, files: dict[str, bytes]) -> None:
    from cognify.records import policy as policies
    from cognify.stating import policy as stating

    older = policies.file_name(desk.policy.version)
    before, after = desk.tree.read(older).decode().splitlines(), raw.decode().splitlines()
    name = policies.file_name(newer.version)
    for line in difflib.unified_diff(before, after, older, name, lineterm=""):
        click.echo(one_line(line), err=True)
    hand = take_up(desk, asked, newer=newer)
    prepared = stating.update(desk, newer, hand.signer.mark, comment=comment, at=now())
    show(prepared, hand)
    asked.confirm("Sign exactly this?")
    finish(desk, prepared, hand, f"version {newer.version}", frozen=files)
    click.echo("merge it in a change of its own: policy, trust files and these statements, nothing else",
               err=True)  # fmt: skip


def _as_json(policy: Policy) -> dict[str, Any]:
    return {
        "version": policy.version,
        "sha256": policy.sha256,
        "profile": policy.profile,
        "expires": policy.expires,
        "people": [
            {"id": p.id, "name": p.name, "roles": list(p.roles), "signs_with": list(p.marks)}
            for p in policy.people.values()
        ],
        "trust": dict(policy.trust),
    }


def _lines(policy: Policy) -> list[str]:
    until = f", until {policy.expires}" if policy.expires else ""
    lines = [f"policy {policy.version} ({policy.profile}){until}  sha256:{policy.sha256}", ""]
    for person in policy.people.values():
        lines.append(f"  {person.id:<12} {person.name:<24} {', '.join(person.roles)}")
        lines += [f"{'':15}{mark}" for mark in person.marks]
    lines.append("")
    for rule in policy.rules:
        asked = [f"{q.min} {q.role}" for q in rule.all_of]
        asked += [" or ".join(f"{q.min} {q.role}" for q in rule.any_of)] if rule.any_of else []
        kept_out = f"; not the {', '.join(rule.excluded)}" if rule.excluded else ""
        lines.append(f"  tier {', '.join(rule.tiers)}: {', '.join(asked)}{kept_out}")
    change = f"{policy.change.min} {policy.change.role}" if policy.change else "nobody"
    return [*lines, f"  next policy: {change}"]
