"""Each locator of replay grammar 1: what it finds, exactly where, and what it refuses by id."""

from __future__ import annotations

import json
import sqlite3
import struct
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cognify import replay
from cognify.errors import ReplayError

JSON = '{"a": {"b/c": [1, "grö\\u00dfe", NaN, 2.50]}, "": 0, "d": true, "n": null, "big": 1e-08}'.encode()
CSV = b'\xef\xbb\xbfname,"x,y"\r\n"Z\xc3\xb6e",1\r\n\r\n"a\nb","say ""hi"""\r\n'
JSONL = b'\xef\xbb\xbf{"a": 1}\n\n  {"a": "\xc3\xb6"}\r\n{"a": 3}'
YAML = "a: {b/c: [1, 'größe', 2.50]}\nd: True\ne: 010\nf: 2925e41\ng:\n  h: .5\n'': \"é\"\non: no\n".encode()
LINES = "first\n  torch==2.13.0+cpu  \nname: größe\nlast".encode()
HEADER = json.dumps({"__metadata__": {"format": "pt"}, "w": {"shape": [2, 3]}, "s": {"shape": []}}).encode()
SAFETENSORS = struct.pack("<Q", len(HEADER)) + HEADER + bytes(28)


def said(at: str, raw: bytes) -> Any:
    """The value that is found, or the id of the refusal; any other exception fails the test."""
    try:
        return replay.find(at, raw).value
    except ReplayError as refusal:
        return refusal.fault


