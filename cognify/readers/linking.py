"""What only several files together say: which data a report is about, and which weights are whose."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from cognify.readers import run_record, taking
from cognify.readers.data_files import role_of
from cognify.readers.reading import COMPUTED, DECLARED, Claim, Derivation, Material, Reading, said

_ENTRY = re.compile(r"(/evaluation/(?:runs|subgroups|intersectional)/\[.*?\])/(n|dataset|value)\Z")
_EVALUATIONS = "observed/evaluations.json"
_PREFIXES = ("before(_)", "before(/)")


class _Linking:
    name = "linking"
    version = 1

    def finds(self, source: Path) -> tuple[Path, ...]:
        """Nothing: it looks at what the readers found, never at a source."""
        return ()

    def read(self, found: Path, source: Path) -> Reading:
        """Nothing."""
        return Reading()


@dataclass(frozen=True, slots=True)
class _Data:
    name: str
    role: str
    records: int


def linked(reading: Reading) -> Reading:
    """*reading* with the claims that need more than one file."""
    reading = run_record.of_one_run(reading)
    return _with_data_sets(_with_weights(_with_one_name(_with_one_commit(reading))))


def _with_one_commit(reading: Reading) -> Reading:
    """Where a tracker recorded another commit than HEAD is now, HEAD says nothing of the run."""
    by_origin = {material.origin: material for material in reading.materials}
    claims = [c for c in reading.claims if c.pointer == "/training/code_commit"]
    now = {c.origin: said(c, by_origin) for c in claims if by_origin[c.origin].extractor == "code"}
    then = {said(c, by_origin) for c in claims if c.origin not in now}
    stale = {origin for origin, commit in now.items() if then and commit not in then}
    if not stale:
        return reading
    here, recorded = min(map(str, now.values()))[:12], min(map(str, then))[:12]
    note = f"the code is at {here} now; the run recorded {recorded}, which is what the card says"
    kept = tuple(c for c in reading.claims if c.origin not in stale)
    return replace(reading, claims=kept, notes=(*reading.notes, note))


def _with_one_name(reading: Reading) -> Reading:
    """A data set goes by the name of its file; what a tracker calls it is no second opinion."""
    named = {c.pointer for c in reading.claims if c.kind == COMPUTED}
    doubled = (
        c for c in reading.claims
        if c.kind == DECLARED and c.pointer in named and c.pointer.endswith("/id")
    )  # fmt: skip
    dropped = set(doubled)
    return replace(reading, claims=tuple(c for c in reading.claims if c not in dropped))


def _with_weights(reading: Reading) -> Reading:
    """Parameters in all and trainable, and the base weights' digest."""
    seen = {m.origin: json.loads(m.raw) for m in reading.materials
            if m.observed and m.extractor == "safetensors" and m.raw}  # fmt: skip
    adapters = [origin for origin, data in seen.items() if data["kind"] == "adapter"]
    models = [origin for origin, data in seen.items() if data["kind"] == "model"]
    if len(adapters) > 1 or len(models) > 1:
        note = "weights lie in several folders; parameters are not counted over them"
        return replace(reading, notes=(*reading.notes, note))
    claims, derivations = list[Claim](), list[Derivation]()
    total = "/model/parameters_total"
    if adapters:
        at, origin = _own_count(adapters[0], seen, reading)
        claims.append(Claim("/model/parameters_trainable", origin, at, "integer", COMPUTED))
    if adapters and models:
        parts = [
            taking.pointer("model", "artifacts", f"[{e['path']}]", "parameters")
            for origin in (*models, *adapters) for e in seen[origin]["files"]
        ]  # fmt: skip
        derivations.append(Derivation(total, "sum", tuple(parts)))
        if len(seen[models[0]]["files"]) == 1:
            claims.append(Claim("/model/base/digest", models[0], "json:/files/0/sha256", "text", COMPUTED))
    elif models:
        claims.append(Claim(total, models[0], "json:/parameters", "integer", COMPUTED))
    return replace(
        reading,
        claims=(*(c for c in reading.claims if not (derivations and c.pointer == total)), *claims),
        derivations=(*reading.derivations, *derivations),
    )


def _own_count(origin: str, seen: dict[str, dict[str, object]], reading: Reading) -> tuple[str, str]:
    """Where the count is cited from: the weights' own header if they are one small file."""
    files = seen[origin]["files"]
    assert isinstance(files, list)
    own = [m for m in reading.materials if m.raw and m.sha256 == files[0]["sha256"]]
    if len(files) == 1 and own:
        return "safetensors:parameters", own[0].origin
    return "json:/parameters", origin


