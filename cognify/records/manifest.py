"""MANIFEST.sha256: the names and digests that a proposal freezes.

The format is what `sha256sum -c` reads, restricted to names that need no escaping, sorted by
path bytes. Its own SHA-256 is the record digest, so that one number binds every name and byte.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from cognify.errors import MalformedRecord

NAME = "MANIFEST.sha256"
_LINE = re.compile(r"([0-9a-f]{64})  ([^\n]+)\Z")
_MAX_BYTES = 16 * 1024 * 1024
_FORBIDDEN = re.compile(r'[\\:*?"<>|]')
_DEVICE = "(?i:con|prn|aux|nul|com[0-9]|lpt[0-9])"
_WINDOWS_DEVICE = re.compile(rf"{_DEVICE}(\.|\Z)")
_PART = rf"(?!{_DEVICE}(?:[./]|\Z))[A-Za-z0-9_-][A-Za-z0-9_.-]*+(?<!\.)"
_ORDINARY = re.compile(rf"{_PART}(?:/{_PART})*+\Z")
"""Paths that nothing could be wrong with: nearly all, at a third of the cost of looking closely."""


def safe_path(path: str) -> bool:
    """Whether *path* is relative, normal, NFC, and the same file on every system that unpacks it."""
    return (len(path) <= 1024 and _ORDINARY.match(path) is not None) or _looked_at(path)


def _looked_at(path: str) -> bool:
    if not path or len(path.encode()) > 1024 or path != unicodedata.normalize("NFC", path):
        return False
    if not path.isprintable() or _FORBIDDEN.search(path):
        return False
    return all(_safe_part(part) for part in path.split("/"))


def _safe_part(part: str) -> bool:
    if part in ("", ".", "..") or part != part.strip(" ") or part.endswith("."):
        return False
    # `.git` by any of the names that a case-folding or 8.3 file system gives it (CVE-2014-9390).
    folded = part.casefold().replace("\u200c", "")
    return folded not in (".git", "git~1") and not _WINDOWS_DEVICE.match(part)


def render(digests: Mapping[str, str]) -> bytes:
    """The manifest of *digests* (path to SHA-256 in hex).

    Raises:
        MalformedRecord: `manifest-path`, a name that the format could not carry unescaped.
    """
    for path in digests:
        if not safe_path(path):
            raise MalformedRecord(
                f"{path!r} is not a name that every system reads the same way",
                where=NAME,
                fix='rename the file: relative, NFC, printable, no \\ : * ? " < > |',
                id="manifest-path",
            )
    ordered = sorted(digests, key=lambda path: path.encode())
    return b"".join(f"{digests[path]}  {path}\n".encode() for path in ordered)


def parse(raw: bytes, *, where: str = NAME) -> dict[str, str]:
    """Path to SHA-256, in file order.

    Raises:
        MalformedRecord: `manifest-path` for a name that is absolute, climbs, or is escaped;
            `manifest-syntax` for anything else that `render` would not have written.
    """
    if len(raw) > _MAX_BYTES:
        raise _syntax("longer than 16 MiB", where)
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise _syntax("not UTF-8", where) from None
    if text and not text.endswith("\n"):
        raise _syntax("no newline at the end", where)
    digests: dict[str, str] = {}
    for number, line in enumerate(text.split("\n")[:-1], 1):
        place = f"{where}:{number}"
        if line.startswith("\\"):
            raise _path(line, place)
        match = _LINE.match(line)
        if match is None:
            raise _syntax(f"not `<64 hex digits>  <path>`: {line[:80]!r}", place)
        digest, path = match.groups()
        if not safe_path(path):
            raise _path(path, place)
        if path in digests:
            raise _syntax(f"{path} is listed twice", place)
        digests[path] = digest
    _refuse_twins(digests, where)
    # Each line is whole and names a path that `render` takes: only their order is still open. Text
    # sorts by code points, which is the order of its UTF-8 bytes.
    if list(digests) != sorted(digests):
        raise _syntax("lines are not sorted by path bytes", where)
    return digests


def _refuse_twins(paths: Mapping[str, str], where: str) -> None:
    seen: dict[str, str] = {}
    for path in paths:
        twin = seen.setdefault(path.casefold(), path)
        if twin != path:
            raise _path(f"{path} and {twin} differ in case only", where)


def _syntax(what: str, where: str) -> MalformedRecord:
    return MalformedRecord(what, where=where, fix="run `cognify propose` again", id="manifest-syntax")


def _path(path: str, where: str) -> MalformedRecord:
    return MalformedRecord(
        f"a path that may not stand in a manifest: {path[:120]!r}",
        where=where,
        fix="rename the file and run `cognify propose` again",
        id="manifest-path",
    )
