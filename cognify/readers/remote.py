"""Objects in a store, by their address: streamed once, hashed, and left where they are.

Whatever `fsspec` opens where it is installed (`cognify-audit[remote]` brings S3). How to get in is
the affair of the store's own settings; an address that holds a user, a password or a key is refused
or written without it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from cognify.errors import CaptureError, CognifyError, ConfigurationError, SurroundingsError
from cognify.hashing import Hashing
from cognify.readers import tabular, taking
from cognify.readers.data_files import DataFiles, kind_of, named_as_data, stem_of
from cognify.readers.reading import Material, Reading

_ADDRESS = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<store>[^/?#]*)(?P<path>[^?#]*)(?P<more>.*)", re.DOTALL
)
_LOCAL = frozenset({"file", "local", "memory", "reference", "dir"})
_WEB = frozenset({"http", "https"})
_CONTAINERS = frozenset({"abfs", "abfss", "az", "wasb", "wasbs"})
"""Azure writes `container@account`; what stands before the mark is no user."""
_GENERATION = re.compile(r"(?:\?versionId=[A-Za-z0-9._-]{1,1024}|#[0-9]{1,20})\Z")
_BLOCK = 8 * 1024 * 1024
_SAME = (
    "size", "ETag", "etag", "LastModified", "last_modified", "VersionId", "generation", "mtime", "created",
)  # fmt: skip
"""What stores say of an object that changes with its bytes."""


@dataclass(frozen=True, slots=True)
class Address:
    """An object's address: *opened* to read it, *written* into the record, *store* where it lies."""

    opened: str
    written: str
    store: str

    @property
    def name(self) -> PurePosixPath:
        """The path within the store."""
        path = self.written.removeprefix(self.store).lstrip("/")
        return PurePosixPath(re.split("[?#]", path, maxsplit=1)[0])


class _Remote:
    """The name under which the lock says who hashed an object."""

    name = "remote"
    version = 1

    def finds(self, source: Path) -> tuple[Path, ...]:
        """Nothing on the disk."""
        return ()

    def read(self, found: Path, source: Path) -> Reading:
        """Nothing: `taken` reads addresses."""
        return Reading()


def is_address(source: str) -> bool:
    """Whether a source is the address of an object and no path."""
    return "://" in source


def address(text: str) -> Address:
    """The address in *text*.

    Raises:
        ConfigurationError: `address-refused`: a user or password, a query that may hold a key, a
            chain of protocols, or something on this machine.
    """
    found = _ADDRESS.fullmatch(text)
    if not found or "::" in text or not text.isprintable():
        raise refused("an address that is not PROTOCOL://STORE/NAME")
    scheme, store, path, more = found["scheme"].lower(), found["store"], found["path"], found["more"]
    if scheme in _LOCAL:
        raise refused(f"{scheme}:// is on this machine: name its path")
    user, mark, _ = store.rpartition("@")
    if mark and (scheme not in _CONTAINERS or ":" in user or "@" in user):
        raise refused("a user or a password in an address is not taken")
    if not path.strip("/") or path.endswith("/") or "*" in path:
        raise refused("an address that names no single object")
    if scheme not in _WEB and more and not _GENERATION.match(more):
        raise refused("a query that could hold a key is not taken")
    where = f"{scheme}://{store}"
    return Address(text, f"{where}{path}{'' if scheme in _WEB else more}", where)


def taken(wanted: Address, hashing: Hashing) -> Reading:
    """The object, by digest and size; of a table that is data, records and columns too.

    Raises:
        CognifyError: as `fetched`.
    """
    held, notes = fetched(wanted, hashing), tuple[str, ...]()
    if wanted.opened != wanted.written:
        notes = (f"{wanted.written}: its query is not recorded",)
    material = material_of(wanted, held)
    if not is_data(wanted):
        return Reading((material,), notes=notes)
    name = wanted.name
    described = DataFiles().described((material,), [name], [held], stem_of(name.name), wanted.written)
    return Reading(described.materials, described.claims, notes=(*notes, *described.notes))


