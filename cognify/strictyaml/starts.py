"""Where each value of a document begins, and nothing else: for the messages about many cards."""

from __future__ import annotations

from cognify.strictyaml.events import parser_of


def token(key: str) -> str:
    """*key* as one step of a JSON Pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def starts(text: str) -> dict[str, int]:
    """The place of the first character of every value in *text*, by JSON Pointer.

    *text* is one that was read and found well: it is not judged again, which takes twice as long.
    """
    source, found = parser_of()(text), dict[str, int]()
    # Of each mapping or list that is open: its pointer, the next index or -1, and the key that waits.
    stack: list[tuple[str, int, str | None]] = []
    while (event := source.get_event()) is not None:
        name = type(event).__name__
        if name in ("MappingEndEvent", "SequenceEndEvent"):
            stack.pop()
            continue
        if name not in ("ScalarEvent", "MappingStartEvent", "SequenceStartEvent"):
            continue
        pointer = ""
        if stack:
            above, index, key = stack[-1]
            if index < 0 and key is None:
                stack[-1] = (above, index, event.value)
                continue
            pointer = f"{above}/{index if key is None else token(key)}"
            stack[-1] = (above, index + 1 if key is None else index, None)
        found[pointer] = event.start_mark.index
        if name != "ScalarEvent":
            stack.append((pointer, -1 if name == "MappingStartEvent" else 0, None))
    return found
