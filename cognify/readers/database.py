"""SQLite files that trackers write: which lie there, and their bytes with what is still in their logs."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from cognify.errors import ReplayError
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


def brought_in(raw: bytes, beside: Mapping[str, bytes], name: str, origin: str) -> bytes:
    """A copy with its log checkpointed; opening the original would write beside it."""
    with tempfile.TemporaryDirectory(prefix="cognify-") as folder:
        copy = Path(folder, name)
        copy.write_bytes(raw)
        for other, content in beside.items():
            Path(folder, other).write_bytes(content)
        try:
            with closing(sqlite3.connect(copy)) as connection:
                connection.execute("PRAGMA trusted_schema = OFF")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
        except (sqlite3.Error, UnicodeError):
            raise taking.unreadable("the database or its log is damaged", origin) from None
        return copy.read_bytes()


def found(source: Path) -> Iterator[tuple[Path, frozenset[str]]]:
    """Every SQLite file of the source, whatever it is called, with the names of its tables.

    Raises:
        CaptureError: `run-unreadable`: a SQLite file that is cut short or damaged.
    """
    for path in walk.files(source):
        if path.suffix.lower() not in _OTHERS and _is_database(path, source):
            yield path, _tables(path, source)


def settled(reader: Reader, path: Path, source: Path) -> tuple[tuple[Material, ...], bytes]:
    """The database's files by digest, and its bytes: with its write-ahead log, if any, brought in.

    Raises:
        CaptureError: `run-unreadable`: the database or its log is damaged.
    """
    raw, beside = taking.read(path, source), pending(path)
    left = tuple(taking.hashed(reader, file, source, taking.SQLITE_MEDIA) for file in (path, *beside))
    if not beside:
        return left, raw
    held = {file.name: taking.read(file, source) for file in beside}
    return left, brought_in(raw, held, path.name, walk.relative(path, source))


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
    size = path.stat().st_size
    where, query = walk.relative(path, source), "SELECT name FROM sqlite_master WHERE type = 'table'"
    try:
        if size > taking.MAX_RAW:
            # Too large to be taken in, and so to be cited from; what it is can still be told.
            uri = f"file:{quote(str(path))}?mode=ro&immutable=1"
            with closing(sqlite3.connect(uri, uri=True)) as connection:
                return frozenset(str(row[0]) for row in connection.execute(query))
        raw = taking.read(path, source)
        beside = {p.name: taking.read(p, source) for p in pending(path)}
        whole = brought_in(raw, beside, path.name, where) if beside else raw
        with store.opened(whole, where) as connection:
            return frozenset(str(row[0]) for row in connection.execute(query))
    except (ReplayError, sqlite3.Error, UnicodeError):
        raise taking.unreadable("the database is damaged", where) from None
