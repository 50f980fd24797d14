"""`cognify verify`."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cognify.cli.desk import FORMAT, now
from cognify.errors import ConfigurationError

if TYPE_CHECKING:
    from cognify.verification import Source, Verification
    from cognify.verification.receipt import Receipt

GENESIS = click.option(
    "--genesis", metavar="SHA256", help="The genesis digest you were given by other means."
)
RECEIPT = click.option(
    "--receipt", "receipt_file", type=click.Path(path_type=Path),
    help="Remember the checkpoint here, and refuse a log that shrank or forked since.",
)  # fmt: skip


@click.command("verify", epilog="Example: cognify verify . --receipt ~/.local/state/acme.receipt")
@click.argument("target", default=".", type=click.Path(path_type=Path))
@GENESIS
@RECEIPT
@FORMAT
def verify_command(target: Path, genesis: str | None, receipt_file: Path | None, form: str) -> int:
    """Verify TARGET (an inventory's folder or a package), in nine numbered steps.

    TARGET may be somebody else's receipt, too: then it is held against yours (--receipt).

    Exit 0: everything holds. Exit 3: something contradicts the record. Exit 4: something that was
    configured is missing. What could not be proven is listed, whatever the exit code.
    """
    from cognify import reporting
    from cognify.verification import receipt

    if target.is_file() and receipt.is_one(target):
        return _compare(target, receipt_file, form)
    result = verified(target, genesis, receipt_file)
    click.echo(reporting.verification(result, form), nl=False)
    return result.exit_code


def verified(target: Path, genesis: str | None, receipt_file: Path | None) -> Verification:
    """*target* verified against what the caller knows of it; what passes is remembered in the receipt."""
    from cognify import verification
    from cognify.verification import receipt

    if genesis is not None and not _digest(genesis):
        raise ConfigurationError(
            "not a SHA-256 digest", where="--genesis", fix="give 64 lower-case hex digits", id="usage"
        )
    # What verification makes it keeps until the end: whoever looks for rubbish after every 700 objects,
    # as Python does, walks them again and again and finds none.
    gc.set_threshold(100_000)
    remembered = receipt.read(receipt_file) if receipt_file else None
    result = verification.verify(_source(target), at=now(), genesis=genesis, receipt=remembered,
                                 new_receipt=receipt_file is not None and remembered is None)  # fmt: skip
    if receipt_file is not None and result.exit_code == 0:
        _remember(receipt_file, remembered, result)
    return result


def _digest(text: str) -> bool:
    from cognify.canonical import is_sha256

    return is_sha256(text)


def _source(target: Path) -> Source:
    from cognify.git import Repository
    from cognify.verification import open_repository

    if not target.exists():
        raise ConfigurationError(
            "there is no such file or folder", where=str(target),
            fix="name an inventory's folder or a package", id="usage",
        )  # fmt: skip
    if (target / "CHECKSUMS.sha256").is_file():
        raise ConfigurationError(
            "an unpacked package", where=str(target),
            fix="name its ZIP file, or run `sh verify.sh` in the folder", id="usage",
        )  # fmt: skip
    if target.is_file():
        from cognify import package

        return package.open_source(target)
    return open_repository(Repository(target))


def _remember(file: Path, remembered: Receipt | None, result: Verification) -> None:
    from cognify.verification import receipt
    from cognify.verification.log import VKEY

    assert result.note is not None  # else the log were missing, and the exit code not 0
    vkey = result.inventory.files.read(VKEY).decode()
    known = remembered or receipt.Receipt(
        result.settings.inventory, result.genesis, result.log.origin, vkey, ()
    )
    receipt.write(file, known.hardened(result.note, result.log.signed_after or ""))


def _compare(other: Path, mine: Path | None, form: str) -> int:
    """Hold the receipt *other* against the receipt *mine*."""
    from cognify import reporting
    from cognify.verification import receipt

    own = receipt.read(mine) if mine is not None else None
    if own is None:
        raise ConfigurationError(
            "a receipt is compared with one of your own", where=str(mine or other),
            fix="name yours: --receipt FILE", id="usage",
        )  # fmt: skip
    theirs = receipt.read(other)
    assert theirs is not None
    compared = receipt.compare(own, theirs)
    click.echo(reporting.comparison(compared, form), nl=False)
    return compared.exit_code
