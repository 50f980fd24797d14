"""The runner, and the Protocol that every check follows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from cognify.checks import cited, complete, evidence, framework, schema, states
from cognify.checks.draft import Draft
from cognify.inventory import Inventory, Version
from cognify.records.finding import Finding


class Check(Protocol):
    """One way of looking at a version.

    `ids` are the findings it can yield: what the manual and the pairs of examples are held to.
    """

    @property
    def ids(self) -> tuple[str, ...]:
        """The findings it can yield."""
        ...

    def __call__(self, draft: Draft) -> Iterator[Finding]:
        """Yield what is wrong with *draft*; never raises for what it judges."""
        ...


CHECKS: tuple[Check, ...] = (
    schema.SCHEMA,
    states.STATES,
    complete.COMPLETE,
    evidence.EVIDENCE,
    cited.CITED,
    framework.FRAMEWORK,
)


def check_version(inventory: Inventory, version: Version, *, proposing: bool = False) -> tuple[Finding, ...]:
    """Every finding about *version*, in the order of the checks.

    With *proposing*, what only a proposal needs (no `pending` in a required field) is an error.
    """
    draft = Draft(inventory, version, proposing)
    if draft.unreadable:
        return draft.unreadable
    return tuple(dict.fromkeys(f for check in CHECKS for f in check(draft)))
