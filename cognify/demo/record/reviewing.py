"""Look over the data of a run, and write down what was found: counts, checks, separation.

It reads the splits as they lie in the run and nothing else, so whoever holds them gets the same
numbers again. `mapping` tells Cognify where in the card each of them belongs.
"""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SMALLEST = 11
NEAR = 0.9
_SHINGLE = 4


@dataclass(frozen=True)
class Plan:
    """Which columns of the splits mean what."""

    files: dict[str, str]  # name of the data set: file in the run
    key: str
    group: str
    day: str
    groups: tuple[str, ...]
    required: tuple[str, ...]
    text: str = ""
    method: str = ""
    seed: int | None = None
    demographic: dict[int, tuple[str, str]] = dataclasses.field(
        default_factory=dict
    )  # by column: its name, what it is
    unwanted: str = ""  # what the words below are of
    words: tuple[str, ...] = ()


def rows(path: Path) -> list[dict[str, str]]:
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def review(run: Path, plan: Plan, out: Path) -> None:
    """Write `data.json`, `separation.json` and `index.json` into *out*."""
    out.mkdir(parents=True, exist_ok=True)
    sets = {name: rows(run / file) for name, file in plan.files.items()}
    write(out / "data.json", {name: of_one(found, plan) for name, found in sets.items()})
    write(out / "separation.json", separation(sets, plan))
    digest = hashlib.sha256((out / "separation.json").read_bytes()).hexdigest()
    write(out / "index.json", {"separation": digest})


