"""Safetensors and Parquet: what their headers and footers say, without the tools that wrote them."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from typing import Any

from cognify.replay import jsontree
from cognify.replay.found import Found, unreplayable

MAX_HEADER = 100 * 1024 * 1024
_MAX_ITEMS = 1_000_000
_MAX_DIMENSIONS = 64
_PARQUET_TYPES = (
    "boolean", "int32", "int64", "int96", "float", "double", "byte_array", "fixed_len_byte_array",
)  # fmt: skip


def safetensors_header(raw: bytes, at: str) -> jsontree.Node:
    """The header's tree (safetensors format: u64 length, then JSON); spans are of the whole file.

    Raises:
        ReplayError: a length that the file does not have, or no JSON.
    """
    length = struct.unpack("<Q", raw[:8])[0] if len(raw) >= 8 else -1
    if not 0 < length <= min(MAX_HEADER, len(raw) - 8):
        raise unreplayable("not a safetensors file: its header has no such length", at)
    return jsontree.tree(raw[: 8 + length].rstrip(b" "), offset=8, at=at)


def safetensors_find(raw: bytes, rest: str, at: str) -> Found:
    """`safetensors:<pointer>` into the header, or `safetensors:parameters`, the sum of all shapes.

    Raises:
        ReplayError: no such value.
    """
    header = safetensors_header(raw, at)
    if rest != "parameters":
        return jsontree.find(header, rest, raw, at)
    if header.keyed is None:
        raise unreplayable("the header is no object", at)
    if header.twice:
        raise unreplayable(f"the tensor {min(header.twice)!r} is there twice", at)
    tensors = [(n, node) for n, node in header.keyed.items() if n != "__metadata__"]
    total = sum(_parameters(raw, name, node, at) for name, node in tensors)
    return Found(str(total), total)


def _parameters(raw: bytes, name: str, node: jsontree.Node, at: str) -> int:
    shape = None if "shape" in node.twice else (node.keyed or {}).get("shape")
    sizes = jsontree.decode(raw[shape.start : shape.end], at) if shape else None
    # Bounded, since a product of huge sizes would take for ever to say.
    if (
        not isinstance(sizes, list)
        or len(sizes) > _MAX_DIMENSIONS
        or not all(type(size) is int and 0 <= size < 2**63 for size in sizes)
    ):
        raise unreplayable(f"the tensor {name[:60]!r} has no shape", at)
    return math.prod(sizes)


def parquet_footer(raw: bytes, at: str) -> tuple[int, tuple[tuple[str, str], ...]]:
    """Rows and columns (dotted name, physical type) of a Parquet file, from its Thrift footer.

    Source: Apache Parquet `parquet.thrift` (FileMetaData 2 schema, 3 num_rows; SchemaElement
    1 type, 4 name, 5 num_children), Thrift compact protocol.

    Raises:
        ReplayError: not Parquet, encrypted, or a footer that does not read.
    """
    if len(raw) < 12 or raw[:4] != b"PAR1" or raw[-4:] != b"PAR1":
        raise unreplayable("not a Parquet file, or cut short", at)
    length = struct.unpack("<I", raw[-8:-4])[0]
    if not 0 < length <= len(raw) - 12:
        raise unreplayable("the Parquet footer has no such length", at)
    try:
        footer = _Thrift(raw[-8 - length : -8]).struct()
        rows, columns = footer[3], tuple(_columns(footer[2]))
        if type(rows) is not int or rows < 0:
            raise ValueError("no number of rows")
        return rows, columns
    except (LookupError, ValueError, TypeError, AttributeError, RecursionError):
        raise unreplayable("the Parquet footer does not read", at) from None


def _columns(elements: list[dict[int, Any]]) -> Iterator[tuple[str, str]]:
    """The leaves of the schema, which is written depth first, each group with its child count."""
    way: list[tuple[str, int]] = []
    for number, element in enumerate(elements):
        name, children = element[4].decode(), element.get(5) or 0
        while way and way[-1][1] == 0:
            way.pop()
        if way:
            way[-1] = (way[-1][0], way[-1][1] - 1)
        elif number:
            raise ValueError("more columns than the schema says")
        if children:
            if len(way) > 64:
                raise ValueError("too deep")
            way.append((name, children))
        elif number:
            if element[1] < 0:
                raise ValueError("no such type")
            yield ".".join([*(group for group, _ in way[1:]), name]), _PARQUET_TYPES[element[1]]


def parquet_find(raw: bytes, rest: str, at: str) -> Found:
    """`parquet:/num_rows`.

    Raises:
        ReplayError: another locator, or a footer that does not read.
    """
    if rest != "/num_rows":
        raise unreplayable("only /num_rows can be cited in Parquet", at)
    rows, _ = parquet_footer(raw, at)
    return Found(str(rows), rows)


class _Thrift:
    """The Thrift compact protocol, values only: structs as {field id: value}."""

    def __init__(self, raw: bytes) -> None:
        self._raw, self._at, self._items = raw, 0, 0

    def _byte(self) -> int:
        self._at += 1
        return self._raw[self._at - 1]

    def _varint(self) -> int:
        value = shift = 0
        while shift < 70:
            byte = self._byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
        raise ValueError("varint too long")

    def _zigzag(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)

    def struct(self, depth: int = 0) -> dict[int, Any]:
        """One struct."""
        fields: dict[int, Any] = {}
        field = 0
        while (head := self._byte()) != 0:
            field = field + (head >> 4) if head >> 4 else self._zigzag()
            fields[field] = self._value(head & 15, depth + 1)
        return fields

    def _value(self, kind: int, depth: int) -> Any:
        self._items += 1
        if depth > 32 or self._items > _MAX_ITEMS:
            raise ValueError("too deep or too much")
        if kind in (1, 2):
            return kind == 1
        if kind == 3:
            return self._byte()
        if kind in (4, 5, 6):
            return self._zigzag()
        if kind == 7:
            self._at += 8
            return None
        if kind == 8:
            return self._binary()
        if kind in (9, 10):
            return self._list(depth)
        if kind == 12:
            return self.struct(depth)
        raise ValueError("unknown type")

    def _binary(self) -> bytes:
        length = self._varint()
        if length > len(self._raw) - self._at:
            raise ValueError("too long")
        self._at += length
        return self._raw[self._at - length : self._at]

    def _list(self, depth: int) -> list[Any]:
        head = self._byte()
        size = head >> 4 if head >> 4 != 15 else self._varint()
        kind = head & 15
        if kind in (1, 2):
            return [self._byte() == 1 for _ in range(min(size, _MAX_ITEMS))]
        return [self._value(kind, depth + 1) for _ in range(size)]
