"""One line of the log: the leaf that stands for a statement. Pure.

Leaves carry no names, so that a package can hold the whole log without telling of other models.
The line is RFC 8785, and its shape is fixed, so one pattern both parses it and proves it canonical.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from cognify.errors import LedgerInconsistent

GENESIS_PREV = "0" * 64
INVENTORY = "inventory"
"""What stands for the record id where a statement is about the inventory itself."""

_UUID = r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_LINE = re.compile(
    r'\{"kind":"([a-z]+(?:\.[a-z]+)*)","prev":"([0-9a-f]{64})","record":"(inventory|'
    + _UUID
    + r')","seq":(0|[1-9][0-9]{0,14}),"sha256":"([0-9a-f]{64})","size":([1-9][0-9]{0,8}),"v":1\}\Z'
)


class Leaf(NamedTuple):
    """What was sequenced: a statement by digest and size, after the leaf whose digest is `prev`.

    A tuple, since a log has many: it is made in a third of the time that a dataclass takes.
    """

    kind: str
    prev: str
    record: str
    seq: int
    sha256: str
    size: int

    def line(self) -> bytes:
        """The leaf's bytes, without a newline: what is chained, hashed and stored."""
        return (
            f'{{"kind":"{self.kind}","prev":"{self.prev}","record":"{self.record}",'
            f'"seq":{self.seq},"sha256":"{self.sha256}","size":{self.size},"v":1}}'
        ).encode()


def parse(line: bytes, *, where: str) -> Leaf:
    """The leaf on *line*.

    Raises:
        LedgerInconsistent: `leaf-malformed`, anything that `Leaf.line` would not have written.
    """
    match = _LINE.match(line.decode("latin-1"))  # one letter a byte: nothing is lost, all is judged
    if match is None:
        raise LedgerInconsistent(
            f"not a leaf of this log: {line[:120]!r}",
            where=where,
            fix="compare the log branch with a package or another clone; restore the original",
            id="leaf-malformed",
        )
    kind, prev, record, seq, sha256, size = match.groups()
    return Leaf(kind, prev, record, int(seq), sha256, int(size))
