"""Data files: counted by parsing, described over all records, and left where they are."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cognify.errors import CaptureError
from cognify.readers import tabular

Make = Callable[[Any], Path]
Reads = Callable[..., Any]


@pytest.mark.parametrize(
    ("kind", "raw", "records", "columns"),
    [
        ("csv", b'a,b\n1,"x\ny"\n\n2,"say ""hi"""\n', 2, (("a", "integer"), ("b", "string"))),
        ("csv", b"\xef\xbb\xbfa\r\n1.5\r\n2", 2, (("a", "number"),)),
        ("csv", b"a,b\n1,\n,true\n", 2, (("a", "integer or empty"), ("b", "boolean or empty"))),
        ("csv", b"a\n1\nx\n", 2, (("a", "string"),)),
        ("csv", b"a\n", 0, (("a", "empty"),)),
        ("tsv", b"a\tb\n1\t2\n", 1, (("a", "integer"), ("b", "integer"))),
        ("jsonl", b'{"a": 1}\n\n  \n{"a": null, "b": "\xc3\xb6"}', 2, (("a", "integer or null"), ("b", "string"))),
        ("jsonl", b'\xef\xbb\xbf{"a": [1]}\r\n{"a": {"x": 1}}\r\n', 2, (("a", "array or object"),)),
        ("jsonl", b'{"a": NaN, "b": true}\n{"a": 1}\n', 2, (("a", "number"), ("b", "boolean"))),
        ("jsonl", b'"one"\n2\n', 2, (("value", "integer or string"),)),
        ("jsonl", '{"a": "\u2028"}\n'.encode(), 1, (("a", "string"),)),
        ("jsonl", b"", 0, ()),
    ],
)  # fmt: skip
@pytest.mark.parametrize("packed", [False, True])
def test_records_are_counted_by_parsing(
    kind: str, raw: bytes, records: int, columns: object, packed: bool, tmp_path: Path
) -> None:
    """Quoted line breaks, blank lines, marks and a missing last newline change no count; gzip neither."""
    path = tmp_path / (f"train.{kind}.gz" if packed else f"train.{kind}")
    path.write_bytes(gzip.compress(raw) if packed else raw)
    found = tabular.table(path, kind, path.name)
    assert (found.records, found.columns) == (records, columns)
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert found.size == path.stat().st_size


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("train.jsonl", b'{"a": 1}\n{"a":'), ("train.jsonl", b"[" * 200_000), ("train.jsonl", b"\xff\n"),
        ("train.csv", b"a,b\n1\n"), ("train.csv", b"a\n1,2\n"), ("train.csv", b'a\n"open\n'),
        ("train.csv", b'a\n"x"y\n'), ("train.csv", b"a,a\n1,2\n"), ("train.csv", b"a,\n1,2\n"),
        ("train.csv", b""), ("train.csv", b"a\n\xff\n"), ("train.parquet", b"PAR1"), ("train.parquet", b""),
        ("train.jsonl.gz", gzip.compress(b'{"a": 1}\n' * 99, mtime=0)[:-9]), ("train.csv.gz", b"no gzip at all"),
        ("train.parquet", b"PAR1" + b"\xff" * 40 + (40).to_bytes(4, "little") + b"PAR1"),
    ],
)  # fmt: skip
def test_a_data_file_that_is_damaged_stops_the_capture(
    name: str, raw: bytes, source: Make, read: Reads
) -> None:
    """A count of what could be read so far would be a wrong count."""
    with pytest.raises(CaptureError) as stop:
        read(source({f"data/{name}": raw}))
    assert (stop.value.fault, stop.value.where) == ("run-unreadable", f"data/{name}")


def test_a_record_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded by the longest record that is read."""
    monkeypatch.setattr(tabular, "MAX_RECORD", 1000)
    path = tmp_path / "train.jsonl"
    path.write_bytes(b'"' + b"x" * 2000)
    with pytest.raises(CaptureError) as stop:
        tabular.table(path, "jsonl", path.name)
    assert stop.value.fault == "run-unreadable"


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file that unpacks without end is given up at the limit."""
    monkeypatch.setattr(tabular, "MAX_UNPACKED", 100_000)
    path = tmp_path / "train.jsonl.gz"
    path.write_bytes(gzip.compress(b"1\n" * 1_000_000))
    with pytest.raises(CaptureError) as stop:
        tabular.table(path, "jsonl", path.name)
    assert stop.value.fault == "run-unreadable"
    assert "unpacks" in stop.value.what


