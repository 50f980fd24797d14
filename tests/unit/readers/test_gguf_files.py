"""GGUF: files as the reference library writes them, files bent by hand, and laws over both."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import gguf
import numpy
import pytest
from gguf.constants import GGML_QUANT_SIZES, LlamaFileType
from hypothesis import given, settings
from hypothesis import strategies as st

from cognify import canonical
from cognify.errors import CaptureError
from cognify.readers import gguf as reader
from cognify.readers import gguf_header, read_sources

Make = Callable[[Mapping[str, object]], Path]
Reads = Callable[..., Any]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A small model: metadata, a vocabulary, one float tensor and one in Q8_0."""
    path = tmp_path_factory.mktemp("gguf") / "m.gguf"
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("Größe")
    writer.add_license("apache-2.0")
    writer.add_base_model_count(1)
    writer.add_base_model_name(0, "Tiny")
    writer.add_base_model_organization(0, "Example Org")
    writer.add_file_type(LlamaFileType.MOSTLY_Q8_0)
    writer.add_token_list(["a", "bc", "größe"])
    writer.add_token_scores([0.5, 0.25, 0.125])
    writer.add_float32("llama.rope.freq_base", 10000.0)
    writer.add_tensor("token_embd.weight", numpy.ones((3, 32), dtype=numpy.float32))
    quantised = gguf.quants.quantize(numpy.ones((4, 64), dtype=numpy.float32), gguf.GGMLQuantizationType.Q8_0)
    writer.add_tensor("blk.0.weight", quantised, raw_dtype=gguf.GGMLQuantizationType.Q8_0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path.read_bytes()


def made(*, version: int = 3, pairs: bytes = b"", n_pairs: int = 0, tensors: bytes = b"", n_tensors: int = 0,
         order: str = "<", data: bytes = b"") -> bytes:  # fmt: skip
    head = b"GGUF" + struct.pack(f"{order}IQQ", version, n_tensors, n_pairs) + pairs + tensors
    return head + bytes(-len(head) % 32) + data


def text(value: str, order: str = "<") -> bytes:
    return struct.pack(f"{order}Q", len(value.encode())) + value.encode()


def tensor(name: str, shape: tuple[int, ...], kind: int = 0, order: str = "<") -> bytes:
    sizes = struct.pack(f"{order}I{len(shape)}Q", len(shape), *shape)
    return text(name, order) + sizes + struct.pack(f"{order}IQ", kind, 0)


def test_a_real_file(whole: bytes, source: Make, read: Reads) -> None:
    """Digest and size are of all bytes, counts of the shapes; what a converter copied is declared."""
    found = read(source({"out/m.gguf": whole}))
    assert found.entries("/model/artifacts") == [{
        "path": "out/m.gguf", "digest": canonical.sha256(whole), "bytes": len(whole), "format": "GGUF Q8_0",
        "parameters": 3 * 32 + 4 * 64,
    }]  # fmt: skip
    assert found["/model/parameters_total"] == 352
    assert found["/model/architecture"] == "llama"
    assert (found["/model/license"], found.kinds["/model/license"]) == ("apache-2.0", "declared")
    assert (found["/model/base/id"], found["/model/base/provider"]) == ("Tiny", "Example Org")
    assert found.origins["out/m.gguf"].raw is None
    header = gguf_header.read(io.BytesIO(whole), len(whole))
    assert header.parameters == {"F32": 96, "Q8_0": 256}
    assert header.end is not None and header.end <= len(whole)


def test_the_tables_are_those_of_the_reference() -> None:
    """Block sizes of every tensor type, and names of every file type."""
    assert {int(k): (k.name, *v) for k, v in GGML_QUANT_SIZES.items()} == gguf_header.TYPES
    names = {int(k): k.name.removeprefix("ALL_").removeprefix("MOSTLY_") for k in LlamaFileType}
    assert names == {**reader._FILE_TYPES, 1024: "GUESSED"}


def test_parts_are_one_model(whole: bytes, source: Make, read: Reads) -> None:
    """Their parameters add up."""
    found = read(source({"m-00001-of-00002.gguf": whole, "m-00002-of-00002.gguf": whole}))
    assert found["/model/parameters_total"] == 704
    assert len(found.entries("/model/artifacts")) == 2


def test_a_part_that_is_missing(whole: bytes, source: Make, read: Reads) -> None:
    """Said, and not counted as the whole."""
    found = read(source({"m-00002-of-00003.gguf": whole}))
    assert found.noted("m-00002", "1, 3 are not here")
    assert "/model/parameters_total" not in found


def test_two_models_and_an_adapter(whole: bytes, source: Make, read: Reads) -> None:
    """Each is an artifact; which is the model is not for a reader to say."""
    pairs = text("general.type") + struct.pack("<I", 8) + text("adapter")
    adapter = made(pairs=pairs, n_pairs=1, tensors=tensor("a", (2, 3)), n_tensors=1, data=bytes(24))
    found = read(source({"a.gguf": whole, "b.gguf": whole, "lora.gguf": adapter}))
    assert "/model/parameters_total" not in found
    assert {e["path"]: e["parameters"] for e in found.entries("/model/artifacts")} == {
        "a.gguf": 352, "b.gguf": 352, "lora.gguf": 6,
    }  # fmt: skip
    assert found.noted("a.gguf", "several models")
    assert not found.noted("lora.gguf")


def test_other_versions(source: Make, read: Reads) -> None:
    """Version 2 and big-endian files read; a newer one is captured by digest, and that is said."""
    big = made(order=">", tensors=tensor("a", (4,), order=">"), n_tensors=1, data=bytes(16))
    old = made(version=2, tensors=tensor("a", (5,)), n_tensors=1, data=bytes(20))
    for raw, count in ((big, 4), (old, 5)):
        assert read(source({"m.gguf": raw}))["/model/parameters_total"] == count
    found = read(source({"m.gguf": made(version=4)}))
    assert found.noted("m.gguf", "GGUF version 4", "2 and 3")
    assert found.origins["m.gguf"].extractor == "gguf"


def test_a_tensor_type_that_is_not_known(source: Make, read: Reads) -> None:
    """Its parameters count; how long the file must be cannot be said."""
    found = read(source({"m.gguf": made(tensors=tensor("a", (7,), 99), n_tensors=1)}))
    assert found.entries("/model/artifacts")[0]["format"] == "GGUF type-99"
    assert found["/model/parameters_total"] == 7


LONG = struct.pack("<Q", 1 << 60)
ARRAY = struct.pack("<I", 9)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "cut short"), (b"\x80\x04}q\x00.", "not a GGUF"), (made()[:20], "cut short"),
        (made(n_pairs=1, pairs=LONG), "a name of"),
        (made(n_pairs=1 << 40), "more than 1000000 entries"),
        (made(n_pairs=1, pairs=text("k") + struct.pack("<I", 8) + LONG), "cut short"),
        (made(n_pairs=1, pairs=text("k") + struct.pack("<I", 77)), "unknown type"),
        (made(n_pairs=1, pairs=text("k") + ARRAY + struct.pack("<IQ", 0, 1 << 50)), "cut short"),
        (made(n_pairs=1, pairs=text("k") + ARRAY + struct.pack("<IQ", 9, 1) * 6), "too deep"),
        (made(n_pairs=1, pairs=text("k") + ARRAY + struct.pack("<IQ", 8, 2_000_000) + bytes(16_000_100)), "lists of more"),
        (made(n_pairs=2, pairs=(text("k") + struct.pack("<IB", 0, 1)) * 2), "twice"),
        (made(n_pairs=1, pairs=struct.pack("<Q", 1) + b"\xff"), "not UTF-8"),
        (made(n_pairs=1, pairs=text("general.alignment") + struct.pack("<II", 4, 0)), "alignment"),
        (made(n_tensors=2, tensors=tensor("a", (1,)) * 2), "twice"),
        (made(n_tensors=1, tensors=tensor("a", (1,) * 9)), "9 dimensions"),
        (made(n_tensors=1, tensors=tensor("a", (1 << 60, 1 << 60))), "more parameters"),
        (made(n_tensors=1, tensors=tensor("a", (100,)), data=bytes(9)), "its tensors end"),
    ],
)  # fmt: skip
def test_what_is_damaged_is_refused(raw: bytes, says: str, source: Make) -> None:
    """By one id, before anything is allocated that the file does not hold."""
    with pytest.raises(CaptureError) as stop:
        read_sources([source({"m.gguf": raw})], keep_data=False)
    assert stop.value.fault == "run-unreadable"
    assert says in stop.value.what


