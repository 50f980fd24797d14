"""What trusted timestamps say of places in the log: when a leaf was there at the latest, and so on.

Every question is asked of `need` authorities: the answer is the one that so many of them bear out,
so that fewer than `need` lying clocks cannot move it the way that they would like.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from cognify.records.assurance import Assurance

_V = TypeVar("_V", int, float, datetime)


@dataclass(frozen=True, slots=True)
class Stamp:
    """One token that holds: this authority says that the checkpoint of this size existed then.

    `certificates` is the trust file that it leads to.
    """

    size: int
    authority: str
    at: datetime
    sha256: str
    path: str
    certificates: str


def asked(stamps: Iterable[Stamp], assurance: Assurance) -> list[Stamp]:
    """The stamps of authorities, under certificates, that *assurance* names: what a demand counts.

    The others stay good as bounds of old statements; but whom a policy dropped makes nothing fresh.
    """
    named = {(authority.name, authority.certificates) for authority in assurance.authorities}
    return [stamp for stamp in stamps if (stamp.authority, stamp.certificates) in named]


def covered(stamps: Iterable[Stamp], need: int) -> int:
    """How many leaves `need` authorities have stamped; 0 where they have not, or none is asked."""
    return _best(stamps, need, lambda stamp: stamp.size) or 0


def newest(stamps: Iterable[Stamp], need: int) -> datetime | None:
    """The latest time that `need` authorities bear out for a checkpoint of this log."""
    return _best(stamps, need, lambda stamp: stamp.at)


def latest(stamps: Iterable[Stamp], seq: int, need: int) -> datetime | None:
    """When leaf *seq* was in the log at the latest: upper bound of the time of its statement."""
    found = _best((s for s in stamps if s.size > seq), need, lambda stamp: -stamp.at.timestamp())
    return None if found is None else datetime.fromtimestamp(-found, UTC)


def _best(stamps: Iterable[Stamp], need: int, value: Callable[[Stamp], _V]) -> _V | None:
    """The `need`-th of the authorities' best values, the best first."""
    best: dict[str, _V] = {}
    for stamp in stamps:
        best[stamp.authority] = max(value(stamp), best.get(stamp.authority, value(stamp)))
    ranked = sorted(best.values(), reverse=True)
    return ranked[need - 1] if 0 < need <= len(ranked) else None


def rfc3339(at: datetime | None) -> str | None:
    """*at* as reports show it; None stays None."""
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
