"""The one door to the network: send some bytes to an address, get a bounded answer.

Nothing that verifies passes through it: verifying never asks anybody. What comes in is judged by
its signatures, so a plain http address is as good as any.
"""

from __future__ import annotations

import http.client
import time
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
    """What somebody answered: the HTTP status, and the body's beginning up to `MAX_ANSWER`."""

    status: int
    body: bytes


def post(url: str, body: bytes, *, media_type: str, timeout: float = TIMEOUT) -> Answer:
    """Send *body* to *url* and return the answer, whatever its status. Redirects are not followed.

    Raises:
        SurroundingsError: `unreachable`: nobody answered, or not in time, or not in HTTP.
    """
    from urllib import error, request

    if not url.startswith(("https://", "http://")):
        raise unreachable("not an address on the web", url)

    class _Stay(request.HTTPRedirectHandler):
        def redirect_request(self, *ignored: object) -> None:
            return None

    try:
        asked = request.Request(url, data=body, method="POST", headers={"Content-Type": media_type})
        with request.build_opener(_Stay).open(asked, timeout=timeout) as answer:
            return Answer(answer.status, _bounded(answer, timeout))
    except error.HTTPError as refused:
        with refused:
            return Answer(refused.code, _bounded(refused, timeout))
    except (OSError, http.client.HTTPException, ValueError) as failed:
        raise unreachable(f"no answer: {getattr(failed, 'reason', failed)}", url) from None


def _bounded(answer: HTTPResponse | HTTPError, timeout: float) -> bytes:
    """The body, for no longer than *timeout*: one who answers byte by byte must not hold a run up."""
    body, end = b"", time.monotonic() + timeout
    while len(body) < MAX_ANSWER and time.monotonic() < end:
        more = answer.read1(4096)
        if not more:
            break
        body += more
    return body


def unreachable(what: str, url: str) -> SurroundingsError:
    """The error for somebody outside who gave no usable answer."""
    fix = "try again later: the next `cognify seal` asks again"
    return SurroundingsError(what, where=url, fix=fix, id="unreachable")
