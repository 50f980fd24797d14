"""A receipt: what a verifier remembers of the log between runs, so that it cannot be rolled back.

It keeps the signed checkpoints themselves, so that it is more than a memory: two receipts that
hold different checkpoints of one size prove to anybody that the log's key signed two logs.
It can only add failures: a receipt of another inventory, or one that cannot be read, refuses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cognify import canonical
from cognify.errors import CognifyError, ConfigurationError
from cognify.inventory import write_atomically
from cognify.records.checkpoint import Checkpoint, SignedNote, parse_note
from cognify.records.finding import Finding
from cognify.signing import note

VERSION = 2
MOST = 64
"""How many checkpoints are kept: the first one, and the newest after it."""
_KEYS = {"genesis": str, "inventory": str, "notes": list, "origin": str, "receipt": int, "time": str,
         "vkey": str}  # fmt: skip
_FILE = "receipt"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Every checkpoint that was verified here, smallest first, and the genesis they rest on.

    `vkey` is the log's verifier key; `time` the latest trusted time that was seen (RFC 3339), or
    empty.
    """

    inventory: str
    genesis: str
    origin: str
    vkey: str
    notes: tuple[SignedNote, ...]
    time: str = ""

    @property
    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """What the notes say, smallest first."""
        return tuple(kept.checkpoint(where=_FILE) for kept in self.notes)

    def hardened(self, seen: SignedNote, time: str) -> Receipt:
        """The receipt with *seen*, whose consistency with it was verified, and the trusted *time*."""
        by_size = {kept.checkpoint(where=_FILE).size: kept for kept in (*self.notes, seen)}
        notes = [by_size[size] for size in sorted(by_size)]
        bounded = (*notes[:1], *notes[1:][-(MOST - 1) :])
        return Receipt(self.inventory, self.genesis, self.origin, self.vkey, bounded, max(time, self.time))

    def to_bytes(self) -> bytes:
        """The receipt as it is stored: canonical JSON, one line."""
        return canonical.dumps(
            {
                "genesis": self.genesis,
                "inventory": self.inventory,
                "notes": [kept.render().decode() for kept in self.notes],
                "origin": self.origin,
                "receipt": VERSION,
                "time": self.time,
                "vkey": self.vkey,
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
        return _parse(path.read_bytes(), str(path))
    except (CognifyError, ValueError, OSError) as error:
        raise ConfigurationError(
            f"the receipt cannot be used: {error.args[0] if error.args else error}",
            where=str(path),
            fix="restore it from a copy; deleting it forgets every checkpoint you have seen",
            id="receipt-unreadable",
        ) from None


def _parse(raw: bytes, where: str) -> Receipt:
    data: Any = canonical.loads_canonical(raw, where=where)
    if not isinstance(data, dict) or "receipt" not in data:
        raise ValueError("not a receipt")
    if data["receipt"] != VERSION:
        raise ValueError(f"it is of format {data['receipt']!r:.20}; this version reads format {VERSION}")
    if data.keys() != _KEYS.keys() or not all(type(data[key]) is kind for key, kind in _KEYS.items()):
        raise ValueError("not a receipt")
    notes = tuple(parse_note(text.encode(), where=where) for text in data["notes"] if isinstance(text, str))
    found = Receipt(data["inventory"], data["genesis"], data["origin"], data["vkey"], notes, data["time"])
    if found.time:
        datetime.strptime(found.time, "%Y-%m-%dT%H:%M:%SZ")
    sizes = [checkpoint.size for checkpoint in found.checkpoints]
    if not sizes or len(sizes) != len(data["notes"]) or sizes != sorted(set(sizes)) or len(sizes) > MOST:
        raise ValueError("its checkpoints are not in order")
    return found


def write(path: Path, receipt: Receipt) -> None:
    """Remember *receipt* in *path*, whole or not at all."""
    write_atomically(path, receipt.to_bytes())


def is_one(path: Path) -> bool:
    """Whether the file at *path* looks like a receipt, and not like a package."""
    try:
        with path.open("rb") as file:
            return file.read(1) == b"{"
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two receipts say together; `proof` holds two notes of one size that contradict each other."""

    findings: tuple[Finding, ...]
    not_proven: tuple[str, ...]
    proof: tuple[SignedNote, ...] = ()

    @property
    def exit_code(self) -> int:
        """3 if they contradict each other, 0 otherwise."""
        return 3 if self.findings else 0

    def as_json(self) -> dict[str, Any]:
        """The published shape, like that of `verify`."""
        return {
            "verdict": "fail" if self.findings else "pass",
            "findings": [finding.as_json() for finding in self.findings],
            "not_proven": list(self.not_proven),
            "proof": [kept.render().decode() for kept in self.proof],
        }


def compare(mine: Receipt, other: Receipt) -> Comparison:
    """Hold *other* against *mine*: did the log show us both the same?

    Receipts hold checkpoints, not leaves: of two checkpoints of different sizes they cannot tell
    whether the one continues the other. Only the log itself can.

    Raises:
        MalformedRecord: `bad-key`.
        LedgerInconsistent: a note that the log's key did not sign.
    """
    if (mine.inventory, mine.genesis, mine.vkey) != (other.inventory, other.genesis, other.vkey):
        return Comparison((Finding(_FILE, "genesis-mismatch", "the receipts are of two different inventories",
                                   "compare receipts of one inventory"),), ())  # fmt: skip
    verifier = note.parse_verifier(mine.vkey, where=_FILE)
    seen = {verifier.open(kept, where=_FILE).size: kept for kept in mine.notes}
    shared = 0
    for kept in other.notes:
        size = verifier.open(kept, where=_FILE).size
        if size not in seen:
            continue
        if seen[size].text != kept.text:
            return Comparison((equivocation(size, _FILE),), (), (seen[size], kept))
        shared += 1
    if not shared:
        return Comparison((), ("that both saw the same log: no two of their checkpoints are of one size",))
    return Comparison(
        (), (f"more than that {shared} checkpoints are the same: what grew since is not compared",)
    )


def equivocation(size: int, where: str) -> Finding:
    """The fault of a log that signed two heads of one *size*."""
    fix = "keep both signed checkpoints: they prove it to anybody who has the log's public key"
    return Finding(where, "equivocation", f"the log's key signed two different logs of {size} leaves", fix)
