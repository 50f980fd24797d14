"""The hand that signs: a person's SSH key, or their Sigstore login."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cognify.cli.desk import KEY, now, signing_key, work_tree
from cognify.errors import ConfigurationError, one_line
from cognify.inventory import BUNDLE, SIGNATURE

if TYPE_CHECKING:
    from cognify.records.policy import Policy
    from cognify.stating import Desk, Prepared, Signer

_SIGSTORE = click.option(
    "--sigstore", is_flag=True,
    help="Sign with your login, at the Sigstore that the inventory's trust files name.",
)  # fmt: skip
_TOKEN = click.option(
    "--identity-token", "token_file", type=click.Path(path_type=Path), metavar="FILE",
    help="The login's identity token (or COGNIFY_IDENTITY_TOKEN, the CI job's own, or your browser).",
)  # fmt: skip
_YES = click.option("--yes", is_flag=True, help="Do not ask at a terminal (what is signed is still shown).")


@dataclass(frozen=True, slots=True)
class Asked:
    """How the caller wants to sign."""

    key: Path | None
    sigstore: bool
    token_file: Path | None
    yes: bool

    def confirm(self, question: str) -> None:
        """Ask *question* at a terminal, unless the caller does not want to be asked."""
        import sys

        if not self.yes and sys.stdin.isatty():
            click.confirm(question, abort=True, err=True)


@dataclass(frozen=True, slots=True)
class Hand:
    """Who signs, with what, and what their signature's file is called by."""

    signer: Signer
    shown: str
    suffix: str
    sign: Callable[[Prepared], bytes]


