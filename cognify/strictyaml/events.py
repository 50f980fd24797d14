"""The slow parser's events, with everything refused that the profile has no place for.

Only the event stream is used: what a scalar means is decided here, never by a constructor, and
aliases are refused before anyone could follow one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final, Literal, NamedTuple, NoReturn, TypeAlias

from cognify.strictyaml.refusals import refuse, shown

MAX_DEPTH: Final = 32
MAX_NODES: Final = 200_000

Kind: TypeAlias = Literal["scalar", "mapping", "sequence", "end"]
Style: TypeAlias = Literal["plain", "single", "double", "literal", "folded", "block", "flow"]

_STYLES: Final[dict[str | None, Style]] = {
    None: "plain",
    "": "plain",
    "'": "single",
    '"': "double",
    "|": "literal",
    ">": "folded",
}
_OPENINGS: Final[dict[str, tuple[Kind, str]]] = {
    "MappingStartEvent": ("mapping", "{"),
    "SequenceStartEvent": ("sequence", "["),
}
_ENDS: Final = ("MappingEndEvent", "SequenceEndEvent")
_MARKER = re.compile(r"^(?:(?:---|\.\.\.)(?=[ \n]|\Z)|%)", re.MULTILINE)
# The parsers that we know differ on these in brackets, or did between two versions.
_SPLIT = re.compile("[:?]")
_COMMENT = re.compile(r"(?<![^ \n])#[^\n]*")
_MARGIN = re.compile(r"\n( *+)[^ \n]")
_HEADER = re.compile(r"[|>]([-+0-9]*)(?: *| +#[^\n]*)(?:\n|\Z)")


class Event(NamedTuple):
    """One step through the document; *start* and *end* count characters."""

    kind: Kind
    start: int
    end: int
    style: Style
    value: str


@cache
def parser_of() -> Any:
    """The parser class: libyaml's, or the one in Python where PyYAML came without it."""
    import yaml

    if yaml.__with_libyaml__:
        from yaml._yaml import CParser

        return CParser
    return pure_parser()


def pure_parser() -> Any:
    """PyYAML's parser in Python: ten times slower, same events."""
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class PureParser(Reader, Scanner, Parser):
        def __init__(self, stream: str) -> None:
            Reader.__init__(self, stream)
            Scanner.__init__(self)
            Parser.__init__(self)

    return PureParser


def events(text: str, where: str, parser: Any = None) -> Iterator[Event]:
    """The nodes of the one document in *text*, from its first to its last.

    Raises:
        MalformedRecord: `yaml-multi-doc` `yaml-syntax` `yaml-alias` `yaml-tag` `yaml-depth`
            `yaml-size` `yaml-root` `yaml-key` `yaml-ambiguous-scalar`.
    """
    if marker := _MARKER.search(text):
        what = f"a directive or document marker: {shown(marker[0])}"
        refuse("yaml-multi-doc", what, where, text, marker.start())
    return _Walk(text, where).steps(_raw_events(text, where, parser or parser_of()))


def _raw_events(text: str, where: str, parser: Any) -> Iterator[Any]:
    import yaml

    source = parser(text)
    try:
        while (event := source.get_event()) is not None:
            yield event
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = getattr(error, "problem", None) or "not YAML"
        refuse("yaml-syntax", str(problem), where, text, mark.index if mark else len(text))


