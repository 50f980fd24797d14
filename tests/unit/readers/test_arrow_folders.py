"""Folders of `datasets`: the recorded ones, files that pyarrow writes, and files that are bent."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cognify.errors import CaptureError
from cognify.readers import arrow_stream, read_sources

Make = Callable[[Mapping[str, object]], Path]
Reads = Callable[..., Any]
FIXTURE = Path(__file__).parents[4] / "shared/fixtures/runs/docs-sft"
beside = pytest.mark.skipif(
    not FIXTURE.is_dir(), reason="fixture runs are not here; real folders go untested"
)


def arrow(*batches: int, file: bool = False, ended: bool = True) -> bytes:
    sink = io.BytesIO()
    schema = pa.schema([("a", pa.int64()), ("größe", pa.string())])
    writer = (pa.ipc.new_file if file else pa.ipc.new_stream)(sink, schema)
    for count in batches:
        writer.write_batch(pa.record_batch([list(range(count)), ["x"] * count], schema=schema))
    if not ended:
        return sink.getvalue()
    writer.close()
    return sink.getvalue()


def folder(*names: str, **info: Any) -> dict[str, object]:
    state = {"_data_files": [{"filename": name} for name in names], "_fingerprint": "5b5b4c4303caba62"}
    return {"d/train/state.json": state, "d/train/dataset_info.json": {"features": {}, "license": "", **info}}


@beside
def test_the_recorded_folders(read: Reads) -> None:
    """Digest and count of each split as the README gives them, beside the same data in other formats."""
    found = read(FIXTURE)
    entries = {e["id"]: e for e in found.entries("/data/datasets") if e["id"].endswith("-arrow")}
    assert {name: (e["role"], e["records"]) for name, e in entries.items()} == {
        "train-arrow": ("train", 700), "validation-arrow": ("validation", 80), "test-arrow": ("test", 80),
    }  # fmt: skip
    assert (
        entries["test-arrow"]["digest"] == "28269fb76d958bbaf24733ddfca820a9d27880cdfc78a38cf06e1b751a1ed5d2"
    )
    assert entries["test-arrow"]["features/0/name"] == "id"


@pytest.mark.parametrize("raw", [arrow(3, 0, 4), arrow(7, file=True), arrow(5, 2, ended=False)])
def test_records_are_counted(raw: bytes) -> None:
    """The stream, the file format, and a stream without the mark of its end."""
    assert arrow_stream.records(io.BytesIO(raw), len(raw)) == 7


def test_what_the_folder_says(source: Make, read: Reads) -> None:
    """Licence, version and columns are declared; of several files the observation is what has a digest."""
    info = {
        "license": "mit",
        "version": {"version_str": "1.2.0"},
        "features": {"a": {"dtype": "int64"}, "b": [{}]},
    }
    found = read(
        source(
            {**folder("x.arrow", "y.arrow", **info), "d/train/x.arrow": arrow(2), "d/train/y.arrow": arrow(3)}
        )
    )
    (entry,) = found.entries("/data/datasets")
    digest = entry.pop("digest")
    assert digest == found.origins["observed/d/train/state.json"].sha256
    assert entry == {
        "role": "train", "id": "train", "records": 5, "license": "mit", "version": "1.2.0",
        "features/0/name": "a", "features/0/type": "int64", "features/1/name": "b",
    }  # fmt: skip
    assert found.kinds["/data/datasets/[train]/license"] == "declared"
    assert found.origins["d/train/x.arrow"].raw is None


def test_files_that_are_missing_and_folders_of_one_name(source: Make, read: Reads) -> None:
    """A folder that is not whole is not entered; two of one name go by the folders around them."""
    files = {**folder("x.arrow", "../y.arrow"), "d/train/x.arrow": arrow(2)}
    found = read(source(files))
    assert not found.values
    assert found.noted("d/train/state.json", "../y.arrow")
    other = {name.replace("d/", "e/"): content for name, content in folder("x.arrow").items()}
    files = {**folder("x.arrow"), **other, "d/train/x.arrow": arrow(2), "e/train/x.arrow": arrow(1)}
    assert {e["id"] for e in read(source(files)).entries("/data/datasets")} == {"d-train", "e-train"}
    assert read(source({"state.json": {"a": 1}, "dataset_info.json": []})).noted("none is named")


@pytest.mark.parametrize(
    "raw", [b"", b"\x80\x04}q\x00.", arrow(3)[:-40], arrow(3)[:12], b"\xff" * 64, bytes(64)]
)
def test_files_that_are_damaged(raw: bytes, source: Make) -> None:
    """Refused by name."""
    with pytest.raises(CaptureError) as stop:
        read_sources([source({**folder("x.arrow"), "d/train/x.arrow": raw})], keep_data=False)
    assert stop.value.fault == "run-unreadable"


def test_any_bytes() -> None:
    """A stream bent anywhere has a count, or is refused as none; nothing else escapes."""
    whole = arrow(3, 4)

    @settings(max_examples=300, deadline=None)
    @given(st.integers(0, len(whole) - 1), st.binary(min_size=1, max_size=9), st.integers(0, len(whole)))
    def law(place: int, put: bytes, end: int) -> None:
        for raw in (whole[:place] + put + whole[place + len(put) :], whole[:end]):
            try:
                assert arrow_stream.records(io.BytesIO(raw), len(raw)) >= 0
            except arrow_stream.Malformed:
                pass

    law()
