"""SQLite files that trackers write: which lie there, and what they hold with what is still in their logs."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from cognify.errors import ReplayError
from cognify.hashing import State, changing, state_of
from cognify.readers import taking, walk
from cognify.readers.reading import Material, Reader
from cognify.replay import sqlite as store

_OTHERS = (
    ".json", ".jsonl", ".csv", ".parquet", ".safetensors", ".png", ".txt", ".py", ".bin", ".pt", ".wandb",
    ".zip",
)  # fmt: skip


def pending(found: Path) -> list[Path]:
    """The write-ahead log or rollback journal that lies beside and says what the file does not."""
    beside = [found.with_name(found.name + suffix) for suffix in ("-wal", "-journal")]
    return [p for p in beside if p.is_file() and not p.is_symlink() and p.stat().st_size > 0]


@contextmanager
def _whole(path: Path, beside: list[Path], where: str) -> Iterator[Path]:
    """The file itself; where a log says more, a copy with it brought in, for opening would write."""
    if not beside:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="cognify-") as folder:
        copy = Path(folder, path.name)
        try:
            for file in (path, *beside):
                shutil.copyfile(file, Path(folder, file.name), follow_symlinks=False)
            with closing(sqlite3.connect(copy)) as connection:
                connection.execute("PRAGMA trusted_schema = OFF")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
        except (sqlite3.Error, UnicodeError):
            raise taking.unreadable("the database or its log is damaged", where) from None
        except OSError as error:
            raise taking.unreadable(f"the file cannot be read: {error.strerror}", where) from None
        yield copy


def found(source: Path) -> Iterator[tuple[Path, frozenset[str]]]:
    """Every SQLite file of the source, whatever it is called, with the names of its tables.

    Raises:
        CaptureError: `run-unreadable`: a SQLite file that is cut short or damaged.
    """
    for path in walk.files(source):
        if path.suffix.lower() not in _OTHERS and _is_database(path, source):
            yield path, _tables(path, source)


@dataclass(frozen=True, slots=True)
class Opened:
    """A database: its *files* by digest, a *connection* that only reads, digest and size of what it reads."""

    files: tuple[Material, ...]
    connection: sqlite3.Connection
    sha256: str
    size: int


@contextmanager
def opened(reader: Reader, path: Path, source: Path) -> Iterator[Opened]:
    """The database with its write-ahead log, if any, brought in; nothing of it is held in memory.

    Raises:
        CaptureError: `run-unreadable`: the database or its log is damaged, or was written to meanwhile.
        ReplayError: it does not read.
    """
    where, beside = walk.relative(path, source), pending(path)
    before = [_state(file) for file in (path, *beside)]
    files = tuple(taking.hashed(reader, file, source, taking.SQLITE_MEDIA) for file in (path, *beside))
    with _whole(path, beside, where) as whole:
        digest = taking.digest(whole, where)
        with store.opened_file(whole, where) as connection:
            yield Opened(files, connection, digest.sha256, digest.size)
    if (beside == [] and digest.state != before[0]) or before != [_state(file) for file in (path, *beside)]:
        raise taking.unreadable(changing(where).what, where)


def _state(path: Path) -> State | None:
    try:
        return state_of(os.lstat(path))
    except OSError:
        return None


def _is_database(path: Path, source: Path) -> bool:
    where = walk.relative(path, source)
    try:
        with open(path, "rb") as file:
            head = file.read(100)
    except OSError as error:
        raise taking.unreadable(f"the file cannot be read: {error.strerror}", where) from None
    if not head.startswith(store.HEADER):
        return False
    size = path.stat().st_size
    page = int.from_bytes(head[16:18], "big")
    page = 65536 if page == 1 else page
    pages = int.from_bytes(head[28:32], "big")
    # SQLite file format, 1.3.7: the page count holds where the change counter matches.
    if head[24:28] == head[92:96] and pages * page > size:
        raise taking.unreadable("the database is cut short", where)
    return True


def _tables(path: Path, source: Path) -> frozenset[str]:
    where, query = walk.relative(path, source), "SELECT name FROM sqlite_master WHERE type = 'table'"
    try:
        with _whole(path, pending(path), where) as whole, store.opened_file(whole, where) as connection:
            return frozenset(str(row[0]) for row in connection.execute(query))
    except (ReplayError, sqlite3.Error, UnicodeError):
        raise taking.unreadable("the database is damaged", where) from None
