"""Witnesses: a foreign one that really runs (aics-witness, C2SP tlog-witness), and keys to forge with.

The foreign one needs Python 3.12 or newer, so it lives in an environment of its own that
`make witness` sets up; tests that need it skip loudly where it is not.
"""

from __future__ import annotations

import base64
import hashlib
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests import scenario
from tests.scenario import Scene

PROGRAM = Path(__file__).parents[1] / ".venv/witness/bin/aics-witness"


def needed() -> None:
    """Skip, saying how to get the witness; `.ci/run` gets it wherever there is a Python for it."""
    if PROGRAM.exists():
        return
    pytest.skip("needs a foreign witness: `make witness` (Python 3.12 or newer)")


class Cosigner:
    """A witness's key, and nothing of what makes a witness: it cosigns whatever it is given."""

    def __init__(self, name: str = "zeuge.example/größe", seed: bytes = b"z" * 32) -> None:
        self.name, self._key = name, Ed25519PrivateKey.from_private_bytes(seed)
        self._public = b"\x04" + self._key.public_key().public_bytes_raw()
        self._id = hashlib.sha256(name.encode() + b"\n" + self._public).digest()[:4]

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self._id.hex()}+{base64.b64encode(self._public).decode()}"

    def line(self, text: bytes, at: int | None = None, *, broken: bool = False) -> bytes:
        """The cosignature line over a note's *text*."""
        seconds = int(time.time()) if at is None else at
        signature = bytearray(self._key.sign(b"cosignature/v1\ntime %d\n" % seconds + text))
        signature[5] ^= broken
        blob = base64.b64encode(self._id + seconds.to_bytes(8, "big") + signature).decode()
        return f"— {self.name} {blob}\n".encode()

    def cosign(self, note: bytes, at: int | None = None, *, broken: bool = False) -> bytes:
        return note + self.line(note.partition(b"\n\n")[0] + b"\n", at, broken=broken)


def inventory(home: Path, lines: str, more: str = "") -> Scene:
    """An inventory that was just begun and whose witness policy is *lines*."""
    (home / "trust").mkdir(parents=True)
    (home / "trust/witness.policy").write_text(lines)
    return scenario.found(home, policy=scenario.POLICY + more, more=("--trust", str(home / "trust")))


class Foreign:
    """aics-witness with its own key and its own memory."""

    def __init__(self, folder: Path) -> None:
        needed()
        self.folder = folder
        folder.mkdir(parents=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.vkey = self.run("init", "--name", "zeuge.example/w1").strip()

    def run(self, command: str, *arguments: str) -> str:
        done = subprocess.run([PROGRAM, command, "--config", "witness.json", *arguments], cwd=self.folder,
                              capture_output=True, check=False)  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def knows(self, scene: Scene) -> None:
        """Let it trust the log of *scene*."""
        vkey = (scene.root / "trust/log.vkey").read_text().strip()
        self.run("add-log", "--origin", vkey.split("+")[0], "--vkey", vkey)

    @contextmanager
    def serving(self) -> Iterator[None]:
        with subprocess.Popen(
            [PROGRAM, "serve", "--config", "witness.json", "--listen", f"127.0.0.1:{self.port}"],
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        ) as process:  # fmt: skip
            try:
                for _ in range(200):
                    try:
                        urllib.request.urlopen(f"{self.url}/healthz", timeout=1).close()
                        break
                    except OSError:
                        time.sleep(0.05)
                yield
            finally:
                process.terminate()


@contextmanager
def answering(status: int, body: bytes = b"", location: str = "") -> Iterator[tuple[str, list[bytes]]]:
    """Somebody who answers every request alike; what was asked is kept."""
    asked: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if location:
                self.send_header("Location", location)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *ignored: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", asked
        finally:
            server.shutdown()
