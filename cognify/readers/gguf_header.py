"""The header of a GGUF file: key and value pairs, and the tensors' names, shapes and types.

Source: the GGUF specification of ggml, versions 2 and 3. Lengths are held against the file before
anything is read, and long lists (a vocabulary) are counted and passed over.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import IO, Any

KNOWN = (2, 3)
_MAX_ITEMS = 1_000_000
_MAX_TEXT = 65_536
_MAX_NAME = 4096
_MAX_DIMENSIONS = 8
_MAX_NESTING = 4
_MAX_PARAMETERS = 2**53 - 1
_STRING, _ARRAY = 8, 9
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
TYPES = {
    0: ("F32", 1, 4), 1: ("F16", 1, 2), 2: ("Q4_0", 32, 18), 3: ("Q4_1", 32, 20), 6: ("Q5_0", 32, 22),
    7: ("Q5_1", 32, 24), 8: ("Q8_0", 32, 34), 9: ("Q8_1", 32, 40), 10: ("Q2_K", 256, 84),
    11: ("Q3_K", 256, 110), 12: ("Q4_K", 256, 144), 13: ("Q5_K", 256, 176), 14: ("Q6_K", 256, 210),
    15: ("Q8_K", 256, 292), 16: ("IQ2_XXS", 256, 66), 17: ("IQ2_XS", 256, 74), 18: ("IQ3_XXS", 256, 98),
    19: ("IQ1_S", 256, 50), 20: ("IQ4_NL", 32, 18), 21: ("IQ3_S", 256, 110), 22: ("IQ2_S", 256, 82),
    23: ("IQ4_XS", 256, 136), 24: ("I8", 1, 1), 25: ("I16", 1, 2), 26: ("I32", 1, 4), 27: ("I64", 1, 8),
    28: ("F64", 1, 8), 29: ("IQ1_M", 256, 56), 30: ("BF16", 1, 2), 34: ("TQ1_0", 256, 54),
    35: ("TQ2_0", 256, 66), 39: ("MXFP4", 32, 17), 40: ("NVFP4", 64, 36), 41: ("Q1_0", 128, 18),
}  # fmt: skip
"""Tensor types: name, elements in a block, bytes of a block."""


class Malformed(ValueError):
    """The bytes are not a GGUF header; what it says is for the person capturing."""


class Newer(Malformed):
    """A version of the format that is not known here."""


@dataclass(frozen=True, slots=True)
class Header:
    """`values` are scalars and short texts by key; `parameters` by tensor type, `tensors` their number.

    `end` is the least size in bytes that the file must have; None where a tensor's type is not known.
    """

    version: int
    values: dict[str, Any]
    tensors: int
    parameters: dict[str, int]
    end: int | None


def read(file: IO[bytes], size: int) -> Header:
    """The header of *file*, which has *size* bytes.

    Raises:
        Malformed: not GGUF, cut short, or beyond a limit; `Newer` for an unknown version.
    """
    return _Walk(file, size).header()


class _Walk:
    def __init__(self, file: IO[bytes], size: int) -> None:
        self.file, self.size, self.at = file, size, 0
        self.order = "<"
        self.left = _MAX_ITEMS

    def header(self) -> Header:
        if self._take(4) != b"GGUF":
            raise Malformed("not a GGUF file")
        version = self._number("I")
        if version & 0xFFFF == 0 and version:
            self.order, version = ">", int.from_bytes(version.to_bytes(4, "little"), "big")
        if version not in KNOWN:
            raise Newer(f"GGUF version {version}; known are {' and '.join(map(str, KNOWN))}")
        tensors, pairs = self._number("Q"), self._number("Q")
        if tensors + pairs > _MAX_ITEMS:
            raise Malformed(f"more than {_MAX_ITEMS} entries")
        values: dict[str, Any] = {}
        for _ in range(pairs):
            key = self._text(_MAX_NAME) or ""
            if key in values:
                raise Malformed(f"the key {key[:60]!r} is there twice")
            values[key] = self._value(self._number("I"), 0)
        return self._tensors(version, values, tensors)

    def _tensors(self, version: int, values: dict[str, Any], count: int) -> Header:
        parameters: dict[str, int] = {}
        names, last, known = set[str](), 0, True
        for _ in range(count):
            name = self._text(_MAX_NAME) or ""
            if name in names:
                raise Malformed(f"the tensor {name[:60]!r} is there twice")
            names.add(name)
            dimensions = self._number("I")
            if dimensions > _MAX_DIMENSIONS:
                raise Malformed(f"the tensor {name[:60]!r} has {dimensions} dimensions")
            shape = [self._number("Q") for _ in range(dimensions)]
            kind, offset, elements = self._number("I"), self._number("Q"), math.prod(shape)
            label, block, width = TYPES.get(kind, (f"type-{kind}", 1, 0))
            parameters[label] = parameters.get(label, 0) + elements
            known = known and kind in TYPES
            last = max(last, offset + -(-elements // block) * width)
        if sum(parameters.values()) > _MAX_PARAMETERS:
            raise Malformed("more parameters than any model has")
        alignment = values.get("general.alignment", 32)
        if not isinstance(alignment, int) or not 0 < alignment <= 1 << 20:
            raise Malformed("no such alignment")
        start = -(-self.at // alignment) * alignment if count else self.at
        return Header(version, values, count, parameters, start + last if known else None)

    def _value(self, kind: int, depth: int) -> Any:
        """A scalar or a short text; None for a list, or a text too long to be told."""
        if kind in _SCALARS:
            return self._number(_SCALARS[kind])
        if kind == _STRING:
            return self._text(_MAX_TEXT)
        if kind != _ARRAY or depth == _MAX_NESTING:
            raise Malformed(f"a value of the unknown type {kind}, or lists nested too deep")
        inner, count = self._number("I"), self._number("Q")
        if inner in _SCALARS:
            self._skip(count * struct.calcsize(_SCALARS[inner]))
            return None
        for _ in range(count):
            self.left -= 1
            if self.left < 0:
                raise Malformed(f"lists of more than {_MAX_ITEMS} entries")
            self._value(inner, depth + 1)
        return None

    def _text(self, most: int) -> str | None:
        length = self._number("Q")
        if length > most:
            if most == _MAX_NAME:
                raise Malformed(f"a name of {length} bytes")
            self._skip(length)
            return None
        try:
            return self._take(length).decode()
        except UnicodeDecodeError:
            if most == _MAX_NAME:
                raise Malformed("a name that is not UTF-8") from None
            return None

    def _number(self, form: str) -> Any:
        form = self.order + form
        return struct.unpack(form, self._take(struct.calcsize(form)))[0]

    def _take(self, count: int) -> bytes:
        raw = self.file.read(count) if count <= self.size - self.at else b""
        if len(raw) != count:
            raise Malformed("cut short, or a length that the file does not have")
        self.at += count
        return raw

    def _skip(self, count: int) -> None:
        if count > self.size - self.at:
            raise Malformed("cut short, or a length that the file does not have")
        self.at += count
        self.file.seek(self.at)
