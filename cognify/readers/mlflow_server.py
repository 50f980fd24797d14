"""A run that an MLflow tracking server answers for: asked for once over REST, and frozen.

The answer becomes the observation that the reader of MLflow's databases writes, and is claimed from
by that reader's own rules; the answer itself is listed by digest. Only GET, only the host that was
named, and no redirect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from cognify import canonical, outside
from cognify.errors import CaptureError, CognifyError, ConfigurationError, SurroundingsError
from cognify.readers import mlflow, mlflow_export, settings, taking
from cognify.readers.reading import Material, Reading

_ADDRESS = re.compile(
    r"mlflow\+(?P<web>https?)://(?P<host>(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?)"
    r"(?P<prefix>(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*){0,8})"
    r"(?:/\#/experiments/[0-9]{1,20}/runs)?/(?P<run>[A-Za-z0-9][A-Za-z0-9_-]{0,255})"
)
_API = "/api/2.0/mlflow"
_MOST_BYTES = 16 * 1024 * 1024
_MOST = 10_000
"""As many parameters, metrics or tags as the reader of databases takes."""
_LARGEST = Decimal("1.7e308")
_RUN = {
    "run_uuid": "run_id", "name": "run_name", "user_id": "user_id", "status": "status",
    "start_time": "start_time", "end_time": "end_time", "lifecycle_stage": "lifecycle_stage",
    "artifact_uri": "artifact_uri", "experiment_id": "experiment_id",
}  # fmt: skip
_EXPERIMENT = {name: name for name in (
    "experiment_id", "name", "artifact_location", "lifecycle_stage", "creation_time",
)}  # fmt: skip
_METRIC = {name: name for name in ("timestamp", "step")}
_DATA = {
    "name": "name", "digest": "digest", "dataset_source_type": "source_type", "dataset_source": "source",
    "dataset_schema": "schema", "dataset_profile": "profile",
}  # fmt: skip
"""The columns of MLflow's database by the members of its REST answers that say the same."""
_CONTEXT = "mlflow.data.context"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A run on a server: the *server* to ask, the *run*'s id, and what is *written* of both.

    *authorization* is the header that lets us in; it is sent to that server and shown nowhere.
    """

    server: str
    run: str
    written: str
    authorization: str = field(default="", repr=False)


class _MlflowServer:
    name = "mlflow-server"
    version = 1

    def finds(self, source: Path) -> tuple[Path, ...]:
        """Nothing on the disk."""
        return ()

    def read(self, found: Path, source: Path) -> Reading:
        """Nothing: `taken` asks servers."""
        return Reading()


def is_run(source: str) -> bool:
    """Whether a source is meant as a run on a server."""
    return source.lower().startswith("mlflow+")


def wanted(text: str, authorization: str = "") -> Wanted:
    """The run that *text* names: `mlflow+https://HOST[:PORT][/PREFIX]/RUN_ID`.

    The address of a run's page, `…/#/experiments/1/runs/RUN_ID`, names it too.

    Raises:
        ConfigurationError: `address-refused`: a user, a password, a query, or no run.
    """
    found = _ADDRESS.fullmatch(text)
    if not found:
        raise ConfigurationError(
            "an address that names no run, or holds a user, a password or a query", where="the sources",
            fix="name mlflow+https://HOST:PORT/RUN_ID; put what lets you in into MLFLOW_TRACKING_TOKEN, or "
            "MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD",
            id="address-refused",
        )  # fmt: skip
    server = f"{found['web']}://{found['host'].lower()}{found['prefix']}"
    return Wanted(server, found["run"], f"mlflow+{server}/{found['run']}", authorization)


def taken(asked: Wanted) -> Reading:
    """The run as the server tells it now.

    Raises:
        SurroundingsError: `unreachable`: nobody answers, not in time, or does not let us in.
        CaptureError: `capture-failed`: no such run, or a deleted one; `run-unreadable`: the answer
            is no run, or larger than 16 MiB.
    """
    body = _answer(asked, "runs/get", f"run_id={asked.run}")
    told = _mapping(taking.parsed(body, asked.written), asked, "run")
    info = _mapping(told, asked, "info")
    if info.get("run_id") != asked.run:
        raise _no_run(asked, "the answer is about another run")
    experiment = _experiment(asked, info)
    if "deleted" in (info.get("lifecycle_stage"), experiment.get("lifecycle_stage")):
        raise _failed(asked, "the run is deleted", "restore it, or name another")
    seen, run = _seen(asked, told, info, experiment), _run(asked, told, info)
    whole = Material(
        origin=asked.written, media="application/json", sha256=canonical.sha256(body), size=len(body),
        extractor=SERVER.name, extractor_version=SERVER.version, raw=None, keep=False,
        custodian=asked.written.removesuffix(f"/{asked.run}"),
    )  # fmt: skip
    kept = mlflow_export.material(SERVER, f"mlflow/{asked.run}", seen, whole.sha256, whole.size)
    inputs = [
        mlflow.Input(row.get("name", ""), row.get("dataset_source", ""), key, row["context"])
        for key, row in seen["datasets"].items()
    ]
    notes = [*settings.course(run, [run], asked.written), *_in_the_clear(asked)]
    claims = mlflow.claimed(run, inputs, kept.origin, notes)
    return Reading((whole, kept), tuple(claims), notes=tuple(notes))


def _in_the_clear(asked: Wanted) -> Iterator[str]:
    if asked.authorization and asked.server.startswith("http:"):
        yield f"{asked.written}: what lets you in was sent over http, for all on the way to read"


def _experiment(asked: Wanted, info: Mapping[str, Any]) -> Mapping[str, Any]:
    id = str(info.get("experiment_id", ""))
    if not re.fullmatch("[0-9]{1,20}", id):
        raise _no_run(asked, "it names no experiment")
    body = _answer(asked, "experiments/get", f"experiment_id={id}")
    return _mapping(taking.parsed(body, asked.written), asked, "experiment")


def _answer(asked: Wanted, what: str, query: str) -> bytes:
    """The body of the server's answer to one question."""
    headers = {"Accept": "application/json"}
    if asked.authorization:
        headers["Authorization"] = asked.authorization
    try:
        answer = outside.get(f"{asked.server}{_API}/{what}?{query}", headers=headers, limit=_MOST_BYTES)
    except SurroundingsError as error:
        raise _unreachable(asked, error.what) from None
    if len(answer.body) > _MOST_BYTES:
        raise taking.unreadable(f"the answer has more than {_MOST_BYTES} bytes", asked.written, _ASK)
    if answer.status in (401, 403):
        raise _unreachable(asked, f"the server does not let us in (HTTP {answer.status})")
    if 300 <= answer.status < 400:
        raise _unreachable(asked, f"the server sends us elsewhere (HTTP {answer.status}), where we do not go")
    if answer.status == 404:
        raise _absent(asked, answer.body)
    if answer.status != 200:
        raise _unreachable(asked, f"the server has no answer (HTTP {answer.status})")
    if not answer.whole:
        raise _unreachable(asked, "the answer broke off")
    return answer.body


