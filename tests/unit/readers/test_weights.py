"""Safetensors: counted from headers, digested whole, refused when cut short."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cognify.errors import CaptureError
from cognify.readers import safetensors

Make = Callable[[Any], Path]
Reads = Callable[..., Any]
Weights = Callable[..., bytes]


def test_an_adapter_is_what_was_trainable(source: Make, read: Reads, weights: Weights) -> None:
    """Its count is cited from its own header; the checkpoint's copy is only listed."""
    raw = weights(3, 4)
    found = read(
        source({"o/adapter_model.safetensors": raw, "o/checkpoint-2/adapter_model.safetensors": raw})
    )
    assert found["/model/parameters_trainable"] == 12
    assert "/model/parameters_total" not in found
    (entry,) = found.entries("/model/artifacts")
    assert entry == {
        "path": "o/adapter_model.safetensors", "digest": hashlib.sha256(raw).hexdigest(), "bytes": len(raw),
        "format": "safetensors", "parameters": 12,
    }  # fmt: skip


def test_shards_are_one_model(source: Make, read: Reads, weights: Weights) -> None:
    """Without an adapter the weights are the model; its parameters are those of all shards."""
    found = read(source({f"m/model-0000{n}-of-00002.safetensors": weights(n, 5) for n in (1, 2)}))
    assert found["/model/parameters_total"] == 15
    assert "/model/parameters_trainable" not in found
    assert len(found.entries("/model/artifacts")) == 2


def test_large_weights_are_cited_from_what_was_observed(
    source: Make, read: Reads, weights: Weights, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes too many to be taken in are hashed; header and digest go into an observation."""
    monkeypatch.setattr(safetensors, "CITABLE", 10)
    found = read(source({"adapter_model.safetensors": weights(7)}))
    assert found["/model/parameters_trainable"] == 7
    assert found.origins["adapter_model.safetensors"].raw is None


def test_a_file_cut_short_at_any_byte_stops_the_capture(source: Make, read: Reads, weights: Weights) -> None:
    """Header or data: a file that is not as long as it says is not taken."""
    whole = weights(3)
    for end in range(len(whole)):
        with pytest.raises(CaptureError) as stop:
            read(source({"model.safetensors": whole[:end]}))
        assert stop.value.fault == "run-unreadable"


@pytest.mark.parametrize(
    "header",
    [b"[]", b"{", b'{"w": {"dtype": "F32"}}', b'{"w": {"shape": [-1], "data_offsets": [0, 0]}}',
     b'{"w": {"shape": [true], "data_offsets": [0, 0]}}', b'{"w": {"shape": [1]}}',
     b'{"w": {"shape": [1e9], "data_offsets": [0, 0]}}', b'{"w": {"shape": [9999999999999999999], "data_offsets": [0, 0]}}',
     b'{"w": {"shape": [4294967296, 4294967296], "data_offsets": [0, 0]}}',
     b'{"w": {"shape": [], "data_offsets": [0, 0]}, "w": {"shape": [], "data_offsets": [0, 0]}}'],
)  # fmt: skip
def test_a_header_that_lies_stops_the_capture(header: bytes, source: Make, read: Reads) -> None:
    """Shapes that are none, products beyond all models, one tensor twice."""
    with pytest.raises(CaptureError) as stop:
        read(source({"model.safetensors": struct.pack("<Q", len(header)) + header}))
    assert stop.value.fault == "run-unreadable"


@pytest.mark.parametrize("length", [0, 2**63, 2**64 - 1, 100 * 1024 * 1024 + 1])
def test_a_header_length_that_the_file_does_not_have(length: int, source: Make, read: Reads) -> None:
    """Lengths are checked before anything is allocated."""
    with pytest.raises(CaptureError) as stop:
        read(source({"model.safetensors": struct.pack("<Q", length) + json.dumps({}).encode()}))
    assert stop.value.fault == "run-unreadable"


def test_metadata_is_no_tensor(source: Make, read: Reads) -> None:
    """`__metadata__` is free text in the header."""
    header = (
        b'{"__metadata__": {"format": "pt"}, "w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}  '
    )
    found = read(source({"model.safetensors": struct.pack("<Q", len(header)) + header + bytes(8)}))
    assert found["/model/parameters_total"] == 2


def test_weights_that_are_never_opened(source: Make, read: Reads) -> None:
    """Formats that hold programs stand on the card by digest; what resumes a training does not."""
    bomb = b"cos\nsystem\n(S'touch /nowhere'\ntR."
    found = read(
        source(
            {
                "model.joblib": bomb, "enc.pkl": b"x", "train.pkl": b"rows", "pytorch_model.bin": b"y",
                "optimizer.pt": b"o", "training_args.bin": b"a", "checkpoint-3/pytorch_model.bin": b"old",
                "mlruns/1/another-run/artifacts/model/model.pkl": b"of another run",
            }
        )
    )  # fmt: skip
    entries = {e["path"]: (e["format"], e["bytes"]) for e in found.entries("/model/artifacts")}
    assert entries == {
        "model.joblib": ("joblib", len(bomb)), "enc.pkl": ("pickle", 1), "pytorch_model.bin": ("PyTorch", 1)
    }  # fmt: skip
    assert {m.extractor for m in found.reading.materials if m.origin in ("optimizer.pt", "train.pkl")} == {
        "plain"
    }
    assert all(m.raw is None or m.observed for m in found.reading.materials)


def test_arrays_that_are_called_weights(source: Make, read: Reads) -> None:
    """Of NumPy's files the name decides; none is opened, since `.npy` may hold a pickle."""
    weights = ("weights.npz", "model-best-3.npy", "sub/clf_params_epoch12.npz")
    others = ("class_weights.npy", "train_model.npy.txt", "embeddings.npy", "model_outputs.npz", "test.npy",
              "hyper_params.npz", "sample-weights.npy")  # fmt: skip
    found = read(source(dict.fromkeys((*weights, *others), b"\x93NUMPY")))
    entries = {e["path"]: e["format"] for e in found.entries("/model/artifacts")}
    assert entries == dict.fromkeys(weights, "NumPy")


@pytest.mark.parametrize("saved", ["", "model.safetensors"])
def test_the_last_checkpoint_stands_in(saved: str, source: Make, read: Reads, weights: Weights) -> None:
    """Only where the trainer saved no model, in whatever format."""
    files: dict[str, object] = {
        f"checkpoint-{n}/pytorch_model.bin": b"%d" % n for n in (9, 10)
    }  # 10 comes after 9
    found = read(source(files | ({saved: weights(2)} if saved else {})))
    paths = [entry["path"] for entry in found.entries("/model/artifacts")]
    assert paths == ([saved] if saved else ["checkpoint-10/pytorch_model.bin"])
