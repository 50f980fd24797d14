"""Named checks: what a framework asks of a card and no schema can say. Pure.

Each looks at a card as plain data, which may be anything, and holds only if it finds what it wants.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cognify.records import card


def purpose_before_training(data: object) -> bool:
    """`use.stated_on` is no later than the day on which `training.started_at` lies."""
    return _in_order(_day(data, "use.stated_on"), _day(data, "training.started_at"))


def validated_before_use(data: object) -> bool:
    """`validation.completed_on` is no later than `lifecycle.deployed_on`, or an exception says why.

    A version that is not deployed yet passes with a validation alone; an exception counts where it
    has an approver and a day on which it ends.
    """
    completed, deployed = _day(data, "validation.completed_on"), _day(data, "lifecycle.deployed_on")
    if completed and not deployed:
        return True
    return _in_order(completed, deployed) or bool(
        _given(data, "governance.exceptions.approver") and _given(data, "governance.exceptions.expires")
    )


def decided_here(data: object) -> bool:
    """Every entry of `governance.applicability` says who decided it, and when."""
    entries = [entry for _, entry in card.find(data, "governance.applicability")]
    found = [one for entry in entries if isinstance(entry, list | tuple) for one in entry]
    return bool(found) and all(
        isinstance(one, Mapping) and one.get("by") and one.get("decided_on") for one in found
    )


def reasons_are_scored(data: object) -> bool:
    """Every `reasons.codes.feature` is the name of a feature of the data, and there is one."""
    told, known = _texts(data, "reasons.codes.feature"), _texts(data, "data.datasets.features.name")
    return bool(told) and told <= known


def every_scored_factor_has_a_reason(data: object) -> bool:
    """Reasons name features that are scored, and every feature with `used_at_inference` has a reason.

    A feature that does not say whether it is used counts as used.
    """
    scored = set[str]()
    for _, entries in card.find(data, "data.datasets.features"):
        for entry in entries if isinstance(entries, list | tuple) else ():
            if isinstance(entry, Mapping) and entry.get("used_at_inference") is not False:
                scored.add(str(entry.get("name", "")))
    return bool(scored) and _texts(data, "reasons.codes.feature") == scored


NAMED: Mapping[str, Callable[[object], bool]] = {
    "decided-here": decided_here,
    "every-scored-factor-has-a-reason": every_scored_factor_has_a_reason,
    "purpose-before-training": purpose_before_training,
    "reasons-are-scored": reasons_are_scored,
    "validated-before-use": validated_before_use,
}
"""Every named check that a pack may cite; a pack of an inventory brings none of its own."""


def _given(data: object, name: str) -> list[object]:
    return [value for _, value in card.find(data, name) if not card.state_of(value)]


def _texts(data: object, name: str) -> set[str]:
    return {value for value in _given(data, name) if isinstance(value, str)}


def _day(data: object, name: str) -> str:
    """The day of a date or time, or nothing."""
    found = _given(data, name)
    return found[0][:10] if found and isinstance(found[0], str) else ""


def _in_order(earlier: str, later: str) -> bool:
    return bool(earlier and later) and earlier <= later
