"""What stands around a result: its report, its per-item file, its interval, and the weights it is of.

Cognify writes down what it saw in one observation, which the card's values cite. Two things are
never claimed: an interval where a value is not certainly a share of its records, and that weights
are the evaluated ones because nothing says otherwise.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cognify import canonical, replay
from cognify.errors import CognifyError, ReplayError
from cognify.readers import hashed_before, taking
from cognify.readers.reading import (
    COMPUTED,
    FALLBACK,
    WITNESS,
    Claim,
    Derivation,
    LeftOut,
    Material,
    Reading,
    Report,
    said,
)  # fmt: skip
from cognify.readers.weighing import STRENGTH

ORIGIN = "observed/evaluated.json"
_RESULT = re.compile(r"(/evaluation/(?:runs|subgroups|intersectional)/\[.*?\])/(.*)\Z", re.DOTALL)
_RUNS = "/evaluation/runs/"
_MOST = 500
_WEIGHTS = re.compile(r"(?:.*\.(?:safetensors|gguf)|(?:pytorch|adapter)_model.*\.bin)\Z")
_RELEASED = ("safetensors", "gguf")
_SHARES = (
    "accuracy", "acc", "acc_norm", "exact_match", "f1", "f1-score", "macro_f1", "micro_f1", "weighted_f1",
    "precision", "recall", "roc_auc", "auc", "pass_rate",
)  # fmt: skip
_LOSSES = ("loss", "perplexity", "word_perplexity", "byte_perplexity", "bits_per_byte", "mae", "mse", "rmse")
_KNOWN = {
    **dict.fromkeys(_SHARES, ("higher", "share")), **dict.fromkeys(_LOSSES, ("lower", "")),
    "error_rate": ("lower", "share"),
}  # fmt: skip
"""What is better, and the unit, of metrics whose name alone says so."""
_BY_NAME = "the files that lie where the report says; nothing hashed them before the evaluation"
_BY_FOLDER = "the training that wrote the report saved them in its folder"
_COUNTED = ("value", "n", "stderr")
_ENOUGH = 30
"""Of fewer records a normal interval is too narrow to be shown."""


class _Evaluated:
    name = "evaluated"
    version = 1

    def finds(self, source: Path) -> tuple[Path, ...]:
        """Nothing: it looks at what the readers found, never at a source."""
        return ()

    def read(self, found: Path, source: Path) -> Reading:
        """Nothing."""
        return Reading()


def evaluated(reading: Reading, *, root: str) -> Reading:
    """*reading* with what its results need beside their value; *root* is the name of a single source."""
    by_origin = {material.origin: material for material in reading.materials}
    places = _places(reading)
    reports = _reports(reading, places)
    if not reports:
        return reading
    seen, lie = _Seen(), _Lie(_files(by_origin), _released(by_origin), root)
    notes = list[str]()
    for number, report in enumerate(reports):
        seen.reports.append(_entry(report, reading, by_origin[report.file].sha256, lie))
        seen.weights(number)
        for left in report.left_out[:_MOST]:
            seen.leave_out(report, left)
        if len(report.left_out) > _MOST:
            notes.append(f"{report.file} leaves out {len(report.left_out)} results; {_MOST} of them are told")
    numbers = {report.origin: number for number, report in enumerate(reports)}
    for place, fields in places.items():
        if place.startswith(_RUNS):
            number = numbers[_of(fields)]
            items = by_origin.get(reports[number].items.get(place, ""))
            seen.result(place, number, items, {key: said(claim, by_origin) for key, claim in fields.items()})
    derived = tuple(_intervals(reports, places, by_origin))
    material = taking.observation(_EVALUATED, ORIGIN, seen.data())
    return replace(
        reading, materials=(*reading.materials, material), claims=(*reading.claims, *seen.claims),
        derivations=(*reading.derivations, *derived), notes=(*reading.notes, *notes), reports=(),
    )  # fmt: skip


def _places(reading: Reading) -> dict[str, dict[str, Claim]]:
    """By result the claim that counts for each of its fields."""
    found: dict[str, dict[str, Claim]] = {}
    ranked = sorted(
        reading.claims, key=lambda c: (c.weight == WITNESS, c.weight == FALLBACK, STRENGTH[c.kind])
    )
    for claim in ranked:
        match = _RESULT.match(claim.pointer)
        if match:
            found.setdefault(match[1], {}).setdefault(match[2], claim)
    told = (place for claim in reading.claims if (m := _RESULT.match(claim.pointer)) for place in (m[1],))
    return {place: found[place] for place in dict.fromkeys(told) if {"value", "suppressed"} & {*found[place]}}


def _of(fields: Mapping[str, Claim]) -> str:
    return (fields.get("value") or fields["suppressed"]).origin


def _reports(reading: Reading, places: Mapping[str, Mapping[str, Claim]]) -> list[Report]:
    """What results are cited from, a source without a report being its own; and what only leaves out."""
    cited = dict.fromkeys(_of(fields) for fields in places.values())
    known: dict[str, Report] = {}
    for report in reading.reports:
        known[report.origin] = _with_shares(known.get(report.origin, report), report)
    silent = [r for r in reading.reports if r.origin not in cited and r.left_out]
    return [*(known.get(origin) or Report(origin, origin) for origin in cited), *silent]


def _with_shares(first: Report, report: Report) -> Report:
    """The report; where it tells of nothing but shares, as a mapping does, the one before with those."""
    shares = first.proportions | report.proportions
    bare = Report(report.origin, report.file, proportions=report.proportions)
    return replace(first if report == bare else report, proportions=shares)


@dataclass(frozen=True, slots=True)
class _Lie:
    """Where weights lie: their files by folder, the digests of the released ones, the source's name."""

    files: Mapping[str, list[Material]]
    released: frozenset[str]
    root: str


