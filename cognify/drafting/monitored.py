"""`monitored`: a reading of what a monitoring tool left, made into a report and its lock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from cognify import strictyaml
from cognify.drafting.draft import Drafted, filled
from cognify.drafting.gathering import Cited, gather
from cognify.errors import CaptureError
from cognify.inventory import Report
from cognify.readers.reading import Reading
from cognify.records import schema
from cognify.strictyaml import splice

_TOLD = ("/data/datasets/", "/evaluation/runs/", "/evaluation/subgroups/", "/evaluation/excluded/",
         "/evaluation/weights/")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day that a report is about (ISO 8601), and the sealed record that was in use."""

    first: str
    last: str
    sealed: str


def monitored(
    place: Report, reading: Reading, period: Period, *, keep_below: int, custodian: str | None
) -> Drafted:
    """Report and lock from *reading*: its results and the data that they are about, and nothing else.

    Raises:
        CaptureError: `nothing-monitored`: no reader found a result.
    """
    gathered = gather(reading, keep_below=keep_below, custodian=custodian)
    cited = tuple(c for c in gathered.cited if c.pointer.startswith(_TOLD))
    if not any(map(_is_result, cited)):
        raise CaptureError(
            "no reader found a result in what was named", where=place.prefix.rstrip("/"),
            fix="name the reports that say what the model did in use; home-made ones need a "
            "cognify-mapping.yaml beside them", id="nothing-monitored",
        )  # fmt: skip
    known = {c.pointer for c in cited}
    derived = tuple(d for d in gathered.derived if known.issuperset(d.inputs))
    head: dict[str, Any] = {
        "report": 1, "model": place.model, "version": place.version, "sealed": period.sealed,
        "from": period.first, "to": period.last,
    }  # fmt: skip
    first_line = f"# yaml-language-server: $schema={schema.schema('report')['$id']}\n"
    document = strictyaml.read(first_line.encode() + splice.emit_document(head), where=place.card)
    contested = tuple(c for c in gathered.conflicts if c.pointer.startswith(_TOLD))
    narrowed = replace(gathered, cited=cited, derived=derived, conflicts=contested)
    return filled(document, narrowed, place)


def _is_result(cited: Cited) -> bool:
    return cited.pointer.startswith("/evaluation/runs/") and cited.pointer.endswith("/value")