def write(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def of_one(found: list[dict[str, str]], plan: Plan) -> dict[str, Any]:
    bodies = [content(row, plan) for row in found]
    twice = len(bodies) - len(set(bodies))
    empty = sum(not str(row[name]).strip() for row in found for name in plan.required)
    keys = len(found) - len({row[plan.key] for row in found})
    told: dict[str, Any] = {
        "records": len(found),
        "synthetic_fraction": 1.0,
        "checks": [
            {"check": f"empty cells in {', '.join(plan.required)}", "count": empty},
            {"check": f"repeated {plan.key}", "count": keys},
            {"check": "records with the same content as another", "count": twice},
        ],
        "first_day": min(row[plan.day] for row in found),
        "last_day": max(row[plan.day] for row in found),
        "demographics": list(demographics(found, plan)),
    }
    if plan.words:
        wanted = set(plan.words)
        count = sum(bool(wanted & set(row[plan.text].lower().split())) for row in found)
        told["checks"].append({"check": f"words of {plan.unwanted}", "count": count})
    if plan.demographic:
        told["demographic_columns"] = {
            str(at): {"column": of, "is": kind} for at, (of, kind) in plan.demographic.items()
        }
    for check in told["checks"]:
        check["result"] = "pass" if not check["count"] else "warning"
    if plan.text:
        told["tokens"] = sum(len(row[plan.text].split()) for row in found)
    return told


def demographics(found: list[dict[str, str]], plan: Plan) -> Any:
    for variable in plan.groups:
        counted = Counter(row[variable] for row in found)
        if min(counted.values()) < SMALLEST:
            raise SystemExit(f"a group of {variable} is too small to be told")
        for group, count in sorted(counted.items()):
            yield {
                "variable": variable,
                "group": group,
                "count": count,
                "share": round(count / len(found), 4),
            }


def content(row: dict[str, str], plan: Plan) -> str:
    """What of a record is not its name, its owner or its day."""
    if plan.text:
        return row[plan.text]
    return "|".join(str(value) for name, value in row.items() if name not in (plan.key, plan.group, plan.day))


def separation(sets: dict[str, list[dict[str, str]]], plan: Plan) -> dict[str, Any]:
    """Training data against each other split."""
    train, checks = sets["train"], []
    ours = {content(row, plan) for row in train}
    owners = {row[plan.group] for row in train}
    last = max(row[plan.day] for row in train)
    kept = True
    for name in (name for name in sets if name != "train"):
        others = sets[name]
        counts = {
            "exact": sum(content(row, plan) in ours for row in others),
            "group": sum(row[plan.group] in owners for row in others),
        }
        if plan.text:
            counts["near_duplicate"] = near(ours, [content(row, plan) for row in others])
        later = min(row[plan.day] for row in others) > last
        kept = kept and later
        counts["temporal"] = 0 if later else 1
        for kind, count in counts.items():
            entry = {
                "left": "train",
                "right": name,
                "kind": kind,
                "count": count,
                "result": "pass" if not count else "fail",
            }
            checks.append(entry | ({"threshold": NEAR} if kind == "near_duplicate" else {}))
    total = Counter[str]()
    for check in checks:
        total[check["kind"]] += check["count"]
    return {
        "checks": checks,
        "exact_overlap": total["exact"],
        "group_overlap": total["group"],
        **({"near_duplicate_overlap": total["near_duplicate"]} if plan.text else {}),
        "temporal_order": "kept" if kept else "broken",
        "result": "pass" if not sum(total.values()) else "fail",
        "splits": {
            "method": plan.method,
            "group_key": plan.group,
            **({} if plan.seed is None else {"seed": plan.seed}),
        },
    }


def near(ours: set[str], others: list[str]) -> int:
    """How many of *others* share nearly all runs of four words with one of *ours*."""
    known = [shingles(text) for text in ours]
    return sum(any(alike(one, other) for other in known) for one in map(shingles, others))


def shingles(text: str) -> frozenset[str]:
    words = text.lower().split()
    return frozenset(" ".join(words[at : at + _SHINGLE]) for at in range(max(1, len(words) - _SHINGLE + 1)))


def alike(one: frozenset[str], other: frozenset[str]) -> bool:
    shared = len(one & other)
    return shared >= NEAR * (len(one) + len(other) - shared)


def mapping(out: Path, folder: str) -> list[tuple[str, dict[str, Any]]]:
    """Files of the review, as they lie in *folder* of the source, and what each says about the card."""
    data = json.loads((out / "data.json").read_text(encoding="utf-8"))
    values: dict[str, Any] = {}
    for name, told in data.items():
        place = f"/data/datasets/[{name}]"
        for one in ("synthetic_fraction", "tokens"):
            if one in told:
                values[f"{place}/{one}"] = f"/{name}/{one}"
        for number in told.get("demographic_columns", {}):
            values[f"{place}/features/{number}/demographic"] = f"/{name}/demographic_columns/{number}/is"
        for number, check in enumerate(told["checks"]):
            for field in check:
                values[f"{place}/quality_checks/{number}/{field}"] = f"/{name}/checks/{number}/{field}"
        for number, row in enumerate(told["demographics"]):
            for field in row:
                values[f"{place}/demographics/{number}/{field}"] = f"/{name}/demographics/{number}/{field}"
    apart = json.loads((out / "separation.json").read_text(encoding="utf-8"))
    split: dict[str, Any] = {f"/data/splits/{name}": f"/splits/{name}" for name in apart["splits"]}
    for name in apart:
        if name not in ("checks", "splits"):
            split[f"/data/separation/{name}"] = f"/{name}"
    for number, check in enumerate(apart["checks"]):
        for field in check:
            split[f"/data/separation/checks/[{number}]/{field}"] = f"/checks/{number}/{field}"
    return [
        (f"{folder}data.json", values),
        (f"{folder}separation.json", split),
        (f"{folder}index.json", {"/data/separation/report_digest": "/separation"}),
    ]


def write_mapping(path: Path, files: list[tuple[str, dict[str, Any]]]) -> None:
    """*files* as `cognify-mapping.yaml`."""
    lines = ["# Where the card's values stand in the files of this run.", "mapping: 1", "files:"]
    for name, values in files:
        lines += [f"  - file: {json.dumps(name)}", "    values:"]
        lines += [f"      {json.dumps(at)}: {json.dumps(where)}" for at, where in values.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
