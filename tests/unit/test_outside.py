"""The door to the network: bounded in time and size, whatever is behind it."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from cognify import outside
from cognify.errors import SurroundingsError
from tests.witnesses import answering


@pytest.mark.parametrize("status", [200, 302, 409, 503])
def test_every_status_is_an_answer(status: int) -> None:
    """None is followed, none is an exception."""
    with answering(status, "größe".encode()) as (url, asked):
        answer = outside.post(f"{url}/x", b"\x00\xff", media_type="a/b")
    assert (answer.status, answer.body, asked) == (status, "größe".encode(), [b"\x00\xff"])


def test_an_answer_is_cut() -> None:
    """Nobody fills our memory."""
    with answering(200, b"x" * (outside.MAX_ANSWER + 9999)) as (url, _):
        assert (
            outside.MAX_ANSWER
            <= len(outside.post(url, b"", media_type="a/b").body)
            < outside.MAX_ANSWER + 4096
        )


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://127.0.0.1:1/x", "http://[", "größe", "http://"]
)
def test_where_nobody_answers(url: str) -> None:
    """`unreachable`, exit 4; and no file is an address."""
    with pytest.raises(SurroundingsError) as caught:
        outside.post(url, b"", media_type="a/b", timeout=2)
    assert caught.value.fault == "unreachable"


@pytest.mark.parametrize("sent", [b"HTTP/1.1 200 OK\r\n\r\n", b"junk\r\n\r\n", b""])
def test_one_who_never_ends(sent: bytes) -> None:
    """Byte by byte, junk, or silence: after the time that is given it is over."""
    stop = threading.Event()

    def drip(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(sent)
            while sent.startswith(b"HTTP") and not stop.wait(0.05):
                try:
                    connection.sendall(b"x")
                except OSError:
                    return
            stop.wait(3)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, args=(server,))
        thread.start()
        began = time.monotonic()
        try:
            answer = outside.post(
                f"http://127.0.0.1:{server.getsockname()[1]}/", b"x", media_type="a/b", timeout=0.5
            )
            assert set(answer.body) == {ord("x")}
        except SurroundingsError as error:
            assert error.fault == "unreachable"
        assert time.monotonic() - began < 3
        stop.set()
        thread.join()


def test_a_redirect_is_not_followed() -> None:
    """Where it points is nobody's business whom the policy does not name."""
    with answering(200) as (elsewhere, asked), answering(302, location=elsewhere) as (url, _):
        assert outside.post(f"{url}/x", b"x", media_type="a/b").status == 302
    assert asked == []
