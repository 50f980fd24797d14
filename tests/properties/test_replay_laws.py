"""Laws of replay: spans are exact, the own readers agree with the standard ones, nothing escapes."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cognify import replay
from cognify.errors import ReplayError
from cognify.replay import tables

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
LOCATORS = st.sampled_from(
    ["json:/a", "json:", "json-key:/a", "json-path:/a/0", "jsonl:1#/a", "jsonl:count", "csv:1/a", "csv:count",
     "csv-header:a", "csv-where:a=1#b", "yaml:/a/0", "yaml:", "parquet:/num_rows", "safetensors:parameters", "safetensors:/a", "sqlite:t?k=1#v",
     "bytes:size", "text:", "lines:1-2", "line-after:a"]
)  # fmt: skip


def places(value: Any, pointer: str = "") -> list[tuple[str, Any]]:
    inner: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    found = [(pointer, value)]
    for key, item in inner:
        found += places(item, f"{pointer}/{replay.escape(str(key))}")
    return found


@given(JSON, st.sampled_from([None, 1]), st.booleans())
@settings(max_examples=150)
def test_every_place_of_a_document_is_found_with_its_span(
    value: Any, indent: int | None, ascii: bool
) -> None:
    """The bytes at the span, read alone, are the value at the pointer."""
    raw = json.dumps(value, indent=indent, ensure_ascii=ascii).encode()
    for pointer, expected in places(value):
        found = replay.find(f"json:{pointer}", raw)
        assert json.loads(raw[found.start : found.end]) == expected


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=6), min_size=2, max_size=2),
        max_size=6,
    )
)
@settings(max_examples=150)
def test_tables_read_as_the_standard_library_reads_them(rows: list[list[str]]) -> None:
    """Whatever stands in quotes: commas, quotes, line breaks."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([["a", "b"], *rows])
    raw = text.getvalue().encode()
    assert [[field for field, _, _ in row] for row in tables.rows(raw, "t")] == [["a", "b"], *rows]
    for number, row in enumerate(rows, 1):
        found = replay.find(f"csv:{number}/b", raw)
        assert raw[found.start : found.end].decode().replace('""', '"') == found.raw == row[1]
    assert replay.find("csv:count", raw).value == len(rows)


@given(
    LOCATORS,
    st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")),
)
@settings(max_examples=400)
def test_no_bytes_make_a_locator_stumble(at: str, raw: bytes) -> None:
    """A value or the one refusal, whatever the evidence holds."""
    for head in (b"", b"PAR1", b"SQLite format 3\x00", (20).to_bytes(8, "little"), b'{"a": ', b"a,b\n"):
        faults = set()
        try:
            replay.find(at, head + raw)
        except ReplayError as refusal:
            faults.add(refusal.fault)
        assert faults <= {"citation-unreplayable"}
