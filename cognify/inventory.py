"""The inventory: its root, `cognify.yaml`, and where every record lies.

The same face over a work tree (what people edit) and over a commit (what is judged).
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, Protocol

from cognify import canonical
from cognify.errors import ConfigurationError, RecordError, SurroundingsError
from cognify.records import manifest, monitoring, policy, settings
from cognify.records.policy import Policy
from cognify.records.settings import Settings

LOG_BRANCH = "cognify-log"
MONITORING = "monitoring/"
GITATTRIBUTES = b"* -text\n"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
SIGNATURE, BUNDLE = ".sig", ".sigstore.json"
"""What stands after a statement's name where its SSHSIG or its Sigstore bundle lies."""


class Files(Protocol):
    """Paths and the bytes behind them, from a work tree or from a commit."""

    def paths(self, under: str = "") -> tuple[str, ...]:
        """Every path that starts with *under*, sorted by its bytes."""
        ...

    def exists(self, path: str) -> bool:
        """Whether there is a file at *path*."""
        ...

    def read(self, path: str) -> bytes:
        """The bytes at *path*; raises a `CognifyError` if there are none to be had."""
        ...


class NoFiles:
    """Nothing at all: the log before its first leaf."""

    def paths(self, under: str = "") -> tuple[str, ...]:
        """No path."""
        return ()

    def exists(self, path: str) -> bool:
        """Never."""
        return False

    def read(self, path: str) -> bytes:
        """Always refused."""
        raise missing(path)


class WorkTree:
    """The files as they lie on disk. What is read here is a draft, whatever it says of itself."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def paths(self, under: str = "") -> tuple[str, ...]:
        """Every file that starts with *under*, `.git` left out, links not followed."""
        start = self.root / under.rpartition("/")[0]
        found: list[str] = []
        above = len(os.fspath(self.root / "x")) - 1
        for folder, folders, names in os.walk(start):
            folders[:] = [name for name in folders if name != ".git"]
            base = folder[above:].replace(os.sep, "/")
            prefix = f"{base}/" if base else ""
            links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
            found += [f"{prefix}{name}" for name in (*names, *links)]
        return tuple(sorted((p for p in found if p.startswith(under)), key=os.fsencode))

    def exists(self, path: str) -> bool:
        """Whether there is a file at *path*."""
        return (self.root / path).is_file()

    def read(self, path: str) -> bytes:
        """The bytes at *path*.

        Raises:
            RecordError: `record-missing` or, for a link, `mode-forbidden`.
            SurroundingsError: `disk`.
        """
        try:
            return self._place(path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            raise missing(path) from None
        except OSError as error:
            raise _disk(error, path) from None

    def _place(self, path: str) -> Path:
        """Where *path* lies: in the inventory, and reached without following any link."""
        place = self.root
        for part in path.split("/"):
            place /= part
            if part in ("", ".", "..") or place.is_symlink():
                raise RecordError(
                    "a link, where only files and folders may lie", where=path,
                    fix="replace it by the file itself", id="mode-forbidden",
                )  # fmt: skip
        return place

    def write(self, path: str, raw: bytes) -> None:
        """Put *raw* at *path*, whole or not at all: written in `.git`, synced, renamed to its place.

        Raises:
            RecordError: `mode-forbidden`, a folder on the way is a link.
            SurroundingsError: `disk`; what was there before is still there.
        """
        write_atomically(self._place(path), raw, aside=self._aside)

    @cached_property
    def _aside(self) -> Path | None:
        """Git's folder of this work tree: what a killed run leaves there is no file of the inventory."""
        git = self.root / ".git"
        if git.is_file():  # a linked work tree: gitrepository-layout(5)
            git = self.root / git.read_text(errors="replace").removeprefix("gitdir:").strip()
        return git if git.is_dir() and os.access(git, os.W_OK) else None

    def apart(self, name: str) -> Path | None:
        """Where Cognify keeps *name* outside the inventory's files, in Git's folder of this work tree."""
        return self._aside / "cognify" / name if self._aside else None

    def remove(self, path: str) -> None:
        """Remove the file at *path*, and folders that it leaves empty."""
        place = self._place(path)
        place.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            for folder in place.relative_to(self.root).parents:
                (self.root / folder).rmdir()


