"""`cognify-run.json`, format 1: what a run was, written whole or not at all.

Two write it, the wrapper (`cognify run`) and the script itself (the callbacks); one reader reads it.
"""

from __future__ import annotations

import json
import math
import os
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

NAME = "cognify-run.json"
ENVIRONMENT = "cognify-environment.txt"
FORMAT = 1
RUN_ID = "COGNIFY_RUN_ID"
"""The one variable that the wrapper adds to the command's environment."""
WRAPPER, SCRIPT = "cognify run", "script"
ROLES = ("train", "validation", "test", "external", "local", "calibration")

_MAX_TEXT = 4096
_SECRET = re.compile(
    r"(?:^|[^a-z])(?:token|secret|password|passwd|api_?key|access_?key|private_?key|credentials?)(?:[^a-z]|$)",
    re.IGNORECASE,
)


def is_secret(key: str) -> bool:
    """Whether a name sounds like that of a secret; what it holds is never written."""
    return _SECRET.search(key.replace("-", "_")) is not None or "hub_token" in key.lower()


def new_id(at: datetime) -> str:
    """An identifier that sorts by the time of the start and repeats nowhere."""
    return f"{at:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"


def now() -> datetime:
    """The clock in UTC; a run's times are those of its machine, whatever a build wants repeated."""
    return datetime.now(UTC)


def stamp(at: datetime) -> str:
    """A time as records write it: UTC, whole seconds."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def plain(value: Any) -> Any:
    """*value* as a scalar or a list of scalars that JSON holds; None for anything else.

    Numbers that are not finite become `NaN`, `Infinity`, `-Infinity` as text.
    """
    value = getattr(value, "value", value) if hasattr(type(value), "__members__") else value
    if hasattr(value, "item") and not isinstance(value, list | tuple):
        value = value.item()  # one number of NumPy or torch; of several it raises
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return value if 0 < len(value) <= _MAX_TEXT else None
    if isinstance(value, list | tuple | set | frozenset) and value:
        items = [
            plain(item) for item in (sorted(value, key=str) if isinstance(value, set | frozenset) else value)
        ]
        return items if all(isinstance(item, str | int | float) for item in items) else None
    return None


def write(folder: Path, record: Mapping[str, Any]) -> Path:
    """Write *record* into *folder*: beside it first, then in its place, so that no half of it is ever read.

    Raises:
        OSError: the folder cannot be written to.
    """
    path = folder / NAME
    text = json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    put(path, text + "\n")
    return path


def put(path: Path, text: str) -> None:
    """Write *text* to *path* at once."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    # A name that is not UTF-8 keeps its bytes apart from any other's: `\udcff` reads as `\\udcff`.
    beside.write_text(text.encode("utf-8", "backslashreplace").decode(), encoding="utf-8")
    os.replace(beside, path)
