"""The hand that signs: a person's SSH key, or their Sigstore login."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cognify.cli.desk import KEY, signing_key
from cognify.errors import ApprovalRefused, ConfigurationError
from cognify.inventory import BUNDLE, SIGNATURE

if TYPE_CHECKING:
    from cognify.records.policy import Person
    from cognify.stating import Desk, Prepared

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

    person: Person
    shown: str
    suffix: str
    sign: Callable[[Prepared], bytes]


def hand_options(command: Callable[..., None]) -> Callable[..., None]:
    """`--key`, `--sigstore`, `--identity-token` and `--yes`, passed on as `asked`."""

    @functools.wraps(command)
    def with_asked(
        key: Path | None, sigstore: bool, token_file: Path | None, yes: bool, **others: Any
    ) -> None:
        command(asked=Asked(key, sigstore, token_file, yes), **others)

    for option in (_YES, _TOKEN, _SIGSTORE, KEY):
        with_asked = option(with_asked)
    return with_asked


def take_up(desk: Desk, asked: Asked) -> Hand:
    """The hand that signs at *desk*; a login is made here, after it was said what that publishes.

    Raises:
        ConfigurationError: `usage`, `key-missing`, `sigstore-not-configured`,
            `identity-token-unusable`.
        ApprovalRefused: `identity-not-a-person`.
        SurroundingsError: `sigstore-missing`, `sigstore-failed`.
    """
    if asked.sigstore:
        return _logged_in(desk, asked)
    if asked.token_file is not None:
        raise ConfigurationError(
            "an identity token without a login", where="--identity-token",
            fix="add --sigstore, or leave it out to sign with a key", id="usage",
        )  # fmt: skip
    from cognify.signing import ssh_keygen

    key = signing_key(asked.key)
    person = desk.person(ssh_keygen.public_key(key))
    return Hand(
        person, f"the key {key.name}", SIGNATURE,
        lambda prepared: ssh_keygen.sign(prepared.raw, key=key, namespace=prepared.namespace),
    )  # fmt: skip


def _logged_in(desk: Desk, asked: Asked) -> Hand:
    from cognify.signing import Bundle, login, open_statement
    from cognify.signing.bundle import SIGNING_CONFIG, TRUSTED_ROOT

    root, config = (_trusted(desk, path) for path in (TRUSTED_ROOT, SIGNING_CONFIG))
    _warn(login.services(config))
    asked.confirm("Log in and publish that?")
    signed_in = login.sign_in(_token(asked.token_file), root=root, config=config)
    said = f"{signed_in.login.identity}, as {signed_in.login.issuer} says"
    person = desk.policy.person_of_login(signed_in.login)
    if person is None:
        raise ApprovalRefused(
            f"nobody in policy {desk.policy.version} is {said}", where=None,
            fix="log in as the policy lists you: issuer and identity, exactly", id="identity-not-a-person",
        )  # fmt: skip

    def sign(prepared: Prepared) -> bytes:
        made = signed_in.sign(prepared.raw)
        # Judged as everybody will judge it, before anything is written.
        open_statement(prepared.raw, Bundle(made, root), policy=desk.policy, where=prepared.path)
        return made

    return Hand(person, f"your login {said}", BUNDLE, sign)


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
