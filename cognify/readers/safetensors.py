"""Weights in safetensors files: digests of all bytes, and parameters from the headers alone."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Any

from cognify import replay
from cognify.errors import ReplayError
from cognify.readers import taking, walk
from cognify.readers.reading import COMPUTED, Claim, Material, Reading
from cognify.replay.binary import MAX_HEADER

CITABLE = 4 * 1024 * 1024
"""Up to this size the file itself is taken in, so that the count can be cited from its own bytes."""
_HEADER_ONLY = 8


class _Safetensors:
    name = "safetensors"
    version = 1

    def finds(self, source: Path) -> tuple[Path, ...]:
        """The folders that hold final weights; checkpoints only where there is nothing else."""
        files = [path for path in walk.files(source) if path.suffix == ".safetensors"]
        final = [path for path in files if walk.checkpoint(path, source) is None]
        if not final and files:
            newest = max(walk.checkpoint(path, source) or 0 for path in files)
            final = [path for path in files if walk.checkpoint(path, source) == newest]
        folders = dict.fromkeys(path if path == source else path.parent for path in final)
        return tuple(folders)

    def read(self, found: Path, source: Path) -> Reading:
        """One observation over the weights of a folder, and an entry of the card for each file."""
        files = [found] if found.is_file() else [
            path for path in walk.files(source)
            if path.parent == found and path.suffix == ".safetensors"
        ]  # fmt: skip
        materials = [self._take(path, source) for path in files]
        listed: list[dict[str, Any]] = [
            {
                "path": material.origin, "sha256": material.sha256, "bytes": material.size,
                "format": "safetensors", "parameters": _parameters(path, source),
            }
            for path, material in zip(files, materials, strict=True)
        ]  # fmt: skip
        folder = "" if found in (source, *files) else walk.relative(found, source) + "/"
        kind = "adapter" if any("adapter" in path.name for path in files) else "model"
        total = sum(entry["parameters"] for entry in listed)
        seen = {"files": listed, "kind": kind, "observed": "weights", "parameters": total}
        origin = f"observed/{folder}{kind}-weights.json"
        claims = [
            Claim(taking.pointer("model", "artifacts", f"[{entry['path']}]", field), origin,
                  f"json:/files/{number}/{key}", via, COMPUTED)
            for number, entry in enumerate(listed)
            for field, key, via in (
                ("path", "path", "text"), ("digest", "sha256", "text"), ("bytes", "bytes", "integer"),
                ("format", "format", "text"), ("parameters", "parameters", "integer"),
            )
        ]  # fmt: skip
        return Reading((*materials, taking.observation(self, origin, seen)), tuple(claims))

    def _take(self, path: Path, source: Path) -> Material:
        if os.path.getsize(path) > CITABLE:
            return taking.hashed(self, path, source)
        raw = taking.read(path, source)
        return taking.material(self, walk.relative(path, source), raw, taking.media_of(path))


def _parameters(path: Path, source: Path) -> int:
    """The parameters that the file's header lists; the file must be as long as the header says."""
    where = walk.relative(path, source)
    try:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            head = file.read(_HEADER_ONLY)
            length = struct.unpack("<Q", head)[0] if len(head) == _HEADER_ONLY else 0
            if not 0 < length <= min(MAX_HEADER, size - _HEADER_ONLY):
                raise taking.unreadable("cut short, or not a safetensors file", where)
            head += file.read(length)
    except OSError as error:
        raise taking.unreadable(f"the file cannot be read: {error.strerror}", where) from None
    try:
        count = replay.find("safetensors:parameters", head).value
    except ReplayError as error:
        raise taking.unreadable(error.what, where) from None
    header = taking.parsed(head[_HEADER_ONLY:].rstrip(b" "), where)
    offsets = [t.get("data_offsets") for name, t in header.items() if name != "__metadata__"]
    ends = [o[1] for o in offsets if isinstance(o, list) and len(o) == 2 and isinstance(o[1], int)]
    if len(ends) != len(offsets) or max(ends, default=0) != size - _HEADER_ONLY - length:
        raise taking.unreadable("cut short: the file is not as long as its header says", where)
    if count > 2**53 - 1:
        raise taking.unreadable("more parameters than any model has", where)
    return int(count)


SAFETENSORS = _Safetensors()
