"""The columns of the register: what each is called, whose clause asks for it, and what fills it.

What people decided comes from statements and the log; what the model is, from the card that was verified.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cognify.register import dates, watching
from cognify.register.cells import NOT_CONFIRMED, Cell, gap, plain, said, stated
from cognify.register.entry import Entry
from cognify.verification import Approval

ALL, RISK = "E-23 App. 1, all models", "E-23 App. 1, non-negligible risk"
_KEPT, _SR = "E-23 2.1", "SR 26-2 VI"
_OWNERS = ("owner", "model-owner", "business-owner", "product-owner")
_DEVELOPERS = ("developer", "model-developer")
_SIGNED = {"signoff.approve": "approved", "signoff.reject": "rejected"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key in JSON, its title, the clause that asks for it, and what fills it."""

    key: str
    title: str
    asked: str
    fill: Callable[[Entry], Cell]


def _of_card(*names: str, many: bool = False) -> Callable[[Entry], Cell]:
    return lambda entry: entry.cell(*names, many=many)


def _record(entry: Entry) -> Cell:
    return said(entry.record.record) if entry.record.record else entry.cell("record.id")


def _digest(entry: Entry) -> Cell:
    digest = entry.record.digest
    return said(digest) if digest else gap("a digest is stated with the proposal, and there is none")


def _state(entry: Entry) -> Cell:
    return said(entry.record.state)


def _tier(entry: Entry) -> Cell:
    if entry.record.tier:
        return said(entry.record.tier)
    cell = entry.cell("record.tier")
    return said(f"{cell.text} (says the draft)") if cell.texts else cell


def _classification(entry: Entry) -> Cell:
    return entry.cell("use.risk_classification.class")


def _held_by(roles: tuple[str, ...]) -> Callable[[Entry], Cell]:
    def fill(entry: Entry) -> Cell:
        if entry.lacking:
            return gap(entry.lacking, NOT_CONFIRMED)
        found = [(pointer, e) for pointer, e in entry.entries("governance", "roles")
                 if str(e.get("role", "")).lower().replace("_", "-").replace(" ", "-") in roles]  # fmt: skip
        texts = [f"{plain(e.get('name', 'no name'))}{_within(e.get('organisation'))}"
                 f"{entry.amended_by(f'{pointer}/name')}" for pointer, e in found]  # fmt: skip
        if not texts:
            return gap(f"governance.roles names nobody as {' or '.join(roles[:2])}")
        return said(*texts, many=True, pointers=tuple(pointer for pointer, _ in found))

    return fill


def _within(unit: object) -> str:
    return f" ({unit})" if isinstance(unit, str) else ""


def _developer(entry: Entry) -> Cell:
    persons, unit = _held_by(_DEVELOPERS)(entry), entry.cell("parties.developer")
    if persons.texts and unit.texts:
        return said(*unit.texts, *persons.texts, many=True, pointers=unit.pointers + persons.pointers)
    return persons if persons.texts else said(*unit.texts, many=True, pointers=unit.pointers) if (
        unit.texts) else unit  # fmt: skip


def _reviewers(entry: Entry) -> Cell:
    levels = {a.stated.sha256: a.level for a in entry.record.approvals}
    signed = [s for s in entry.record.trail if s.kind in _SIGNED and not s.distrusted]
    texts = tuple(f"{s.name} as {s.role}, {_SIGNED[s.kind]}{_at_level(levels.get(s.sha256))}" for s in signed)
    return Cell(texts, many=True) if texts else gap("nobody has signed for or against it")


def _approvers(entry: Entry) -> Cell:
    standing = [a for a in entry.record.approvals if a.stands]
    texts = tuple(f"{a.stated.name} as {a.stated.role}{_at_level(a.level)}" for a in standing)
    return Cell(texts, many=True) if texts else gap("no approval stands")


def _at_level(level: str | None) -> str:
    return f" ({level})" if level else ""


def _independence(entry: Entry) -> Cell:
    words = {"self": "self: one person approves their own work",
             "named-contributors": "held against the people whom the proposal names"}  # fmt: skip
    return said(words.get(entry.record.independence, entry.record.independence))


def _sealed(entry: Entry) -> Cell:
    if entry.record.sealed_at is None:
        return gap("the log has not sealed it")
    by = entry.record.sealed_by
    proven = f"in the log by {by} (trusted time)" if by else "no trusted time bears that out"
    says = f", the sequencer states {entry.sealed_says}" if entry.sealed_says else ""
    return said(f"leaf {entry.record.sealed_at}{says}; {proven}")


def _updated(entry: Entry) -> Cell:
    times = [s.stated_at for s in entry.record.trail]
    return said(f"{max(times)} (as its signer states)") if times else gap("nothing was stated about it")


def _limitations(entry: Entry) -> Cell:
    return _listed(entry, "risk", "limitations", lambda e: plain(e.get("statement", "no statement")))


def _limitation_count(entry: Entry) -> Cell:
    cell = _limitations(entry)
    return said(str(len(cell.texts))) if cell.texts else cell


def _data(entry: Entry) -> Cell:
    return _listed(entry, "data", "datasets", _dataset)


def _dataset(dataset: Mapping[str, Any]) -> str:
    name = plain(dataset.get("id", "without a name"))
    role = f" ({dataset['role']})" if isinstance(dataset.get("role"), str) else ""
    source = dataset.get("source")
    told = stated(source)
    if source is None or told:
        return f"{name}{role}: source {told[0].replace('_', ' ') if told else 'not on record'}"
    return f"{name}{role}: {plain(source)}"


