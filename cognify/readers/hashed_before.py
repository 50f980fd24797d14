"""Weights that `cognify run` hashed before an evaluation: the strongest evidence of what was evaluated."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from cognify.readers.reading import Reading
from cognify.readers.run_record import RUN_RECORD
from cognify.running import record

BASIS = "inputs of the evaluation, hashed by cognify run before it began"


def digests(reading: Reading, report: str, is_weights: Callable[[str], bool]) -> list[str]:
    """The digests of the weights among the inputs of the run that wrote the report with SHA-256 *report*.

    None where no wrapper saw it written, or where the weights changed while it ran.
    """
    found: list[str] = []
    for material in reading.materials:
        if material.extractor != RUN_RECORD.name or not material.raw:
            continue
        data: Any = json.loads(material.raw)
        if data.get("writer") != record.WRAPPER or report not in {
            d for _, d in _files(data, "outputs", "after")
        }:
            continue
        before, after = (dict(_files(data, "inputs", side)) for side in ("before", "after"))
        found += [d for path, d in before.items() if is_weights(path) and after.get(path, d) == d]
    return sorted(set(found))


def _files(data: dict[str, Any], part: str, side: str) -> Iterator[tuple[str, str]]:
    """Path and digest of every file of one look at what was declared."""
    declared = data.get(part)
    for entry in declared if isinstance(declared, list) else ():
        seen = entry.get(side) if isinstance(entry, dict) else None
        if not isinstance(seen, dict):
            continue
        listed = seen.get("listed")
        if isinstance(listed, list):
            yield from (
                (f"{entry.get('path')}/{f.get('path')}", str(f.get("sha256")))
                for f in listed
                if isinstance(f, dict)
            )
        elif not entry.get("folder") and seen.get("sha256"):
            yield str(entry.get("path")), str(seen["sha256"])