def _entry(report: Report, reading: Reading, sha256: str, lie: _Lie) -> dict[str, Any]:
    name = report.weights if taking.relative_path(report.weights) else _last(report.weights)
    entry: dict[str, Any] = {"report": report.file, "sha256": sha256}
    entry |= {"name": _plain(name)} if name.strip() else {}
    digests, basis = hashed_before.digests(reading, sha256, _is_weights), hashed_before.BASIS
    if not digests and report.folder is not None:
        digests, basis = sorted(m.sha256 for m in lie.files.get(report.folder, ())), _BY_FOLDER
    elif not digests and report.weights:
        digests, basis = _named(report.weights, lie), _BY_NAME
    if not digests:
        return entry
    same = {"relation": "same"} if lie.released.issuperset(digests) else {}
    return {**entry, "digests": digests, "basis": basis, **same}


def _released(by_origin: Mapping[str, Material]) -> frozenset[str]:
    """The digests of what is released: a model beside an adapter is its base, and not what was made here."""
    seen = [
        json.loads(m.raw) for m in by_origin.values() if m.observed and m.raw and m.extractor in _RELEASED
    ]  # fmt: skip
    adapters = any(entry["kind"] == "adapter" for entry in seen)
    return frozenset(
        file["sha256"] for entry in seen for file in entry["files"]
        if entry["observed"] == "gguf" or not adapters or entry["kind"] == "adapter"
    )  # fmt: skip


def _plain(text: str) -> str:
    """A name of the run's own, as any record can hold it; what it cannot is spelled out."""
    try:
        canonical.loads(canonical.pretty([text]), where="")
    except CognifyError:
        return ascii(text)[1:-1]
    return text


def _last(path: str) -> str:
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2]


def _is_weights(path: str) -> bool:
    return _WEIGHTS.match(path.rpartition("/")[2]) is not None


def _files(by_origin: Mapping[str, Material]) -> dict[str, list[Material]]:
    """The files of weights by their folder."""
    found: dict[str, list[Material]] = {}
    for origin, material in by_origin.items():
        if not material.observed and _is_weights(origin):
            found.setdefault(origin.rpartition("/")[0], []).append(material)
    return found


def _named(name: str, lie: _Lie) -> list[str]:
    """The digests of the only file, or the files of the only folder, that *name* can mean here."""
    wanted = name.replace("\\", "/").rstrip("/").removeprefix("./")
    fitting: list[list[Material]] = []
    for folder, materials in lie.files.items():
        if _means(wanted, folder, lie.root):
            fitting.append(materials)
        fitting += [[m] for m in materials if _means(wanted, m.origin, lie.root)]
    return sorted(material.sha256 for material in fitting[0]) if len(fitting) == 1 else []


def _means(wanted: str, origin: str, root: str) -> bool:
    """Whether the path that a report gives, from wherever it ran, may be that of *origin*."""
    whole = f"{root}/{origin}".strip("/")
    return bool(wanted) and (
        f"/{whole}".endswith(f"/{wanted}") or any(
            bool(path) and f"/{wanted}".endswith(f"/{path}") for path in (origin, whole)
        )
    )  # fmt: skip