def write_atomically(place: Path, raw: bytes, *, mode: int = 0o644, aside: Path | None = None) -> None:
    """Put *raw* at *place*, whole or not at all, with the permissions *mode*.

    Until it is whole it lies in the folder *aside* if that is on the same disk, else beside *place*.

    Raises:
        SurroundingsError: `disk`.
    """
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        near = aside is not None and aside.stat().st_dev == place.parent.stat().st_dev
        handle, name = tempfile.mkstemp(prefix=".cognify-", dir=aside if near else place.parent)
    except OSError as error:
        raise _disk(error, str(place)) from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, mode)
        os.replace(name, place)
    except OSError as error:
        raise _disk(error, str(place)) from None
    finally:
        Path(name).unlink(missing_ok=True)


class Version(NamedTuple):
    """Where one version of one model lies.

    A tuple, since it is looked up for every statement: a dataclass hashes and compares in Python.
    """

    model: str
    version: str

    def __str__(self) -> str:
        return f"{self.model} {self.version}"

    @property
    def prefix(self) -> str:
        """Its folder, with a slash at the end."""
        return f"models/{self.model}/{self.version}/"

    @property
    def card(self) -> str:
        """The model card."""
        return f"{self.prefix}card.yaml"

    @property
    def lock(self) -> str:
        """The citations."""
        return f"{self.prefix}evidence.lock.json"

    @property
    def manifest(self) -> str:
        """The frozen names and digests; its own SHA-256 is the record digest."""
        return f"{self.prefix}{manifest.NAME}"

    @property
    def statements(self) -> str:
        """The folder of its statements."""
        return f"{self.prefix}statements/"


class Report(NamedTuple):
    """Where one monitoring report about a version lies."""

    model: str
    version: str
    name: str

    def __str__(self) -> str:
        return f"the report {self.name} on {self.model} {self.version}"

    @property
    def prefix(self) -> str:
        """Its folder, with a slash at the end."""
        return f"{MONITORING}{self.model}/{self.version}/{self.name}/"

    @property
    def card(self) -> str:
        """What was seen: entries as in a card."""
        return f"{self.prefix}report.yaml"

    @property
    def lock(self) -> str:
        """The citations."""
        return f"{self.prefix}evidence.lock.json"

    @property
    def manifest(self) -> str:
        """The frozen names and digests; the signed report is about this file."""
        return f"{self.prefix}{manifest.NAME}"


