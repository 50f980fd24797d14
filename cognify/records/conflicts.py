"""Where sources of one run contradict each other: written beside the evidence, and told by every check.

One format, `application/vnd.cognify.conflicts+json`: `{"conflicts": 1, "fields": [{"pointer", "said":
[{"origin", "at", "raw"}, …]}]}`; the first of `said` is what the card holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cognify import canonical
from cognify.errors import CognifyError
from cognify.records.finding import Finding, Severity

MEDIA = "application/vnd.cognify.conflicts+json"
ORIGIN = "observed/conflicts.json"
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Side:
    """What one source says: its name, the locator there, and the token that stands there."""

    origin: str
    at: str
    raw: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field of the card, and two or more sources that say different things of it."""

    pointer: str
    said: tuple[Side, ...]

    def finding(self, where: str) -> Finding:
        """The finding, at *where*, with every citation."""
        first, *others = (f"{s.origin} ({s.at}) says {s.raw[:_SHOWN]}" for s in self.said)
        return Finding(
            where, "sources-conflict",
            f"{self.pointer}: {first}; {'; '.join(others)}; the first is in the card",
            "say in the card why they differ, or capture again without the source that is wrong",
            Severity.WARNING,
        )  # fmt: skip


def to_bytes(conflicts: Iterable[Conflict]) -> bytes:
    """The file."""
    return canonical.pretty({
        "conflicts": 1,
        "fields": [
            {"pointer": c.pointer, "said": [{"origin": s.origin, "at": s.at, "raw": s.raw} for s in c.said]}
            for c in conflicts
        ],
    })  # fmt: skip


def parse(raw: bytes) -> Iterator[Conflict]:
    """The conflicts in a file's bytes; a file that is not as `to_bytes` writes it holds none."""
    try:
        data = canonical.loads(raw, where=ORIGIN)
    except CognifyError:
        return
    fields = data.get("fields") if isinstance(data, dict) else None
    for entry in fields if isinstance(fields, list) else ():
        if not isinstance(entry, dict) or not isinstance(said := entry.get("said"), list):
            continue
        sides = tuple(
            Side(str(side.get("origin")), str(side.get("at")), str(side.get("raw")))
            for side in said if isinstance(side, dict)
        )  # fmt: skip
        if len(sides) > 1:
            yield Conflict(str(entry.get("pointer")), sides)
