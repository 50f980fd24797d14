"""How this room says no: one exception, a place, and a way to mend it for every id."""

from __future__ import annotations

from typing import Final, NoReturn

from cognify.errors import MalformedRecord

FIXES: Final = {
    "bidi-control": "delete the invisible or direction-changing character",
    "not-nfc": "save the file in Unicode normal form C",
    "yaml-alias": "write the value out in full; anchors, aliases and merge keys are not read",
    "yaml-ambiguous-scalar": "put it in quotes if it is text, or write the number plainly",
    "yaml-charset": "save the file as UTF-8 without byte order mark, tabs or control characters, "
    "with line ends LF",
    "yaml-depth": "nest the data less deeply",
    "yaml-dup-key": "keep one of the two",
    "yaml-empty-value": "write the value, or say why there is none: {state: …, reason: …, by: …}",
    "yaml-key": "write the key as short plain text, in quotes if need be",
    "yaml-multi-doc": "keep one document, without directives, '---' and '...'",
    "yaml-not-block": "write this part in block form, one key or item on each line",
    "yaml-root": "write a mapping: lines of the form 'key: value'",
    "yaml-size": "split the record, or keep large parts as evidence files",
    "yaml-syntax": "correct the line, or put the text in quotes",
    "yaml-tag": "delete the tag; types follow from how a value is written",
    "yaml-unwritable": "give text, numbers, true, false, lists and mappings with text keys",
}


def refuse(fault: str, what: str, where: str, text: str, at: int) -> NoReturn:
    """Raise *fault* at the line and column of character *at* of *text*."""
    line = text.count("\n", 0, at) + 1
    column = at - (text.rfind("\n", 0, at) + 1) + 1
    refuse_at(fault, what, f"{where}:{line}:{column}")


def refuse_at(fault: str, what: str, where: str | None) -> NoReturn:
    """Raise *fault* at a place that is already known."""
    raise MalformedRecord(what, where=where, fix=FIXES[fault], id=fault)


def shown(text: str, limit: int = 40) -> str:
    """*text* in quotes, short enough for one line of a message.

    Of what is longer only the half is shown: a secret that is cut off is still told, and no longer
    known for one by who masks messages.
    """
    return repr(text if len(text) <= limit else text[: limit // 2 - 1] + "…")
