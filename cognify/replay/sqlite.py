"""One value of a SQLite file, by key. The bytes are read in memory; no file is opened or written."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, unquote

from cognify.replay.found import Found, unreplayable

_LOCATOR = re.compile(r"([^?#]+)\?([^#]+)#([^#?&]+)\Z")
_STEPS = 20_000_000
_MAX_VALUE = 64 * 1024 * 1024
HEADER = b"SQLite format 3\x00"


@contextmanager
def opened(raw: bytes, at: str) -> Iterator[sqlite3.Connection]:
    """The database in *raw*, read-only and bounded: hostile content can neither write nor spin.

    Raises:
        ReplayError: not a database, or damaged.
    """
    if not raw.startswith(HEADER) or len(raw) < 100:
        raise unreplayable("not a SQLite file", at)
    # A file in WAL mode cannot be opened in memory; bytes 18 and 19 name the mode
    # (SQLite file format, section 1.3), and everything committed here is in the main file.
    plain = raw[:18] + b"\x01\x01" + raw[20:]
    connection = sqlite3.connect(":memory:", isolation_level=None)
    with _bounded(connection, at):
        connection.deserialize(plain)
        yield connection


@contextmanager
def opened_file(path: Path, at: str) -> Iterator[sqlite3.Connection]:
    """The database in the file *path*, whose log is empty: as `opened`, and held on the disk.

    Raises:
        ReplayError: not a database, or damaged.
    """
    connection = None
    with contextlib.suppress(sqlite3.Error):
        # Immutable: no lock is taken and no log opened, so that nothing is written beside it.
        address = f"file:{quote(str(path))}?mode=ro&immutable=1"
        connection = sqlite3.connect(address, uri=True, isolation_level=None)
    if connection is None:
        raise unreplayable("not a SQLite file", at)
    with _bounded(connection, at):
        yield connection


@contextmanager
def _bounded(connection: sqlite3.Connection, at: str) -> Iterator[None]:
    left = [_STEPS]

    def bounded() -> int:
        left[0] -= 1000
        return int(left[0] < 0)

    try:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_VALUE)
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA query_only = ON")
        connection.set_progress_handler(bounded, 1000)
        yield
    except sqlite3.Error as error:
        raise unreplayable(f"the database does not read: {error}", at) from None
    except UnicodeError:
        # The module decodes SQLite's own message too, which quotes a damaged schema.
        raise unreplayable("the database does not read: its schema is not UTF-8", at) from None
    finally:
        connection.close()


def columns(connection: sqlite3.Connection, table: str, at: str) -> tuple[str, ...]:
    """The columns of a real *table* (a view is refused: it could compute anything).

    Raises:
        ReplayError: there is no such table.
    """
    kind = connection.execute(
        "SELECT type FROM sqlite_master WHERE name = ? AND sql NOT LIKE 'CREATE VIRTUAL%'", (table,)
    ).fetchone()
    if kind is None or kind[0] != "table":
        raise unreplayable(f"there is no table {table!r}", at)
    return tuple(row[1] for row in connection.execute(f"PRAGMA table_info({_quoted(table)})"))


def find(raw: bytes, rest: str, at: str) -> Found:
    """`sqlite:<table>?<key>=<value>&...#<column>`, names and values percent-encoded.

    Raises:
        ReplayError: no such table or column, or not exactly one row.
    """
    match = _LOCATOR.match(rest)
    if match is None:
        raise unreplayable("not <table>?<key>=<value>#<column>", at)
    table, column = unquote(match[1]), unquote(match[3])
    pairs = [pair.partition("=") for pair in match[2].split("&")]
    keys = [(unquote(key), unquote(value)) for key, _, value in pairs]
    with opened(raw, at) as connection:
        known = columns(connection, table, at)
        for name in (column, *(key for key, _ in keys)):
            if name not in known:
                raise unreplayable(f"the table {table!r} has no column {name!r}", at)
        # BINARY, since the table's own collation could hold two different keys for equal.
        where = " AND ".join(f"CAST({_quoted(key)} AS TEXT) = ? COLLATE BINARY" for key, _ in keys)
        query = f"SELECT {_quoted(column)} FROM {_quoted(table)} WHERE {where} LIMIT 2"
        found = connection.execute(query, [value for _, value in keys]).fetchall()
    if len(found) != 1:
        raise unreplayable(f"{'no row' if not found else 'more than one row'} has these keys", at)
    return _found(found[0][0], at)


def _found(value: object, at: str) -> Found:
    if isinstance(value, bytes):
        raise unreplayable("the value is a blob", at)
    text = "" if value is None else repr(value) if isinstance(value, float) else str(value)
    return Found(text, value)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
