"""MLflow's file store, `mlruns/<experiment>/<run>/`: one small file per parameter and metric.

A metric's name is that of its file, which no bytes hold; so what the files of the chosen run say is
written down as one observation, and cited from there. Every file is listed by digest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from cognify.readers import settings, taking, walk
from cognify.readers.mlflow import Run, chosen
from cognify.readers.reading import COMPUTED, DECLARED, Claim, Reading

_META = re.compile(r"([a-z_]+): '?([^'\n]*)'?\Z")
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
_STATES = {"1": "RUNNING", "2": "SCHEDULED", "3": "FINISHED", "4": "FAILED", "5": "KILLED"}
_MAX_FILES = 20_000
_MAX_SMALL = 16 * 1024 * 1024


class _MlflowFiles:
    name = "mlflow-files"
    version = 1

    def finds(self, source: Path) -> tuple[Path, ...]:
        """The folders that hold experiments with runs."""
        metas = [path for path in walk.files(source) if path.name == "meta.yaml" and path != source]
        runs = [path.parent for path in metas if (path.parent / "params").is_dir()]
        return tuple(dict.fromkeys(run.parent.parent for run in runs if source in run.parents))

    def read(self, found: Path, source: Path) -> Reading:
        """The training run; other runs are named in the notes."""
        where = walk.relative(found, source) if found != source else source.name
        inside = [path for path in walk.files(source) if found in path.parents]
        if len(inside) > _MAX_FILES:
            raise taking.unreadable(f"more than {_MAX_FILES} files in one store", where)
        metas = [p for p in inside if p.name == "meta.yaml" and (p.parent / "params").is_dir()]
        runs = {meta.parent: _run(meta, inside, source) for meta in metas}
        active = {folder: run for folder, run in runs.items() if run is not None}
        run = chosen(list(active.values()))
        if run is None:
            return Reading(notes=(f"{where} holds no active run",))
        folder = next(folder for folder, other in active.items() if other is run)
        values = _metrics(folder, inside, source)
        run = replace(run, metrics={key: not _is_finite(text) for key, text in values.items()})
        params = {k: v for k, v in run.params.items() if not taking.is_secret(k) and not taking.is_private(v)}
        commit = run.tags.get("mlflow.source.git.commit", "")
        seen: dict[str, Any] = {
            "observed": "mlflow-run", "run_id": run.id, "status": run.status, "started": run.started or 0,
            "ended": run.ended or 0, "params": params, "metrics": values,
            **({"commit": commit} if _COMMIT.match(commit) else {}),
        }  # fmt: skip
        origin = f"observed/{where}/{run.id}.json"
        files = [p for p in inside if folder in p.parents and "artifacts" not in walk.parts(p, folder)]
        materials = [taking.hashed(self, path, source) for path in files]
        notes = list(settings.course(run, list(active.values()), where))
        claims = [*_of_run(run, origin, seen), *_of_metrics(run, origin, notes)]
        claims += settings.of_params(
            replace(run, params=params), origin,
            lambda key: f"json:{taking.pointer('params', key)}", COMPUTED,
        )  # fmt: skip
        materials.append(taking.observation(self, origin, seen))
        return Reading(tuple(materials), tuple(claims), notes=tuple(notes))


def _run(meta: Path, inside: list[Path], source: Path) -> Run | None:
    lines = _text(meta, source).splitlines()
    known = {str(m[1]): str(m[2]) for line in lines if (m := _META.match(line))}
    if known.get("lifecycle_stage") != "active":
        return None
    folder = meta.parent
    id = known.get("run_id") or known.get("run_uuid") or folder.name
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", id):
        raise taking.unreadable("the run has no id", walk.relative(meta, source))
    status = _STATES.get(known.get("status", ""), known.get("status", "unknown"))
    return Run(
        id, known.get("run_name", ""), status, _milliseconds(known.get("start_time")),
        _milliseconds(known.get("end_time")), _named(folder / "params", inside, source),
        {path.name: False for path in inside if path.parent == folder / "metrics"},
        _named(folder / "tags", inside, source),
    )  # fmt: skip


def _milliseconds(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch("[0-9]{1,15}", text) else None


def _named(folder: Path, inside: list[Path], source: Path) -> dict[str, str]:
    """Each file's text by its name; a `/` in a name made it a folder."""
    files = [path for path in inside if folder in path.parents]
    return {path.relative_to(folder).as_posix(): _text(path, source) for path in files}


def _metrics(folder: Path, inside: list[Path], source: Path) -> dict[str, str]:
    """The last value of each metric: of the highest step, then of the newest line."""
    values: dict[str, str] = {}
    for name, text in _named(folder / "metrics", inside, source).items():
        rows = [line.split() for line in text.splitlines() if line.strip()]
        try:
            values[name] = max(enumerate(rows), key=lambda row: (int(row[1][2]), row[0]))[1][1]
        except (ValueError, IndexError):
            where = f"{walk.relative(folder, source)}/metrics/{name}"
            raise taking.unreadable("a metric's line is cut short", where) from None
    return values


def _is_finite(text: str) -> bool:
    try:
        return abs(float(text)) < 1.7e308
    except ValueError:
        return False


def _text(path: Path, source: Path) -> str:
    try:
        return taking.read(path, source, limit=_MAX_SMALL).decode().strip()
    except UnicodeDecodeError:
        raise taking.unreadable("not UTF-8 text", walk.relative(path, source)) from None


def _of_run(run: Run, origin: str, seen: dict[str, Any]) -> Iterator[Claim]:
    yield Claim("/training/run_id", origin, "json:/run_id", "text", COMPUTED)
    for field, key in (("started_at", "started"), ("ended_at", "ended")):
        if seen[key]:
            yield Claim(f"/training/{field}", origin, f"json:/{key}", "epoch-ms", COMPUTED)
    if "commit" in seen:
        yield Claim("/training/code_commit", origin, "json:/commit", "text", DECLARED)


def _of_metrics(run: Run, origin: str, notes: list[str]) -> Iterator[Claim]:
    for key, not_finite in sorted(run.metrics.items()):
        if settings.split_of(key, run) is None:
            continue
        if not_finite:
            notes.append(f"{origin}: {key} is not finite; the training diverged, so it is not reported")
            continue
        place, at = taking.pointer("evaluation", "runs", f"[{key}]"), taking.pointer("metrics", key)
        yield Claim(f"{place}/dataset", origin, f"json-key:{at}", "before(_)", COMPUTED)
        yield Claim(f"{place}/metric", origin, f"json-key:{at}", "after(_)", COMPUTED)
        yield Claim(f"{place}/value", origin, f"json:{at}", "number", COMPUTED)


MLFLOW_FILES = _MlflowFiles()
