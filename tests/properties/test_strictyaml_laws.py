"""Laws of the YAML room: one verdict of all parsers, round trips, edits that touch nothing else."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cognify import strictyaml
from cognify.errors import MalformedRecord
from cognify.strictyaml import characters, splice
from cognify.strictyaml.characters import source_text
from cognify.strictyaml.document import document_of
from cognify.strictyaml.events import pure_parser
from cognify.strictyaml.fast import fast
from cognify.strictyaml.prescan import is_tame
from cognify.strictyaml.scalars import Number

PURE = pure_parser()

fit = st.text(
    st.one_of(st.sampled_from("abyno NO:#-'\"\\|>[]{},&*!%@?\n\t01.eE+_~ö€😀\u00a0"), st.characters()),
    max_size=12,
).filter(lambda text: all(ord(c) not in range(0xD800, 0xE000) for c in text) and _fits(text))


def _fits(text: str) -> bool:
    return characters.unfit_value(text) is None


numbers = st.one_of(
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
)
scalars = st.one_of(st.none(), st.booleans(), numbers, fit, st.sampled_from(["no", "1e3", "<<", ""]))
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(fit, inner, max_size=4),
    max_leaves=12,
)
mappings = st.dictionaries(fit, trees, max_size=5)

pieces = st.sampled_from(
    [
        *(
            "a:",
            "b:",
            "c:",
            "- a:",
            "- b:",
            "- c: 1",
            "- x",
            '- "q"',
            "- 's'",
            "- |",
            "- >-",
            "- - a",
        ),
        *(
            "a: |",
            "b: >",
            "c: |-",
            "d: >-",
            "- a: |",
            "- b: >",
            "a: |+",
            "a: |2",
            "a: |#",
            "a: | # c",
        ),
        *(
            "a: 1",
            "b: two words",
            "c: [a, b]",
            "d: {a: b, c: 1}",
            "e: []",
            "f: {}",
            "- [a]",
            "- {a: 1}",
        ),
        *(
            "# c",
            "# c: d",
            "  # c",
            "a: # c",
            "- # c",
            "- b # c",
            'a: "q" # c',
            "a: b # c # d",
            "a: b#c",
        ),
        *(
            "a: 1.5",
            "a: 1.0e-5",
            "a: -0",
            "a: 1e5",
            "a: .5",
            "a: 12:30",
            "a: 00",
            "a: 1.2.3",
            "a: 1,2 x",
        ),
        *(
            "a: true",
            "a: null",
            "a: No",
            "a: no",
            "no: 1",
            "true: 1",
            "y: 1",
            "a: Yes sir",
            "a: 10 on",
        ),
        *("a: 2024-01-02", "a: 2024-01-02T10:00:00Z", "a: http://x/y", "a: é: x", "a: é", "a: <x>"),
        *('"a": 1', "'a': b", '"a b": 1', "/p: 1", "a.b: 1", "a~b: c", "a : b", '"a" : b', '"": 1'),
        *(
            'a: "x" y',
            'a: "x"y',
            "a: 'it''s'",
            r'a: "x\ty"',
            r"a: x\y",
            'a: "b',
            'c"',
            "a: [b",
            "c]",
        ),
        *(
            "a: b: c",
            "a: - b",
            "a: b -",
            "a: b:",
            "a: b :c",
            "a: {b}",
            "a: [no]",
            "a: [a: b]",
            "a: [a?]",
        ),
        *(
            "? a",
            ": b",
            "a: &b c",
            "a: *b",
            "a: !t b",
            "<<: b",
            "---",
            "...",
            "%x",
            "a: @b",
            "-",
            "- ",
        ),
        *("text", "  more text", "", "a: p, q [c] {d} & *e !f %g @h"),
    ]
)
lines = st.lists(st.tuples(st.integers(0, 6), pieces | st.just("")), max_size=9).map(
    lambda rows: "".join(" " * (indent if text else indent % 3) + text + "\n" for indent, text in rows)
)
cards = mappings.map(lambda value: splice.emit_document(value).decode())


def mutated(text: str, at: int, new: str) -> str:
    at %= len(text) + 1
    return text[:at] + new + text[at + 1 :]


mutations = st.builds(
    mutated,
    cards | lines,
    st.integers(0, 400),
    st.sampled_from([*" \n:#-'\"|>[]{},&*!?0ey", ": ", "\n  "]),
)
sources = st.one_of(lines, cards, mutations)


def reads(text: str) -> bool:
    try:
        strictyaml.load(text.encode(), where="x")
    except MalformedRecord:
        return False
    return True


def decorated(text: str, places: list[tuple[int, str]]) -> str:
    """*text* with comments and blank lines where they may stand, unless it can't be read then."""
    rows = text.split("\n")
    for at, extra in places:
        rows[at % len(rows)] += extra
    return changed if reads(changed := "\n".join(rows)) else text


