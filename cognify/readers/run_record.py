"""`cognify-run.json`: a run as `cognify run` saw it, or as the script told it of itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from cognify.errors import CaptureError
from cognify.readers import data_files, settings, taking, walk
from cognify.readers.reading import COMPUTED, DECLARED, MEASURED, Claim, Reading
from cognify.running import record

_SPLITS = ("train", "training", "eval", "validation", "val", "test")
_HARDWARE = (
    "cpu", "cores", "memory_gib", "architecture", "system", "accelerators", "accelerator",
    "accelerator_memory_mib", "driver",
)  # fmt: skip
_NOT_FINITE = ("NaN", "Infinity", "-Infinity")
_NAMED = 5


class _RunRecord:
    name = "cognify-run"
    version = 1

    def finds(self, source: Path) -> tuple[Path, ...]:
        """The record of the run, and those of scripts that ran within it."""
        return tuple(path for path in walk.files(source) if path.name == record.NAME)

    def read(self, found: Path, source: Path) -> Reading:
        """What the wrapper observed is measured or computed; what a script says of itself is declared."""
        origin = walk.relative(found, source)
        raw = taking.read(found, source, limit=taking.MAX_JSON)
        data = taking.parsed(raw, origin)
        if not isinstance(data, dict) or not isinstance(data.get("cognify_run"), int):
            raise taking.unreadable("no run record: it has no cognify_run", origin)
        material = taking.material(self, origin, raw, "application/json")
        if data["cognify_run"] != record.FORMAT:
            form = data["cognify_run"]
            note = f"{origin} is a run record of format {form}; this version knows {record.FORMAT}"
            return Reading((material,), notes=(note,))
        wrapped = data.get("writer") == record.WRAPPER
        claims = [*_of_run(data, origin, wrapped=wrapped), *_of_script(data, origin), *_of_data(data, origin)]
        return Reading((material,), tuple(claims), notes=tuple(_course(data, origin)))


def _run_of(data: Mapping[str, Any]) -> str:
    return str(data.get("within") or data.get("run_id"))


def _of_run(data: Mapping[str, Any], origin: str, *, wrapped: bool) -> Iterator[Claim]:
    """What a run is by itself; a script within a wrapped run leaves that to the wrapper."""
    seen, counted = (MEASURED, COMPUTED) if wrapped else (DECLARED, DECLARED)
    if isinstance(data.get("within"), str):
        yield Claim("/training/run_id", origin, "json:/within", "text", DECLARED)
        return
    for name, keys, via, kind in (
        ("run_id", ("run_id",), "text", seen), ("started_at", ("started_at",), "text", seen),
        ("ended_at", ("ended_at",), "text", seen), ("procedure", ("command", "text"), "text", seen),
        ("framework/python", ("environment", "python"), "text", seen),
        ("code_commit", ("code", "commit"), "text", counted),
        ("code_dirty", ("code", "dirty"), "boolean", counted),
        ("x-exit_code", ("exit_code",), "integer", seen), ("x-outcome", ("outcome",), "text", seen),
    ):  # fmt: skip
        if taking.inside(data, *keys) not in (None, ""):
            yield Claim(f"/training/{name}", origin, f"json:{taking.pointer(*keys)}", via, kind)
    for name in _HARDWARE:
        value = taking.inside(data, "hardware", name)
        if isinstance(value, str) or taking.is_number(value):
            via = "text" if isinstance(value, str) else "number"
            yield Claim(f"/training/hardware/{name}", origin, f"json:/hardware/{name}", via, seen)


def _of_script(data: Mapping[str, Any], origin: str) -> Iterator[Claim]:
    """Parameters, seeds and metrics that the script told."""
    params = data.get("params") if isinstance(data.get("params"), dict) else {}
    assert isinstance(params, dict)
    for name in settings.named(params):
        via = "" if settings.is_seed(name) or taking.is_secret(name) else _via(params[name])
        if via and not (name == "max_steps" and taking.is_number(params[name]) and params[name] < 0):
            place = taking.pointer("training", "hyperparameters", name)
            yield Claim(place, origin, f"json:{taking.pointer('params', name)}", via, DECLARED)
    for name, value in params.items():
        if settings.is_seed(name) and taking.is_number(value) and value == int(value):
            place = taking.pointer("training", "seeds", name)
            yield Claim(place, origin, f"json:{taking.pointer('params', name)}", "integer", DECLARED)
    metrics = data.get("metrics")
    for number, entry in enumerate(metrics if isinstance(metrics, list) else ()):
        if isinstance(entry, dict) and taking.is_number(entry.get("value")):
            yield from _metric(entry, number, origin)


def _via(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if taking.is_number(value):
        return "number"
    if isinstance(value, str):
        return "" if value in ("", "None", *_NOT_FINITE) or taking.is_private(value) else "text"
    return "json" if isinstance(value, list) and value else ""


def _metric(entry: Mapping[str, Any], number: int, origin: str) -> Iterator[Claim]:
    """One result: of the data set that was named, or of the split that the metric's name begins with."""
    name, dataset, at = entry.get("name"), entry.get("dataset"), f"json:/metrics/{number}"
    if not isinstance(name, str) or not name.strip():
        return
    split, mark, rest = name.partition("_")
    by_name = not isinstance(dataset, str) and mark and rest and split in _SPLITS
    # One key for what another reader calls by the same name, so that both fill one entry.
    place = taking.pointer(
        "evaluation", "runs", f"[{name} {dataset}]" if isinstance(dataset, str) else f"[{name}]"
    )
    if isinstance(dataset, str):
        yield Claim(f"{place}/dataset", origin, f"{at}/dataset", "text", DECLARED)
    elif by_name:
        yield Claim(f"{place}/dataset", origin, f"{at}/name", "before(_)", DECLARED)
    yield Claim(f"{place}/metric", origin, f"{at}/name", "after(_)" if by_name else "text", DECLARED)
    yield Claim(f"{place}/value", origin, f"{at}/value", "number", DECLARED)
    if taking.is_number(entry.get("n")):
        yield Claim(f"{place}/n", origin, f"{at}/n", "integer", DECLARED)


