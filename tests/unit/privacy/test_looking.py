"""Looking into files: where a hit lies, told without its words; what cannot be read is said to be so."""

from __future__ import annotations

import gzip
import json
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

import pytest

from cognify.privacy import KINDS, Item, examine, look, masked, parts, shown_path
from cognify.privacy.looking import shown
from cognify.records.finding import Severity
from cognify.records.lock import Artifact, Citation, Lock
from cognify.records.settings import Allow
from tests import seeds

SSN, MAIL = "219-09-9999", "zoe.gross@clinic.example"
TOKEN = seeds.CREDENTIALS["github-token"]


def test_places_in_json() -> None:
    """Line, column and pointer; a key that could be somebody's name is masked."""
    raw = json.dumps(
        {"rows": [1, {"Zoe Gross": {"note": f"ssn {SSN}"}}], MAIL: {"x_1": SSN}}, indent=1
    ).encode()
    assert {(s.kind, s.at, s.place) for s in look("a.json", raw).sights} == {
        ("G", "6:18", "/rows/1/*/note"), ("F", "10:3", ""), ("G", "11:11", "/*/x_1"),
    }  # fmt: skip


def test_json_that_is_none_has_lines_only() -> None:
    assert [(s.at, s.place) for s in look("a.json", f'{{"a": {SSN}'.encode()).sights] == [("1:7", "")]


def test_places_in_a_table() -> None:
    """Cells by row and column number: a table without a header has a person for one."""
    raw = f"n,mrn\n1,481516\n2,none\n3,\n{SSN},x\n".encode()
    assert {(s.kind, s.at, s.place) for s in look("a.csv", raw).sights} == {
        ("G", "5:1", ""), ("H", "2", "row 1, column 2"),
    }  # fmt: skip
    assert look("a.csv", b'a,mrn\n"1').sights == ()
    assert look("a.csv", b"").sights == ()
    assert look("a.csv", ("mrn\n" + "1" * 200_000).encode()).sights == ()


def test_a_column_in_company() -> None:
    """`name` is anybody's word until the table speaks of people."""
    assert look("a.csv", b"name,n\nRandom Forest,1\n").sights == ()
    assert {s.kind for s in look("a.csv", b"name,dob\nZoe Gross,1951-03-04\n").sights} >= {"A", "C"}


def database(path: Path, *statements: str) -> bytes:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA secure_delete = OFF")
        for statement in statements:
            db.execute(statement)
        db.commit()
    return path.read_bytes()


def test_places_in_a_database(tmp_path: Path) -> None:
    """Tables, rows and columns; and pages, for a row that was deleted and lingers."""
    raw = database(
        tmp_path / "a", "CREATE TABLE people (n, mrn, b)", "INSERT INTO people VALUES (1, '00481516', x'00')",
        f"INSERT INTO people VALUES (2, NULL, '{SSN}')", "CREATE TABLE gone (x)", f"INSERT INTO gone VALUES ('{MAIL}')",
        "DELETE FROM gone", 'CREATE TABLE "Zoe Gross" (email)', f"INSERT INTO \"Zoe Gross\" VALUES ('x{MAIL}')",
    )  # fmt: skip
    found = {(s.kind, s.place) for s in look("a.db", raw, {"G", "H"}).sights}
    assert found == {("H", "table people, row 1, column mrn"), ("G", "table people, row 2")}
    assert ("F", "table *, row 1") in {(s.kind, s.place) for s in look("a.db", raw).sights}
    raw = database(
        tmp_path / "b", "CREATE TABLE gone (x)", f"INSERT INTO gone VALUES ('{MAIL}')", "DELETE FROM gone"
    )
    assert [(s.kind, s.place) for s in look("b.db", raw).sights] == [("F", "page 2")]


def test_what_cannot_be_read_is_named() -> None:
    """A token in bytes that are no text is one all the same."""
    damaged = b"SQLite format 3\x00" + b"\xa5" * 200
    assert look("a.db", damaged + TOKEN.encode()).sights[0].place.startswith("byte ")
    assert "SQLite" in look("a.db", damaged).unread
    assert "not text" in look("a.bin", b"\x00\x01").unread
    assert "Parquet" in look("a.parquet", b"PAR1xxxxPAR1").unread
    packed = gzip.compress(b"x" * 100)
    assert "damaged" in look("a.gz", packed[:12] + b"\xff\xff\xff").unread
    assert "damaged" in look("a.gz", packed[:10] + b"\xff\xff\xff").unread
    assert [s.kind for s in look("a.gz", packed + gzip.compress(f"\n{SSN}".encode())).sights] == ["G"]
    header = json.dumps({"__metadata__": {"note": SSN}}).encode()
    looked = look("a.safetensors", len(header).to_bytes(8, "little") + header + b"\x00\xff")
    assert [s.kind for s in looked.sights] == ["G"]
    assert "header" in looked.unread
    assert look("a.txt", "größe ssn 219-09-9999".encode("latin-1")).sights != ()


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    from cognify.privacy import archives

    monkeypatch.setattr(archives, "MAX_UNPACKED", 1000)
    assert "too large" in look("a.gz", gzip.compress(b"x" * 2000)).unread
    assert zlib.decompress(gzip.compress(b"x"), 31) == b"x"


