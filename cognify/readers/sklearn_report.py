"""scikit-learn's classification report as JSON: classes beside accuracy and averages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cognify.readers import taking, walk
from cognify.readers.reading import Claim, LeftOut, Reading, Report

_SCORES = ("precision", "recall", "f1-score")
_AVERAGES = ("macro avg", "weighted avg", "micro avg", "samples avg")
_MAX_CLASSES = 20


class _SklearnReport:
    name = "sklearn-report"
    version = 2

    def finds(self, source: Path) -> tuple[Path, ...]:
        """Files by the name they usually bear; their copies among tracker artifacts are left out."""
        return tuple(
            path for path in walk.files(source)
            if path.suffix == ".json" and "classification_report" in path.name
            and not {"mlruns", "artifacts"} <= {*walk.parts(path, source)}
        )  # fmt: skip

    def read(self, found: Path, source: Path) -> Reading:
        """Accuracy, averages and classes; a report names no data set, so none is claimed here."""
        origin = walk.relative(found, source)
        raw = taking.read(found, source, limit=taking.MAX_JSON)
        data = taking.parsed(raw, origin)
        if not isinstance(data, dict) or not isinstance(data.get("macro avg"), dict):
            raise taking.unreadable("not a classification report: it has no macro average", origin)
        notes: list[str] = []
        claims = list(_accuracy(data, origin, notes))
        rows = {k: v for k, v in data.items() if isinstance(v, dict)}
        for name in (name for name in _AVERAGES if name in rows):
            claims += _row(name, rows[name], origin, notes, average=True)
        classes = [name for name in rows if name not in _AVERAGES]
        if len(classes) > _MAX_CLASSES:
            notes.append(f"{origin}: {len(classes)} classes; only the averages are reported")
            classes = []
        for name in classes:
            claims += _row(name, rows[name], origin, notes, average=False)
        # Recall is a share of the class, whose size is its support; precision is of what was predicted.
        shares = {_place(origin, "accuracy"), *(_place(origin, f"{name} recall") for name in classes)}
        left_out = tuple(_left_out(data))
        return Reading(
            (taking.material(self, origin, raw, "application/json"),), tuple(claims), notes=tuple(notes),
            reports=(Report(origin, origin, proportions=frozenset(shares), left_out=left_out),),
        )  # fmt: skip


def _place(origin: str, name: str) -> str:
    return taking.pointer("evaluation", "runs", f"[{origin} {name}]")


def _left_out(data: Mapping[str, Any]) -> Iterator[LeftOut]:
    for name, row in data.items():
        scores = (
            {f"{name} {score}": row.get(score) for score in _SCORES} if isinstance(row, dict) else {name: row}
        )
        for metric, value in scores.items():
            if value is not None and not taking.is_number(value):
                yield LeftOut("classification report", "not-a-number", metric)


def _accuracy(data: Mapping[str, Any], origin: str, notes: list[str]) -> Iterator[Claim]:
    if "accuracy" not in data:
        return
    if not taking.is_number(data["accuracy"]):
        notes.append(f"{origin}: accuracy is {data['accuracy']!r} and is not reported")
        return
    place = _place(origin, "accuracy")
    yield Claim(f"{place}/metric", origin, "json-key:/accuracy", "text")
    yield Claim(f"{place}/value", origin, "json:/accuracy", "number")
    if taking.is_number(data["macro avg"].get("support")):
        yield Claim(f"{place}/n", origin, "json:/macro avg/support", "integer")


def _row(
    name: str, row: Mapping[str, Any], origin: str, notes: list[str], *, average: bool
) -> Iterator[Claim]:
    for score in _SCORES:
        if score not in row or not name.strip():
            continue
        if not taking.is_number(row[score]):
            notes.append(f"{origin}: {name} {score} is {row[score]!r} and is not reported")
            continue
        place = _place(origin, f"{name} {score}")
        at = taking.pointer(name, score)
        yield Claim(f"{place}/metric", origin, f"json-{'path' if average else 'key'}:{at}", "text")
        yield Claim(f"{place}/value", origin, f"json:{at}", "number")
        if taking.is_number(row.get("support")):
            yield Claim(f"{place}/n", origin, f"json:{taking.pointer(name, 'support')}", "integer")
        if not average:
            yield Claim(f"{place}/slice", origin, f"json-key:{taking.pointer(name)}", "text")


SKLEARN_REPORT = _SklearnReport()
