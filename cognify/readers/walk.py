"""The files of a source: what may be looked at, in one order, within bounds. No link is followed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from cognify import canonical
from cognify.errors import CaptureError, MalformedRecord

MAX_FILES = 100_000
MAX_DEPTH = 64
_CHECKPOINT = re.compile(r"checkpoint-([0-9]{1,15})\Z")
_remembered: ContextVar[dict[Path, tuple[Path, ...]] | None] = ContextVar("walks", default=None)


@contextmanager
def once() -> Iterator[None]:
    """Within it, each source is walked once, however many readers ask."""
    token = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(token)


def files(source: Path) -> tuple[Path, ...]:
    """Every regular file at or under *source*, sorted; links, hidden folders and pipes left out.

    Raises:
        CaptureError: `capture-failed`: nothing there, unreadable, or more than 100,000 files.
    """
    known = _remembered.get()
    if known is not None and source in known:
        return known[source]
    found = tuple(sorted(_walk(source), key=lambda path: (len(path.parts), os.fsencode(path))))
    if known is not None:
        known[source] = found
    return found


def links(source: Path) -> tuple[str, ...]:
    """The links under *source*, as paths relative to it: noted, never followed."""
    found = []
    for folder, folders, names in os.walk(source):
        folders[:] = [name for name in folders if not hidden(name)]
        entries = [os.path.join(folder, name) for name in (*folders, *names)]
        found += [os.path.relpath(entry, source) for entry in entries if os.path.islink(entry)]
    return tuple(sorted(found))


def relative(path: Path, source: Path) -> str:
    """*path* as a material's origin: relative to *source*, or its name where it is the source."""
    return path.name if path == source else path.relative_to(source).as_posix()


def parts(path: Path, source: Path) -> tuple[str, ...]:
    """The folders between *source* and the file, the source's own name first."""
    return (source.name, *path.relative_to(source).parts[:-1]) if path != source else ()


def checkpoint(path: Path, source: Path) -> int | None:
    """The number of the checkpoint folder that *path* lies in, or None."""
    for part in parts(path, source)[1:]:
        match = _CHECKPOINT.match(part)
        if match:
            return int(match[1])
    return None


def hidden(name: str) -> bool:
    """Whether a folder is never entered. Comet keeps its offline archives in a hidden one."""
    return (name.startswith(".") and name != ".cometml-runs") or name == "__pycache__"


def _walk(source: Path) -> Iterator[Path]:
    if source.is_symlink() or not source.exists():
        what = "is a link, and links are not followed" if source.is_symlink() else "does not exist"
        raise _failed(f"the source {what}", source, "name the folder or file that the run wrote")
    if source.is_file():
        yield source
        return
    if not source.is_dir():
        raise _failed("the source is no file and no folder", source, "name what the run wrote")
    count = 0
    for folder, folders, names in os.walk(source, onerror=_stop):
        here = Path(folder)
        if here != source:
            _require_fit(here.name, here, source)
        folders[:] = [name for name in folders if not hidden(name)]
        if len(here.parts) - len(source.parts) > MAX_DEPTH:
            raise _failed(f"folders are nested deeper than {MAX_DEPTH}", here, "name a folder inside")
        for name in names:
            path = here / name
            if path.is_symlink() or not path.is_file():
                continue
            count += 1
            if count > MAX_FILES:
                raise _failed(
                    f"the source holds more than {MAX_FILES} files", source,
                    "name the folders that matter instead of the one around them",
                )  # fmt: skip
            _require_fit(name, path, source)
            yield path


def _require_fit(name: str, path: Path, source: Path) -> None:
    """Refuse a name that the lock could not hold: not UTF-8, not NFC, or deceiving the eye."""
    if name.isascii() and name.isprintable():
        return
    why = "a control character" if any(ord(c) < 32 or ord(c) == 127 for c in name) else ""
    try:
        canonical.loads(canonical.pretty([name]), where="")
    except MalformedRecord as error:
        why = error.what
    if why:
        shown = os.fsencode(path.relative_to(source)).decode(errors="replace")
        fix = "rename the file, or name the folders that matter"
        raise _failed(f"a file name that a record cannot hold: {why}", Path(ascii(shown)), fix)


def _stop(error: OSError) -> None:
    raise _failed(
        f"the folder cannot be listed: {error.strerror}", Path(error.filename or "."),
        "give yourself the right to read it, or name another source",
    )  # fmt: skip


def _failed(what: str, where: Path, fix: str) -> CaptureError:
    return CaptureError(what, where=str(where), fix=fix, id="capture-failed")
