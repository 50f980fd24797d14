"""The runner, and the Protocol that every check follows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import Protocol

from cognify import privacy
from cognify.checks import (
    cited,
    complete,
    contested,
    contradicted,
    evidence,
    explained,
    framework,
    gone,
    moved,
    private,
    prose,
    results,
    schema,
    siblings,
    small_cells,
    stale,
    states,
    superseded,
    times,
    watched,
    weights,
)  # fmt: skip
from cognify.checks.around import Around
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
    contested.CONTESTED,
    private.PRIVATE,
    small_cells.SMALL,
    results.RESULTS,
    weights.WEIGHTS,
    times.TIMES,
    contradicted.CONTRADICTED,
    watched.WATCHED,
    prose.PROSE,
    gone.GONE,
    moved.MOVED,
    stale.STALE,
    siblings.SIBLINGS,
    superseded.SUPERSEDED,
    framework.FRAMEWORK,
)
QUESTIONS: tuple[Check, ...] = (
    contested.CONTESTED, results.RESULTS, weights.WEIGHTS, times.TIMES, contradicted.CONTRADICTED,
    watched.WATCHED, prose.PROSE, gone.GONE, moved.MOVED, stale.STALE,
    siblings.SIBLINGS, superseded.SUPERSEDED,
)  # fmt: skip
"""What a sharp examiner would ask of a card that is whole and in order: docs/checks.md tells each."""


def check_version(
    inventory: Inventory, version: Version, *, proposing: bool = False,
    granted: Callable[[], Collection[str]] = frozenset, around: Around | None = None,
    asking: tuple[Check, ...] | None = None,
) -> tuple[Finding, ...]:  # fmt: skip
    """Every finding about *version*, in the order of the checks, with what people signed about it.

    With *proposing*, what only a proposal needs (no `pending` in a required field) is an error.
    *granted* gives the exceptions that a quorum signed; it is called only if something needs one.
    *around* is what else the inventory holds; *asking* are the checks, all of them by default.
    """
    draft = Draft(inventory, version, proposing, granted, around or Around())
    if draft.unreadable:
        return tuple(map(_masked, draft.unreadable))
    found = dict.fromkeys(_told(f, check) for check in asking or CHECKS for f in check(draft))
    return explained.attached(draft, tuple(found))


def _told(finding: Finding, check: Check) -> Finding:
    return finding if check in (framework.FRAMEWORK, private.PRIVATE) else _masked(finding)


def _masked(finding: Finding) -> Finding:
    """What quotes a card or its evidence goes through the detectors: it may be what must not be told."""
    return replace(finding, what=privacy.masked(finding.what), where=privacy.masked(finding.where))