class _Walk:
    """What must be remembered from one event to the next."""

    def __init__(self, text: str, where: str) -> None:
        self.text, self.where = text, where
        self.nodes = 0
        self.last = 0
        self.flows: list[bool] = []

    def steps(self, raw_events: Iterator[Any]) -> Iterator[Event]:
        for raw in raw_events:
            name = type(raw).__name__
            if name == "ScalarEvent":
                yield self._scalar(raw)
            elif name in _OPENINGS:
                yield self._opening(raw, *_OPENINGS[name])
            elif name in _ENDS:
                yield self._closing(raw)
            elif name == "AliasEvent":
                self._refuse("yaml-alias", "an alias", raw.start_mark.index)
            # Stream and document events: markers were refused on sight, so there is one document.
        if not self.nodes:
            self._refuse("yaml-root", "the file is empty", 0)
        self._between(len(self.text))

    def _scalar(self, raw: Any) -> Event:
        start, end = raw.start_mark.index, raw.end_mark.index
        self._enter(raw, start)
        style = _STYLES[raw.style]
        if style == "plain" and self.flows and self.flows[-1] and _SPLIT.search(raw.value):
            what = f"{shown(raw.value)} in brackets or braces is split by some readers of YAML"
            self._refuse("yaml-ambiguous-scalar", what, start)
        if style in ("literal", "folded"):
            self._require_header(start, end)
            end = start + _block_length(self.text[start:end])
        self.last = end
        return Event("scalar", start, end, style, raw.value)

    def _require_header(self, start: int, end: int) -> None:
        header = _HEADER.match(self.text, start)
        if header is None:
            self._refuse("yaml-syntax", "a comment without a space before it", start)
        # Readers differ on whether such a text ends in a line break.
        if end == len(self.text) and self.text[-1] != "\n" and "-" not in header[1]:
            self._refuse("yaml-syntax", "a block of text whose last line is not ended", start)

    def _opening(self, raw: Any, kind: Kind, bracket: str) -> Event:
        start = raw.start_mark.index
        self._enter(raw, start)
        flow = bool(raw.flow_style)
        self.flows.append(flow)
        if len(self.flows) > MAX_DEPTH:
            self._refuse("yaml-depth", f"nested deeper than {MAX_DEPTH} levels", start)
        if flow and self.text[start] != bracket:
            self._refuse("yaml-key", "a key that stands in brackets, not in braces", start)
        self.last = start + flow
        return Event(kind, start, start, "flow" if flow else "block", "")

    def _closing(self, raw: Any) -> Event:
        if self.flows.pop():
            self._between(raw.start_mark.index)
            self.last = raw.end_mark.index
            return Event("end", self.last, self.last, "flow", "")
        return Event("end", self.last, self.last, "block", "")

    def _enter(self, raw: Any, start: int) -> None:
        """What holds for every node, and for what lies between it and the node before."""
        self.nodes += 1
        if raw.anchor is not None:
            self._refuse("yaml-alias", f"the anchor {shown(raw.anchor)}", start)
        if raw.tag is not None:
            self._refuse("yaml-tag", f"the tag {shown(raw.tag)}", start)
        if self.nodes == 1 and type(raw).__name__ != "MappingStartEvent":
            self._refuse("yaml-root", "the document is not a mapping", start)
        if self.nodes > MAX_NODES:
            self._refuse("yaml-size", f"more than {MAX_NODES} values", start)
        self._between(start)

    def _between(self, start: int) -> None:
        """Judge what is neither value nor key: brackets, dashes, colons and comments."""
        gap = self.text[self.last : start]
        if "?" not in gap and "#" not in gap:
            return
        at = self.last
        for comment in _COMMENT.finditer(self.text, self.last, start):
            self._bare(at, comment.start())
            at = comment.end()
        self._bare(at, start)

    def _bare(self, at: int, end: int) -> None:
        if (mark := self.text.find("?", at, end)) >= 0:
            self._refuse("yaml-key", "a key written with a question mark", mark)
        if (mark := self.text.find("#", at, end)) >= 0:
            self._refuse("yaml-syntax", "a comment without a space before it", mark)

    def _refuse(self, fault: str, what: str, at: int) -> NoReturn:
        refuse(fault, what, self.where, self.text, at)


def _block_length(source: str) -> int:
    """How much of a literal or folded scalar is its own, without the final line break.

    Blank lines after it belong to it only if its header says so with a plus, or if they have more
    spaces than its indent, for then they are text.
    """
    header = source.partition("\n")[0].partition("#")[0]
    if "+" in header:
        return len(source.removesuffix("\n"))
    margin = "" if any(map(str.isdigit, header)) else _MARGIN.search(source)
    indent = len(margin[1]) if margin else 0
    visible = len(source.rstrip("\n "))
    text = source.rfind("\n" + " " * (indent + 1), visible)
    end = source.find("\n", max(visible, text + 1))
    return end if end >= 0 else len(source)