class Place(Protocol):
    """Where something lies that was captured: a version, or a monitoring report."""

    @property
    def model(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def prefix(self) -> str: ...
    @property
    def card(self) -> str: ...
    @property
    def lock(self) -> str: ...
    @property
    def manifest(self) -> str: ...


class Inventory:
    """An inventory over *files*."""

    def __init__(self, files: Files) -> None:
        self.files = files

    @cached_property
    def settings(self) -> Settings:
        """`cognify.yaml`.

        Raises:
            CognifyError: there is none, or it cannot be used.
        """
        return settings.parse(self.files.read(settings.NAME))

    def versions(self) -> tuple[Version, ...]:
        """Every version that has a card, a lock, a manifest or a statement, in path order."""
        found: dict[Version, None] = {}
        for path in self.files.paths("models/"):
            parts = path.split("/")
            if len(parts) > 3:
                found[Version(parts[1], parts[2])] = None
        return tuple(found)

    def frozen_paths(self, place: Place) -> tuple[str, ...]:
        """What MANIFEST.sha256 covers: card, lock and evidence, relative to the folder of *place*."""
        own = (place.card, place.lock)
        paths = (p for p in self.files.paths(place.prefix)
                 if p in own or p.startswith(f"{place.prefix}evidence/"))  # fmt: skip
        return tuple(path.removeprefix(place.prefix) for path in paths)

    def manifest_bytes(self, place: Place) -> bytes:
        """MANIFEST.sha256 as the files of *place* stand now."""
        digests = {
            path: canonical.sha256(self.files.read(place.prefix + path)) for path in self.frozen_paths(place)
        }
        return manifest.render(digests)

    def statement_paths(self) -> tuple[str, ...]:
        """Every statement of the inventory, its own and its versions', in path order."""
        return tuple(path for path in self.files.paths() if is_statement(path))

    def policies(self) -> Mapping[int, str]:
        """Policy version to path, lowest first."""
        found = ((policy.version_of(path), path) for path in self.files.paths("policy/"))
        return dict(sorted((number, path) for number, path in found if number))

    def policy(self) -> Policy:
        """The newest policy version.

        Raises:
            RecordError: `policy-missing`.
        """
        paths = self.policies()
        if not paths:
            raise RecordError(
                "the inventory has no policy", where="policy/", fix="run `cognify init` first",
                id="policy-missing",
            )  # fmt: skip
        path = paths[max(paths)]
        return policy.parse(self.files.read(path), where=path)


def is_statement(path: str) -> bool:
    """Whether *path* is where a statement lies (its signature files are not statements)."""
    parts = path.split("/")
    place = parts[:-1] == ["statements"] or (
        len(parts) == 5 and parts[0] == "models" and parts[3] == "statements"
    )
    return place and path.endswith(".json") and not path.endswith((SIGNATURE, BUNDLE))


def version_of(path: str) -> Version | None:
    """The version whose folder *path* lies in, or None."""
    parts = path.split("/")
    return Version(parts[1], parts[2]) if parts[0] == "models" and len(parts) > 3 else None


def report_of(subject: str) -> Report | None:
    """The monitoring report whose manifest *subject* is, or None."""
    parts = subject.split("/")
    if len(parts) != 5 or not all(manifest.safe_path(part) for part in parts):
        return None
    report = Report(*parts[1:4])
    return report if subject == report.manifest and monitoring.FOLDER.match(report.name) else None


def version_about(path: str) -> Version | None:
    """The version that the file at *path* is of, or reports on; None for any other."""
    parts = path.split("/")
    return (
        Version(parts[1], parts[2]) if path.startswith(("models/", MONITORING)) and len(parts) > 3 else None
    )


def named(model: str, version: str) -> Version:
    """The version with these names.

    Raises:
        ConfigurationError: `name-unusable` for a name that could not be a folder everywhere.
    """
    for name in (model, version):
        if not _NAME.match(name) or not manifest.safe_path(name):
            raise ConfigurationError(
                f"{name!r} cannot name a model or a version",
                where=None,
                fix="use letters, digits, dot, dash and underscore; begin with a letter or digit",
                id="name-unusable",
            )
    return Version(model, version)


def find_root(start: Path) -> Path:
    """The inventory's root: the nearest folder at or above *start* with a `cognify.yaml`.

    Raises:
        ConfigurationError: `not-an-inventory`.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / settings.NAME).is_file():
            return folder
    raise ConfigurationError(
        "not in an inventory",
        where=str(start),
        fix="run the command inside one, or make one: `cognify init DIR --name NAME`",
        id="not-an-inventory",
    )


def missing(path: str) -> RecordError:
    """The error for a file that should be there."""
    return RecordError(
        "there is no such file", where=path, fix="restore it from Git, or capture the version",
        id="record-missing",
    )  # fmt: skip


def _disk(error: OSError, path: str) -> SurroundingsError:
    return SurroundingsError(
        f"the disk refused: {error.strerror}",
        where=path,
        fix="free space or mend the permissions, then run the command again; nothing was changed",
        id="disk",
    )
