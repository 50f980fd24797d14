"""How a refusal looks: a fault by id, what it is, the way out."""

from __future__ import annotations

from dataclasses import dataclass

from cognify.records.policy import Policy

RESTORE = "restore the inventory from a clone, a mirror or a package made before the change"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a statement may not be made, or does not count."""

    id: str
    what: str
    fix: str


def holders(policy: Policy, role: str) -> str:
    """Who holds *role*, in words."""
    roles = sorted({role for person in policy.people.values() for role in person.roles})
    names = ", ".join(person.name for person in policy.holders(role))
    return names or f"nobody holds it; the policy knows {', '.join(roles)}"
