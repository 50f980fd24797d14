"""What becomes of keys: retired, or no longer believed from a place of the log on.

Git judges an old key by the committer's date, which the signer writes. Here the log's order judges.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cognify.approvals.refusing import Refusal
from cognify.records.policy import Key, Login, Policy
from cognify.records.statement import Statement


@dataclass(frozen=True, slots=True)
class Fate:
    """Retired (nothing new by it), or compromised since a place of the log (nothing from there on)."""

    person: str
    retired_at: int | None = None
    compromised_since: int | None = None


def mark(statement: Statement) -> str:
    """What the key or login that *statement* is about is known by."""
    name = statement.predicate["key"]
    return Login(name["issuer"], name["identity"]).mark if isinstance(name, dict) else Key(name).mark


def since(statement: Statement) -> int:
    """The place of the log from which on the key that *statement* is about is not believed."""
    return int(statement.predicate.get("since", 0))


def refusals(statement: Statement, policy: Policy, policies: Iterable[Policy]) -> tuple[Refusal, ...]:
    """Why *statement* may not retire a key, or declare it compromised, under *policy*."""
    holder = statement.predicate["holder"]
    owners = (known.holder(mark(statement)) for known in policies)
    if holder not in {owner.id for owner in owners if owner}:
        return (Refusal("key-unknown", f"no policy lists this key for {holder}",
                        "name a key as the policy lists it"),)  # fmt: skip
    own = statement.person == holder
    if not own and (policy.change is None or statement.role != policy.change.role):
        asked = f"{holder}, or a holder of {policy.change.role}" if policy.change else holder
        return (Refusal("role-not-asked", f"{statement.person} may not speak for the keys of {holder}",
                        f"ask {asked}"),)  # fmt: skip
    return ()