def _intervals(
    reports: list[Report], places: Mapping[str, Mapping[str, Claim]], by_origin: Mapping[str, Material]
) -> Iterator[Derivation]:
    """An interval for each share of a count of records; of other means from the reported standard error."""
    shares = {place for report in reports for place in report.proportions}
    means = {place for report in reports for place in report.means}
    for place, fields in places.items():
        told = {name: said(claim, by_origin) for name, claim in fields.items() if name in _COUNTED}
        many = place in means and taking.is_number(told.get("n")) and told["n"] >= _ENOUGH
        for via, other, fits in (("wilson(95)", "n", place in shares), ("normal(95)", "stderr", many)):
            if fits and _gives(via, [told.get("value"), told.get(other)], place):
                yield Derivation(f"{place}/ci", via, (f"{place}/value", f"{place}/{other}"))
                break


def _gives(via: str, values: list[Any], place: str) -> bool:
    """Whether *via* gives an interval: some value may be no count of so many records."""
    try:
        replay.derive.apply(via, values, place)
    except ReplayError:
        return False
    return True


class _Seen:
    """The observation as it grows, and the claims that cite it."""

    def __init__(self) -> None:
        self.reports: list[dict[str, Any]] = []
        self.claims: list[Claim] = []
        self._items: list[dict[str, str]] = []
        self._known: dict[str, int] = {}
        self._metrics: dict[str, dict[str, str]] = {}
        self._left_out: list[dict[str, Any]] = []

    def data(self) -> dict[str, Any]:
        return {
            "observed": "evaluated", "reports": self.reports, "items": self._items,
            "metrics": self._metrics, "left_out": self._left_out,
        }  # fmt: skip

    def _claim(self, pointer: str, *at: str | int, via: str = "text") -> None:
        self.claims.append(Claim(pointer, ORIGIN, f"json:{taking.pointer(*at)}", via, COMPUTED))

    def weights(self, number: int) -> None:
        """The card's entry for the report *number*."""
        entry = self.reports[number]
        place = taking.pointer("evaluation", "weights", f"[{entry['report']}]")
        for field, key in (
            ("report", "report"), ("report_digest", "sha256"), ("name", "name"), ("basis", "basis"),
            ("relation", "relation"),
        ):  # fmt: skip
            if key in entry:
                self._claim(f"{place}/{field}", "reports", number, key)
        if "digests" in entry:
            self._claim(f"{place}/digests", "reports", number, "digests", via="json")

    def leave_out(self, report: Report, left: LeftOut) -> None:
        """The card's entry for what is in no score, or is no score."""
        texts = {"report": report.file, "test": _plain(left.test), "metric": _plain(left.metric),
                 "outcome": left.outcome}  # fmt: skip
        counts = {"n": left.n, "of": left.of}
        number = len(self._left_out)
        self._left_out.append(
            {key: text for key, text in texts.items() if text}
            | {key: count for key, count in counts.items() if count is not None and 0 <= count < 2**53}
        )
        key = f"[{report.file} {texts['test']} {left.outcome} {texts['metric']}]"
        for field in self._left_out[number]:
            place = taking.pointer("evaluation", "excluded", key, field)
            self._claim(place, "left_out", number, field, via="integer" if field in counts else "text")

    def result(self, place: str, number: int, items: Material | None, told: Mapping[str, Any]) -> None:
        """Report, per-item file, direction and unit of one result, of which *told* is what a source says."""
        if "report_digest" not in told:
            self._claim(f"{place}/report_digest", "reports", number, "sha256")
        if items is not None:
            index = self._known.setdefault(items.origin, len(self._items))
            if index == len(self._items):
                self._items.append({"file": items.origin, "sha256": items.sha256})
            self._claim(f"{place}/items_digest", "items", index, "sha256")
        metric = str(told.get("metric") or "").lower().rpartition(" avg ")[2]
        direction, unit = _KNOWN.get(metric, ("", ""))
        for field, word in (("direction", direction), ("unit", unit if _is_share(told.get("value")) else "")):
            if word and field not in told:
                self._metrics.setdefault(metric, {})[field] = word
                self._claim(f"{place}/{field}", "metrics", metric, field)


def _is_share(value: Any) -> bool:
    return isinstance(value, bool) is False and taking.is_number(value) and 0 <= value <= 1


_EVALUATED = _Evaluated()
