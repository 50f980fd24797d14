"""The environment of the training, as `pip freeze` writes it: its digest, and known versions."""

from __future__ import annotations

import re
from pathlib import Path

from cognify.readers import taking, walk
from cognify.readers.reading import COMPUTED, Claim, Reading

_NAMES = (
    "cognify-environment.txt",
    "environment.txt", "requirements.lock", "requirements-lock.txt", "pip-freeze.txt", "pip_freeze.txt",
    "requirements.txt",
)  # fmt: skip
FRAMEWORK = (
    "accelerate", "bitsandbytes", "catboost", "datasets", "deepspeed", "evaluate", "jax", "keras",
    "lightgbm", "lightning", "lm_eval", "lm-eval", "mlflow", "numpy", "pandas", "peft", "pyarrow",
    "safetensors", "scikit-learn", "scipy", "sentence-transformers", "tensorflow", "tokenizers",
    "torch", "transformers", "trl", "unsloth", "vllm", "wandb", "xgboost",
)  # fmt: skip
_PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([A-Za-z0-9][A-Za-z0-9.!+_-]*)\s*\Z")
_MAX_BYTES = 4 * 1024 * 1024


class _Environment:
    name = "environment"
    version = 1

    def finds(self, source: Path) -> tuple[Path, ...]:
        """The one that lies highest; among equals the one that pins most surely."""
        files = [
            path for path in walk.files(source)
            if path.name in _NAMES
            and not {"mlruns", "artifacts", "wandb"} & {*walk.parts(path, source)}
        ]  # fmt: skip
        files.sort(key=lambda path: (len(path.parts), _NAMES.index(path.name)))
        return tuple(files[:1])

    def read(self, found: Path, source: Path) -> Reading:
        """The file's digest, and the exact versions of the libraries that train and evaluate."""
        origin = walk.relative(found, source)
        raw = taking.read(found, source, limit=_MAX_BYTES)
        try:
            lines = raw.decode().split("\n")
        except UnicodeDecodeError:
            raise taking.unreadable("not UTF-8 text", origin) from None
        claims = [Claim("/training/environment_digest", origin, "bytes:sha256", "text", COMPUTED)]
        pins = [match for line in lines if (match := _PIN.match(line))]
        for name in FRAMEWORK:
            found_pins = [match for match in pins if match[1].lower() == name]
            if len(found_pins) == 1:
                at = f"line-after:{found_pins[0][1]}=="
                claims.append(Claim(taking.pointer("training", "framework", name), origin, at, "text"))
        notes = () if pins else (f"{origin} pins no version exactly",)
        return Reading((taking.material(self, origin, raw, "text/plain"),), tuple(claims), notes=notes)


ENVIRONMENT = _Environment()
