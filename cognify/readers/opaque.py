"""Weights in formats that hold programs or need their tool: listed on the card by digest, never opened."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cognify.readers import taking, walk
from cognify.readers.data_files import role_of
from cognify.readers.reading import COMPUTED, Claim, Reading

_TORCH = "PyTorch"
_FORMATS: Mapping[str, str] = {
    ".pt": _TORCH, ".pth": _TORCH, ".ckpt": "checkpoint", ".bin": _TORCH,
    ".joblib": "joblib", ".pkl": "pickle", ".pickle": "pickle", ".skops": "skops", ".onnx": "ONNX",
    ".h5": "HDF5", ".hdf5": "HDF5", ".keras": "Keras", ".tflite": "TensorFlow Lite",
    ".npz": "NumPy", ".npy": "NumPy", ".msgpack": "Flax", ".ubj": "XGBoost", ".cbm": "CatBoost",
    ".mlmodel": "Core ML",
}  # fmt: skip
_BINS = ("pytorch_model", "adapter_model", "model", "diffusion_pytorch_model")
"""How `.bin` files of weights begin: others with that ending are arguments, indexes, caches."""
_ARRAYS = frozenset({"weight", "weights", "params", "parameters", "model", "checkpoint", "ckpt"})
"""What the name of an array of weights ends with: most arrays are data, or what a model gave."""
_TURNS = frozenset({"", "final", "best", "last", "latest", "ema", "epoch", "step"})
_OTHERS = ("class", "sample", "loss", "instance", "token", "optim", "grad", "hyper")
"""What else has weights and parameters: `class_weights.npy` is no model."""
_STATES = ("optimizer", "scheduler", "scaler", "rng_state", "training_args", "trainer_state")
"""What a training keeps to be resumed is no part of the model."""
_STORES = frozenset({"mlruns", "mlartifacts", "wandb"})


class _Opaque:
    name = "opaque"
    version = 1

    def finds(self, source: Path) -> tuple[Path, ...]:
        """The source, if weights of such formats lie in it: final ones, else those of the last checkpoint."""
        return (source,) if _weights(source) else ()

    def read(self, found: Path, source: Path) -> Reading:
        """One observation over all of them, and an entry of the card for each."""
        materials = [taking.hashed(self, path, source) for path in _weights(source)]
        listed: list[dict[str, Any]] = [
            {"path": m.origin, "sha256": m.sha256, "bytes": m.size, "format": _format(Path(m.origin))}
            for m in materials
        ]  # fmt: skip
        seen = taking.observation(self, "observed/opaque-weights.json",
                                  {"files": listed, "observed": "weights that were not opened"})  # fmt: skip
        claims = tuple(
            Claim(taking.pointer("model", "artifacts", f"[{entry['path']}]", field), seen.origin,
                  f"json:/files/{number}/{key}", via, COMPUTED)
            for number, entry in enumerate(listed)
            for field, key, via in (("path", "path", "text"), ("digest", "sha256", "text"),
                                    ("bytes", "bytes", "integer"), ("format", "format", "text"))
        )  # fmt: skip
        return Reading((*materials, seen), claims)


def _weights(source: Path) -> list[Path]:
    """The files, without those in a tracker's store: it holds what other runs made, too."""
    outside = (path for path in walk.files(source) if not _STORES & {*walk.parts(path, source)})
    files = [path for path in outside if _is_weights(path)]
    final = [path for path in files if walk.checkpoint(path, source) is None]
    # The last checkpoint stands in where the trainer saved no model beside it, in whatever format.
    saved = any(p.suffix == ".safetensors" and walk.checkpoint(p, source) is None for p in walk.files(source))
    if final or saved or not files:
        return final
    newest = max(walk.checkpoint(path, source) or 0 for path in files)
    return [path for path in files if walk.checkpoint(path, source) == newest]


def _is_weights(path: Path) -> bool:
    name, ending = path.name.lower(), path.suffix.lower()
    if ending not in _FORMATS or name.startswith(_STATES):
        return False
    if ending == ".bin":
        return name.startswith(_BINS)
    if ending in (".npz", ".npy") and not _is_array(path.stem.lower()):
        return False
    return role_of(path.stem) == "external"  # `train.pkl`, `test.h5` are data


def _is_array(stem: str) -> bool:
    """Whether an array called *stem* holds weights: `model_weights`, `params-best-3`."""
    words = [word.rstrip("0123456789") for word in re.split(r"[_.-]+", stem)]
    while len(words) > 1 and words[-1] in _TURNS:
        words.pop()
    return words[-1] in _ARRAYS and not any(word.startswith(_OTHERS) for word in words)


def _format(path: Path) -> str:
    return _FORMATS[path.suffix.lower()]


OPAQUE = _Opaque()