def _absent(asked: Wanted, body: bytes) -> CaptureError:
    """MLflow says in JSON that it has no such run; who says so otherwise is not MLflow."""
    try:
        known = taking.inside(taking.parsed(body, asked.written), "error_code") == "RESOURCE_DOES_NOT_EXIST"
    except CognifyError:
        known = False
    if known:
        return _failed(asked, "there is no such run", "look at its id, and at the server")
    return _failed(
        asked, "there is no MLflow server here (HTTP 404)", "name the path that it is served under"
    )


def _seen(
    asked: Wanted, told: Mapping[str, Any], info: Mapping[str, Any], experiment: Mapping[str, Any]
) -> dict[str, Any]:
    """The run as the reader of databases would write it down."""
    inputs = _listed(asked, told, "inputs", "dataset_inputs")
    rows = sorted(
        (row for one in inputs if (row := _data_set(asked, one))),
        key=lambda row: (row.get("name", ""), row.get("digest", ""), sorted(row.items())),
    )
    return {
        "observed": "mlflow-run",
        "run": _row(asked, info, _RUN),
        "experiment": _row(asked, experiment, _EXPERIMENT),
        "params": _pairs(asked, told, "params"),
        "tags": _pairs(asked, told, "tags"),
        "latest_metrics": {
            _key(asked, one): {"value": _number(asked, one), **_row(asked, one, _METRIC)}
            for one in _listed(asked, told, "data", "metrics")
        },
        "datasets": {f"input-{number}": row for number, row in enumerate(rows, 1)},
    }


