"""What was stated of a version before it was captured: its record id, and the thresholds it has to reach."""

from __future__ import annotations

from dataclasses import dataclass

from cognify import canonical
from cognify.errors import CognifyError
from cognify.inventory import Inventory, Version, is_statement
from cognify.readers import taking
from cognify.readers.reading import Claim, Material, Reading, joined
from cognify.records import statement as statements
from cognify.records.lock import DECLARED
from cognify.records.statement import Parsed

_ORIGIN = "observed/plan.json"
_FIELDS = {"metric": "text", "comparator": "text", "value": "number", "dataset": "text", "slice": "text"}


@dataclass(frozen=True, slots=True)
class Stated:
    """The record id that statements beside the card gave the version (empty: none), and what is planned."""

    record: str
    reading: Reading


def stated(inventory: Inventory, version: Version, reading: Reading) -> Stated:
    """*reading* with what statements in the version's folder say; `propose` judges whether they stand."""
    files, found = inventory.files, list[Parsed]()
    for path in files.paths(version.statements):
        if is_statement(path):
            try:
                found.append(statements.read(files.read(path), where=path))
            except CognifyError:
                continue  # `check` and `verify` say what it is
    record = next((each.statement.record for each in found), "")
    plans = [each for each in found if each.statement.kind == "plan.register"]
    plans.sort(key=lambda p: (p.statement.after.size, p.statement.predicate["stated_at"]))
    return Stated(record, joined([reading, _planned(plans[-1], reading)]) if plans else reading)


def _planned(last: Parsed, reading: Reading) -> Reading:
    origin = _ORIGIN
    while any(material.origin == origin for material in reading.materials):
        origin = f"observed/{origin}"  # a file of the run bears that name already
    said = last.statement.predicate
    seen = {
        "observed": "thresholds", "registered": said["stated_at"], "statement": last.sha256,
        "thresholds": said["thresholds"],
    }  # fmt: skip
    claims = [
        Claim(taking.pointer("evaluation", "thresholds", f"[{number}]", field), origin,
              f"json:/thresholds/{number}/{field}", via, DECLARED)
        for number, entry in enumerate(said["thresholds"]) for field, via in _FIELDS.items() if field in entry
    ]  # fmt: skip
    claims.append(Claim("/evaluation/thresholds_set_at/at", origin, "json:/registered", "text", DECLARED))
    raw = canonical.pretty(seen)
    material = Material(
        origin, "application/json", canonical.sha256(raw), len(raw), "plan", 1, raw, observed=True
    )
    return Reading((material,), tuple(claims))
