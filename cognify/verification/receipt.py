"""A receipt: what a verifier remembers of the log between runs, so that it cannot be rolled back.

It can only add failures: a receipt of another inventory, or one that cannot be read, refuses.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cognify import canonical
from cognify.errors import ConfigurationError, MalformedRecord
from cognify.inventory import write_atomically

_KEYS = {"genesis": str, "inventory": str, "origin": str, "receipt": int, "root": str, "size": int}


@dataclass(frozen=True, slots=True)
class Receipt:
    """The last checkpoint that was verified here, and the genesis it was verified from."""

    inventory: str
    genesis: str
    origin: str
    size: int
    root: bytes

    def to_bytes(self) -> bytes:
        """The receipt as it is stored: canonical JSON, one line."""
        return canonical.dumps(
            {
                "genesis": self.genesis,
                "inventory": self.inventory,
                "origin": self.origin,
                "receipt": 1,
                "root": base64.b64encode(self.root).decode(),
                "size": self.size,
            }
        )


def read(path: Path) -> Receipt | None:
    """The receipt in *path*; None if there is no such file yet.

    Raises:
        ConfigurationError: `receipt-unreadable`; a damaged memory is never taken for none.
    """
    if not path.exists():
        return None
    try:
        data: Any = canonical.loads_canonical(path.read_bytes(), where=str(path))
        known = isinstance(data, dict) and data.keys() == _KEYS.keys() and data["receipt"] == 1
        if not known or not all(type(data[key]) is kind for key, kind in _KEYS.items()):
            raise ValueError("not a receipt")
        root = base64.b64decode(data["root"], validate=True)
    except (MalformedRecord, ValueError, OSError) as error:
        raise ConfigurationError(
            f"the receipt cannot be used: {error}",
            where=str(path),
            fix="restore it from a copy; deleting it forgets every checkpoint you have seen",
            id="receipt-unreadable",
        ) from None
    return Receipt(data["inventory"], data["genesis"], data["origin"], data["size"], root)


def write(path: Path, receipt: Receipt) -> None:
    """Remember *receipt* in *path*, whole or not at all."""
    write_atomically(path, receipt.to_bytes())
