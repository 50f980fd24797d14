"""What a policy asks of the outside: timestamps over checkpoints, and how fresh the newest must be. Pure.

Witnesses are configured by `trust/witness.policy` (C2SP tlog-policy), which the policy binds. Trust
files are written once, so a later one is `trust/witness.policy.0002`, and the last one counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

_WITNESSES = re.compile(r"trust/witness\.policy(\.[0-9]{4})?\Z")


@dataclass(frozen=True, slots=True)
class Authority:
    """One timestamp authority: whom to ask (no address: nobody does), and its pinned certificates."""

    name: str
    url: str | None
    certificates: str


@dataclass(frozen=True, slots=True)
class Assurance:
    """What a policy demands.

    `need` authorities must have stamped, 0 where none are configured; `witnesses` is the path of
    the bound witness policy that counts, empty where there is none.
    """

    need: int
    authorities: tuple[Authority, ...]
    max_age: timedelta | None
    witnesses: str


def of(data: Mapping[str, Any], trust: Mapping[str, str]) -> Assurance:
    """What the policy with this *data*, binding the files in *trust*, demands."""
    stamps: Mapping[str, Any] = data.get("timestamps", {"min": 0, "authorities": {}})
    authorities = sorted(stamps["authorities"].items())
    fresh: Mapping[str, int] = data.get("freshness", {})
    days, hours = fresh.get("max_age_days", 0), fresh.get("max_age_hours", 0)
    return Assurance(
        need=stamps["min"],
        authorities=tuple(Authority(n, a.get("url"), a["certificates"]) for n, a in authorities),
        max_age=timedelta(days=days, hours=hours) if fresh else None,
        witnesses=max((path for path in trust if _WITNESSES.match(path)), default=""),
    )


def contradiction(asked: Assurance, trust: Mapping[str, str]) -> str | None:
    """Why *asked* could not mean what it says, or None."""
    if asked.need > len(asked.authorities):
        return f"{asked.need} timestamps are asked of {len(asked.authorities)} authorities"
    for authority in asked.authorities:
        if authority.certificates not in trust:
            return f"the certificates of {authority.name} are not among the trust files that it binds"
    return None


def lowered(old: Assurance, new: Assurance) -> tuple[str, ...]:
    """What *new* asks less of the outside than *old* did, one sentence each; empty if nothing.

    It compares what the policies say; of another witness policy it can only say that it is another.
    """
    said = []
    if new.need < old.need:
        said.append(f"a checkpoint needs {new.need} trusted timestamps; it needed {old.need}")
    dropped = {a.name for a in old.authorities} - {a.name for a in new.authorities}
    if dropped and new.need:
        said.append(f"no longer asked for timestamps: {', '.join(sorted(dropped))}")
    if old.max_age is not None and (new.max_age is None or new.max_age > old.max_age):
        said.append("the newest checkpoint may be older than before")
    if old.witnesses and not new.witnesses:
        said.append("no witness has to sign checkpoints any more")
    elif old.witnesses and old.witnesses != new.witnesses:
        said.append(f"{new.witnesses} takes the place of {old.witnesses}: read whether it asks less")
    return tuple(said)
