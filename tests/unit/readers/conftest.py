"""What the tests of readers share: sources made by hand, and readings as values."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from cognify import replay
from cognify.readers import Reading, read_sources
from cognify.records import card
from cognify.records.lock import Citation
from tests.docs.readers import ANY, SOURCES

_KEY = re.compile(r"/\[[^\]]*\](?=/|\Z)")
_STRENGTH = ("measured", "computed", "declared")


class Read:
    """A reading, its claims evaluated: the value by pointer, of several the best evidenced.

    `values` are what the readers say; `around` is what Cognify puts around results by itself.
    """

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.origins = {material.origin: material for material in reading.materials}
        self.values: dict[str, Any] = {}
        self.kinds: dict[str, str] = {}
        self.around: dict[str, Any] = {}
        self._require_in_the_manual()
        for claim in sorted(reading.claims, key=lambda claim: _STRENGTH.index(claim.kind)):
            raw = self.origins[claim.origin].raw
            assert raw is not None, claim
            citation = Citation(claim.kind, claim.via, "a01", claim.at)
            value, _ = replay.value_of(citation, raw)
            if self.origins[claim.origin].extractor == "evaluated":
                self.around.setdefault(claim.pointer, value)
                continue
            self.values.setdefault(claim.pointer, value)
            self.kinds.setdefault(claim.pointer, claim.kind)

    def _require_in_the_manual(self) -> None:
        """The manual's table of coverage names every field that a reader fills here."""
        for claim in self.reading.claims:
            material = self.origins[claim.origin]
            if material.extractor in ANY or material.plugins or "/x-" in claim.pointer:
                continue
            known = material.extractor in SOURCES
            assert known, f"tell in tests/docs/readers.py what {material.extractor} reads and fills"
            field = card.field_at(_KEY.sub("/0", claim.pointer))
            names = SOURCES[material.extractor].names()
            assert field is not None and field.name in names, (material.extractor, claim.pointer)

    def __getitem__(self, pointer: str) -> Any:
        return self.values[pointer]

    def __contains__(self, pointer: str) -> bool:
        return pointer in self.values

    def entries(self, place: str, *, around: bool = False) -> list[dict[str, Any]]:
        """The entries of a list of the card, each as its fields."""
        found: dict[str, dict[str, Any]] = {}
        for pointer, value in (self.around if around else self.values).items():
            if pointer.startswith(f"{place}/["):
                key, _, field = pointer.removeprefix(f"{place}/[").partition("]/")
                found.setdefault(key, {})[field] = value
        return list(found.values())

    def noted(self, *words: str) -> bool:
        """Whether one note holds all *words*."""
        return any(all(word in note for word in words) for note in self.reading.notes)


@pytest.fixture(scope="session")
def read() -> Callable[..., Read]:
    def reads(*sources: Path, keep_data: bool = False) -> Read:
        return Read(read_sources(sources, keep_data=keep_data))

    return reads


@pytest.fixture
def source(tmp_path: Path) -> Callable[[Mapping[str, object]], Path]:
    """Writes a source: bytes and text as they are, anything else as JSON."""

    def write(files: Mapping[str, object]) -> Path:
        root = tmp_path / "run"
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                path.write_bytes(content)
            else:
                path.write_text(content if isinstance(content, str) else json.dumps(content))
        return root

    return write


@pytest.fixture(scope="session")
def weights() -> Callable[..., bytes]:
    """A safetensors file with one tensor of the given shape."""

    def make(*shape: int, name: str = "w") -> bytes:
        size = 4
        for dimension in shape:
            size *= dimension
        header = json.dumps({name: {"dtype": "F32", "shape": shape, "data_offsets": [0, size]}}).encode()
        return struct.pack("<Q", len(header)) + header + bytes(size)

    return make