extras = st.sampled_from(["  # c: d", "\n# c", "\n", "\n\n  # c\n", " # 'c'", "\n      # deep"])
SHAPES = [
    "a: # one\n  # two\n  b: 1 # three\n# four\nc: 'x' # five\n\n# six\n",
    "a:\n- 1 # one\n# two\n- b: 2\n  # three\n  c: 3\n- |\n  text\n\n# four\n- [x, 'y'] # five",
    "a: | # one\n  text\n   more\n\n\nb: >+\n  kept\n\n# two\nc: {d: 1, e: [2, {}], f: {}}  # 3\n",
    "a: {} # one\nb: []\nc:\n  {} # two\nd:\n  - {}\n  - []\n  -\n    e: 1\n  - # three\n    4\n",
    "{a: 1, 'b': [1, 2,], c: {d: e,},\n  # one\n  f: [ ]}\n",
    "größe: ö # ü\nb:\n  - é: à\n    è: 'ñ'\nc: plain text\n  on two lines # 1\nd: \"x\n  y\" # two",
    "a:\n  b:\n    c:\n      - - 1\n        - 2\n      - - 3\n  # one\n\n  d: 4\n",
    "{}",
    "{ } # one\n",
    "a: |2-\n    x\nb: >-\n\n  y\n\n\n   \n# one",
    "'?': x\n",
    'a :   1\n"b" : 2   # one\nc:    # two\n\n      3\n',
]
readable = st.one_of(
    cards,
    st.sampled_from(SHAPES),
    st.builds(decorated, cards, st.lists(st.tuples(st.integers(0, 40), extras))),
)


def verdict(read: Callable[[], Any]) -> tuple[str, str]:
    try:
        return "read", json.dumps(read())
    except MalformedRecord as refusal:
        return "refused", refusal.fault


@settings(deadline=None, max_examples=1500)
@given(sources)
def test_fast_and_slow_parser_give_one_verdict(text: str) -> None:
    """What the fast path answers, the slow one answers too; otherwise it is asked itself."""
    raw = text.encode()
    slow = verdict(lambda: document_of(raw, source_text(raw, "x"), "x").data)
    assert verdict(lambda: strictyaml.load(raw, where="x")) == slow
    assert verdict(lambda: strictyaml.read(raw, where="x").data) == slow
    if is_tame(raw) and (quick := fast(raw, text)) is not None:
        assert ("read", json.dumps(quick)) == slow


numbers = st.from_regex(
    r"-?(0|[1-9][0-9]{0,17})\.[0-9]{1,20}([eE][-+][0-9]{1,2})?", fullmatch=True
) | st.sampled_from(
    [
        "4.94065645841247e-324",
        "2.22507385850721e-308",
        "0.1000000000000000055511151231257827",
        "9007199254740993.0",
    ]
)


