"""Plain data to text in the profile: one spelling for each value, and `load` gives it back.

Small on purpose. Text is left unquoted only where every reader of YAML takes it for text, also
between brackets; several lines become a literal block where that says exactly the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from cognify.strictyaml.characters import unfit_value
from cognify.strictyaml.document import LONGEST_KEY
from cognify.strictyaml.events import MAX_DEPTH
from cognify.strictyaml.refusals import refuse_at, shown
from cognify.strictyaml.scalars import Ambiguous, Number, resolve

Emittable: TypeAlias = "Mapping[str, Emittable] | Sequence[Emittable] | str | int | float | None"

_STEP = 2
_PLAIN = re.compile(r"[^\W\d_](?:[\w./()+%=;-]| (?=[\w./()+%=;-]))*+")
_ESCAPES = str.maketrans(
    {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\u00a0": "\\_"},
)
_INT64 = range(-(2**63), 2**63)


def emit(value: Emittable, indent: int = 0) -> str:
    """*value* as it stands after `key:` or `-`, with lines of its own at column *indent*.

    Scalars, `{}` and `[]` begin on the line of the key; mappings and sequences begin with a line
    break and have none at the end. A `Number` keeps its digits.

    Raises:
        MalformedRecord: `yaml-unwritable`, or the id under which `load` would refuse the text.
    """
    return _emit(value, indent, 1)


def emit_document(value: Mapping[str, Emittable]) -> bytes:
    """A whole file that says *value*.

    Raises:
        MalformedRecord: as `emit`.
    """
    return emit(value).removeprefix("\n").encode() + b"\n"


def emit_key(key: str) -> str:
    """*key* as it stands before its colon.

    Raises:
        MalformedRecord: `yaml-key`, or the id under which `load` would refuse the text.
    """
    if not isinstance(key, str):
        refuse_at("yaml-key", f"the key {shown(repr(key))} is not text", None)
    if len(key) > LONGEST_KEY:
        refuse_at("yaml-key", f"a key of {len(key)} characters", None)
    return _line(key)


def _emit(value: Emittable, indent: int, depth: int) -> str:
    if isinstance(value, str) and not isinstance(value, Number):
        return _literal(value, indent) or _line(value)
    if isinstance(value, Mapping | list | tuple):
        if depth > MAX_DEPTH:
            refuse_at("yaml-depth", f"nested deeper than {MAX_DEPTH} levels", None)
        if isinstance(value, Mapping):
            return _mapping(value, indent, depth)
        return _sequence(value, indent, depth)
    return _scalar(value)


def _scalar(value: Emittable) -> str:
    if isinstance(value, Number):
        return str(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        if value not in _INT64:
            refuse_at("yaml-ambiguous-scalar", "an integer that needs more than 64 bits", None)
        return str(int(value))
    if not isinstance(value, float):
        refuse_at("yaml-unwritable", f"{type(value).__name__} is not plain data", None)
    return Number(repr(float(value)))


def _mapping(value: Mapping[str, Emittable], indent: int, depth: int) -> str:
    lines = []
    for key, each in value.items():
        text = _emit(each, indent + _STEP, depth + 1)
        gap = "" if text.startswith("\n") else " "
        lines.append(f"\n{' ' * indent}{emit_key(key)}:{gap}{text}")
    return "".join(lines) or "{}"


def _sequence(value: Sequence[Emittable], indent: int, depth: int) -> str:
    lines = []
    for each in value:
        text = _emit(each, indent + _STEP, depth + 1).removeprefix("\n").lstrip(" ")
        lines.append(f"\n{' ' * indent}- {text}")
    return "".join(lines) or "[]"


def _literal(text: str, indent: int) -> str | None:
    """*text* as a literal block, if it has several lines and the block says exactly the same."""
    body = text.removesuffix("\n")
    lines = body.split("\n")
    if "\n" not in text or "\t" in text or "\u00a0" in text or not body or body[0] in " \n":
        return None
    if body.endswith("\n") or any(line and not line.strip(" ") for line in lines):
        return None
    _require_fit(text)
    margin = " " * max(indent, _STEP)
    header = "|" if len(body) < len(text) else "|-"
    return "\n".join([header, *(margin + line if line else "" for line in lines)])


def _line(text: str) -> str:
    """*text* on one line, quoted unless no reader could take it for anything else."""
    _require_fit(text)
    if _PLAIN.fullmatch(text) and _is_text(text):
        return text
    escaped = text.translate(_ESCAPES)
    # Single quotes need no escapes; without a backslash the fast parser can be trusted.
    if escaped != text and not set(text) & set("\n\t\u00a0"):
        return "'" + text.replace("'", "''") + "'"
    return f'"{escaped}"'


def _is_text(text: str) -> bool:
    try:
        return resolve(text) == text
    except Ambiguous:
        return False


def _require_fit(text: str) -> None:
    if not (text.isascii() and text.isprintable()) and (unfit := unfit_value(text)):
        refuse_at(*unfit, None)