@pytest.mark.parametrize(
    ("at", "raw", "token", "value"),
    [
        ("json:/a/b~1c/0", JSON, "1", 1),
        ("json:/a/b~1c/1", JSON, '"grö\\u00dfe"', "größe"),
        ("json:/a/b~1c/2", JSON, "NaN", "NaN"),
        ("json:/a/b~1c/3", JSON, "2.50", Decimal("2.50")),
        ("json:/a/b~1c", JSON, '[1, "grö\\u00dfe", NaN, 2.50]', [1, "größe", "NaN", Decimal("2.50")]),
        ("json:/", JSON, "0", 0),
        ("json:/d", JSON, "true", True),
        ("json:/big", JSON, "1e-08", Decimal("1e-08")),
        ("json:", b" [ ] ", "[ ]", []),
        ("json:/a", b'\xef\xbb\xbf{"a": 1}', "1", 1),
        ("json-key:/a/b~1c", JSON, "b/c", "b/c"),
        ("json-path:/a/b~1c/0", JSON, "a b/c 0", "a b/c 0"),
        ("jsonl:1#/a", JSONL, "1", 1),
        ("jsonl:2#/a", JSONL, '"ö"', "ö"),
        ("jsonl:3#/a", JSONL, "3", 3),
        ("jsonl:count", JSONL, "3", 3),
        ("jsonl:count", b"", "0", 0),
        ("csv:1/name", CSV, "Zöe", "Zöe"),
        ("csv:1/x,y", CSV, "1", "1"),
        ("csv:2/name", CSV, "a\nb", "a\nb"),
        ("csv:2/x,y", CSV, 'say "hi"', 'say "hi"'),
        ("csv:count", CSV, "2", 2),
        ("csv-header:x,y", CSV, "x,y", "x,y"),
        ("csv-where:name=Z%C3%B6e#x,y", CSV, "1", "1"),
        ("csv-where:x,y=1&name=Zöe#name", CSV, "Zöe", "Zöe"),
        ("csv-where:k%26%3D%23%25=a%3Db#v", b"k&=#%,v\na=b,7\n", "7", "7"),
        ("yaml:/a/b~1c/0", YAML, "1", 1), ("yaml:/a/b~1c/1", YAML, "'größe'", "größe"),
        ("yaml:/a/b~1c/2", YAML, "2.50", Decimal("2.50")), ("yaml:/d", YAML, "True", True),
        ("yaml:/e", YAML, "010", "010"), ("yaml:/f", YAML, "2925e41", "2925e41"), ("yaml:/g/h", YAML, ".5", Decimal("0.5")),
        ("yaml:/", YAML, '"é"', "é"), ("yaml:/on", YAML, "no", "no"), ("yaml:", b"\xef\xbb\xbf7", "7", 7),
        ("lines:1-1", LINES, "first", "first"),
        ("lines:2-3", LINES, "torch==2.13.0+cpu  \nname: größe", "torch==2.13.0+cpu  \nname: größe"),
        ("lines:4-4", LINES, "last", "last"),
        ("line-after:name: ", LINES, "größe", "größe"),
        ("line-after:  torch==", LINES, "2.13.0+cpu", "2.13.0+cpu"),
        ("line-after:fir", LINES, "st", "st"),
        ("text:", b" a\n b \n", "a\n b", "a\n b"),
        ("bytes:size", b"abc", "3", 3),
        ("bytes:sha256", b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", None),
        ("safetensors:parameters", SAFETENSORS, "7", 7),
        ("safetensors:/w/shape/1", SAFETENSORS, "3", 3),
        ("safetensors:/__metadata__/format", SAFETENSORS, '"pt"', "pt"),
    ],
)  # fmt: skip
def test_a_locator_finds_one_thing(at: str, raw: bytes, token: str, value: Any) -> None:
    """Its token is the text as it stands, its span exact, its value what the format means."""
    found = replay.find(at, raw)
    assert found.raw == token
    assert found.value == (token if value is None else value)
    if found.end and not at.startswith("csv"):
        assert raw[found.start : found.end].decode() == token
    elif found.end:
        assert raw[found.start : found.end].decode().replace('""', '"') == token


@pytest.mark.parametrize(
    ("at", "raw"),
    [
        ("xpath:/a", JSON), ("json", JSON), ("", JSON), ("json:a", JSON), ("json:/z", JSON),
        ("json:/a/b~1c/4", JSON), ("json:/a/b~1c/01", JSON), ("json:/a/b~1c/-", JSON), ("json:/a/b~1c/-1", JSON),
        ("json:/a/b~1c/" + "9" * 5000, JSON), ("json:/a/b~1c/\u0661", JSON), ("json:/d/0", JSON),
        ("json:/a", b'{"a": 1, "a": 2}'), ("json:/a/b", b'{"a": {"b": 1, "\\u0062": 2}}'),
        ("json:", b""), ("json:", b"{"), ("json:", b"[1,]"), ("json:", b'{"a":}'), ("json:", b'{"a" 1}'),
        ("json:", b"{,}"), ("json:", b"[1 2]"), ("json:", b"[1}"), ("json:", b"1 2"), ("json:", b"01"),
        ("json:", b"nan"), ("json:", b"'a'"), ("json:", b'"\n"'), ("json:", b'"\xff"'), ("json:", b"]"),
        ("json:", b"\x00"), ("json-key:", JSON), ("json-key:/z", JSON), ("json-path:", JSON),
        ("json-key:/\ud800", b'{"\\ud800": 1}'), ("jsonl:0#/a", JSONL), ("jsonl:4#/a", JSONL), ("jsonl:x#/a", JSONL),
        ("jsonl:\u0661#/a", JSONL), ("jsonl:" + "1" * 9999 + "#/a", JSONL), ("jsonl:1#/b", JSONL), ("jsonl:1", b"x"),
        ("csv:0/name", CSV), ("csv:3/name", CSV), ("csv:1/none", CSV), ("csv:\u0661/name", CSV), ("csv:1", CSV),
        ("csv:" + "1" * 9999 + "/name", CSV), ("csv:1/a", b"a,a\n1,2\n"), ("csv:1/a", b"a,b\n1\n"),
        ("csv:1/a", b'a\n"open'), ("csv:1/a", b'a\n"x"y\n'), ("csv:1/a", b"a\n\xff\n"), ("csv:1/a", b""),
        ("csv-where:name=Zöe", CSV), ("csv-where:#name", CSV), ("csv-where:name#name", CSV), ("csv-where:name=Q#name", CSV),
        ("csv-where:none=Q#name", CSV), ("csv-where:name=Zöe#none", CSV), ("csv-where:a=1#b", b"a,b\n1,2\n1,3\n"),
        ("csv-where:a=1#b", b"a,b\n1\n"), ("csv-where:a=1#b", b""),
        ("yaml:/z", YAML), ("yaml:/a", YAML), ("yaml:/a/b~1c/01", YAML), ("yaml:/d/0", YAML), ("yaml:a", YAML),
        ("yaml:/a", b"a: &x 1\nb: *x\n"), ("yaml:/a", b"a: !!python/object:os.system 1\n"), ("yaml:/a", b"a: 1\n---\na: 2\n"),
        ("yaml:/a", b"a: 1\na: 2\n"), ("yaml:/a", b"a: [1\n"), ("yaml:", b""), ("yaml:/a", b"\xff"), ("yaml:/a", b"a:\tb: c: d"),
        ("yaml:/a", b"? [b]\n: 1\n"), ("yaml:", b"[" * 100), ("yaml:", b"x" * (1 << 21)), ("yaml:/a", b"a: \x00"),
        ("csv-header:none", CSV), ("csv-header:a", b"a,a\n"), ("csv-header:", b""),
        ("lines:0-1", LINES), ("lines:2-1", LINES), ("lines:1-5", LINES), ("lines:1", LINES), ("lines:1-" + "9" * 50, LINES),
        ("lines:-", LINES), ("lines:1-1", b"\xff"), ("line-after:none", LINES), ("line-after:", LINES),
        ("line-after:a", b"ab\nac"), ("line-after: ", b" a"), ("line-after:b", b"ab"),
        ("text:x", b"a"), ("text:", b"\xff"), ("bytes:md5", b""), ("bytes:", b""),
        ("parquet:/num_rows", b"PAR1PAR1"), ("parquet:/rows", b""), ("parquet:/num_rows", b"PARE" + bytes(20) + b"PARE"),
        ("safetensors:parameters", b""), ("safetensors:parameters", struct.pack("<Q", 2**63) + b"{}"),
        ("safetensors:parameters", struct.pack("<Q", 2) + b"[]"), ("safetensors:/none", SAFETENSORS),
    ],
)  # fmt: skip
def test_what_finds_no_single_thing_is_refused(at: str, raw: bytes) -> None:
    """Never a guess, never another exception: the refusal has one id."""
    with pytest.raises(ReplayError) as stop:
        replay.find(at, raw)
    assert stop.value.fault == "citation-unreplayable"


def test_artifacts_beyond_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the locator, memory is bounded."""
    from cognify.replay import locate

    monkeypatch.setattr(locate, "MAX_BYTES", 3)
    with pytest.raises(ReplayError) as stop:
        replay.find("bytes:size", b"abcd")
    assert stop.value.fault == "citation-unreplayable"


@pytest.fixture
def database(tmp_path: Path) -> bytes:
    """A store with a name in several cases, a real, a blob, a view, a trigger and odd names."""
    path = tmp_path / "store.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript("""
            CREATE TABLE params (key TEXT COLLATE NOCASE, value, run TEXT);
            INSERT INTO params VALUES ('lr', '0.5', 'r1'), ('LR', '9', 'r1'), ('f', 0.1, 'r1'), ('f', 7, 'r2'),
                                      ('n', NULL, 'r1'), ('b', x'00ff', 'r1'), ('größe&=#?/%', 'ja', 'r1');
            CREATE VIEW secrets AS SELECT 'a' AS key, 'forged' AS value;
            CREATE TABLE "we""ird tab" (k INTEGER, "va lue" TEXT);
            INSERT INTO "we""ird tab" VALUES (1, 'x');
            CREATE TABLE computed (k TEXT, v TEXT GENERATED ALWAYS AS (hex(zeroblob(40000000))) VIRTUAL);
            INSERT INTO computed (k) VALUES ('a');
            CREATE TRIGGER trap AFTER INSERT ON params BEGIN DELETE FROM params; END;
        """)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("at", "value"),
    [
        ("sqlite:params?key=lr#value", "0.5"), ("sqlite:params?key=LR#value", "9"),
        ("sqlite:params?key=f&run=r1#value", 0.1), ("sqlite:params?key=f&run=r2#value", 7),
        ("sqlite:params?key=gr%C3%B6%C3%9Fe%26%3D%23%3F%2F%25#value", "ja"),
        ("sqlite:we%22ird%20tab?k=1#va%20lue", "x"),
    ],
)  # fmt: skip
def test_a_value_by_its_keys(at: str, value: object, database: bytes) -> None:
    """Names and keys are percent-encoded; the table's own collation makes no two keys equal."""
    assert replay.find(at, database).value == value


@pytest.mark.parametrize(
    "at",
    ["sqlite:params?key=f#value", "sqlite:params?key=none#value", "sqlite:params?key=b#value",
     "sqlite:secrets?key=a#value", "sqlite:none?key=a#value", "sqlite:params?none=a#value",
     "sqlite:params?key=lr#none", "sqlite:params#value", "sqlite:params?key=lr", "sqlite:computed?k=a#v",
     "sqlite:sqlite_master?type=trigger#sql", "sqlite:params?key=lr' OR '1'='1#value",
     "sqlite:params?key=lr#value\" FROM params; DROP TABLE params; --"],
)  # fmt: skip
def test_views_blobs_and_several_rows_are_refused(at: str, database: bytes) -> None:
    """A view could compute anything; two rows are no citation; nothing of a name becomes a query."""
    with pytest.raises(ReplayError) as stop:
        replay.find(at, database)
    assert stop.value.fault == "citation-unreplayable"


def test_a_store_cut_anywhere_never_gives_another_value(database: bytes) -> None:
    """At every length it is refused, or says what the whole store says."""
    for end in range(0, len(database), 101):
        assert said("sqlite:params?key=lr#value", database[:end]) in ("0.5", "citation-unreplayable")


def test_a_parquet_file_cut_or_bent_anywhere(tmp_path: Path) -> None:
    """Cut at every byte it is refused; with any byte of its footer bent, nothing else escapes."""
    arrow = pytest.importorskip("pyarrow", reason="the extra `data` is not installed")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(arrow.table({"a": [1, 2, 3], "ö": ["x", "y", None]}), tmp_path / "t.parquet")
    raw = (tmp_path / "t.parquet").read_bytes()
    assert replay.find("parquet:/num_rows", raw).value == 3
    for end in range(len(raw)):
        with pytest.raises(ReplayError):
            replay.find("parquet:/num_rows", raw[:end])
    footer = len(raw) - 8 - int.from_bytes(raw[-8:-4], "little")
    for at in range(footer, len(raw)):
        for bits in (0x01, 0x80, 0xFF):
            bent = bytearray(raw)
            bent[at] ^= bits
            rows = said("parquet:/num_rows", bytes(bent))
            assert rows == "citation-unreplayable" or rows >= 0