@settings(deadline=None, max_examples=700)
@given(numbers)
def test_a_number_is_told_by_its_digits(text: str) -> None:
    """Whether its document was read the quick way or the slow one, no digit is rounded away."""
    raw = f"value: {text}\n".encode()
    quick, slow = strictyaml.read(raw, where="x"), document_of(raw, source_text(raw, "x"), "x")
    value = quick.value("/value")
    assert isinstance(value, float)
    assert quick.number("/value", value) == slow.number("/value", value) == Decimal(text)
    assert strictyaml.read(raw, where="x").number("/value", value) == Decimal(text)


@settings(deadline=None, max_examples=700)
@given(sources)
def test_places_found_late_are_the_same(text: str) -> None:
    """A document that was read the quick way knows the place of everything, too."""
    raw = text.encode()

    def places(document: strictyaml.Document) -> list[tuple[str, str]]:
        return [(pointer, str(document.span(pointer))) for pointer in document.pointers()]

    slow = verdict(lambda: places(document_of(raw, source_text(raw, "x"), "x")))
    assert verdict(lambda: places(strictyaml.read(raw, where="x"))) == slow


@settings(deadline=None, max_examples=700)
@given(sources)
def test_both_slow_parsers_give_one_verdict(text: str) -> None:
    """libyaml's events and those of PyYAML's own parser lead to the same data or a refusal."""
    raw = text.encode()
    compiled = verdict(lambda: document_of(raw, text, "x").data)
    pure = verdict(lambda: document_of(raw, text, "x", PURE).data)
    assert compiled[0] == pure[0]
    assert compiled[0] == "refused" or compiled == pure


@settings(deadline=None, max_examples=300)
@given(mappings)
def test_what_is_emitted_is_read_back(value: dict[str, Any]) -> None:
    """`load(emit(x)) == x`, with the same types and without a second spelling."""
    raw = splice.emit_document(value)
    assert json.dumps(strictyaml.load(raw, where="x")) == json.dumps(value)
    assert splice.emit_document(strictyaml.load(raw, where="x")) == raw


@settings(deadline=None)
@given(
    st.from_regex(r"[-+]?([0-9]{1,12}(\.[0-9]{0,12})?|\.[0-9]{1,12})([eE][-+]?[0-9]{1,2})?", fullmatch=True)
)
def test_a_number_keeps_its_digits_and_its_value(source: str) -> None:
    """Whatever spelling a tool used, the profile's says the same number."""
    raw = splice.emit_document({"n": Number(source)})
    read = strictyaml.load(raw, where="x")["n"]
    assert isinstance(read, int | float) and math.isclose(read, float(source), rel_tol=1e-15)
    assert Number(source).value == read and Number(Number(source)) == Number(source)


@settings(deadline=None, max_examples=400)
@given(readable, trees, st.randoms())
def test_a_replaced_value_changes_nothing_else(text: str, value: Any, random: Any) -> None:
    """The data differ in that value only; the bytes around it, comments too, are as they were."""
    raw = text.encode()
    document = strictyaml.read(raw, where="x")
    pointer = random.choice([*document.pointers()])
    assume(pointer)
    try:
        emitted = splice.emit(value, document.nested_indent(pointer))
    except MalformedRecord as refusal:
        fault, value = refusal.fault, 17
        emitted = splice.emit(Number("17"))
    else:
        fault = "yaml-not-block"
    assert fault == "yaml-not-block"
    done = splice.replace(raw, document, pointer, emitted)
    assert json.dumps(strictyaml.load(done, where="x")) == json.dumps(put(document.data, pointer, value))
    edits = splice.replacement(document, pointer, emitted)
    assert_untouched(raw, done, edits)
    span = document.span(pointer)
    for edit in edits:
        assert raw[edit.start : min(edit.end, span.start)].strip(b" \n") == b""
        assert edit.end <= span.end or edit.start == edit.end


