"""Looking into a file: text, tables, SQLite, Parquet, archives; where a hit lies, told without its words."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from cognify.errors import CognifyError
from cognify.privacy import archives, wide
from cognify.privacy import text as texts
from cognify.privacy.grammar import CREDENTIALS, Company, Label
from cognify.replay import binary, jsontree, sqlite

_BATCH = 500
NO_TEXT = "not text"
"""How the reason begins why an image, say, was not looked into as a whole."""
_PACKED = 3
"""How often a file that is packed within itself is unpacked."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,47}\Z")
_PAIRS = ({"key", "value"}, {"name", "value"}, {"tag_key", "tag_value"}, {"param_key", "param_value"})
_TABLES = (".csv", ".tsv")
_PACKERS = re.compile(r"\.(?:gz|bz2|xz)\Z")


@dataclass(frozen=True, slots=True)
class Sight:
    """One hit in a file: class and rule, and its place: `line:column` if it has one, and in words."""

    kind: str
    rule: str
    at: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen in one file; `unread` says why it was not looked into as a whole, if so."""

    sights: tuple[Sight, ...]
    unread: str = ""


def look(path: str, raw: bytes, kinds: Collection[str] | None = None) -> Looked:
    """Look into the file *raw*, whose name is *path*, for *kinds* (all without them).

    Never raises for what it looks at: what cannot be read is searched for credentials as bytes,
    and `unread` says so.
    """
    return _look(path, raw, kinds, archives.Room())


def _look(path: str, raw: bytes, kinds: Collection[str] | None, room: archives.Room) -> Looked:
    for _ in range(_PACKED):
        if not archives.packed(raw):
            break
        unpacked = archives.unpacked(raw, room)
        if unpacked is None:
            # Whatever calls itself packed may be plain text behind two bytes.
            return _bytes(
                raw, "packed, and damaged or too large when unpacked: only credentials were looked for"
            )
        path, raw = _PACKERS.sub("", path), unpacked
    if raw.startswith(sqlite.HEADER):
        return _database(raw, kinds)
    if raw.startswith(b"PAR1"):
        return _parquet(raw, kinds)
    if raw[8:9] == b"{" and path.lower().endswith(".safetensors"):
        header = raw[8 : 8 + int.from_bytes(raw[:8], "little")].decode("utf-8", "replace")
        return Looked(tuple(_text("", raw, header, kinds)), "weights: only their header was looked at")
    members = archives.members(raw, room)
    if members is not None:
        return _archive(raw, members, kinds, room)
    decoded = _decoded(raw)
    if decoded is not None:
        return Looked((*_text(path, raw, decoded, kinds), *_wide(raw, kinds)))
    broad = wide.decoded(raw)
    if broad is None:
        return _bytes(raw, f"{NO_TEXT}: only credentials were looked for")
    # Two bytes may call anything wide: what lies behind them is looked at as it lies, too.
    return Looked(_also(list(_text(path, raw, broad, kinds)), raw))


def _archive(
    raw: bytes, members: Iterable[archives.Member], kinds: Collection[str] | None, room: archives.Room
) -> Looked:
    """Every member by its own kind; then the bytes as they lie: names, comments, and what no list names."""
    if room.deep <= 0:
        return _bytes(raw, "an archive within archives: only credentials were looked for")
    room.deep -= 1
    sights, unread = list[Sight](), dict[str, int]()
    for member in members:
        told = f"member {'/'.join(map(shown, member.name.split('/')))}" if member.name else "member"
        names = texts.hits(member.name, kinds)
        sights += [Sight(hit.kind, hit.rule, "", f"the name of {told}") for hit in names]
        looked = Looked((), member.why) if member.raw is None else _look(member.name, member.raw, kinds, room)
        sights += [
            Sight(s.kind, s.rule, "", ", ".join(filter(None, (told, s.at and f"line {s.at}", s.place))))
            for s in looked.sights
        ]
        if looked.unread:
            unread[looked.unread] = unread.get(looked.unread, 0) + 1
    room.deep += 1
    why = "; ".join(f"{count} of its members: {why}" for why, count in sorted(unread.items()))
    return Looked(_also(sights, raw), why)


def _also(sights: list[Sight], raw: bytes) -> tuple[Sight, ...]:
    """*sights*, and the credentials in the bytes as they lie that are none of them."""
    seen = {(sight.kind, sight.rule) for sight in sights}
    return (*sights, *(s for s in _bytes(raw, "").sights if (s.kind, s.rule) not in seen))


def _decoded(raw: bytes) -> str | None:
    """The text that *raw* is in UTF-8, or in another encoding of one byte a character."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff") and wide.decoded(raw) is not None:
        return None
    try:
        decoded = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None if b"\x00" in raw[:65536] else raw.decode("latin-1")
    return None if "\x00" in decoded[:65536] else decoded