def _listed(
    entry: Entry, section: str, name: str, say: Callable[[Mapping[str, Any]], str]
) -> Cell:  # fmt: skip
    """Each entry of a list by *say*; where there is none, why."""
    found = entry.entries(section, name)
    if not found or entry.lacking:
        return entry.cell(f"{section}.{name}", many=True)
    pointers = tuple(pointer for pointer, _ in found)
    places = tuple(f"{at}/{key}" for at, one in found for key in ("id", "name", "source") if key in one)
    return Cell(tuple(say(e) for _, e in found), pointers=pointers, sources=entry.sources(*places), many=True)


def _depends(direction: str) -> Callable[[Entry], Cell]:
    def say(one: Mapping[str, Any]) -> str:
        kind = one.get("kind")
        return plain(one.get("name")) + (f" ({kind})" if isinstance(kind, str) else "")

    return lambda entry: _listed(entry, "dependencies", direction, say)


def _conditions(entry: Entry) -> Cell:
    texts = [f"{condition} ({_given(a)})" for a in entry.record.approvals if a.stands
             for condition in a.stated.conditions]  # fmt: skip
    own = entry.cell("validation.conditions_of_use", many=True)
    if own.texts:
        texts += [f"{text} (the validator)" for text in own.texts]
    return said(*texts, many=True, pointers=own.pointers) if texts else gap("no approval is on a condition")


def _given(approval: Approval) -> str:
    stated, by = approval.stated, approval.acknowledged_by
    ends = f", until {stated.expires}" if stated.expires else ""
    return f"{stated.name} as {stated.role}{ends}, {f'taken on by {by}' if by else 'taken on by nobody'}"


def _exceptions(entry: Entry) -> Cell:
    found = entry.entries("governance", "exceptions")
    texts = [f"{plain(e.get('what'))} (on the card, {_end(entry, e)})" for _, e in found]
    texts += [f"{what} (granted for the inventory, until {ends})" for what, ends in entry.renewed.items()
              if entry.version.prefix.rstrip("/") in what or str(entry.version) in what]  # fmt: skip
    if texts:
        return said(*texts, many=True, pointers=tuple(pointer for pointer, _ in found))
    return entry.cell("governance.exceptions", many=True)


def _end(entry: Entry, exception: Mapping[str, Any]) -> str:
    expires = exception.get("expires")
    return f"until {expires}" if isinstance(expires, str) else "no end is on record"


def _last_review(entry: Entry) -> Cell:
    found = dates.last_review(entry)
    return said(f"{found.day} ({found.by})") if found else gap("no validation and no approval is dated")


def _next_review(entry: Entry) -> Cell:
    due = dates.reviews_due(entry)
    if due:
        return said(f"{due[0].day} ({due[0].by})")
    cell = entry.cell("validation.next_due")
    return cell if cell.state else gap("its card names no day, and the policy no interval for its tier")


COLUMNS: tuple[Column, ...] = (
    Column("record_id", "Record id", ALL, _record),
    Column("digest", "Record digest", "", _digest),
    Column("state", "State", _KEPT, _state),
    Column("tier", "Tier", _SR, _tier),
    Column("risk_classification", "Risk classification", ALL, _classification),
    Column("name", "Name", ALL, _of_card("model.name")),
    Column("description", "Description", ALL, _of_card("model.description")),
    Column("use", "Use", ALL, _of_card("use.intended_purpose")),
    Column("origin", "Origin", ALL, _of_card("model.origin")),
    Column("owner", "Owner", ALL, _held_by(_OWNERS)),
    Column("developer", "Developer", ALL, _developer),
    Column("reviewers", "Reviewed by", RISK, _reviewers),
    Column("approvers", "Approved by", RISK, _approvers),
    Column("independence", "Independence", "E-23 3.4", _independence),
    Column("sealed", "Sealed", "", _sealed),
    Column("model_status", "Model status", _SR, _of_card("lifecycle.status")),
    Column("deployed_on", "Deployed on", RISK, _of_card("lifecycle.deployed_on", "monitoring.start")),
    Column("retired_on", "Retired on", _KEPT, _of_card("lifecycle.retired_on")),
    Column("approved_uses", "Approved uses", RISK, _of_card("use.approved", many=True)),
    Column("use_limits", "Limits of use", "E-23 3.3", _of_card("use.limits", many=True)),
    Column("limitation_count", "Limitations, how many", RISK, _limitation_count),
    Column("limitations", "Limitations", RISK, _limitations),
    Column("exceptions", "Exceptions", RISK, _exceptions),
    Column("conditions", "Conditions", "E-23 D.2", _conditions),
    Column("data_sources", "Data sources", RISK, _data),
    Column("upstream", "Depends on", RISK, _depends("upstream")),
    Column("downstream", "Depended on by", RISK, _depends("downstream")),
    Column("base_model", "Base model", "SR 26-2 III ¶7", _of_card("model.base.id")),
    Column("base_revision", "Base revision", "SR 26-2 III ¶7", _of_card("model.base.revision")),
    Column("base_digest", "Base digest", "SR 26-2 III ¶7", _of_card("model.base.digest")),
    Column("validator", "Validator, says the card", "E-23 3.4", _of_card("validation.validator")),
    Column("validated_on", "Validated on", RISK, _of_card("validation.completed_on")),
    Column("last_review", "Last review", RISK, _last_review),
    Column("next_review", "Next review", RISK, _next_review),
    Column("valid_until", "Validation holds until", _SR, _of_card("validation.valid_until")),
    Column("monitoring_status", "Monitoring status", RISK, watching.status),
    Column("last_report", "Last monitoring report", "E-23 3.6", watching.last_report),
    Column("updated", "Last statement", _KEPT, _updated),
)  # fmt: skip
"""Every column but model and version, which name the row."""


def cells(entry: Entry) -> dict[str, Cell]:
    """What each column says of *entry*."""
    return {column.key: column.fill(entry) for column in COLUMNS}
