"""Reading a package as hostile bytes: nothing is extracted, names and sizes are bounded first."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cognify import canonical, resources
from cognify.errors import RecordError, SurroundingsError, VerificationError
from cognify.inventory import missing
from cognify.package.writing import CHECKSUMS, DESCRIPTION, INVENTORY, TOOLS, checksums
from cognify.records.manifest import safe_path
from cognify.verification import Source

MAX_MEMBERS = 200_000
MAX_MEMBER = 256 * 1024 * 1024
MAX_TOTAL = 4 * 1024 * 1024 * 1024
MAX_RATIO = 1000
_END, _END_ZIP64 = 22, 98


class ZipFiles:
    """The files under one folder of a package, read from the archive."""

    def __init__(self, archive: zipfile.ZipFile, prefix: str) -> None:
        self._archive, self._prefix = archive, prefix
        names = (n for n in archive.namelist() if n.startswith(prefix) and not n.endswith("/"))
        self._names = sorted((n.removeprefix(prefix) for n in names), key=str.encode)
        self._known = frozenset(self._names)

    def paths(self, under: str = "") -> tuple[str, ...]:
        """Every path that starts with *under*, sorted by its bytes."""
        return tuple(name for name in self._names if name.startswith(under))

    def exists(self, path: str) -> bool:
        """Whether the package holds a file at *path*."""
        return path in self._known

    def read(self, path: str) -> bytes:
        """The bytes at *path*.

        Raises:
            RecordError: there is no such file.
            VerificationError: `pkg-damaged`, the archive's own checksum does not hold.
        """
        if path not in self._known:
            raise missing(path)
        try:
            return self._archive.read(self._prefix + path)
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
            raise _fault("pkg-damaged", path, f"a damaged member: {error}") from None
        except Exception as error:  # zlib.error and lzma errors have no common parent
            raise _fault("pkg-damaged", path, f"a damaged member: {type(error).__name__}") from None


def open_source(path: Path) -> Source:
    """The package at *path* as something to verify.

    Raises:
        SurroundingsError: `pkg-unreadable`, not a ZIP archive at all.
        VerificationError: `pkg-path`, `pkg-limit`, `pkg-damaged` or `pkg-checksum`.
    """
    try:
        archive = zipfile.ZipFile(path)
    except Exception as error:  # names, versions and offsets that are damaged raise half a dozen kinds
        raise SurroundingsError(
            f"not a package: {error}", where=str(path), fix="name a package that `cognify package` wrote",
            id="pkg-unreadable",
        ) from None  # fmt: skip
    prefix = _checked(archive)
    _nothing_between(archive, path.stat().st_size)
    whole = ZipFiles(archive, prefix)
    _checksums(whole)
    described = _described(whole)
    source_files, log_files = ZipFiles(archive, f"{prefix}{INVENTORY}"), ZipFiles(archive, prefix)
    return Source(
        source_files, log_files, partial=True, expects=str(described["record"]), described=described,
        tools=_other_tools(whole),
    )  # fmt: skip


def _other_tools(files: ZipFiles) -> tuple[str, ...]:
    """The package's own means to verify it that are not the ones that this version ships."""
    own = {name: resources.shipped(f"site_template/package/{name}") for name in TOOLS}
    return tuple(name for name in TOOLS if files.exists(name) and files.read(name) != own[name])


def _checked(archive: zipfile.ZipFile) -> str:
    """The one top folder of the archive, after every name and size was looked at."""
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise _fault("pkg-limit", "", f"{len(members)} members; {MAX_MEMBERS} are allowed")
    seen: dict[str, str] = {}
    total = 0
    for member in members:
        kind = stat.S_IFMT(member.external_attr >> 16)
        if not safe_path(member.filename) or kind not in (0, stat.S_IFREG) or member.flag_bits & 1:
            raise _fault("pkg-path", member.filename[:120], "a name, a link or an encrypted member")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _fault("pkg-limit", member.filename, "packed in a way whose memory is not bounded")
        twin = seen.setdefault(member.filename.casefold(), member.filename)
        if twin != member.filename:
            raise _fault("pkg-path", member.filename, f"differs from {twin} in case only")
        total += member.file_size
        bomb = member.file_size > MAX_RATIO * max(member.compress_size, 1) and member.file_size > 1 << 20
        if member.file_size > MAX_MEMBER or total > MAX_TOTAL or bomb:
            raise _fault("pkg-limit", member.filename, "it unpacks to more than a package may hold")
    if len(seen) != len(members):
        raise _fault("pkg-path", "", "a name that is there twice")
    tops = {member.filename.partition("/")[0] for member in members}
    if len(tops) != 1:
        raise _fault("pkg-path", "", "not one folder at the top")
    return f"{tops.pop()}/"


def _nothing_between(archive: zipfile.ZipFile, size: int) -> None:
    """Members, directory and end follow each other without a gap.

    What lies before, between or behind is seen by some unpackers and not by others, so that two
    people could look at two packages in one file.
    """
    members = archive.infolist()
    names = {m: len(m.orig_filename.encode("utf-8" if m.flag_bits & 0x800 else "cp437")) for m in members}
    packed = sum(30 + names[m] + m.compress_size for m in members)
    directory = sum(46 + names[m] + len(m.extra) + len(m.comment) for m in members)
    end = size - archive.start_dir - directory
    if archive.start_dir != packed or archive.comment or end not in (_END, _END_ZIP64):
        raise _fault("pkg-damaged", "", "bytes that belong to no member")


def _checksums(files: ZipFiles) -> None:
    """CHECKSUMS.sha256 names every other file, and each has the digest that it names."""
    if not files.exists(CHECKSUMS):
        raise _fault("pkg-checksum", CHECKSUMS, "the list of checksums is gone")
    raw = files.read(CHECKSUMS)
    listed: dict[str, str] = {}
    for line in raw.decode("utf-8", "replace").split("\n")[:-1]:
        digest, _, name = line.partition("  ")
        listed[name] = digest
    here = set(files.paths()) - {CHECKSUMS}
    for name in sorted(here.symmetric_difference(listed)):
        raise _fault("pkg-checksum", name, "listed and not there, or there and not listed")
    for name, digest in listed.items():
        if canonical.sha256(files.read(name)) != digest:
            raise _fault("pkg-checksum", name, "not the bytes whose checksum is listed")
    if raw != checksums(listed):
        raise _fault("pkg-checksum", CHECKSUMS, "not the list that `cognify package` writes")


def _described(files: ZipFiles) -> Mapping[str, Any]:
    """What the package says it is about; the verification holds it against what is there."""
    try:
        data: Any = canonical.loads_pretty(files.read(DESCRIPTION), where=DESCRIPTION)
    except RecordError as error:
        raise _fault("pkg-damaged", DESCRIPTION, error.what) from None
    if not isinstance(data, dict) or not isinstance(data.get("record"), str):
        raise _fault("pkg-damaged", DESCRIPTION, "it does not say what the package is about")
    return data


def _fault(id: str, where: str, what: str) -> VerificationError:
    fix = "ask whoever gave you the package for another copy, and compare the two"
    return VerificationError(what, where=where, fix=fix, id=id)
