"""Trackio's SQLite store, `<project>.db`: the settings and last metrics of one run.

The store holds every run of the project, so it stays outside by digest, and what is claimed is cited
from an observation.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cognify.errors import CaptureError, ReplayError
from cognify.readers import database, mlflow, settings, taking, tracker, walk
from cognify.readers.mlflow import Run
from cognify.readers.reading import Reading
from cognify.readers.tracker import Told
from cognify.replay import sqlite as store

_NEEDED = {"metrics": {"run_name", "step", "metrics"}, "configs": {"run_name", "config"}}
_MAX_ROWS = 1_000_000
_MAX_RUNS = 1000
_MAX_BLOB = 1024 * 1024
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}(?:Z|[+-][0-9:]{5})?\Z")


class _Trackio:
    name = "trackio"
    version = 1

    def finds(self, source: Path) -> tuple[Path, ...]:
        """SQLite files with Trackio's tables, whatever they are called."""
        return tuple(path for path, tables in database.found(source) if tables >= set(_NEEDED))

    def read(self, found: Path, source: Path) -> Reading:
        """The run with most settings and metrics, the newest; other runs are named in the notes."""
        where, notes = walk.relative(found, source), list[str]()
        try:
            with database.opened(self, found, source) as held:
                files, connection = held.files, held.connection
                if not all(
                    columns <= set(store.columns(connection, table, where))
                    for table, columns in _NEEDED.items()
                ):
                    note = f"{where} has another layout than Trackio 0.43: listed by digest, not read"
                    return Reading(files, notes=(note,))
                named = all("run_id" in store.columns(connection, table, where) for table in _NEEDED)
                runs = list(_runs(connection, where, "run_id" if named else "run_name"))
        except (ReplayError, sqlite3.Error) as error:
            what = error.what if isinstance(error, ReplayError) else str(error)
            raise taking.unreadable(f"the database is damaged: {what}", where) from None
        taken = mlflow.chosen([run for run, _ in runs])
        if taken is None:
            return Reading(files, notes=(f"{where} holds no run",))
        values = next(values for run, values in runs if run is taken)
        notes += settings.course(replace(taken, status="FINISHED"), [run for run, _ in runs], where)
        told = Told(taken if named else replace(taken, id=""), values, files)
        return tracker.reading(self, where, told, notes)


def _runs(
    connection: sqlite3.Connection, where: str, key: str
) -> Iterator[tuple[Run, dict[str, tuple[str, int | None]]]]:
    timed = "timestamp" in store.columns(connection, "metrics", where)
    configs = {
        str(run): (str(name), _json(config))
        for run, name, config in connection.execute(
            f"SELECT {key}, run_name, config FROM configs LIMIT {_MAX_RUNS}"
        )
    }
    values: dict[str, dict[str, tuple[str, int | None]]] = {run: {} for run in configs}
    names, first = {run: name for run, (name, _) in configs.items()}, dict[str, int]()
    moment = "timestamp" if timed else "NULL"
    rows = connection.execute(
        f"SELECT {key}, run_name, step, {moment}, metrics FROM metrics ORDER BY rowid LIMIT {_MAX_ROWS}"
    )
    for run, name, step, at, blob in rows:
        held, logged = values.setdefault(str(run), {}), _milliseconds(at)
        names.setdefault(str(run), str(name))
        if logged:
            first[str(run)] = min(first.get(str(run), logged), logged)
        for tag, value in _json(blob).items():
            text = tracker.number(value)
            if text is not None:
                held[tag] = (text, step if type(step) is int else None)
    for run, held in values.items():
        _, config = configs.get(run, ("", {}))
        # A run that was resumed has the settings of its last start, so its first metric may be older.
        starts = [at for at in (first.get(run), _milliseconds(config.get("_Created"))) if at]
        yield Run(
            run, names[run], "", min(starts, default=None), None,
            tracker.params(config), {tag: tracker.not_finite(text) for tag, (text, _) in held.items()},
        ), held  # fmt: skip


def _json(blob: object) -> Mapping[str, Any]:
    raw = blob.encode() if isinstance(blob, str) else blob
    if not isinstance(raw, bytes) or len(raw) > _MAX_BLOB:
        return {}
    try:
        data = taking.parsed(raw, "row")
    except CaptureError:
        return {}
    return data if isinstance(data, dict) else {}


def _milliseconds(text: object) -> int | None:
    if not isinstance(text, str) or not _TIME.match(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


TRACKIO = _Trackio()