def hand_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--key`, `--sigstore`, `--identity-token` and `--yes`, passed on as `asked`."""

    @functools.wraps(command)
    def with_asked(
        key: Path | None, sigstore: bool, token_file: Path | None, yes: bool, **others: Any
    ) -> Any:
        return command(asked=Asked(key, sigstore, token_file, yes), **others)

    for option in (_YES, _TOKEN, _SIGSTORE, KEY):
        with_asked = option(with_asked)
    return with_asked


def take_up(desk: Desk, asked: Asked, *, newer: Policy | None = None) -> Hand:
    """The hand that signs at *desk*; a login is made here, after it was said what that publishes.

    Whose it is, the policy in force says, else *newer*, the version that is to follow it.

    Raises:
        ConfigurationError: `usage`, `key-missing`, `sigstore-not-configured`,
            `identity-token-unusable`.
        ApprovalRefused: `identity-not-a-person`.
        SurroundingsError: `sigstore-missing`, `sigstore-failed`.
    """
    if asked.sigstore:
        return _logged_in(desk, asked, newer)
    if asked.token_file is not None:
        raise ConfigurationError(
            "an identity token without a login", where="--identity-token",
            fix="add --sigstore, or leave it out to sign with a key", id="usage",
        )  # fmt: skip
    from cognify.records.policy import Key
    from cognify.signing import ssh_keygen

    key = signing_key(asked.key)
    signer = desk.signer(Key(ssh_keygen.public_key(key)).mark, newer=newer)
    return Hand(
        signer, f"the key {key.name}", SIGNATURE,
        lambda prepared: ssh_keygen.sign(prepared.raw, key=key, namespace=prepared.namespace),
    )  # fmt: skip


def _logged_in(desk: Desk, asked: Asked, newer: Policy | None) -> Hand:
    from cognify.signing import Bundle, login, open_statement
    from cognify.signing.bundle import SIGNING_CONFIG, TRUSTED_ROOT

    root, config = (_trusted(desk, path) for path in (TRUSTED_ROOT, SIGNING_CONFIG))
    _warn(login.services(config))
    asked.confirm("Log in and publish that?")
    signed_in = login.sign_in(_token(asked.token_file), root=root, config=config)
    said = f"{signed_in.login.identity}, as {signed_in.login.issuer} says"
    signer = desk.signer(signed_in.login.mark, newer=newer)
    policy = newer if newer and desk.policy.holder(signer.mark) is None else desk.policy

    def sign(prepared: Prepared) -> bytes:
        made = signed_in.sign(prepared.raw)
        # Judged as everybody will judge it, before anything is written.
        open_statement(prepared.raw, Bundle(made, root), policy=policy, where=prepared.path)
        return made

    return Hand(signer, f"your login {said}", BUNDLE, sign)


def _trusted(desk: Desk, path: str) -> bytes:
    """A trust file, if the policy binds the very bytes that lie there."""
    from cognify import canonical

    bound = desk.policy.trust.get(path)
    if bound is not None and desk.tree.exists(path):
        raw = desk.tree.read(path)
        if canonical.sha256(raw) == bound:
            return raw
    raise ConfigurationError(
        "the policy binds no such file, so there is no Sigstore to log in at", where=path,
        fix="bring it in: `cognify init --trust FOLDER`; or sign with a key", id="sigstore-not-configured",
    )  # fmt: skip


def _warn(services: tuple[str, ...]) -> None:
    click.echo(f"{'log in':>10}  at {', '.join(services)}", err=True)
    click.echo(
        "            Their logs keep for ever, for everybody who may read them: your identity as the\n"
        "            certificate names it (an e-mail address, or a workflow), the time, and the SHA-256\n"
        "            of what you sign. Nothing of it can be taken back.",
        err=True,
    )
    if any("sigstore.dev" in service for service in services):
        click.echo("            THIS IS THE PUBLIC SIGSTORE: everybody in the world may read them.", err=True)


def _token(file: Path | None) -> str | None:
    if file is None:
        return os.environ.get("COGNIFY_IDENTITY_TOKEN") or None
    try:
        return file.read_text(encoding="ascii")
    except (OSError, ValueError):
        raise ConfigurationError(
            "the identity token cannot be read", where=str(file),
            fix="name a file that holds the token alone", id="identity-token-unusable",
        ) from None  # fmt: skip


def sit_down() -> Desk:
    """The desk in the inventory that the command runs in."""
    from cognify import stating
    from cognify.git import Repository

    tree = work_tree()
    return stating.sit_down(tree, Repository(tree.root), at=now())


def last_day(text: str) -> str:
    """The day that `--expires` names, which is still to come; empty where it names none."""
    from datetime import date

    try:
        given = date.fromisoformat(text) if text else None
    except ValueError:
        raise ConfigurationError(
            f"{text!r} is not a date", where="--expires", fix="write it as 2027-11-30", id="usage"
        ) from None
    if given is not None and given < now().date():
        raise ConfigurationError(
            f"{text} is past: what you sign would count for nothing", where="--expires",
            fix="name a day to come", id="usage",
        )  # fmt: skip
    return given.isoformat() if given else ""


def show(prepared: Prepared, hand: Hand) -> None:
    """Show what will be signed: the sentence, the facts, and the exact bytes."""
    statement = prepared.statement
    lines: list[tuple[str, Any]] = [
        ("you sign", f"“{statement.meaning}”"),
        ("as", f"{statement.person}, in the role {statement.role}"),
        ("with", hand.shown),
        ("about", f"{statement.subject}  sha256:{statement.digest}"),
        *(("condition", condition) for condition in statement.conditions),
        *([("until", statement.expires)] if statement.expires else []),
        ("bytes", f"{len(prepared.raw)}, sha256:{prepared.sha256}, namespace {prepared.namespace}"),
    ]
    for name, value in lines:
        click.echo(one_line(f"{name:>10}  {value}"), err=True)
    click.echo(prepared.raw.decode(), err=True)


def finish(
    desk: Desk, prepared: Prepared, hand: Hand, about: str, *, frozen: Mapping[str, bytes] | None = None
) -> None:
    """Sign, write what is frozen with it, the signature and the statement; say what to do next."""
    from cognify import stating
    from cognify.git import Repository

    signed = stating.write(
        desk.tree, prepared, lambda *_: hand.sign(prepared), frozen=frozen, suffix=hand.suffix
    )
    for path in signed:
        click.echo(path)
    push = " && git push" if Repository(desk.tree.root).has_origin else ""
    known = {path.partition("/")[0] for path in signed}
    known |= {"datasets"} if "models" in known and desk.tree.paths("datasets/") else set()
    folders = " ".join(sorted(known))
    click.echo(
        f"next: git add {folders} && git commit -m '{prepared.statement.kind}: {about}'{push}", err=True
    )
