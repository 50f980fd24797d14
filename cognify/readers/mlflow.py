"""MLflow's SQLite store: the run that trained, its parameters, times, data sets and metrics."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from cognify.errors import ReplayError
from cognify.readers import database, mlflow_export, settings, taking, walk
from cognify.readers.reading import COMPUTED, DECLARED, MEASURED, Claim, Reading

_TABLES = {"experiments", "runs", "params", "metrics", "tags", "latest_metrics"}
_ROLES = ("train", "validation", "test", "external", "calibration")
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?\Z")
_MAX_PARAMS = 10_000


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a tracker: what there is to choose it by, and to claim from it."""

    id: str
    name: str
    status: str
    started: int | None
    ended: int | None
    params: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, bool] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)


class Input(NamedTuple):
    """A data set of a run; *key* is the one that it is written down under."""

    name: str
    source: str
    key: str
    context: str


class _Mlflow:
    name = "mlflow"
    version = 1

    def finds(self, source: Path) -> tuple[Path, ...]:
        """SQLite files with MLflow's tables, whatever they are called.

        Raises:
            CaptureError: `run-unreadable`: a SQLite file that is cut short or damaged.
        """
        return tuple(path for path, tables in database.found(source) if tables >= _TABLES)

    def read(self, found: Path, source: Path) -> Reading:
        """The training run; other runs are named in the notes."""
        origin = walk.relative(found, source)
        try:
            with database.opened(self, found, source) as held:
                runs = list(_runs(held.connection))
                run = chosen(runs)
                inputs = list(_inputs(held.connection, run)) if run else []
                seen = mlflow_export.exported(held.connection, run.id) if run else {}
        except (ReplayError, sqlite3.Error) as error:
            what = error.what if isinstance(error, ReplayError) else str(error)
            raise taking.unreadable(f"the database is damaged: {what}", origin) from None
        if run is None:
            return Reading(held.files, notes=(f"{origin} holds no active run",))
        kept = mlflow_export.material(self, origin, seen, held.sha256, held.size)
        cited, materials = kept.origin, (*held.files, kept)
        notes = list(settings.course(run, runs, origin))
        claims = claimed(run, inputs, cited, notes)
        return Reading(materials, tuple(claims), notes=tuple(notes))


def claimed(run: Run, inputs: Sequence[Input], origin: str, notes: list[str]) -> list[Claim]:
    """What the run, written down as `mlflow_export` does under *origin*, says; the rest goes to *notes*.

    Nothing is measured: the store itself stays outside, so its reader has to be believed (decision 15).
    """
    claims = list(_of_run(run, origin))
    claims += settings.of_params(run, origin, lambda key: _at("params", key))
    claims += _of_metrics(run, origin, notes)
    claims += _of_evaluate(run, inputs, origin)
    claims += [claim for entry in inputs for claim in _of_input(entry, origin)]
    return [replace(claim, kind=COMPUTED) if claim.kind == MEASURED else claim for claim in claims]


def _runs(connection: sqlite3.Connection) -> Iterator[Run]:
    rows = connection.execute(
        "SELECT r.run_uuid, r.name, r.status, r.start_time, r.end_time FROM runs r "
        "JOIN experiments e ON e.experiment_id = r.experiment_id "
        "WHERE r.lifecycle_stage = 'active' AND e.lifecycle_stage = 'active' LIMIT 1000"
    ).fetchall()
    for id, name, status, started, ended in rows:
        yield Run(
            str(id), str(name or ""), str(status), _whole(started), _whole(ended),
            dict(_pairs(connection, "SELECT key, value FROM params WHERE run_uuid = ? LIMIT ?", id)),
            {k: bool(v) for k, v in connection.execute(
                "SELECT key, is_nan OR abs(value) > 1.7e308 FROM latest_metrics WHERE run_uuid = ? LIMIT ?",
                (id, _MAX_PARAMS))},
            dict(_pairs(connection, "SELECT key, value FROM tags WHERE run_uuid = ? LIMIT ?", id)),
        )  # fmt: skip


def _whole(value: object) -> int | None:
    """A time as an integer; SQLite keeps any type in any column."""
    return value if isinstance(value, int) else None


def _pairs(connection: sqlite3.Connection, query: str, id: object) -> Iterator[tuple[str, str]]:
    for key, value in connection.execute(query, (id, _MAX_PARAMS)):
        yield str(key), "" if value is None else str(value)


