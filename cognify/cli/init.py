"""`cognify init`."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from cognify import __version__
from cognify.cli.desk import KEY, now, signing_key
from cognify.errors import ConfigurationError, SurroundingsError
from cognify.records import settings

_PROFILES = ("bank", "health", "insurer", "solo")


@click.command(
    "init",
    epilog="\b\nExample: cognify init ../models --name acme --policy policy.yaml --key ~/.ssh/id_ed25519",
)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", required=True, help="What the inventory is called.")
@click.option("--profile", type=click.Choice(_PROFILES), help="Which kind of house it is for.")
@click.option("--policy", "policy_file", type=click.Path(path_type=Path), help="People, keys, roles, rules.")
@click.option(
    "--trust", "trust_paths", type=click.Path(path_type=Path), multiple=True, metavar="FOLDER",
    help="Trust files to bring along, bound by the genesis: FOLDER/a/b becomes trust/a/b.",
)  # fmt: skip
@click.option("--forge", type=click.Choice(["github"]), help="Write workflows for this Git host.")
@click.option("--log-key", type=click.Path(path_type=Path), help="Where to put the log's private key.")
@KEY
def init_command(
    folder: Path,
    name: str,
    profile: str | None,
    policy_file: Path | None,
    trust_paths: tuple[Path, ...],
    forge: str | None,
    log_key: Path | None,
    key: Path | None,
) -> None:
    """Begin an inventory in FOLDER: policy, trust files, genesis, the first log entry.

    The policy says who the people are, which SSH keys and roles they hold, and who must sign what;
    `cognify schema policy` prints its schema. Without one, only the profile `solo` works: one
    person approves their own work, and every report says so.
    """
    from cognify import founding, sealing
    from cognify.git.authoring import global_identity
    from cognify.signing import note, ssh_keygen

    used = signing_key(key)
    public = ssh_keygen.public_key(used)
    policy = _policy(policy_file, profile) or founding.solo_policy(public, global_identity())
    with _built_aside(folder) as aside:
        founded = founding.found(
            aside,
            name=name,
            policy=policy,
            public_key=public,
            sign=lambda raw, namespace: _shown(ssh_keygen.sign, raw, used, namespace),
            signing_key=used,
            log_key=log_key,
            frameworks=("model-card@mitchell-2019-v2",),
            extra_files=founding.starting_files(name, forge=forge, version=__version__),
            trust_files=_trust_files(trust_paths),
            at=now(),
        )
        signer = note.parse_signer(founded.log_key.read_text(), where=str(founded.log_key))
        sealed = sealing.seal(aside, signer=signer, at=now(), first=True)
        if sealed.attested is not None and sealed.attested.tokens:
            # Name the first timestamps, so that there is a time after which all else is stated.
            sealing.seal(aside, signer=signer, at=now(), heartbeat=True)
    place = log_key or folder / ".git" / founding.LOG_KEY
    click.echo(f"inventory  {founded.inventory}  ({name})")
    click.echo(f"genesis    {founded.genesis}")
    click.echo(f"log key    {place}  (keep it out of Git; whoever holds it can seal)")
    click.echo("Write the genesis digest down somewhere else: `cognify verify --genesis` holds it against")
    click.echo("the inventory for ever.")
    click.echo("next: cognify capture MODEL VERSION RUN_FOLDER", err=True)


def _shown(sign: Callable[..., bytes], raw: bytes, key: Path, namespace: str) -> bytes:
    """Show the exact bytes of the genesis, then sign them."""
    from cognify import stating

    click.echo(
        f"  you sign  “{stating.MEANINGS['genesis']}”, namespace {namespace}\n{raw.decode()}", err=True
    )
    return sign(raw, key=key, namespace=namespace)


@contextmanager
def _built_aside(folder: Path) -> Iterator[Path]:
    """A new folder beside *folder* that takes its place when all is done, or goes without a trace.

    An empty folder that is there already keeps its place: somebody's shell may stand in it.
    """
    folder = folder.resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigurationError(
            "the folder is not empty", where=str(folder), fix="name a new folder", id="folder-not-empty"
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".cognify-init-", dir=folder.parent))
    except OSError as error:
        raise SurroundingsError(
            f"the disk refused: {error.strerror}", where=str(folder),
            fix="name a folder that you may write to", id="disk",
        ) from None  # fmt: skip
    try:
        yield aside
        aside.chmod(0o755)
        if folder.exists():
            for part in sorted(aside.iterdir(), key=lambda part: part.name == settings.NAME):
                part.replace(folder / part.name)
        else:
            aside.replace(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _trust_files(folders: tuple[Path, ...]) -> dict[str, bytes]:
    """Every file under *folders*, by its path in them."""
    found: dict[str, bytes] = {}
    for folder in folders:
        try:
            inside = sorted(path for path in folder.rglob("*") if path.is_file())
            found |= {path.relative_to(folder).as_posix(): path.read_bytes() for path in inside}
        except OSError as error:
            raise ConfigurationError(
                f"a trust file cannot be read: {error.strerror}", where=str(folder),
                fix="name a folder whose files you may read", id="file-unreadable",
            ) from None  # fmt: skip
        if not inside:
            raise ConfigurationError(
                "no trust file is there", where=str(folder), fix="name a folder that holds some",
                id="file-unreadable",
            )  # fmt: skip
    return found


def _policy(file: Path | None, profile: str | None) -> bytes | None:
    """The policy in *file*; None where one person works alone."""
    if file is not None:
        try:
            return file.read_bytes()
        except OSError as error:
            raise ConfigurationError(
                f"the policy cannot be read: {error.strerror}", where=str(file),
                fix="name a readable YAML file", id="policy-missing",
            ) from None  # fmt: skip
    if profile in (None, "solo"):
        click.echo("profile solo: one person approves their own work; every report will say so", err=True)
        return None
    raise ConfigurationError(
        f"the profile {profile} needs people in several roles",
        where=None,
        fix="write them into a file and pass it with --policy; `cognify schema policy` prints its schema",
        id="policy-missing",
    )
