"""The environment of the training: what was installed (`pip freeze`), or what a lock file asked for."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from cognify.readers import taking, walk
from cognify.readers.reading import COMPUTED, Claim, Reading
from cognify.records.lock import DECLARED, MEASURED

FRAMEWORK = (
    "accelerate", "bitsandbytes", "catboost", "datasets", "deepspeed", "evaluate", "jax", "keras",
    "lightgbm", "lightning", "lm_eval", "lm-eval", "mlflow", "numpy", "pandas", "peft", "pyarrow",
    "safetensors", "scikit-learn", "scipy", "sentence-transformers", "tensorflow", "tokenizers",
    "torch", "transformers", "trl", "unsloth", "vllm", "wandb", "xgboost",
)  # fmt: skip
_PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([A-Za-z0-9][A-Za-z0-9.!+_-]*)\s*(\\|--hash=\S+)?\s*\Z")
_ENTRY = re.compile(r'(name|version) = "([^"\\]{1,100})"\Z')
_CONDA = re.compile(r"\s*- ([a-z0-9][a-z0-9._-]*)=([A-Za-z0-9][A-Za-z0-9.!+_]*)(=[^\s=]+)?\Z")
_CONDA_NAMES = {"pytorch": "torch"}
_MAX_BYTES = 16 * 1024 * 1024


class _Pin(NamedTuple):
    """An exact version of a distribution, and where it stands."""

    name: str
    at: str
    via: str = "text"


def _requirements(text: str, raw: bytes, origin: str) -> Iterator[_Pin]:
    """`name==version`, with pip's hashes or without; one that an environment marker may leave out is none."""
    for line in text.split("\n"):
        if match := _PIN.match(line):
            yield _Pin(match[1], f"line-after:{match[1]}==", "word(1)" if match[3] else "text")


def _packages(text: str, raw: bytes, origin: str) -> Iterator[_Pin]:
    """`[[package]]` with name and version, as uv, Poetry and PDM write them."""
    try:
        tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        raise taking.unreadable("half-written or not TOML", origin) from None
    name, inside = "", False
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("["):
            name, inside = "", line.strip() == "[[package]]"
        match = _ENTRY.match(line.rstrip()) if inside else None
        if match and match[1] == "name":
            name = match[2]
        elif match and name:
            yield _Pin(name, f"lines:{number}-{number}", 'after(version = ")|before(")')


def _pipfile(text: str, raw: bytes, origin: str) -> Iterator[_Pin]:
    """The default packages of `Pipfile.lock`."""
    listed = taking.inside(taking.parsed(raw, origin), "default")
    for name, entry in listed.items() if isinstance(listed, dict) else ():
        version = taking.inside(entry, "version")
        if isinstance(version, str) and version.startswith("==") and "markers" not in entry:
            yield _Pin(name, f"json:{taking.pointer('default', name, 'version')}", "after(==)")


def _conda(text: str, raw: bytes, origin: str) -> Iterator[_Pin]:
    """`- name=version=build`, and below `pip:` what pip installed."""
    for number, line in enumerate(text.split("\n"), 1):
        at = f"lines:{number}-{number}"
        if match := _CONDA.match(line.rstrip()):
            via = f"after({match[1]}=)" + ("|before(=)" if match[3] else "")
            yield _Pin(_CONDA_NAMES.get(match[1], match[1]), at, via)
        elif match := _PIN.match(line.strip().removeprefix("- ")):
            yield _Pin(match[1], at, "after(==)")


_Pins = Callable[[str, bytes, str], Iterator[_Pin]]
_FREEZES = (
    "cognify-environment.txt",
    "environment.txt", "requirements.lock", "requirements-lock.txt", "pip-freeze.txt", "pip_freeze.txt",
)  # fmt: skip
_FILES: Mapping[str, _Pins] = {
    **dict.fromkeys(_FREEZES, _requirements),
    **dict.fromkeys(("uv.lock", "poetry.lock", "pdm.lock"), _packages),
    "Pipfile.lock": _pipfile,
    **dict.fromkeys(("environment.yml", "environment.yaml"), _conda),
    "requirements.txt": _requirements,
}
"""By name; among files that lie equally high the first is taken: what was installed before what was asked."""


class _Environment:
    name = "environment"
    version = 2

    def finds(self, source: Path) -> tuple[Path, ...]:
        """The one that lies highest; among equals the one that pins most surely."""
        files = [
            path for path in walk.files(source)
            if path.name in _FILES
            and not {"mlruns", "artifacts", "wandb"} & {*walk.parts(path, source)}
        ]  # fmt: skip
        ranks = list(_FILES)
        files.sort(key=lambda path: (len(path.parts), ranks.index(path.name)))
        return tuple(files[:1])

    def read(self, found: Path, source: Path) -> Reading:
        """The file's digest, and the exact versions of the libraries that train and evaluate."""
        origin = walk.relative(found, source)
        raw = taking.read(found, source, limit=_MAX_BYTES)
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            raise taking.unreadable("not UTF-8 text", origin) from None
        pins = defaultdict[str, list[_Pin]](list)
        for pin in _FILES[found.name](text, raw, origin):
            pins[pin.name.lower()].append(pin)
        # A freeze tells what was there; a lock, what somebody meant to be.
        kind = MEASURED if _FILES[found.name] is _requirements else DECLARED
        claims = [Claim("/training/environment_digest", origin, "bytes:sha256", "text", COMPUTED)]
        for name in FRAMEWORK:
            if len(exact := pins.get(name, [])) == 1:
                place = taking.pointer("training", "framework", name)
                claims.append(Claim(place, origin, exact[0].at, exact[0].via, kind))
        notes = () if pins else (f"{origin} pins no version exactly",)
        media = taking.media_of(found) if found.suffix in (".yml", ".yaml") else "text/plain"
        media = "application/json" if found.name == "Pipfile.lock" else media
        return Reading((taking.material(self, origin, raw, media),), tuple(claims), notes=notes)


ENVIRONMENT = _Environment()
