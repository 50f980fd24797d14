"""Looks at what was declared: the digest of every file, and what changed between two looks."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cognify.errors import SurroundingsError
from cognify.hashing import Hashing

MAX_LISTED = 10_000


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a declared path: SHA-256 and size by path relative to it (`` for a file itself).

    `unread` are files that could not be read; `absent` says that nothing was there.
    """

    files: Mapping[str, tuple[str, int]]
    unread: tuple[str, ...] = ()
    folder: bool = True

    @property
    def absent(self) -> bool:
        """Whether there was nothing."""
        return not self.files and not self.unread and not self.folder

    @property
    def sha256(self) -> str:
        """The file's digest; a folder's is that of its `sha256sum` lines, sorted by path."""
        if not self.folder and "" in self.files:
            return self.files[""][0]
        lines = "".join(f"{digest}  {name}\n" for name, (digest, _) in sorted(self.files.items()))
        return hashlib.sha256(os.fsencode(lines)).hexdigest()

    @property
    def size(self) -> int:
        """Bytes in all."""
        return sum(size for _, size in self.files.values())


def look(roots: Iterable[Path], hashing: Hashing | None = None) -> list[Look]:
    """A look at each of *roots*, the files hashed by *hashing*, which has to follow links.

    Links to files are followed, for their bytes are what a training reads; links to folders are not.
    """
    found = [(root, list(_files(root))) for root in roots]
    with hashing or Hashing(follow=True) as digests:
        digests.ahead(path for _, files in found for path in files)
        return [_look(root, {path: _held(digests, path) for path in files}) for root, files in found]


def _held(digests: Hashing, path: Path) -> tuple[str, int] | None:
    """SHA-256 and size; None if the file cannot be read, or was written to all the while."""
    try:
        found = digests.of(path)
    except SurroundingsError:
        return None
    return found.sha256, found.size


def _look(root: Path, digests: Mapping[Path, tuple[str, int] | None]) -> Look:
    named = {
        "" if path == root else path.relative_to(root).as_posix(): held for path, held in digests.items()
    }
    return Look(
        {name: held for name, held in named.items() if held is not None},
        tuple(sorted(name for name, held in named.items() if held is None)),
        root.is_dir(),
    )


def _files(root: Path) -> Iterator[Path]:
    if root.is_file():
        yield root
    for folder, folders, names in os.walk(root):
        folders.sort()
        yield from (path for name in sorted(names) if (path := Path(folder, name)).is_file())


def compared(name: str, before: Look, after: Look, *, role: str = "") -> dict[str, Any]:
    """A declared path as the record holds it: both looks, and by file what differs between them.

    Of a folder with more than 10,000 files only digest, count and what differs are listed.
    """
    changed = sorted(n for n in before.files.keys() & after.files.keys() if before.files[n] != after.files[n])
    entry: dict[str, Any] = {
        "path": name, "folder": before.folder or after.folder,
        "before": _side(before), "after": _side(after, unlike=before),
        "created": sorted(after.files.keys() - before.files.keys())[:MAX_LISTED],
        "removed": sorted(before.files.keys() - after.files.keys())[:MAX_LISTED],
        "changed": changed[:MAX_LISTED],
    }  # fmt: skip
    unread = sorted({*before.unread, *after.unread})
    return entry | ({"role": role} if role else {}) | ({"unread": unread[:MAX_LISTED]} if unread else {})


def _side(seen: Look, unlike: Look | None = None) -> dict[str, Any] | None:
    """One look; the files are listed where they are not those of the other."""
    if seen.absent:
        return None
    side: dict[str, Any] = {"sha256": seen.sha256, "bytes": seen.size, "files": len(seen.files)}
    if seen.folder and len(seen.files) <= MAX_LISTED and not (unlike and unlike.files == seen.files):
        side["listed"] = [
            {"path": name, "sha256": digest, "bytes": size}
            for name, (digest, size) in sorted(seen.files.items())
        ]
    return side
