"""What a server may answer in place of a run, and addresses that name none."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from cognify import outside
from cognify.cli.addresses import addressed
from cognify.errors import CognifyError, ConfigurationError
from cognify.readers import mlflow_server, read_sources
from cognify.readers.mlflow_server import Wanted, taken, wanted

RUN = "a" * 32
INFO: dict[str, Any] = {
    "run_id": RUN, "run_name": "r", "experiment_id": "1", "status": "FINISHED", "lifecycle_stage": "active",
    "start_time": "1795421486599", "end_time": 1795421678804,
}  # fmt: skip
EXPERIMENT = {"experiment": {"experiment_id": "1", "name": "e", "lifecycle_stage": "active"}}


def run(**data: object) -> bytes:
    return json.dumps({"run": {"info": INFO, "data": data}}).encode()


@contextmanager
def answering(
    status: int, body: bytes, *, length: int = 0, location: str = ""
) -> Iterator[tuple[str, list[str]]]:
    """Somebody who answers so about runs, and well about experiments; what let us in is kept."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers.get("Authorization", ""))
            of_run = "/runs/get" in self.path
            said = body if of_run else json.dumps(EXPERIMENT).encode()
            self.send_response(status if of_run else 200)
            self.send_header("Content-Length", str((of_run and length) or len(said)))
            if location:
                self.send_header("Location", location)
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *ignored: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"mlflow+http://127.0.0.1:{server.server_address[1]}/{RUN}", asked
        finally:
            server.shutdown()


def test_a_run_is_taken() -> None:
    """The twin of all that is refused; what let us in is sent, and stands nowhere but in a note."""
    tags = [{"key": "context", "value": "x"}]
    with answering(200, run(metrics=[{"key": "test_f1", "value": 1}], tags=tags)) as (at, asked):
        reading = read_sources([], keep_data=False, addresses=[wanted(at, "Bearer geheim")])
    assert asked == ["Bearer geheim"] * 2 and "geheim" not in repr(reading) + repr(
        Wanted("", "", "", "geheim")
    )
    assert any("sent over http" in note for note in reading.notes)
    whole, kept = reading.materials[:2]
    assert (whole.origin, whole.raw, whole.custodian) == (at, None, at.removesuffix(f"/{RUN}"))
    assert kept.origin == f"observed/mlflow/{RUN}.json" and b'"value": "1.0"' in (kept.raw or b"")
    assert not mlflow_server.SERVER.finds(Path()) and not mlflow_server.SERVER.read(Path(), Path()).claims


@pytest.mark.parametrize(
    ("status", "body", "id", "exit", "said"),
    [
        (401, b"", "unreachable", 4, "let us in"), (403, b"", "unreachable", 4, "let us in"),
        (302, b"", "unreachable", 4, "elsewhere"), (503, b"", "unreachable", 4, "HTTP 503"),
        (404, b"<html>", "capture-failed", 2, "no MLflow server"),
        (404, b'{"error_code": "RESOURCE_DOES_NOT_EXIST"}', "capture-failed", 2, "no such run"),
        (200, b"<html>", "run-unreadable", 2, "not JSON"), (200, b"[]", "run-unreadable", 2, "`run`"),
        (200, run().replace(RUN.encode(), b"b"), "run-unreadable", 2, "another run"),
        (200, run().replace(b'"experiment_id": "1"', b'"experiment_id": "x&y"'), "run-unreadable", 2, "experiment"),
        (200, run(params={}), "run-unreadable", 2, "no list"),
        (200, run(params=[{}]), "run-unreadable", 2, "no key"),
        (200, run(params=[{"key": "a", "value": []}]), "run-unreadable", 2, "an object"),
        (200, run(metrics=[{"key": "a", "value": "x"}]), "run-unreadable", 2, "no number"),
        (200, run(tags=[{"key": "a"}] * 10_001), "run-unreadable", 2, "more than 10000"),
        (200, run().replace(b'"active"', b'"deleted"'), "capture-failed", 2, "deleted"),
    ],
)  # fmt: skip
def test_what_is_no_run(status: int, body: bytes, id: str, exit: int, said: str) -> None:
    """Refused by name."""
    with answering(status, body, location="http://127.0.0.1:9/") as (at, _):
        refused(at, id, exit, said)


def refused(at: str, id: str, exit: int, said: str) -> None:
    with pytest.raises(CognifyError) as refusal:
        taken(wanted(at, "Bearer geheim"))
    assert (refusal.value.fault, refusal.value.exit_code) == (id, exit)
    assert said in refusal.value.what and "geheim" not in str(refusal.value)


def test_answers_without_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is too large, one that breaks off, and nobody at all."""
    monkeypatch.setattr(mlflow_server, "_MOST_BYTES", 600)
    with answering(200, run(tags=[{"key": "a", "value": "x" * 700}])) as (at, _):
        refused(at, "run-unreadable", 2, "more than 600 bytes")
    monkeypatch.setattr(outside.get, "__kwdefaults__", {"timeout": 1.0})
    with answering(200, run(), length=len(run()) + 9) as (at, _):
        refused(at, "unreachable", 4, "")
    refused(f"mlflow+http://127.0.0.1:9/{RUN}", "unreachable", 4, "no answer")


def test_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A path of the server, a page of the browser; and what lets us in, as MLflow's client takes it."""
    for name in ("USERNAME", "PASSWORD", "TOKEN"):
        monkeypatch.delenv(f"MLFLOW_TRACKING_{name}", raising=False)
    for given in (
        f"mlflow+https://H.example/a/{RUN}",
        f"mlflow+https://h.example/a/#/experiments/1/runs/{RUN}",
    ):
        assert addressed(given) == Wanted("https://h.example/a", RUN, f"mlflow+https://h.example/a/{RUN}")
    assert addressed("runs/sft") is None
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "t")
    assert getattr(addressed(given), "authorization", "") == "Bearer t"
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "u")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "p")
    assert getattr(addressed(given), "authorization", "") == "Basic dTpw"
    monkeypatch.delenv("MLFLOW_TRACKING_USERNAME")
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "geheim\r\nx")
    with pytest.raises(ConfigurationError) as refusal:
        addressed(given)
    assert "geheim" not in str(refusal.value)


@pytest.mark.parametrize(
    "rest", ["ann:geheim@h/a", "ann@h/a", "h/a?token=geheim", "h", "h/", "h/../a", "h/a b", "h/geheim%41"]
)
def test_an_address_that_is_refused(rest: str) -> None:
    """`address-refused`, exit 2; what may be a password is not repeated."""
    with pytest.raises(ConfigurationError) as refusal:
        wanted(f"mlflow+https://{rest}")
    assert (refusal.value.fault, refusal.value.exit_code) == ("address-refused", 2)
    assert "geheim" not in str(refusal.value)
