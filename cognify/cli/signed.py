"""`cognify run --key`: the record of the run, signed by whoever ran it, without asking again."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from pathlib import Path

import click

from cognify import stating
from cognify.cli.desk import now
from cognify.cli.hand import Asked, finish, show, take_up
from cognify.errors import CognifyError, ConfigurationError
from cognify.git import Repository
from cognify.inventory import Version, WorkTree
from cognify.records.policy import Key
from cognify.signing import ssh_keygen
from cognify.stating import Desk, before


def may(tree: WorkTree, key: Path) -> None:
    """Refuse now a key that could not sign after a day of training.

    Raises:
        ApprovalRefused: `identity-not-a-person`: the policy does not list it; it is believed no more.
        ConfigurationError: `role-ambiguous`: then the person signs afterwards, with `cognify state run`.
        SurroundingsError: `key-unusable`.
    """
    desk = _desk(tree)
    signer = desk.signer(Key(ssh_keygen.public_key(key.expanduser().resolve())).mark)
    try:
        stating.role_of(desk, signer.person, None, None)
    except ConfigurationError as error:
        error.fix = "leave --key out, and sign afterwards: `cognify state run … --role ROLE`"
        raise


def record(tree: WorkTree, place: Version, key: Path) -> bool:
    """Sign the record of the run that *place* was captured from; False, and why, if that failed.

    The option asked for it, hours ago perhaps: it is shown, and nobody is asked.
    """
    try:
        with redirect_stdout(sys.stderr):
            desk = _desk(tree)
            hand = take_up(desk, Asked(key, sigstore=False, token_file=None, yes=True))
            role = stating.role_of(desk, hand.signer.person, None, None)
            prepared = before.sign_run(desk, place, hand.signer, role, comment="", at=now())
            show(prepared, hand)
            finish(desk, prepared, hand, str(place))
    except CognifyError as failed:
        click.echo(str(failed), err=True)
        line = f"cognify state run {place.model} {place.version} --key {key}"
        click.echo(f"cognify run: captured, and not signed; mend that, then: {line}", err=True)
        return False
    return True


def _desk(tree: WorkTree) -> Desk:
    return stating.sit_down(tree, Repository(tree.root), at=now())
