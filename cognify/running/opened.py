"""Which files were opened while a run went on: inotify on folders, which the run does not feel.

It sees files of the watched folders, opened by whatever process, and nothing elsewhere. What asks
the process itself (ptrace, an audit hook, a preloaded library) would slow or change it.
"""

from __future__ import annotations

import ctypes
import os
import select
import struct
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAX_FOLDERS = 8192
MAX_FILES = 100_000
_OPEN, _MOVED_TO, _CREATE, _OVERFLOW, _IGNORED, _ISDIR = 0x20, 0x80, 0x100, 0x4000, 0x8000, 0x40000000
_ONLYDIR, _DONT_FOLLOW, _EXCL_UNLINK = 0x01000000, 0x02000000, 0x04000000
_IN_FOLDER = _OPEN | _CREATE | _MOVED_TO | _ONLYDIR | _EXCL_UNLINK
_EVENT = struct.Struct("iIII")
_PAUSE = 0.02
"""Between reads, so that a run which opens thousands of files a second wakes this thread fifty times."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Files that were opened, as absolute paths; `folders` watched; `missed` says what was not seen."""

    files: frozenset[str]
    folders: int
    missed: tuple[str, ...]


class Watch:
    """A watch over folders, hidden ones inside and virtual environments left out, until `end`."""

    def __init__(self, roots: Iterable[Path]) -> None:
        self._files: set[str] = set()
        self._places: dict[int, tuple[str, bool]] = {}
        self._missed: dict[str, None] = {}
        self._over = threading.Event()
        libc: Any = ctypes.CDLL(None, use_errno=True)
        self._add = libc.inotify_add_watch
        self._fd: int = libc.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK)
        if self._fd < 0:
            raise OSError(ctypes.get_errno(), "inotify_init1")
        for root in roots:
            self._watch(root)
        self._thread = threading.Thread(target=self._listen, name="cognify-opened", daemon=True)
        self._thread.start()

    def end(self) -> Seen:
        """Stop, with everything that was opened before the call."""
        self._over.set()
        self._thread.join()
        self._drain()
        os.close(self._fd)
        return Seen(
            frozenset(self._files), sum(folder for _, folder in self._places.values()), tuple(self._missed)
        )

    def _watch(self, root: Path) -> None:
        if root.is_file():
            self._one(str(root), folder=False)
            return
        for folder in _folders(str(root)):
            if len(self._places) >= MAX_FOLDERS:
                self._missed[f"folders beyond the first {MAX_FOLDERS}"] = None
                return
            self._one(folder, folder=True)

    def _one(self, path: str, *, folder: bool) -> None:
        number = self._add(self._fd, os.fsencode(path), _IN_FOLDER if folder else _OPEN)
        if number >= 0:
            self._places.setdefault(number, (path, folder))
        elif folder:
            self._missed["folders that could not be watched"] = None

    def _listen(self) -> None:
        waiting = select.poll()
        waiting.register(self._fd, select.POLLIN)
        while not self._over.is_set():
            if waiting.poll(200):
                self._drain()
                time.sleep(_PAUSE)

    def _drain(self) -> None:
        while True:
            try:
                raw = os.read(self._fd, 256 * 1024)
            except BlockingIOError:
                return
            for number, mask, name in _events(raw):
                self._take(number, mask, name)

    def _take(self, number: int, mask: int, name: str) -> None:
        if mask & _OVERFLOW:
            self._missed["opens that came faster than the system keeps them"] = None
        elif mask & _IGNORED or number not in self._places:
            return
        elif mask & _ISDIR:
            if mask & (_CREATE | _MOVED_TO) and _entered(self._places[number][0], name):
                self._watch(Path(self._places[number][0], name))
        elif mask & _OPEN:
            if len(self._files) < MAX_FILES:
                self._files.add(
                    os.path.join(self._places[number][0], name) if name else self._places[number][0]
                )
            else:
                self._missed[f"files beyond the first {MAX_FILES}"] = None


def _events(raw: bytes) -> Iterator[tuple[int, int, str]]:
    at = 0
    while at < len(raw):
        number, mask, _, length = _EVENT.unpack_from(raw, at)
        at += _EVENT.size
        yield number, mask, os.fsdecode(raw[at : at + length].rstrip(b"\0"))
        at += length


def _folders(root: str) -> Iterator[str]:
    for folder, folders, _ in os.walk(root):
        yield folder
        folders[:] = [name for name in sorted(folders) if _entered(folder, name)]


def _entered(folder: str, name: str) -> bool:
    plain = not name.startswith(".") and name not in ("__pycache__", "node_modules", "site-packages")
    return plain and not os.path.exists(os.path.join(folder, name, "pyvenv.cfg"))


def begin(roots: Iterable[Path]) -> Watch | None:
    """A watch over *roots*; None where the platform has no inotify, or grants none."""
    if sys.platform != "linux":
        return None
    try:
        return Watch(roots)
    except (OSError, AttributeError):
        return None