def fetched(wanted: Address, hashing: Hashing) -> tabular.Table:
    """The object, streamed once: of what is no table of data only digest and size.

    Raises:
        ConfigurationError: `remote-missing`: the protocol's package is not installed.
        CaptureError: `capture-failed`: no such object; `run-unreadable`: not what its name says, or
            changed meanwhile.
        SurroundingsError: `unreachable`: the store does not answer, or does not let us in.
    """
    system, path = system_of(wanted)
    try:
        before = _told(system, path)
        if before.get("type") == "directory":
            raise failed("it is a folder", wanted, "name the objects in it, or put a slash behind for all")
        with system.open(path, "rb", block_size=_BLOCK) as stream:
            held = _held(stream, wanted, before, hashing)
        after = _told(system, path)
    except CognifyError:
        raise
    except FileNotFoundError as error:
        # The client for the web says so of whatever went wrong.
        if wanted.store.startswith("http") and getattr(error.__cause__, "status", 0) not in (404, 410):
            raise unreachable(error, wanted) from None
        raise failed("there is no such object", wanted, "look at its name, and at the store") from None
    except Exception as error:  # each protocol has its own, and what they say may quote a key
        raise unreachable(error, wanted) from None
    if _state(before) != _state(after) or before.get("size") not in (None, held.size):
        raise taking.unreadable("the object changed while it was read", wanted.written)
    return held


def _held(stream: Any, wanted: Address, told: Mapping[str, Any], hashing: Hashing) -> tabular.Table:
    source = hashing.stream(stream, told.get("size") or 0)
    if is_data(wanted):
        return tabular.counted(source, kind_of(wanted.name), wanted.name.name, wanted.written)
    return tabular.Table(source.finish(), source.size, 0, ())


def material_of(wanted: Address, held: tabular.Table) -> Material:
    """The object as the lock lists it: its address, and who holds it."""
    reader = DataFiles() if is_data(wanted) else REMOTE
    return Material(
        origin=wanted.written, media=taking.media_of(Path(wanted.name.name)), sha256=held.sha256,
        size=held.size, extractor=reader.name, extractor_version=reader.version, raw=None, keep=False,
        custodian=wanted.store,
    )  # fmt: skip


def is_data(wanted: Address) -> bool:
    """Whether the object's name, or that of a folder around it, says that it is a table of data."""
    return kind_of(wanted.name) != "" and named_as_data(wanted.name, wanted.name.parts[:-1])


def system_of(wanted: Address) -> tuple[Any, str]:
    """What opens the address, and the path by which it knows the object.

    Raises:
        ConfigurationError: `remote-missing`.
        SurroundingsError: `unreachable`.
    """
    try:
        import fsspec

        system, path = fsspec.url_to_fs(wanted.opened)
    except (ImportError, ValueError):
        raise ConfigurationError(
            "what opens such addresses is not installed", where=wanted.written,
            fix="for S3: pip install 'cognify-audit[remote]'; for others the package that fsspec names",
            id="remote-missing",
        ) from None  # fmt: skip
    except Exception as error:
        raise unreachable(error, wanted) from None
    return system, path


def _told(system: Any, path: str) -> Mapping[str, Any]:
    system.invalidate_cache()  # a listing that was kept from before would say what the object once was
    told: Mapping[str, Any] = system.info(path)
    return told


def _state(told: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(told[key]) for key in _SAME if key in told}


def refused(what: str) -> ConfigurationError:
    """The refusal of an address: `address-refused`."""
    # The address itself is not said: it may hold what nobody should read.
    return ConfigurationError(
        what, where="the sources",
        fix="name PROTOCOL://STORE/NAME, or PROTOCOL://STORE/FOLDER/; keys belong into the store's own "
        "settings, such as AWS_PROFILE",
        id="address-refused",
    )  # fmt: skip


def unreachable(error: Exception, wanted: Address) -> SurroundingsError:
    """What went wrong at the store, by its kind alone: what it says may quote a key."""
    return SurroundingsError(
        f"the store does not answer, or does not let us in ({type(error).__name__})", where=wanted.written,
        fix="try it with the store's own tool; we ask its settings for keys, as that tool does",
        id="unreachable",
    )  # fmt: skip


def failed(what: str, wanted: Address, fix: str) -> CaptureError:
    """The refusal of an object: `capture-failed`."""
    return CaptureError(what, where=wanted.written, fix=fix, id="capture-failed")


REMOTE = _Remote()
