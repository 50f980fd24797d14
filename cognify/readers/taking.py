"""Taking files in: bytes within bounds, JSON as training tools write it, materials from them."""

from __future__ import annotations

import json
import os
import re
import stat
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from cognify import canonical
from cognify.errors import CaptureError, SurroundingsError
from cognify.hashing import Digest, Hashing, changing, state_of
from cognify.readers import walk
from cognify.readers.reading import Material, Reader
from cognify.replay import escape
from cognify.running import record

MAX_JSON = 64 * 1024 * 1024
MAX_RAW = 256 * 1024 * 1024
"""What replay can cite from; larger files are hashed, and what Cognify saw in them is observed."""

_MEDIA: Mapping[str, str] = {
    ".bin": "application/octet-stream", ".csv": "text/csv", ".json": "application/json",
    ".jsonl": "application/jsonl", ".md": "text/markdown", ".parquet": "application/vnd.apache.parquet",
    ".png": "image/png", ".py": "text/x-python", ".safetensors": "application/x-safetensors",
    ".tsv": "text/tab-separated-values", ".txt": "text/plain", ".yaml": "application/yaml",
    ".yml": "application/yaml", ".zip": "application/zip", ".gz": "application/gzip",
}  # fmt: skip
SQLITE_MEDIA = "application/vnd.sqlite3"
_ABSOLUTE = re.compile(r"(?:[a-z][a-z0-9+]*:)?/|[A-Za-z]:[\\/]|\\\\|~", re.IGNORECASE)

_hashing: ContextVar[Hashing | None] = ContextVar("hashing", default=None)

_MAIL = re.compile(r"[^\s@]@[^\s@]+\.[^\s@.]")


def media_of(path: Path) -> str:
    """The media type of *path*, by its name."""
    return _MEDIA.get(path.suffix.lower(), "application/octet-stream")


def unreadable(what: str, where: str, fix: str = "") -> CaptureError:
    """The refusal of a file that a reader knows and cannot read."""
    fix = fix or "let the run finish or restore the file, or capture without it"
    return CaptureError(what, where=where, fix=fix, id="run-unreadable")


def read(path: Path, source: Path, *, limit: int = MAX_RAW) -> bytes:
    """The bytes of *path*.

    Raises:
        CaptureError: `run-unreadable`: not to be read, or larger than *limit*.
    """
    where = walk.relative(path, source)
    try:
        # No link is followed even where one was put in the file's place meanwhile.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with open(descriptor, "rb") as file:
            before = os.fstat(descriptor)
            if not stat.S_ISREG(before.st_mode):
                raise unreadable("not a regular file", where)
            raw = file.read(limit + 1)
            changed = state_of(os.fstat(descriptor)) != state_of(before)
    except OSError as error:
        raise unreadable(f"the file cannot be read: {error.strerror}", where) from None
    if len(raw) > limit:
        raise unreadable(f"larger than {limit} bytes", where, "capture without it, or make it smaller")
    if changed:
        raise unreadable(changing(where).what, where)
    return raw


@contextmanager
def steady(path: Path, source: Path) -> Iterator[IO[bytes]]:
    """The file to read from, whatever its size: what is read is of the bytes that `digest` sums.

    Raises:
        CaptureError: `run-unreadable`: not to be read, or written to meanwhile.
    """
    where = walk.relative(path, source)
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except OSError as error:
        raise unreadable(f"the file cannot be read: {error.strerror}", where) from None
    with open(descriptor, "rb") as file:
        before = state_of(os.fstat(descriptor))
        yield file
        if not digest(path, where).state == before == state_of(os.fstat(descriptor)):
            raise unreadable(changing(where).what, where)


@contextmanager
def hashed_by(hashing: Hashing) -> Iterator[None]:
    """Within it, *hashing* takes all digests; what it has begun ahead is waited for."""
    token = _hashing.set(hashing)
    try:
        yield
    finally:
        _hashing.reset(token)


def digest(path: Path, where: str) -> Digest:
    """The digest of *path*, which goes by *where*, streamed.

    Raises:
        CaptureError: `run-unreadable`.
    """
    try:
        return (_hashing.get() or Hashing()).of(path)
    except SurroundingsError as error:
        raise unreadable(error.what, where) from None


def parsed(raw: bytes, where: str) -> Any:
    """The JSON in *raw*, numbers exact, NaN and the infinities as their own text.

    Raises:
        CaptureError: `run-unreadable`: half-written, not JSON, a key twice, nested too deep.
    """
    if len(raw) > MAX_JSON:
        raise unreadable(f"JSON of more than {MAX_JSON} bytes", where)
    try:
        return json.loads(
            raw.removeprefix(b"\xef\xbb\xbf").decode(), parse_float=Decimal, parse_int=_integer,
            parse_constant=str, object_pairs_hook=_single,
        )  # fmt: skip
    except json.JSONDecodeError as error:
        at = f"line {error.lineno}, column {error.colno}"
        raise unreadable(f"half-written or not JSON ({error.msg}, {at})", where) from None
    except (ValueError, ArithmeticError, RecursionError) as error:
        what = "nested too deep" if isinstance(error, RecursionError) else str(error)[:120]
        raise unreadable(f"not JSON that can be cited: {what}", where) from None


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) < 400 else Decimal(text)


def _single(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        counts = Counter(key for key, _ in pairs)
        twice = next(key for key, count in counts.items() if count > 1)
        raise ValueError(f"the key {twice[:60]!r} is there twice")
    return members


def material(
    reader: Reader, origin: str, raw: bytes, media: str, *, run: str | None = None, observed: bool = False
) -> Material:
    """A file with its bytes, to be cited."""
    return Material(
        origin=origin, media=media, sha256=canonical.sha256(raw), size=len(raw),
        extractor=reader.name, extractor_version=reader.version, raw=raw, run=run, observed=observed,
    )  # fmt: skip


def hashed(reader: Reader, path: Path, source: Path, media: str = "") -> Material:
    """A file by digest and size alone."""
    where = walk.relative(path, source)
    found = digest(path, where)
    return Material(
        origin=where, media=media or media_of(path), sha256=found.sha256, size=found.size,
        extractor=reader.name, extractor_version=reader.version, raw=None, keep=False,
    )  # fmt: skip


def observation(reader: Reader, origin: str, data: Mapping[str, Any]) -> Material:
    """What Cognify itself saw, as JSON that can be cited."""
    return material(reader, origin, canonical.pretty(data), "application/json", observed=True)


def pointer(*keys: str | int) -> str:
    """A JSON Pointer from its steps."""
    return "".join(f"/{escape(str(key))}" for key in keys)


def inside(data: Any, *keys: str | int) -> Any:
    """What stands in parsed JSON under *keys*, one after the other; None where a step leads nowhere."""
    for key in keys:
        if isinstance(key, int):
            data = data[key] if isinstance(data, list) and key < len(data) else None
        else:
            data = data.get(key) if isinstance(data, Mapping) else None
    return data


def is_number(value: Any) -> bool:
    """Whether *value* is a finite number in parsed JSON."""
    if isinstance(value, Decimal):
        return value.is_finite() and abs(value.adjusted()) <= 400
    return isinstance(value, int) and not isinstance(value, bool)


is_secret = record.is_secret


def is_private(text: str) -> bool:
    """Whether a text is an absolute path or an address, which says where a person works."""
    return _ABSOLUTE.match(text) is not None or "://" in text or _MAIL.search(text) is not None


def relative_path(text: str) -> bool:
    """Whether a text can be shown as the path or name of a model: it says nothing of the machine."""
    return not is_private(text) and ".." not in text.replace("\\", "/").split("/")
