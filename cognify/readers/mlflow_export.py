"""One run of an MLflow database, written down as JSON: what is kept in place of the whole store.

The database holds everybody's runs, and SQLite leaves deleted rows in its free pages. Numbers are
kept as text, since a record holds no float; the history of each metric stays with the database.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cognify.readers import taking
from cognify.readers.reading import Material, Original, Reader

RULE = "one-run"
MEDIA = "application/vnd.cognify.mlflow-run+json"
"""A format of Cognify's own: whoever meets it knows that it is no file that the run left."""
_MOST = 10_000


def material(reader: Reader, origin: str, seen: Mapping[str, Any], sha256: str, size: int) -> Material:
    """The run *seen* as an observation that says which database it was taken from, by digest."""
    observed = taking.observation(reader, f"observed/{origin}.json", seen)
    return replace(observed, media=MEDIA, original=Original((RULE,), sha256, size))


def exported(connection: sqlite3.Connection, id: str) -> dict[str, Any]:
    """The run *id*: its row, parameters, tags, last metrics, experiment and data sets, as text.

    Raises:
        sqlite3.Error: the database is damaged.
    """
    run = _rows(connection, "SELECT * FROM runs WHERE run_uuid = ?", id)[0]
    experiment = str(run.get("experiment_id", ""))
    return {
        "observed": "mlflow-run",
        "run": run,
        "experiment": _rows(connection, "SELECT * FROM experiments WHERE experiment_id = ?", experiment)[0],
        "params": _pairs(connection, "params", id),
        "tags": _pairs(connection, "tags", id),
        "latest_metrics": {
            row.pop("key"): row
            for row in _rows(connection, "SELECT * FROM latest_metrics WHERE run_uuid = ?", id)
            if row.pop("run_uuid", None)
        },
        "datasets": _data_sets(connection, id),
    }


def _rows(connection: sqlite3.Connection, query: str, key: str) -> list[dict[str, str]]:
    cursor = connection.execute(f"{query} LIMIT {_MOST}", (key,))
    names = [str(column[0]) for column in cursor.description]
    return [
        {name: _text(value) for name, value in zip(names, row, strict=True)
         if value is not None and not isinstance(value, bytes)}
        for row in cursor
    ]  # fmt: skip


def _text(value: object) -> str:
    return repr(value) if isinstance(value, float) else str(value)


def _pairs(connection: sqlite3.Connection, table: str, id: str) -> dict[str, str]:
    rows = _rows(connection, f"SELECT key, value FROM {table} WHERE run_uuid = ?", id)
    return {row["key"]: row.get("value", "") for row in rows if "key" in row}


def _data_sets(connection: sqlite3.Connection, id: str) -> dict[str, dict[str, str]]:
    """By the id of the input; a store of an older MLflow has no such tables."""
    query = (
        "SELECT i.input_uuid, d.*, t.value AS context FROM inputs i "
        "JOIN datasets d ON d.dataset_uuid = i.source_id "
        "JOIN input_tags t ON t.input_uuid = i.input_uuid AND t.name = 'mlflow.data.context' "
        "WHERE i.source_type = 'DATASET' AND i.destination_type = 'RUN' AND i.destination_id = ? "
        "ORDER BY d.name, d.digest"
    )
    try:
        return {row["input_uuid"]: row for row in _rows(connection, query, id) if "input_uuid" in row}
    except sqlite3.OperationalError as error:
        if "no such" not in str(error):
            raise
        return {}
