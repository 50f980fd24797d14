"""YAML as tools write it, with positions: what the locator `yaml:` cites. Nothing is constructed.

Foreign bytes are not held to the strict profile of records, but what two readers of YAML could
take for two things is refused: aliases, tags, several documents, a key that is there twice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from cognify.errors import ReplayError
from cognify.replay import jsontree
from cognify.replay.found import Found, unreplayable
from cognify.strictyaml.events import pure_parser

MAX_BYTES = 1024 * 1024
MAX_NODES = 200_000
MAX_DEPTH = 64
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,399})\Z")
_FLOAT = re.compile(r"[-+]?(?:[0-9]{1,400}\.[0-9]{0,400}|\.[0-9]{1,400})(?:[eE][-+]?[0-9]{1,4})?\Z")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
_INDEX = re.compile(r"(?:0|[1-9][0-9]{0,8})\Z")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A scalar: what it means (YAML 1.2 core, numbers exact), and where its token stands, in characters."""

    value: Any
    start: int
    end: int


Tree = dict[str, Any] | list[Any] | Scalar


def tree(raw: bytes, at: str = "yaml:") -> Tree:
    """The one document in *raw*: dicts, lists and `Scalar`s.

    Raises:
        ReplayError: `citation-unreplayable`: not YAML, not one plain document, or beyond a limit.
    """
    if len(raw) > MAX_BYTES:
        raise unreplayable(f"YAML of more than {MAX_BYTES} bytes", at)
    return _tree(raw)[0]


def plain(node: Tree) -> Any:
    """The data of *node*, without positions."""
    if isinstance(node, dict):
        return {key: plain(child) for key, child in node.items()}
    if isinstance(node, list):
        return [plain(child) for child in node]
    return node.value


def find(raw: bytes, rest: str, at: str) -> Found:
    """`yaml:<pointer>`: the scalar there.

    Raises:
        ReplayError: there is none.
    """
    if len(raw) > MAX_BYTES:
        raise unreplayable(f"YAML of more than {MAX_BYTES} bytes", at)
    node, text = _tree(raw)
    for step in jsontree.steps(rest, at):
        child: Tree | None = None
        if isinstance(node, dict):
            child = node.get(step)
        elif isinstance(node, list) and _INDEX.match(step) and int(step) < len(node):
            child = node[int(step)]
        if child is None:
            raise unreplayable(f"there is no {step!r}", at)
        node = child
    if not isinstance(node, Scalar):
        raise unreplayable("only a single value can be cited of YAML", at)
    token = text[node.start : node.end]
    start = len(text[: node.start].encode()) + (3 if raw.startswith(b"\xef\xbb\xbf") else 0)
    return Found(token, node.value, start, start + len(token.encode()))


def decode(token: str, at: str) -> Any:
    """What a token that `find` gave means by itself.

    Raises:
        ReplayError: no single value.
    """
    node = tree(token.encode(), at)
    if not isinstance(node, Scalar):
        raise unreplayable(f"not one value: {token[:40]!r}", at)
    return node.value


@lru_cache(maxsize=8)
def _tree(raw: bytes) -> tuple[Tree, str]:
    import yaml

    try:
        text = raw.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError:
        raise unreplayable("not UTF-8 text", "yaml:") from None
    build = _Build(text)
    try:
        # The parser in Python: PyYAML may come without the one in C, and replay must not differ.
        source = pure_parser()(text)
        while (event := source.get_event()) is not None:
            build.take(event)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "nested too deep"
        raise unreplayable(f"not YAML{where}: {problem}", "yaml:") from None
    if build.root is None:
        raise unreplayable("an empty document", "yaml:")
    return build.root, text


class _Build:
    """The tree as it grows; each open collection with the key that waits for its value."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root: Tree | None = None
        self.open: list[tuple[dict[str, Any] | list[Any], list[str]]] = []
        self.nodes = 0

    def take(self, event: Any) -> None:
        name = type(event).__name__
        if name == "DocumentStartEvent" and self.root is not None:
            raise unreplayable("several documents in one file", "yaml:")
        if name == "AliasEvent" or getattr(event, "anchor", None):
            raise self._refusal("an anchor or alias", event)
        if getattr(event, "tag", None):
            raise self._refusal(f"the tag {event.tag[:40]!r}", event)
        if name == "ScalarEvent":
            self._scalar(event)
        elif name in ("MappingStartEvent", "SequenceStartEvent"):
            node: dict[str, Any] | list[Any] = {} if name == "MappingStartEvent" else []
            self._attach(node, event)
            self.open.append((node, []))
            if len(self.open) > MAX_DEPTH:
                raise self._refusal(f"nesting deeper than {MAX_DEPTH}", event)
        elif name in ("MappingEndEvent", "SequenceEndEvent"):
            self.open.pop()

    def _scalar(self, event: Any) -> None:
        if self.open and isinstance(self.open[-1][0], dict) and not self.open[-1][1]:
            if event.value in self.open[-1][0]:
                raise self._refusal(f"the key {event.value[:60]!r} twice", event)
            self.open[-1][1].append(event.value)
            return
        value = _resolved(event.value) if event.style is None else event.value
        self._attach(Scalar(value, event.start_mark.index, event.end_mark.index), event)

    def _attach(self, node: Tree, event: Any) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self._refusal(f"more than {MAX_NODES} values", event)
        if not self.open:
            self.root = node
            return
        parent, waiting = self.open[-1]
        if isinstance(parent, list):
            parent.append(node)
        elif waiting:
            parent[waiting.pop()] = node
        else:
            raise self._refusal("a key that is no text", event)

    def _refusal(self, what: str, event: Any) -> ReplayError:
        return unreplayable(f"{what} at line {event.start_mark.line + 1}", "yaml:")


def _resolved(text: str) -> Any:
    """What a plain scalar means in the core schema of YAML 1.2; anything odd stays text."""
    if text.lower() in _WORDS and text in (text.lower(), text.capitalize(), text.upper()):
        return _WORDS[text.lower()]
    if _INTEGER.match(text):
        return int(text)
    return Decimal(text) if _FLOAT.match(text) else text