def _bytes(raw: bytes, why: str) -> Looked:
    """Credentials by their form in bytes that are no text: a token in a pickle still is one."""
    seen = [
        hit for hit in texts.hits(raw.decode("latin-1"), {CREDENTIALS}) if not hit.rule.startswith("named")
    ]
    plain = (Sight(h.kind, h.rule, "", f"byte {h.start}") for h in seen)
    return Looked((*plain, *_wide(raw, {CREDENTIALS})), why)


def _wide(raw: bytes, kinds: Collection[str] | None) -> Iterator[Sight]:
    """What stands among other bytes in characters of two or four bytes."""
    runs = list(wide.runs(raw))
    starts = [0, *accumulate(len(text) + 2 for _, text in runs)]
    for hit in texts.hits("\n\n".join(text for _, text in runs), kinds) if runs else ():
        yield Sight(hit.kind, hit.rule, "", f"byte {runs[bisect_right(starts, hit.start) - 1][0]}")


def _text(path: str, raw: bytes, text: str, kinds: Collection[str] | None) -> Iterator[Sight]:
    found = texts.hits(text, kinds)
    if found:
        starts = [0, *(match.end() for match in re.finditer("\n", text))]
        pointer = _Pointers(path, raw, text)
        for hit in found:
            line = bisect_right(starts, hit.start)
            place = pointer.of(hit.start)
            yield Sight(hit.kind, hit.rule, f"{line}:{hit.start - starts[line - 1] + 1}", place)
    if path.lower().endswith(_TABLES):
        lines = {hit.kind for hit in found}
        yield from _table(text, "\t" if path.lower().endswith(".tsv") else ",", kinds, lines)


class _Pointers:
    """JSON Pointers of places in a JSON document, their steps masked unless they look like a program's."""

    def __init__(self, path: str, raw: bytes, text: str) -> None:
        self._tree: jsontree.Node | None = None
        self._inside: dict[int, tuple[list[int], list[tuple[str, jsontree.Node]]]] = {}
        if path.lower().endswith(".json") and raw.isascii() and len(raw) == len(text):
            try:
                self._tree = jsontree.tree(raw)
            except CognifyError:
                self._tree = None

    def of(self, place: int) -> str:
        steps, node = list[str](), self._tree
        while node is not None and (node.keyed or node.listed):
            starts, children = self._children(node)
            at = bisect_right(starts, place) - 1
            if at < 0 or place >= children[at][1].end:
                break
            steps.append(shown(children[at][0]))
            node = children[at][1]
        return "".join(f"/{step}" for step in steps)

    def _children(self, node: jsontree.Node) -> tuple[list[int], list[tuple[str, jsontree.Node]]]:
        """Where the children of *node* begin, and these, in the order of their places; sorted once."""
        if id(node) not in self._inside:
            named = (
                node.keyed.items() if node.keyed else ((str(n), c) for n, c in enumerate(node.listed or ()))
            )
            children = sorted(named, key=lambda child: child[1].start)
            self._inside[id(node)] = [child.start for _, child in children], children
        return self._inside[id(node)]


def shown(name: str) -> str:
    """*name* if it is one that programs give and no detector knows; `*` in its place otherwise."""
    plain = name.isdecimal() and len(name) < 8
    return name if plain or (_NAME.match(name) and not texts.hits(name)) else "*"


