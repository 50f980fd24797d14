"""What a schema's refusal says to a person: the culprit first, then what should stand. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from typing import Any

_SHAPES = {
    "^[0-9a-f]{64}$": "a SHA-256: 64 lower-case hexadecimal digits",
    "^([0-9a-f]{40}|[0-9a-f]{64})$": "a commit id: 40 or 64 lower-case hexadecimal digits",
    "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$": "a date such as 2026-11-23",
    "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$": "a name of letters, digits, dot, dash and underscore",
    "^[a-z0-9][a-z0-9._-]{0,63}$": "an id of small letters, digits, dot, dash and underscore",
    "^[a-z][a-z0-9-]{0,63}$": "a role of small letters, digits and dashes",
    "^[A-Za-z0-9+/]{43}=$": "a root of 32 bytes in base64",
}
_BEGINNINGS = (
    ("^urn:uuid:", "an id of the form urn:uuid:8-4-4-4-12, in small letters"),
    ("^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T", "a time such as 2026-11-23T09:30:00Z"),
    ("^[0-9]{4}-(0[1-9]|1[0-2])(", "a month or a day, such as 2026-11 or 2026-11-23"),
    ("^[a-z0-9][a-z0-9-]{0,63}@", "a pack id such as model-card@mitchell-2019-v2"),
    ("^[^/", "a relative path"),
    ("^(/", "a JSON Pointer"),
    ("^(ssh-", "an SSH public key: its type, then base64"),
    ("^(json:", "a locator of the replay grammar"),
    ("^(text|number", "a transform of the replay grammar"),
)
_KINDS = {
    "string": "text", "array": "a list", "object": "a group of fields", "integer": "a whole number",
    "number": "a number", "boolean": "true or false", "null": "nothing",
}  # fmt: skip
_MISSING = " is missing"
A_STATE_WILL_DO = "; a field is a value or a state with a reason"
"""Ends a sentence about something empty; only a card has states."""
_LONGEST = 60


def fault(kind: Any, value: object, around: Mapping[str, Any]) -> str:
    """One sentence for the refusal *kind* (a `ValidationErrorKind`) of *value*.

    *around* is the schema that refused it.
    """
    say = _SENTENCES.get(kind.name)
    return say(kind, value, around) if say else f"{shown(value)} does not fit ({kind.name})"


def unknown_key(key: str, around: Mapping[str, Any]) -> str:
    """The sentence for a key that has no place in the schema *around*, with the likely one."""
    near = difflib.get_close_matches(key[:128], tuple(around.get("properties", ())), n=1)
    if near:
        return f"{shown(key)} is not a field here; did you mean {near[0]}?"
    own = "; one of your own begins with x-" if "patternProperties" in around else ""
    return f"{shown(key)} is not a field here{own}"


def is_missing(what: str) -> bool:
    """Whether the sentence *what* tells of something that is missing."""
    return what.endswith(_MISSING)


def shown(value: object) -> str:
    """*value* as a message shows it: short, on one line, and without a character that acts."""
    if isinstance(value, dict):
        return "a group of fields"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    # repr() escapes control and bidirectional characters; a huge number is cut before it is spelt.
    text = "a huge number" if _is_huge(value) else repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _is_huge(value: object) -> bool:
    return isinstance(value, int) and value.bit_length() > 256


def _type(kind: Any, value: object, around: Mapping[str, Any]) -> str:
    wanted = " or ".join(_KINDS.get(name, name) for name in kind.types)
    if value is None:
        return f"it is empty, where {wanted} is expected{A_STATE_WILL_DO}"
    return f"{shown(value)} stands where {wanted} is expected"


def _pattern(kind: Any, value: object, around: Mapping[str, Any]) -> str:
    if kind.pattern == "\\S":
        return f"it is blank{A_STATE_WILL_DO}"
    shape = _SHAPES.get(kind.pattern) or next(
        (text for start, text in _BEGINNINGS if kind.pattern.startswith(start)), None
    )
    return f"{shown(value)} is not {shape}" if shape else f"{shown(value)} has the wrong form"


def _options(kind: Any, value: object, around: Mapping[str, Any]) -> str:
    options = [str(option) for option in kind.options]
    near = difflib.get_close_matches(str(shown(value)).strip("'"), options, n=1)
    if near:
        return f"{shown(value)} is not known here; did you mean {near[0]}?"
    return f"{shown(value)} is none of {', '.join(options[:12])}"


def _property_name(kind: Any, value: object, around: Mapping[str, Any]) -> str:
    return "one of its keys has the wrong form"


def _bound(word: str) -> Callable[[Any, object, Mapping[str, Any]], str]:
    return lambda kind, value, around: f"{shown(value)} is {word} {kind.limit}"


def _says(sentence: str) -> Callable[[Any, object, Mapping[str, Any]], str]:
    return lambda kind, value, around: sentence


_SENTENCES: dict[str, Callable[[Any, object, Mapping[str, Any]], str]] = {
    "required": lambda kind, value, around: f"{kind.property}{_MISSING}",
    "type": _type,
    "pattern": _pattern,
    "enum": _options,
    "const": lambda kind, value, around: (
        f"{shown(value)} stands where only {shown(kind.expected_value)} may stand"
    ),
    "minimum": _bound("less than"),
    "maximum": _bound("more than"),
    "exclusiveMinimum": _bound("not more than"),
    "exclusiveMaximum": _bound("not less than"),
    "minItems": lambda kind, value, around: (
        "the list is empty" if not value else f"the list has fewer than {kind.limit} entries"
    ),
    "maxItems": lambda kind, value, around: f"the list has more than {kind.limit} entries",
    "uniqueItems": _says("the list names something twice"),
    "minProperties": _says(f"it is empty{A_STATE_WILL_DO}"),
    "maxProperties": lambda kind, value, around: f"it has more than {kind.limit} entries",
    "maxLength": lambda kind, value, around: f"{shown(value)} is longer than {kind.limit}",
    "minLength": _says("it is blank"),
    "propertyNames": _property_name,
    "falseSchema": _says("it may not stand here beside what else is given"),
}
