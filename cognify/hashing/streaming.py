"""One file, streamed: its SHA-256, its size, and the state it was in from the first byte to the last."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import threading
import time
from collections.abc import Callable
from typing import IO, Any, NamedTuple

from cognify.errors import SurroundingsError

BUFFER = 1024 * 1024
_TICK = 20_000_000
"""Nanoseconds: two ticks of the slowest clock by which Linux stamps files (100 Hz)."""
_TRIES = 3
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_buffers = threading.local()


class State(NamedTuple):
    """What the system says of a file's bytes; times in nanoseconds. No program can set `changed`."""

    device: int
    inode: int
    size: int
    modified: int
    changed: int


class Summed(io.RawIOBase):
    """A stream that is hashed as it is read, so that digest and count are of the same bytes."""

    def __init__(self, stream: IO[bytes], told: Callable[[int], object] | None = None) -> None:
        self._stream, self._told, self._digest, self.size = stream, told, hashlib.sha256(), 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        chunk = self._stream.read(len(buffer))
        buffer[: len(chunk)] = chunk
        self._digest.update(chunk)
        self.size += len(chunk)
        if self._told is not None:
            self._told(len(chunk))
        return len(chunk)

    def finish(self) -> str:
        """The SHA-256 of all bytes, the unread rest included."""
        rest = bytearray(BUFFER)
        while self.readinto(rest):
            pass
        return self._digest.hexdigest()


class Digest(NamedTuple):
    """SHA-256 and size of a file, the state it was in all the while, and when reading began."""

    sha256: str
    size: int
    state: State
    begun: int


def state_of(found: os.stat_result) -> State:
    """The state that `stat` tells."""
    return State(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def digest(
    path: str | os.PathLike[str], *, follow: bool = True, told: Callable[[int], object] | None = None
) -> Digest:
    """SHA-256 of *path*; *told* is called with the number of bytes as they are read.

    A file that is written to meanwhile is read again. What a program writes through a memory map,
    and the system has not written back, is seen by no `stat`.

    Raises:
        SurroundingsError: `file-unreadable`: absent, forbidden, no regular file, a link where links
            are not to be followed, or written to whenever it was read.
    """
    flags = _FLAGS if follow else _FLAGS | getattr(os, "O_NOFOLLOW", 0)
    try:
        for _ in range(_TRIES):
            descriptor = os.open(path, flags)
            try:
                found = _read(descriptor, told)
            finally:
                os.close(descriptor)
            if found is not None:
                return found
    except (OSError, ValueError) as error:
        raise _unreadable(error, path) from error
    raise changing(path)


def _read(descriptor: int, told: Callable[[int], object] | None) -> Digest | None:
    """The digest; None if the file changed while it was read."""
    begun = time.time_ns()
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):  # a pipe would let us wait for ever
        raise OSError("not a regular file")
    if 0 <= begun - found.st_ctime_ns < _TICK:
        # Written in this tick of the clock: another write in the same one would leave no trace.
        time.sleep(_TICK / 1e9)
        begun, found = time.time_ns(), os.fstat(descriptor)
    if found.st_size < BUFFER:
        raw = os.read(descriptor, found.st_size + 1)
        size, sha256 = len(raw), hashlib.sha256(raw).hexdigest()
        if told is not None:
            told(size)
    else:
        size, sha256 = _streamed(descriptor, found.st_size, told)
    state = state_of(found)
    return Digest(sha256, size, state, begun) if _same(descriptor, state, size) else None


def _same(descriptor: int, state: State, size: int) -> bool:
    return size == state.size and state_of(os.fstat(descriptor)) == state


def _streamed(descriptor: int, length: int, told: Callable[[int], object] | None) -> tuple[int, str]:
    """Size and SHA-256 through one buffer of 1 MiB, which each thread keeps for the next file.

    A file that has outgrown *length* is not run after.
    """
    if not hasattr(_buffers, "held"):
        _buffers.held = memoryview(bytearray(BUFFER))
    buffer: memoryview = _buffers.held
    summed, size = hashlib.sha256(), 0
    while size <= length and (count := os.readv(descriptor, [buffer])):
        summed.update(buffer[:count])
        size += count
        if told is not None:
            told(count)
    return size, summed.hexdigest()


def changing(path: str | os.PathLike[str]) -> SurroundingsError:
    """The refusal of a file that was written to while it was read."""
    return SurroundingsError(
        "the file was written to while it was read", where=os.fspath(path),
        fix="let what writes it finish, then try again", id="file-unreadable",
    )  # fmt: skip


def _unreadable(error: Exception, path: str | os.PathLike[str]) -> SurroundingsError:
    reason = getattr(error, "strerror", None) or str(error)
    return SurroundingsError(
        f"cannot read the file: {reason}", where=os.fspath(path),
        fix="check that the file exists and may be read", id="file-unreadable",
    )  # fmt: skip