def chosen(runs: list[Run]) -> Run | None:
    """The run that trained: with parameters, with most of them and of metrics, the newest."""
    return max(
        runs,
        key=lambda run: (bool(run.params), len(run.params) + len(run.metrics), run.started or 0),
        default=None,
    )


def _at(*steps: str) -> str:
    return f"json:{taking.pointer(*steps)}"


def _of_run(run: Run, origin: str) -> Iterator[Claim]:
    yield Claim("/training/run_id", origin, _at("run", "run_uuid"), "text")
    for name, column, value in (
        ("started_at", "start_time", run.started), ("ended_at", "end_time", run.ended),
    ):  # fmt: skip
        if isinstance(value, int) and value > 0:
            yield Claim(f"/training/{name}", origin, _at("run", column), "epoch-ms")
    if _COMMIT.match(run.tags.get("mlflow.source.git.commit", "")):
        yield Claim(
            "/training/code_commit", origin, _at("tags", "mlflow.source.git.commit"), "text", DECLARED
        )


def _of_metrics(run: Run, origin: str, notes: list[str]) -> Iterator[Claim]:
    for key, not_finite in sorted(run.metrics.items()):
        split = settings.split_of(key, run)
        if split is None:
            continue
        if not_finite:
            notes.append(f"{origin}: {key} is not finite; the training diverged, so it is not reported")
            continue
        place = taking.pointer("evaluation", "runs", f"[{key}]")
        named = f"json-key:{taking.pointer('latest_metrics', key)}"
        yield Claim(f"{place}/dataset", origin, named, "before(_)")
        yield Claim(f"{place}/metric", origin, named, "after(_)")
        yield Claim(f"{place}/value", origin, _at("latest_metrics", key, "value"), "number")


def _of_evaluate(run: Run, inputs: Sequence[Input], origin: str) -> Iterator[Claim]:
    """Metrics without a prefix, which `mlflow.models.evaluate` writes beside `example_count`."""
    tags = [entry.key for entry in inputs if entry.context == "eval"]
    if len(tags) != 1 or "example_count" not in run.metrics:
        return
    dataset = _at("datasets", tags[0], "context")
    for key in (key for key in settings.EVALUATED if run.metrics.get(key) is False):
        place = taking.pointer("evaluation", "runs", f"[evaluate {key}]")
        named = f"json-key:{taking.pointer('latest_metrics', key)}"
        yield Claim(f"{place}/dataset", origin, dataset, "text")
        yield Claim(f"{place}/metric", origin, named, "text")
        yield Claim(f"{place}/value", origin, _at("latest_metrics", key, "value"), "number")
        yield Claim(f"{place}/n", origin, _at("latest_metrics", "example_count", "value"), "integer")


def _inputs(connection: sqlite3.Connection, run: Run) -> Iterator[Input]:
    """Data sets of the run, with the tag that names their context."""
    try:
        rows = connection.execute(
            "SELECT d.name, d.dataset_source, t.input_uuid, t.value FROM inputs i "
            "JOIN datasets d ON d.dataset_uuid = i.source_id "
            "JOIN input_tags t ON t.input_uuid = i.input_uuid AND t.name = 'mlflow.data.context' "
            "WHERE i.source_type = 'DATASET' AND i.destination_type = 'RUN' AND i.destination_id = ? "
            "ORDER BY d.name, d.digest LIMIT 100",
            (run.id,),
        )
        yield from (Input(*map(str, row)) for row in rows)
    except sqlite3.OperationalError as error:
        if "no such" not in str(error):
            raise  # an older store has no such tables; a damaged one has no such excuse


def _of_input(entry: Input, origin: str) -> Iterator[Claim]:
    """What the tracker says of a data set. Its digest is of the first 10,000 rows: declared."""
    name, source, tag, context = entry
    role = settings.role(context)
    # Autolog and evaluate name every data set `dataset`, of the source type `code`.
    if role is None or not str(name).strip() or name == "dataset":
        return
    place = taking.pointer("data", "datasets", f"[{settings.dataset_key(source, name)}]")
    if context == role:
        yield Claim(f"{place}/role", origin, _at("datasets", tag, "context"), "text", DECLARED)
    yield Claim(f"{place}/id", origin, _at("datasets", tag, "name"), "text", DECLARED)
    yield Claim(f"{place}/version", origin, _at("datasets", tag, "digest"), "text", DECLARED)
    at = _at("datasets", tag, "dataset_profile")
    yield Claim(f"{place}/records", origin, at, "member(/num_rows)|integer", DECLARED)


MLFLOW = _Mlflow()