def test_parquet_by_its_footer(tmp_path: Path) -> None:
    """Rows and columns as the reference implementation wrote them, nested ones by their way."""
    arrow = pytest.importorskip("pyarrow", reason="the extra `data` is not installed")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "train.parquet"
    rows = {"größe": [1, 2, 3], "x": [0.5, 1.5, None], "m": [{"role": "a"}, {"role": "b"}, None]}
    parquet.write_table(arrow.table(rows), path)
    found = tabular.table(path, "parquet", path.name)
    assert found.records == 3
    assert found.columns == (("größe", "int64"), ("x", "double"), ("m.role", "byte_array"))
    raw = path.read_bytes()
    for end in range(len(raw)):
        path.write_bytes(raw[:end])
        with pytest.raises(CaptureError):
            tabular.table(path, "parquet", path.name)


def test_data_stay_outside_and_their_manifest_comes_in(source: Make, read: Reads) -> None:
    """The card cites the manifest; the data file itself is listed by digest."""
    root = source(
        {"data/train.csv": "a\n1\n", "data/holdout.jsonl": '{"a": 1}\n', "data/more.csv": "a\n1\n2\n"}
    )
    found = read(root)
    roles = {e["id"]: (e["role"], e["records"]) for e in found.entries("/data/datasets")}
    assert roles == {"train": ("train", 1), "holdout": ("test", 1), "more": ("external", 2)}
    assert found.origins["data/train.csv"].raw is None
    (manifest,) = [m for origin, m in found.origins.items() if origin.startswith("datasets/train/")]
    assert hashlib.sha256(manifest.raw).hexdigest()[:12] + ".json" == manifest.origin.rpartition("/")[2]
    kept = read(root, keep_data=True).origins["data/train.csv"]
    assert (kept.raw, kept.keep) == (b"a\n1\n", True)


def test_two_formats_of_one_split_are_two_data_sets(source: Make, read: Reads) -> None:
    """Equal records differ in bytes, so each file has its own digest and name."""
    found = read(
        source({"data/train.jsonl": '{"a": 1}\n', "data/train.csv": "a\n1\n", "old/data/train.csv": "a\n2\n"})
    )
    names = sorted(e["id"] for e in found.entries("/data/datasets"))
    assert names == ["data-train-csv", "old-data-train-csv", "train"]


def test_shards_are_one_data_set(source: Make, read: Reads) -> None:
    """Its manifest names every file; their joint digest is that of the manifest."""
    found = read(source({f"data/train-0000{n}-of-00003.csv": f"a\n{n}\n" for n in range(3)}))
    (entry,) = found.entries("/data/datasets")
    assert (entry["id"], entry["role"], entry["records"]) == ("train", "train", 3)
    (manifest,) = [m for m in found.reading.materials if m.observed]
    assert entry["digest"] == hashlib.sha256(manifest.raw).hexdigest()
    assert [f["name"][:11] for f in json.loads(manifest.raw)["files"]] == [f"train-0000{n}" for n in range(3)]


def test_what_is_no_data(source: Make, read: Reads) -> None:
    """Per-sample outputs, results and other tables are listed, and are no data set of the card."""
    files = {"results/samples_task.jsonl": "{}\n", "notes.csv": "a\n1\n", "metrics/test.json": "{}"}
    found = read(source(files))
    assert found.entries("/data/datasets") == []
    assert {m.extractor for m in found.reading.materials} == {"plain"}


def test_a_wide_table_has_its_columns_in_the_manifest_only(source: Make, read: Reads) -> None:
    """A card with hundreds of columns would be no card."""
    names = [f"c{n}" for n in range(100)]
    found = read(source({"data/train.csv": ",".join(names) + "\n" + ",".join(names) + "\n"}))
    assert not any("/features/" in pointer for pointer in found.values)
    assert found.noted("100 columns")