@settings(deadline=None, max_examples=400)
@given(readable, fit, trees, st.randoms())
def test_an_inserted_value_changes_nothing_else(text: str, key: str, value: Any, random: Any) -> None:
    """All old bytes are there, in order, and the data have one more member."""
    raw = text.encode()
    document = strictyaml.read(raw, where="x")
    holders = [at for at in document.pointers() if isinstance(document.value(at), dict | list)]
    pointer = random.choice(holders)
    holder = document.value(pointer)
    assume(not isinstance(holder, dict) or key not in holder)
    try:
        block = document.style(pointer) == "block"
        margin = document.indent(pointer) if block else document.nested_indent(pointer)
        emitted = splice.emit(value, margin + 2)
        done = grow(raw, document, pointer, key, emitted)
    except MalformedRecord as refusal:
        fault, value = refusal.fault, 17
        done = grow(raw, document, pointer, key, splice.emit(17))
    else:
        fault = "yaml-not-block"
    assert fault == "yaml-not-block"
    new = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
    if isinstance(holder, list):
        new = f"{pointer}/{len(holder)}"
    assert json.dumps(strictyaml.load(done, where="x")) == json.dumps(put(document.data, new, value))
    if holder:
        pairs = enumerate(zip(raw, done, strict=False))
        tail = len(raw) - next((at for at, (a, b) in pairs if a != b), len(raw))
        assert tail == 0 or done.endswith(raw[-tail:])


def grow(raw: bytes, document: strictyaml.Document, pointer: str, key: str, text: str) -> bytes:
    if isinstance(document.value(pointer), list):
        return splice.insert_item(raw, document, pointer, text)
    return splice.insert_key(raw, document, pointer, key, text)


def put(data: Any, pointer: str, value: Any) -> Any:
    """A copy of *data* with *value* at *pointer*."""
    copy = json.loads(json.dumps(data))
    holder = copy
    *path, last = [each.replace("~1", "/").replace("~0", "~") for each in pointer.split("/")[1:]]
    for each in path:
        holder = holder[int(each)] if isinstance(holder, list) else holder[each]
    if isinstance(holder, list):
        holder[int(last) : int(last) + 1] = [value]
    else:
        holder[last] = value
    return copy


def assert_untouched(raw: bytes, done: bytes, edits: list[splice.Edit]) -> None:
    """Taking the new text out again leaves exactly the bytes that no edit named."""
    at = 0
    before = 0
    for edit in edits:
        gap = edit.start - before
        assert done[at : at + gap] == raw[before : edit.start]
        at += gap + len(edit.text)
        before = edit.end
    assert done[at:] == raw[before:]


@settings(deadline=None, max_examples=300)
@given(readable)
def test_spans_cut_out_what_they_name(text: str) -> None:
    """The bytes of a value's span say the value; the bytes of its key's span say the key."""
    raw = text.encode()
    document = strictyaml.read(raw, where="x")
    for pointer in document.pointers():
        span = document.span(pointer)
        assert raw[span.start : span.end].decode() == document.text(pointer)
        assert raw[: span.start].count(b"\n") == span.line - 1
        value = document.value(pointer)
        if document.style(pointer) in ("plain", "single", "double"):
            cut = b"k: " + raw[span.start : span.end]
            assert json.dumps(strictyaml.load(cut, where="x")["k"]) == json.dumps(value)
        if pointer and isinstance(document.value(pointer.rpartition("/")[0]), dict):
            key = document.key_span(pointer)
            cut = raw[key.start : key.end] + b": 1"
            name = pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
            assert strictyaml.load(cut, where="x") == {name: 1}


@settings(deadline=None)
@given(st.binary(max_size=80) | st.text(max_size=60).map(lambda text: text.encode(errors="replace")))
def test_no_bytes_raise_anything_else(raw: bytes) -> None:
    """A reader answers with data or with a named refusal that says where and how to mend it."""
    try:
        strictyaml.load(raw, where="x")
    except MalformedRecord as refusal:
        helpful = bool(refusal.where and refusal.fix)
    else:
        helpful = True
    assert helpful
