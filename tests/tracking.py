"""A tracking server of MLflow that really runs, over SQLite, on this machine.

It lives in an environment of its own, which `make mlflow` sets up; tests that need it skip loudly
where it is not.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(__file__).parents[1] / ".venv/mlflow/bin/mlflow"


def needed() -> None:
    """Skip, saying how to get the server; fail where every test must run."""
    if PROGRAM.exists():
        return
    told = "needs a tracking server of MLflow: `make mlflow` (350 MB)"
    if "COGNIFY_TESTS_MUST_RUN" in os.environ:
        pytest.fail(told)
    pytest.skip(told)


class Server:
    """The server on *port*, its database in *folder*."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.database = folder, folder / "mlflow.db"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]

    def post(self, what: str, **body: object) -> dict[str, Any]:
        """Call its REST API."""
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/2.0/mlflow/{what}", json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )  # fmt: skip
        with urllib.request.urlopen(asked, timeout=30) as answer:
            told: dict[str, Any] = json.load(answer)
        return told

    def answers(self) -> bool:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5).close()
        except OSError:
            return False
        return True

    def address(self, run: str) -> str:
        return f"mlflow+http://127.0.0.1:{self.port}/{run}"


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """A server with an empty database; it is gone afterwards with all its workers."""
    needed()
    server = Server(folder)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("COV", "MLFLOW_", "PYTHON"))}
    more = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true",
            "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}  # fmt: skip
    log = folder / "server.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [PROGRAM, "server", "--backend-store-uri", f"sqlite:///{server.database}", "--host", "127.0.0.1",
             "--default-artifact-root", folder / "artifacts", "--port", str(server.port), "--workers", "1"],
            cwd=folder, env={**kept, **more}, stdout=said, stderr=said, start_new_session=True,
        )  # fmt: skip
    try:
        for _ in range(1200):
            if process.poll() is not None or server.answers():
                break
            time.sleep(0.1)
        assert process.poll() is None and server.answers(), log.read_text()[-2000:]
        yield server
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
