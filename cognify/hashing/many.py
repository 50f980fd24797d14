"""Many files at once: `hashlib` and `read` let go of the interpreter, so that threads are enough."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import IO

from cognify.errors import SurroundingsError
from cognify.hashing.remembered import Remembered
from cognify.hashing.streaming import Digest, State, Summed, digest, state_of

Progress = Callable[[int, int], object]
"""Called with the bytes that were hashed and all that are to be, by one thread at a time; last when
they are equal, also where hashing was given up."""

_BATCH = 8 * 1024 * 1024
_SMALL = 64 * 1024
"""Below this, opening costs more than summing, and threads would only wait for the interpreter."""
_KEPT_TOGETHER = 1000
_Result = Digest | SurroundingsError


class _Stopped(Exception):
    """Nobody waits for it any more."""


class Hashing:
    """Digests of files, each taken once, by as many threads as there are processors.

    `ahead` begins and does not wait; `of` waits for the one that it is asked for, or takes it there
    and then if it is small. Leaving the context stops what still runs.
    """

    def __init__(
        self, remembered: Remembered | None = None, *, progress: Progress | None = None, follow: bool = False
    ) -> None:
        self._remembered, self._progress, self._follow = remembered, progress, follow
        self._pool: ThreadPoolExecutor | None = None
        self._taken: dict[Path, _Result | Future[dict[Path, _Result]]] = {}
        self._lock = threading.Lock()
        self._done = self._total = 0
        self._stopped = False
        self._small: list[Digest] = []

    def __enter__(self) -> Hashing:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped = True
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        if self._progress is not None and self._total:
            self._progress(self._total, self._total)
        if self._remembered is not None:
            self._remembered.put(self._small)
            self._remembered.close()

    def ahead(self, paths: Iterable[Path]) -> None:
        """Begin with *paths*, the largest first; what is small waits until it is asked for."""
        wanted = []
        for path in dict.fromkeys(paths):
            if path in self._taken:
                continue
            state = self._state(path)
            known = self._known(state)
            if known is not None:
                self._taken[path] = known
            elif state is not None and state.size >= _SMALL:
                wanted.append((state.size, path))
        if not wanted:
            return
        self._total += sum(size for size, _ in wanted)
        if self._pool is None:
            self._pool = ThreadPoolExecutor(max_workers=processors(), thread_name_prefix="hashing")
        for batch in _batches(sorted(wanted, key=lambda item: -item[0])):
            future = self._pool.submit(self._hashed, batch)
            self._taken |= dict.fromkeys(batch, future)

    def of(self, path: Path) -> Digest:
        """The digest of *path*.

        Raises:
            SurroundingsError: `file-unreadable`: see `digest`.
        """
        held = self._taken.get(path)
        if held is None:
            held = self._here(path)
        elif isinstance(held, Future):
            held = held.result()[path]
        self._taken[path] = held
        if isinstance(held, SurroundingsError):
            raise held
        return held

    def _here(self, path: Path) -> _Result:
        """Remembered, or hashed in the thread of who asks."""
        known = self._known(self._state(path)) if self._remembered is not None else None
        if known is not None:
            return known
        try:
            found = digest(path, follow=self._follow)
        except SurroundingsError as error:
            return error
        if self._remembered is not None:
            self._small.append(found)
            if found.size >= _SMALL or len(self._small) >= _KEPT_TOGETHER:
                self._remembered.put(self._small)
                self._small = []
        return found

    def stream(self, stream: IO[bytes], size: int) -> Summed:
        """A stream of *size* bytes from elsewhere, hashed as it is read, with the same progress."""
        self._total += size
        return Summed(stream, self._told)

    def _state(self, path: Path) -> State | None:
        try:
            return state_of(os.stat(path, follow_symlinks=self._follow))
        except (OSError, ValueError):
            return None  # whoever hashes it says why

    def _known(self, state: State | None) -> Digest | None:
        sha256 = self._remembered.get(state) if self._remembered and state else None
        return Digest(sha256, state.size, state, 0) if sha256 and state else None

    def _hashed(self, batch: list[Path]) -> dict[Path, _Result]:
        found: dict[Path, _Result] = {}
        for path in batch:
            try:
                found[path] = digest(path, follow=self._follow, told=self._told)
            except SurroundingsError as error:
                found[path] = error
        if self._remembered is not None:
            self._remembered.put(one for one in found.values() if isinstance(one, Digest))
        return found

    def _told(self, count: int) -> None:
        if self._stopped:
            raise _Stopped
        if self._progress is not None:
            with self._lock:
                self._done += count
                self._progress(self._done, max(self._total, self._done))


def _batches(sized: list[tuple[int, Path]]) -> Iterator[list[Path]]:
    batch, size = list[Path](), 0
    for length, path in sized:
        batch.append(path)
        size += length
        if size >= _BATCH or len(batch) >= 1000:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
