"""Digests of files that have not changed since, kept between commands; lost or damaged, nothing is lost.

One line a file: SHA-256, CRC-32 of the rest, device, inode, size, mtime, ctime. Lines are added as
files are finished, so that a command that is killed leaves what it has done. Only `capture` and
`run` ask; whatever verifies or checks reads the bytes.
"""

from __future__ import annotations

import contextlib
import os
import threading
import zlib
from collections.abc import Iterable
from pathlib import Path

from cognify.hashing.streaming import Digest, State

MAX_FILES = 100_000
_MAX_BYTES = 32 * 1024 * 1024
_YOUNG = 2_000_000_000
"""Nanoseconds: what was changed this shortly before it was hashed may change again unseen."""
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)


class Remembered:
    """The digests in the file *place*, which need not be there and may hold anything."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._lock = threading.Lock()
        self._lines = 0
        self._held = self._loaded()

    def get(self, state: State) -> str | None:
        """The SHA-256 of the file that is in this very state, if it was ever seen so."""
        return self._held.get(_key(state))

    def put(self, found: Iterable[Digest]) -> None:
        """Keep what was old enough when it was hashed; a disk that refuses is no fault."""
        lines = []
        with self._lock:
            for one in found:
                key = _key(one.state)
                if 0 <= one.begun - max(one.state.modified, one.state.changed) < _YOUNG or _ahead(one):
                    continue
                if self._held.get(key) != one.sha256:
                    self._held[key] = one.sha256
                    lines.append(_line(key, one.sha256))
            if lines:
                self._append(lines)

    def close(self) -> None:
        """Write the file anew where it has grown to twice its bound, the newest lines kept."""
        with self._lock:
            if self._lines > 2 * MAX_FILES:
                self._rewrite()

    def _append(self, lines: list[bytes]) -> None:
        """At once, so that lines of several processes do not mix."""
        self._lines += len(lines)
        with contextlib.suppress(OSError):
            self._place.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._place, _FLAGS, 0o600)
            try:
                os.write(descriptor, b"".join(lines))
            finally:
                os.close(descriptor)

    def _rewrite(self) -> None:
        newest = list(self._held.items())[-MAX_FILES:]
        beside = self._place.with_name(f"{self._place.name}.{os.getpid()}")
        with contextlib.suppress(OSError):
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(descriptor, "wb") as file:
                file.writelines(_line(key, sha256) for key, sha256 in newest)
            os.replace(beside, self._place)
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)

    def _loaded(self) -> dict[bytes, str]:
        """What is whole in the file; a line that was cut or bent is as if it were not there."""
        held: dict[bytes, str] = {}
        try:
            descriptor = os.open(self._place, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
            with open(descriptor, "rb") as file:
                size = os.fstat(descriptor).st_size
                file.seek(max(0, size - _MAX_BYTES))
                lines = file.read(_MAX_BYTES).split(b"\n")
        except OSError:
            return held
        # Where the last line was cut, the next one to be added must not continue it.
        self._lines = len(lines) if size <= _MAX_BYTES else 2 * MAX_FILES + 1
        if lines[-1]:
            self._append([b"\n"])
        for line in lines:
            sha256, sum_, key = line[:64], line[65:73], line[74:]
            if sum_ == b"%08x" % zlib.crc32(key, zlib.crc32(sha256)):
                held[key] = sha256.decode("ascii", "replace")
        return held


def _key(state: State) -> bytes:
    return b"%d %d %d %d %d" % state


def _line(key: bytes, sha256: str) -> bytes:
    digest = sha256.encode()
    return b"%b %08x %b\n" % (digest, zlib.crc32(key, zlib.crc32(digest)), key)


def _ahead(one: Digest) -> bool:
    """Whether the file says it is from a time to come: then no clock tells whether it is young."""
    return max(one.state.modified, one.state.changed) > one.begun