def test_metadata_that_is_no_short_text(source: Make, read: Reads) -> None:
    """Numbers, paths, bytes that are no text and texts beyond all length are not claimed."""
    pairs = text("general.architecture") + struct.pack("<II", 4, 5)
    pairs += text("general.license") + struct.pack("<I", 8) + text("/srv/me/licence")
    pairs += text("general.base_model.0.name") + struct.pack("<I", 8) + struct.pack("<Q", 2) + b"\xff\xfe"
    pairs += text("general.base_model.0.version") + struct.pack("<I", 8) + text("v" * 70_000)
    pairs += text("x") + ARRAY + struct.pack("<IQ", 4, 2) + bytes(8)
    found = read(source({"m.gguf": made(n_pairs=5, pairs=pairs)}))
    assert [p for p in found.values if not p.startswith("/model/artifacts")] == ["/model/parameters_total"]


def test_any_bytes(whole: bytes) -> None:
    """A header bent anywhere is a header, or refused as none; nothing else escapes."""

    @settings(max_examples=300, deadline=None)
    @given(st.integers(0, len(whole) - 1), st.binary(min_size=1, max_size=9), st.integers(0, len(whole)))
    def law(place: int, put: bytes, end: int) -> None:
        for raw in (whole[:place] + put + whole[place + len(put) :], whole[:end]):
            try:
                gguf_header.read(io.BytesIO(raw), len(raw))
            except gguf_header.Malformed:
                pass

    law()