def _table(
    text: str, delimiter: str, kinds: Collection[str] | None, known: Collection[str]
) -> Iterator[Sight]:
    """Cells of the columns whose header names a class; what stands in the text was seen before."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = next(rows, [])
        labelled = _labelled(header, kinds)
        if not labelled:
            return
        for number, row in enumerate(rows, 1):
            for index, label in labelled:
                if index < len(row) and label.kind not in known and texts.named(label, row[index]):
                    yield Sight(
                        label.kind, label.rule, str(rows.line_num), f"row {number}, column {index + 1}"
                    )
    except csv.Error:
        return


def _labelled(header: list[str], kinds: Collection[str] | None) -> list[tuple[int, Label]]:
    found = [
        (index, label) for index, name in enumerate(header) for label in texts.of_column(name.strip())
        if kinds is None or label.kind in kinds
    ]  # fmt: skip
    alone = any(not label.company for _, label in found)
    return [(index, label) for index, label in found if alone or label.company is Company.NONE]


def _database(raw: bytes, kinds: Collection[str] | None) -> Looked:
    """Every cell of every table; then the pages as they lie, for rows that were deleted and linger."""
    sights: list[Sight] = []
    try:
        with sqlite.opened(raw, "") as connection:
            tables = [
                str(row[0])
                for row in connection.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
                )
            ]
            for table in tables:
                sights += _rows(connection, table, kinds)
    except (CognifyError, sqlite3.Error, UnicodeError):
        return _bytes(raw, "a SQLite file that does not read: only credentials were looked for")
    seen = {(sight.kind, sight.rule) for sight in sights}
    page = int.from_bytes(raw[16:18], "big") or 4096
    page = 65536 if page == 1 else page
    for hit in texts.hits(
        raw.decode("latin-1"), {CREDENTIALS, "F", "G"} & {*(kinds or (CREDENTIALS, "F", "G"))}
    ):
        if (hit.kind, hit.rule) not in seen:
            sights.append(Sight(hit.kind, hit.rule, "", f"page {hit.start // page + 1}"))
    return Looked(tuple(sights))


def _rows(connection: sqlite3.Connection, table: str, kinds: Collection[str] | None) -> Iterator[Sight]:
    quoted = table.replace('"', '""')
    cursor = connection.execute(f'SELECT * FROM "{quoted}"')
    header = [str(column[0]) for column in cursor.description]
    labelled = _labelled(header, kinds)
    pair = next(([header.index(n) for n in sorted(names)] for names in _PAIRS if names <= {*header}), None)
    told, first = f"table {shown(table)}", 1
    while rows := cursor.fetchmany(_BATCH):
        texts_of_rows: list[str] = []
        for number, row in enumerate(rows, first):
            cells = ["" if cell is None or isinstance(cell, bytes) else str(cell) for cell in row]
            for index, label in labelled:
                if texts.named(label, cells[index]):
                    yield Sight(
                        label.kind, label.rule, "", f"{told}, row {number}, column {shown(header[index])}"
                    )
            pairs = [f"{cells[pair[0]]}: {cells[pair[1]]}"] if pair else []
            texts_of_rows.append("\n\n".join((*cells, *pairs)))
        starts = [0, *accumulate(len(part) + 2 for part in texts_of_rows)]
        for hit in texts.hits("\n\n".join(texts_of_rows), kinds):
            yield Sight(hit.kind, hit.rule, "", f"{told}, row {first + bisect_right(starts, hit.start) - 1}")
        first += len(rows)


def _parquet(raw: bytes, kinds: Collection[str] | None) -> Looked:
    """The footer's text, and column names; the values are packed, and not looked into."""
    size = int.from_bytes(raw[-8:-4], "little")
    footer = raw[-8 - size : -8].decode("latin-1") if 0 < size < len(raw) else ""
    try:
        names = [name for name, _ in binary.parquet_footer(raw, "")[1]]
    except CognifyError:
        return _bytes(raw, "a Parquet file that does not read: only credentials were looked for")
    sights = [
        Sight(hit.kind, hit.rule, "", "footer")
        for hit in texts.hits(footer, kinds)
        if not hit.rule.startswith("named")
    ]
    for name in dict.fromkeys(names):
        sights += [Sight(label.kind, label.rule, "", f"column {shown(name)}") for label in texts.of_column(name)
                   if not label.company and (kinds is None or label.kind in kinds)]  # fmt: skip
    return Looked(tuple(sights), "packed columns: only their names were looked at")