def _of_data(data: Mapping[str, Any], origin: str) -> Iterator[Claim]:
    """Data sets whose role somebody said; the digest is of the bytes before the run."""
    listed = data.get("datasets")
    for number, entry in enumerate(listed if isinstance(listed, list) else ()):
        if not isinstance(entry, dict) or entry.get("role") not in record.ROLES or not entry.get("sha256"):
            continue
        key = data_files.name_of(Path(str(entry.get("path", ""))))
        place, at = taking.pointer("data", "datasets", f"[{key}]"), f"json:/datasets/{number}"
        yield Claim(f"{place}/role", origin, f"{at}/role", "text", DECLARED)
        yield Claim(f"{place}/id", origin, f"{at}/name", "text", DECLARED)
        yield Claim(f"{place}/digest", origin, f"{at}/sha256", "text", COMPUTED)


def _course(data: Mapping[str, Any], origin: str) -> Iterator[str]:
    """What a person should know of how it went, the worst first."""
    outcome = data.get("outcome")
    if outcome == "running":
        yield f"{origin}: no end was recorded: the run goes on, or was killed together with what recorded it"
    elif outcome != "finished":
        yield f"{origin}: THE RUN DID NOT SUCCEED: {outcome}"
    for word, entries in (("input", data.get("inputs")), ("output", data.get("outputs"))):
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict):
                yield from _changes(word, entry, origin)
    opened = data.get("opened")
    if isinstance(opened, dict) and opened.get("undeclared"):
        yield f"{origin}: opened and not declared: {_few(opened['undeclared'])}"
    if isinstance(opened, dict) and opened.get("inputs_never_opened"):
        yield f"{origin}: declared and never opened: {_few(opened['inputs_never_opened'])}"
    for entry in data["metrics"] if isinstance(data.get("metrics"), list) else ():
        if isinstance(entry, dict) and entry.get("value") in _NOT_FINITE:
            yield f"{origin}: {entry.get('name')} is {entry['value']} and is not reported"
    for sentence in data["not_observed"] if isinstance(data.get("not_observed"), list) else ():
        yield f"{origin}: not observed: {sentence}"


def _changes(word: str, entry: Mapping[str, Any], origin: str) -> Iterator[str]:
    path = entry.get("path")
    if word == "input":
        for what in ("changed", "created", "removed"):
            if entry.get(what):
                files = [name or path for name in entry[what]] if isinstance(entry[what], list) else []
                yield f"{origin}: the input {path} changed during the run: {what} {_few(files)}"
    elif entry.get("after") is None:
        yield f"{origin}: the output {path} was not written"
    else:
        new = [entry.get(what) for what in ("created", "changed")]
        files = taking.inside(entry, "after", "files")
        older = (
            files - sum(len(part) for part in new if isinstance(part, list)) if isinstance(files, int) else 0
        )
        if older > 0:
            yield f"{origin}: {older} files of the output {path} are older than the run, and captured with it"
    if entry.get("unread"):
        yield f"{origin}: of the {word} {path} could not be read: {_few(entry['unread'])}"


def _few(names: Any) -> str:
    listed = [str(name) for name in names] if isinstance(names, list) else []
    more = f" and {len(listed) - _NAMED} more" if len(listed) > _NAMED else ""
    return json.dumps(listed[:_NAMED], ensure_ascii=False)[1:-1].replace('"', "") + more


def of_one_run(reading: Reading) -> Reading:
    """*reading* without what a record of another run tells, where the wrapper says which run this is.

    Raises:
        CaptureError: `run-ambiguous`: records of several runs, and no wrapper's; or two of one run that
            both say they are the wrapper's, and differ: something within the run wrote one.
    """
    held = {m.origin: m for m in reading.materials if m.extractor == RUN_RECORD.name and m.raw}
    records = {origin: taking.parsed(m.raw or b"", origin) for origin, m in held.items()}
    runs = {origin: _run_of(data) for origin, data in records.items()}
    by_wrapper = [origin for origin, data in records.items() if data.get("writer") == record.WRAPPER]
    wrapped = {runs[origin] for origin in by_wrapper}
    if len({held[origin].sha256 for origin in by_wrapper}) > 1 or (len({*runs.values()}) > 1 and not wrapped):
        raise _ambiguous(sorted(runs), len({*runs.values()}))
    others = {origin for origin, run in runs.items() if wrapped and run not in wrapped}
    if not others:
        return reading
    note = f"{', '.join(sorted(others))}: a record of another run, and not used"
    kept = tuple(claim for claim in reading.claims if claim.origin not in others)
    return replace(reading, claims=kept, notes=(*reading.notes, note))


def _ambiguous(names: list[str], runs: int) -> CaptureError:
    what = f"records of {runs} runs" if runs > 1 else "two records of one run, which differ,"
    return CaptureError(
        f"{what} lie in what is captured: {', '.join(names[:_NAMED])}", where=names[0],
        fix="capture the folder of the run that this version is", id="run-ambiguous",
    )  # fmt: skip


RUN_RECORD = _RunRecord()
