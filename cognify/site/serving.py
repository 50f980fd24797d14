"""Serving a built site to this machine alone, for a look."""

from __future__ import annotations

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cognify.errors import SurroundingsError


def server(folder: Path, port: int) -> ThreadingHTTPServer:
    """A web server for *folder* on the loopback address; the caller runs and closes it.

    Raises:
        SurroundingsError: `port-taken`.
    """
    try:
        return ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, directory=str(folder)))
    except OSError as error:
        raise SurroundingsError(
            f"nobody can be served on port {port}: {error.strerror}", where=f"127.0.0.1:{port}",
            fix="name another port: --port 0 takes a free one", id="port-taken",
        ) from None  # fmt: skip


class _Handler(SimpleHTTPRequestHandler):
    """Files as they lie; nothing is logged, and nothing is guessed to be what it does not say."""

    def end_headers(self) -> None:
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