def test_columns_of_a_parquet_file(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"mrn": ["1"], "größe": [1], "Zoe Gross": [1]}), tmp_path / "a.parquet")
    looked = look("a.parquet", (tmp_path / "a.parquet").read_bytes())
    assert [(s.kind, s.place) for s in looked.sights] == [("H", "column mrn")]
    assert "packed" in looked.unread


@pytest.mark.parametrize(("name", "told"), [
    ("learning_rate", "learning_rate"), ("17", "17"), ("219099999", "*"), ("Zoe Gross", "*"), (MAIL, "*"), ("a" * 60, "*"),
])  # fmt: skip
def test_names_that_are_shown(name: str, told: str) -> None:
    assert shown(name) == told


def test_paths_and_messages_are_masked() -> None:
    assert shown_path(f"evidence/{MAIL}/a.json") == "evidence/*/a.json"
    assert masked(f"'{SSN}' is no number, says {MAIL}") == "'[withheld: G]' is no number, says [withheld: F]"
    assert masked("line 3 is cut short") == "line 3 is cut short"


def test_findings_are_counted_and_told_three_times() -> None:
    raw = "".join(f'{{"n": {n}, "mail": "u{n}@clinic.example"}}\n' for n in range(9)).encode()
    examined = examine([Item("evidence/a.jsonl", raw)], prefix="models/m/1/")
    (finding,) = examined.findings
    assert (finding.id, finding.where, finding.severity) == (
        "pii-suspect",
        "models/m/1/evidence/a.jsonl:1:19",
        Severity.ERROR,
    )
    assert "at line 2:19; line 3:19; line 4:19, and 6 more in this file" in finding.what
    assert "'pii-suspect F in models/m/1/evidence/a.jsonl'" in finding.fix
    assert (examined.files, examined.bytes, examined.counts["F"], examined.blocked) == (1, len(raw), 9, True)
    assert {c["class"]: c["found"] for c in examined.as_json()["classes"]} == {
        **dict.fromkeys(KINDS, 0),
        "F": 9,
    }


def test_what_settles_a_finding() -> None:
    """A rule settles credentials and nothing else; a quorum's words settle the one class in the one file."""
    items = [Item("evidence/a.txt", f"{TOKEN}\n{MAIL}\n{SSN}\n".encode())]
    allow = (Allow("evidence/*", "an example", "Ines"),)
    asked: list[int] = []

    def granted() -> set[str]:
        asked.append(1)
        return {"pii-suspect F in models/m/1/evidence/a.txt", "pii-suspect G in models/m/1/evidence/b.txt"}

    found = examine(items, allow=allow, granted=granted, prefix="models/m/1/").findings
    assert sorted(f.id for f in found) == ["finding-allowed", "finding-allowed", "pii-suspect"]
    assert asked == [1]
    assert "class G" in next(f.what for f in found if f.id == "pii-suspect")
    assert not examine([Item("evidence/a.txt", TOKEN.encode())], allow=allow, granted=granted).blocked
    assert asked == [1]


def test_the_parts_of_a_version() -> None:
    """Files, names, and quotations of what stays outside; a card may name whom to write to."""
    kept = Artifact("0" * 64, 1, "text/plain", "a.txt", "plain", 1, path="evidence/a.txt", run=f"of {MAIL}")
    out = Artifact("0" * 64, 1, "text/plain", "b.txt", "plain", 1, uri="s3://b/b.txt")
    cite = Citation("measured", "text", "a02", "json:/who/mrn", '"00481516"')
    seen = Citation("measured", "text", "a01", "text:", SSN)
    derived = Citation("derived", "sum", inputs=("/a",))
    lock = Lock("m", "1", {"a01": kept, "a02": out}, {"/a": cite, "/b": seen, "/c": derived})
    card = f"contact: {MAIL}\nnote: {TOKEN}\n".encode()
    found = examine(parts(lock, card, lambda a: b"x" if a.path else None)).findings
    assert {(f.id, f.where, f.what.partition(" (")[0]) for f in found} == {
        ("secret-found", "card.yaml:2:7", "credentials"),
        ("pii-suspect", "evidence.lock.json", "class F, e-mail addresses"),
        ("pii-suspect", "evidence.lock.json", "class H, medical record numbers"),
    }