def _with_data_sets(reading: Reading) -> Reading:
    """A `dataset` for every result whose report names none, from the data files that fit."""
    by_origin = {material.origin: material for material in reading.materials}
    data = list(_data(reading))
    reports: list[dict[str, str]] = []
    claims, notes = list[Claim](), list[str]()
    for origin, entries in _unnamed(reading, by_origin):
        found = _fitting(by_origin[origin], list(entries.values()), by_origin, data)
        named = any("dataset" in fields for fields in entries.values())
        # Only a run must name its data; what keeps the name that its prefix gives needs no other.
        places = [place for place in entries if found or place.startswith("/evaluation/runs/")]
        if (found is None and named) or not places:
            continue
        name, why = found or (f"not named in {origin.rpartition('/')[2]}", "nothing fits")
        at = f"json:/reports/{len(reports)}/dataset"
        sha256 = by_origin[origin].sha256
        reports.append({"dataset": name, "report": origin, "sha256": sha256, "why": why})
        claims += [Claim(f"{place}/dataset", _EVALUATIONS, at, "text", COMPUTED) for place in places]
        if not named:
            told = f"{name!r} is taken, {why}" if found else "and its counts do not tell which it was"
            notes.append(f"{origin} names no data set; {told}")
    if not reports:
        return reading
    seen = taking.observation(_LINKING, _EVALUATIONS, {"observed": "evaluations", "reports": reports})
    named_anew = {claim.pointer for claim in claims}
    kept = [claim for claim in reading.claims if claim.pointer not in named_anew]
    return replace(
        reading, materials=(*reading.materials, seen), claims=(*kept, *claims), notes=(*reading.notes, *notes)
    )


def _unnamed(
    reading: Reading, by_origin: dict[str, Material]
) -> Iterator[tuple[str, dict[str, dict[str, Claim]]]]:
    """Per report and split, the entries that name no data set, or only the prefix of their metric."""
    entries: dict[str, dict[str, Claim]] = defaultdict(dict)
    for claim in reading.claims:
        match = _ENTRY.match(claim.pointer)
        if match:
            entries[match[1]].setdefault(match[2], claim)
    reports: dict[tuple[str, object], dict[str, dict[str, Claim]]] = defaultdict(dict)
    for place, fields in entries.items():
        named = fields.get("dataset")
        if "value" in fields and (named is None or named.via in _PREFIXES):
            split = said(named, by_origin) if named else None
            reports[fields["value"].origin, split][place] = fields
    for (origin, _), found in reports.items():
        yield origin, found


def _fitting(
    material: Material, entries: list[dict[str, Claim]], by_origin: dict[str, Material], data: list[_Data]
) -> tuple[str, str] | None:
    """The data set that a report is about, and why; None if that cannot be told."""
    counts = {int(n) for e in entries if "n" in e and isinstance(n := said(e["n"], by_origin), int)}
    count = _total(material, counts)
    names = {str(said(e["dataset"], by_origin)) for e in entries if "dataset" in e}
    words = names or {material.origin.rpartition("/")[2].rpartition(".")[0]}
    role = role_of(min(words))
    fitting = [d for d in data if d.records == count]
    if role != "external" and names - {"eval"}:
        fitting = [d for d in fitting if d.role == role]
    # `eval_…` and a bare report say little: they may be of any split, so the count alone decides,
    # and decides nothing where two splits have it. One split may lie there in several formats.
    if not fitting or len({d.role for d in fitting}) > 1:
        return None
    return min(fitting, key=lambda d: (len(d.name), d.name)).name, f"the only split with {count} records"


def _total(material: Material, counts: set[int]) -> int:
    """How many records a report is about: the greatest count, or the sum over an attribute's groups."""
    if material.original and not material.original.sha256:
        return -1  # some groups are withheld, and what is left may add up to another split
    if material.extractor != "subgroups" or material.raw is None:
        return max(counts, default=-1)
    from cognify.replay import tables

    rows = [[text for text, _, _ in row] for row in tables.rows(material.raw, material.origin)]
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows[1:]:
        entry = dict(zip(rows[0], row, strict=True))
        if entry["n"].strip().isdecimal():
            sums[entry["attribute"], entry["metric"]] += int(entry["n"])
    return max(sums.values(), default=-1)


def _data(reading: Reading) -> Iterator[_Data]:
    for material in reading.materials:
        if material.observed and material.extractor == "data-files" and material.raw:
            manifest = json.loads(material.raw)
            yield _Data(manifest["name"], manifest["role"], manifest["records"])


_LINKING = _Linking()
