"""GGUF files: digest and size of all bytes; architecture, quantisation and parameters from the header."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cognify.readers import gguf_header, taking, walk
from cognify.readers.reading import COMPUTED, DECLARED, Claim, Reading

_PART = re.compile(r"-([0-9]{5})-of-([0-9]{5})\Z")
_FILE_TYPES = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S",
    12: "Q3_K_M", 13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K",
    19: "IQ2_XXS", 20: "IQ2_XS", 21: "Q2_K_S", 22: "IQ3_XS", 23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL",
    26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S", 29: "IQ2_M", 30: "IQ4_XS", 31: "IQ1_M", 32: "BF16",
    36: "TQ1_0", 37: "TQ2_0", 38: "MXFP4_MOE", 39: "NVFP4", 40: "Q1_0",
}  # fmt: skip
_TOLD = {
    "general.architecture": "/model/architecture", "general.license": "/model/license",
    "general.base_model.0.name": "/model/base/id", "general.base_model.0.version": "/model/base/revision",
    "general.base_model.0.organization": "/model/base/provider",
}  # fmt: skip
_MAX_TEXT = 200


class _Gguf:
    name = "gguf"
    version = 1

    def finds(self, source: Path) -> tuple[Path, ...]:
        """Every model; of one in parts the first part that is there."""
        whole: dict[str, Path] = {}
        for path in walk.files(source):
            if path.suffix == ".gguf":
                whole.setdefault(_stem(path), path)
        return tuple(whole.values())

    def read(self, found: Path, source: Path) -> Reading:
        """One observation over the parts of a model, and an entry of the card for each."""
        parts = [p for p in walk.files(source) if p.suffix == ".gguf" and _stem(p) == _stem(found)]
        origin = walk.relative(found, source)
        materials = [taking.hashed(self, path, source, "application/x-gguf") for path in parts]
        try:
            headers = [_header(path, source) for path in parts]
        except gguf_header.Newer as error:
            return Reading(tuple(materials), notes=(f"{origin}: {error}; its header is not read",))
        files = [
            {
                "path": m.origin, "sha256": m.sha256, "bytes": m.size, "tensors": header.tensors,
                "parameters": sum(header.parameters.values()), "parameters_by_type": header.parameters,
                "format": f"GGUF {_quantisation(header)}".strip(),
            }
            for m, header in zip(materials, headers, strict=True)
        ]  # fmt: skip
        kind = _text(headers[0].values.get("general.type")) or "model"
        told = {key: text for key in _TOLD if (text := _text(headers[0].values.get(key)))}
        seen: dict[str, Any] = {
            "observed": "gguf", "kind": kind, "version": headers[0].version, "files": files,
            "metadata": told, "parameters": sum(entry["parameters"] for entry in files),
        }  # fmt: skip
        observed = taking.observation(self, f"observed/{origin}.json", seen)
        missing = _missing(parts)
        notes = [f"{origin}: of its parts {', '.join(missing)} are not here"] if missing else []
        # Of several models in one source none is the one whose parameters the card counts.
        alone = len(self.finds(source)) == 1 and kind == "model" and not missing
        if not alone and kind == "model":
            notes.append(f"{origin}: one of several models, or not whole; its parameters are not the total")
        claims = tuple(_claims(seen, observed.origin, alone=alone))
        return Reading((*materials, observed), claims, notes=tuple(notes))


def _header(path: Path, source: Path) -> gguf_header.Header:
    where = walk.relative(path, source)
    try:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            header = gguf_header.read(file, size)
    except OSError as error:
        raise taking.unreadable(f"the file cannot be read: {error.strerror}", where) from None
    except gguf_header.Newer:
        raise
    except gguf_header.Malformed as error:
        raise taking.unreadable(str(error), where) from None
    if header.end is not None and header.end > size:
        raise taking.unreadable(f"cut short: its tensors end at byte {header.end} of {size}", where)
    return header


def _quantisation(header: gguf_header.Header) -> str:
    """What the file says it is, or the type that most parameters have."""
    stated = _FILE_TYPES.get(header.values.get("general.file_type", -1))
    return stated or max(header.parameters, key=lambda kind: header.parameters[kind], default="")


def _stem(path: Path) -> str:
    return str(path.with_name(_PART.sub("", path.stem)))


def _missing(parts: list[Path]) -> list[str]:
    matches = [match for path in parts if (match := _PART.search(path.stem))]
    count = max((int(match[2]) for match in matches), default=0)
    there = {int(match[1]) for match in matches}
    return [str(n) for n in range(1, min(count, 1000) + 1) if n not in there][:20]


def _text(value: Any) -> str:
    fits = isinstance(value, str) and value.strip() and len(value) <= _MAX_TEXT
    return value if fits and not taking.is_private(value) else ""


def _claims(seen: dict[str, Any], origin: str, *, alone: bool) -> Iterator[Claim]:
    for number, entry in enumerate(seen["files"]):
        for field, key, via in (
            ("path", "path", "text"), ("digest", "sha256", "text"), ("bytes", "bytes", "integer"),
            ("format", "format", "text"), ("parameters", "parameters", "integer"),
        ):  # fmt: skip
            place = taking.pointer("model", "artifacts", f"[{entry['path']}]", field)
            yield Claim(place, origin, f"json:/files/{number}/{key}", via, COMPUTED)
    if not alone:
        return
    yield Claim("/model/parameters_total", origin, "json:/parameters", "integer", COMPUTED)
    for key in seen["metadata"]:
        # Converters copy these from wherever they found them: the file's word, and no more.
        kind = COMPUTED if key == "general.architecture" else DECLARED
        yield Claim(_TOLD[key], origin, f"json:{taking.pointer('metadata', key)}", "text", kind)


GGUF = _Gguf()