def _run(asked: Wanted, told: Mapping[str, Any], info: Mapping[str, Any]) -> mlflow.Run:
    metrics = {_key(asked, one): one["value"] for one in _listed(asked, told, "data", "metrics")}
    return mlflow.Run(
        asked.run, str(info.get("run_name") or ""), str(info.get("status", "unknown")),
        _whole(info.get("start_time")), _whole(info.get("end_time")),
        _pairs(asked, told, "params"),
        {key: not taking.is_number(value) or abs(value) > _LARGEST for key, value in metrics.items()},
        _pairs(asked, told, "tags"),
    )  # fmt: skip


def _data_set(asked: Wanted, one: Mapping[str, Any]) -> dict[str, str]:
    """A data set with its context; nothing for one that has none, as in a database."""
    tags = [tag for tag in one.get("tags") or () if isinstance(tag, Mapping)]
    context = next((tag.get("value") for tag in tags if tag.get("key") == _CONTEXT), None)
    if context is None:
        return {}
    return {**_row(asked, _mapping(one, asked, "dataset"), _DATA), "context": _text(asked, context)}


def _row(asked: Wanted, told: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    return {column: _text(asked, told[name]) for column, name in names.items() if told.get(name) is not None}


def _pairs(asked: Wanted, told: Mapping[str, Any], name: str) -> dict[str, str]:
    return {
        _key(asked, one): _text(asked, one.get("value", "")) for one in _listed(asked, told, "data", name)
    }


def _listed(asked: Wanted, told: Mapping[str, Any], *at: str) -> list[Mapping[str, Any]]:
    """The objects of a list; a list that is empty is not in the answer."""
    found = taking.inside(told, *at)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise _no_run(asked, f"{at[-1]} is no list of objects")
    if len(found) > _MOST:
        raise taking.unreadable(f"more than {_MOST} {at[-1]}", asked.written, _ASK)
    return found


def _key(asked: Wanted, one: Mapping[str, Any]) -> str:
    key = one.get("key")
    if not isinstance(key, str):
        raise _no_run(asked, "something in it has no key")
    return key


def _text(asked: Wanted, value: object) -> str:
    if isinstance(value, (Mapping, list)):
        raise _no_run(asked, "an object stands where a text should")
    return str(value)


def _number(asked: Wanted, one: Mapping[str, Any]) -> str:
    """A metric as a database has it: the shortest text of the same float; NaN and infinities by name."""
    value: Any = one.get("value")
    if taking.is_number(value):
        return repr(float(value))
    if value in ("NaN", "Infinity", "-Infinity"):
        return str(value)
    raise _no_run(asked, "a metric has no number")


def _whole(value: object) -> int | None:
    """A time; some servers write integers of 64 bits as text."""
    if isinstance(value, str) and re.fullmatch("[0-9]{1,15}", value):
        return int(value)
    return value if isinstance(value, int) else None


def _mapping(told: Any, asked: Wanted, name: str) -> Mapping[str, Any]:
    found = taking.inside(told, name)
    if not isinstance(found, Mapping):
        raise _no_run(asked, f"it has no `{name}`")
    return found


_ASK = "look whether this is the run, and capture the server's database instead"


def _no_run(asked: Wanted, what: str) -> CaptureError:
    return taking.unreadable(f"the server's answer is no run of MLflow: {what}", asked.written, _ASK)


def _failed(asked: Wanted, what: str, fix: str) -> CaptureError:
    return CaptureError(what, where=asked.written, fix=fix, id="capture-failed")


def _unreachable(asked: Wanted, what: str) -> SurroundingsError:
    return SurroundingsError(
        what, where=asked.written,
        fix="look at the server and the address; MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and "
        "MLFLOW_TRACKING_PASSWORD, let you in where it asks for that",
        id="unreachable",
    )  # fmt: skip


SERVER = _MlflowServer()
