"""The one door to the network: send some bytes to an address, or ask there, and get a bounded answer.

Nothing that verifies passes through it: verifying never asks anybody. What comes in is judged by
its signatures, so a plain http address is as good as any.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cognify.errors import SurroundingsError

if TYPE_CHECKING:
    from http.client import HTTPResponse
    from urllib.error import HTTPError

TIMEOUT = 20.0
MAX_ANSWER = 256 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answered: the HTTP status, and the body's beginning up to a limit.

    *whole* is False where the body goes on, was too slow, or broke off.
    """

    status: int
    body: bytes
    whole: bool = True


def post(url: str, body: bytes, *, media_type: str, timeout: float = TIMEOUT) -> Answer:
    """Send *body* to *url* and return the answer, whatever its status. Redirects are not followed.

    Raises:
        SurroundingsError: `unreachable`: nobody answered, or not in time, or not in HTTP.
    """
    return _asked(url, body, {"Content-Type": media_type}, "POST", MAX_ANSWER, timeout)


def get(url: str, *, headers: Mapping[str, str], limit: int, timeout: float = TIMEOUT) -> Answer:
    """Ask *url* and return the answer, whatever its status. Redirects are not followed.

    A body of more than *limit* bytes is cut behind them. What *headers* hold is in no error.

    Raises:
        SurroundingsError: `unreachable`: nobody answered, or not in time, or not in HTTP.
    """
    return _asked(url, None, headers, "GET", limit, timeout)


def _asked(
    url: str, body: bytes | None, headers: Mapping[str, str], method: str, limit: int, timeout: float
) -> Answer:
    from urllib import error, request

    if not url.startswith(("https://", "http://")):
        raise unreachable("not an address on the web", url)

    class _Stay(request.HTTPRedirectHandler):
        def redirect_request(self, *ignored: object) -> None:
            return None

    try:
        asked = request.Request(url, data=body, method=method, headers=dict(headers))
        with request.build_opener(_Stay).open(asked, timeout=timeout) as answer:
            return Answer(answer.status, *_bounded(answer, timeout, limit))
    except error.HTTPError as refused:
        with refused:
            return Answer(refused.code, *_bounded(refused, timeout, limit))
    except (OSError, http.client.HTTPException, ValueError) as failed:
        raise unreachable(f"no answer: {getattr(failed, 'reason', failed)}", url) from None


def _bounded(answer: HTTPResponse | HTTPError, timeout: float, limit: int) -> tuple[bytes, bool]:
    """The body, for no longer than *timeout*: one who answers byte by byte must not hold a run up."""
    body, end = bytearray(), time.monotonic() + timeout
    while len(body) <= limit and time.monotonic() < end:
        more = answer.read1(min(65536, limit + 1 - len(body)))
        if not more:
            return bytes(body), not getattr(answer, "length", None)
        body += more
    return bytes(body), False


def unreachable(what: str, url: str) -> SurroundingsError:
    """The error for somebody outside who gave no usable answer."""
    fix = "try again later: the next `cognify seal` asks again"
    return SurroundingsError(what, where=url, fix=fix, id="unreachable")
