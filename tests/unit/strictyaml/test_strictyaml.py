"""What `strictyaml` promises about plain data, positions and hostile input."""

from __future__ import annotations

import sys
import time

import pytest
import yaml

from cognify import strictyaml
from cognify.errors import MalformedRecord
from cognify.strictyaml import characters, events, fast, scalars
from cognify.strictyaml.events import MAX_NODES
from cognify.strictyaml.prescan import LARGEST, is_tame

SECONDS = 9.0  # a loose guard, wide enough for a coverage tracer; idle, each takes about a second

CARD = """\
# yaml-language-server: $schema=https://cognify.dev/schemas/card/v1.json
card: 1
name: Größe # Zoë's
version: 1.3.0
released: 2026-03-14
approved: true
seen: 2026-03-14T10:00:00Z
rate: 1.0e-05
loss: -0.25
rows: -12
digest: "0123"
quoted: 'it''s'
about: |
  First line: *text*, # too

    more
folded: >-
  one
  two
limits:
  state: withheld
  reason: trade secret
metrics:
- name: auc
  value: 0.9
- name: "f1"
  value: 0.8

labels: [accept, "refer", 3]
empty: {}
none: []
flow: {a: b, "c": 1.5}
"""
DATA = {
    "card": 1,
    "name": "Größe",
    "version": "1.3.0",
    "released": "2026-03-14",
    "approved": True,
    "seen": "2026-03-14T10:00:00Z",
    "rate": 1.0e-05,
    "loss": -0.25,
    "rows": -12,
    "digest": "0123",
    "quoted": "it's",
    "about": "First line: *text*, # too\n\n  more\n",
    "folded": "one two",
    "limits": {"state": "withheld", "reason": "trade secret"},
    "metrics": [{"name": "auc", "value": 0.9}, {"name": "f1", "value": 0.8}],
    "labels": ["accept", "refer", 3],
    "empty": {},
    "none": [],
    "flow": {"a": "b", "c": 1.5},
}


def fault_of(raw: bytes) -> str:
    with pytest.raises(MalformedRecord) as refusal:
        strictyaml.load(raw, where="x")
    return refusal.value.fault


def test_a_card_is_read_fast_and_slowly_alike() -> None:
    """Every kind of value that a card uses is tame, and means what the slow parser says."""
    assert is_tame(CARD.encode())
    assert fast.fast(CARD.encode(), CARD) == DATA
    assert strictyaml.load(CARD.encode(), where="x") == DATA
    assert strictyaml.read(CARD.encode(), where="x").data == DATA


def test_numbers_are_ints_or_floats_and_nothing_else_is() -> None:
    """The limits of 64 bits and of doubles are inside, dates and releases are text."""
    source = "a: 9223372036854775807\nb: -9223372036854775808\nc: 1.7976931348623157e+308\nd: -0.0\n"
    data = strictyaml.load(source.encode(), where="x")
    assert data == {"a": 2**63 - 1, "b": -(2**63), "c": sys.float_info.max, "d": 0.0}
    assert [type(value) for value in data.values()] == [int, int, float, float]


@pytest.mark.parametrize(
    "plain",
    [
        *[
            "0x",
            "1.2.3",
            "5%",
            "1e",
            "e5",
            "1-2",
            "2024-05-01",
            "12:30h",
            "1,000",
            "-",
            "--",
            "nano",
            "yesterday",
            ".",
            "..",
            "12:",
            "on-line",
            "y2",
        ],
        *("3 rows", "Nothing", "one two", "0b", "1.2.3-rc.1", "9" * 200 + "x", "null and void"),
    ],
)
def test_other_text_needs_no_quotes(plain: str) -> None:
    """The net for ambiguous scalars catches no more than it must."""
    assert scalars.resolve(plain) == plain


@pytest.mark.parametrize(
    ("source", "spelling"),
    [
        ("1e-5", "1.0e-5"),
        ("2E3", "2.0e+3"),
        ("+1", "1"),
        (".5", "0.5"),
        ("1.", "1.0"),
        ("-007", "-7"),
        ("0.10", "0.10"),
        ("1.50e+07", "1.50e+07"),
        ("-.0E-0", "-0.0e-0"),
        ("9223372036854775807", "9223372036854775807"),
    ],
)
def test_a_number_is_spelt_in_the_profile_and_keeps_its_digits(source: str, spelling: str) -> None:
    """Trailing zeros are information: nobody rounds here."""
    assert scalars.Number(source) == spelling
    assert float(scalars.Number(source).value) == float(source)


@pytest.mark.parametrize(
    "source",
    ["", ".", "NaN", "inf", "0x1F", "1_000", "e5", "1e999", "9" * 30, "9" * 101, "٣", "1 "],
)
def test_what_is_no_finite_decimal_number_is_refused(source: str) -> None:
    """A tracker's NaN does not become a card's text unnoticed."""
    with pytest.raises(MalformedRecord) as refusal:
        scalars.Number(source)
    assert refusal.value.fault == "yaml-ambiguous-scalar"


def test_positions_are_bytes_and_lines_and_columns_are_for_people() -> None:
    """Non-ASCII text before a value moves its bytes, not its column."""
    raw = "größe: ö # ü\nliste:\n- é: 'à'\n- |\n  x\n\n# end\n".encode()
    document = strictyaml.read(raw, where="k.yaml")
    span = document.span("/liste/0/é")
    assert raw[span.start : span.end] == "'à'".encode()
    assert (span.line, span.column) == (3, 6)
    key = document.key_span("/liste/0/é")
    assert (raw[key.start : key.end].decode(), key.line, key.column) == ("é", 3, 3)
    assert document.text("/liste/1") == "|\n  x"
    assert document.place("/liste/0/é") == "k.yaml:3:6"
    assert raw[: document.block_end("/liste")].endswith(b"  x\n")
    assert [*document.pointers()] == ["", "/größe", "/liste", "/liste/0", "/liste/0/é", "/liste/1"]


def test_a_missing_value_is_placed_at_what_should_hold_it() -> None:
    """A message on a required key points to the mapping that lacks it."""
    document = strictyaml.read(b"a:\n  b:\n    c: 1\n", where="f")
    assert document.place("/a/b/x/y") == "f:3:5"
    assert document.place("/z") == "f:1:1"
    assert "/a/b/c" in document and "/a/b/x" not in document


def test_pointers_to_nothing_are_key_errors() -> None:
    """A caller's mistake is not a finding."""
    document = strictyaml.read(b"a: [1]\n", where="f")
    for question in (
        document.span,
        document.key_span,
        document.text,
        document.value,
        document.style,
    ):
        with pytest.raises(KeyError):
            question("/b")
    with pytest.raises(KeyError):
        document.key_span("/a/0")


def test_pointers_escape_tildes_and_slashes() -> None:
    """RFC 6901: `~1` is a slash, `~0` a tilde, and `~01` is no slash."""
    document = strictyaml.read(b'"a/b": {"~1": 1}\n', where="f")
    assert document.value("/a~1b/~01") == 1
    assert document.text("/a~1b/~01") == "1"


def test_styles_and_indents() -> None:
    """How a value is written, and where its keys or dashes stand."""
    raw = (
        b"a:\n   b: 1\n   c:\n   - d: 'x'\n     e: \"y\"\n   f: |\n     z\n   g: >\n     z\n   h: {i: [2]}\n"
    )
    document = strictyaml.read(raw, where="f")
    styles = {pointer: document.style(pointer) for pointer in document.pointers()}
    assert (styles["/a/c/0/d"], styles["/a/c/0/e"]) == ("single", "double")
    assert (styles["/a/f"], styles["/a/g"], styles["/a/h"]) == ("literal", "folded", "flow")
    assert (styles["/a/b"], styles["/a"], styles["/a/c"]) == ("plain", "block", "block")
    assert [document.indent(at) for at in ("", "/a", "/a/c", "/a/c/0")] == [0, 3, 3, 5]
    assert document.nested_indent("/a/c/0/d") == 7
    for at in ("/a/h", "/a/b"):
        with pytest.raises(MalformedRecord) as refusal:
            document.indent(at)
        assert refusal.value.fault == "yaml-not-block"


def test_number_keeps_its_source_text() -> None:
    """What was written is what can be shown and compared."""
    document = strictyaml.read(b"a: 0.10\nb: [1.0e+02]\n", where="f")
    assert (document.text("/a"), document.text("/b/0")) == ("0.10", "1.0e+02")


def test_blank_lines_after_a_text_belong_to_it_only_if_it_says_so() -> None:
    """A plus in the header, or more spaces than the text's own indent, make a blank line text."""
    ends = {}
    for source in (
        "a: |\n  x\n\n\n",
        "a: |+\n  x\n\n\n",
        "a: >-\n  x\n\n   \n\n",
        "a: |2\n   x\n\n",
    ):
        document = strictyaml.read(source.encode(), where="f")
        ends[document.text("/a")] = document.data["a"], document.block_end("") == len(source)
    assert ends == {
        "|\n  x": ("x\n", False),
        "|+\n  x\n\n": ("x\n\n\n", True),
        ">-\n  x\n\n   ": ("x\n\n ", False),
        "|2\n   x": (" x\n", False),
    }


def test_without_its_compiled_helpers_the_room_reads_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither ryaml nor libyaml is needed for the verdict, only for the speed."""
    monkeypatch.setitem(sys.modules, "ryaml", None)
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    fast._parser.cache_clear()
    events.parser_of.cache_clear()
    try:
        assert events.parser_of().__name__ == "PureParser"
        assert fast.fast(CARD.encode(), CARD) is None
        assert strictyaml.load(CARD.encode(), where="x") == DATA
        assert fault_of(b"a: 1\na: 2\n") == "yaml-dup-key"
    finally:
        monkeypatch.undo()
        fast._parser.cache_clear()
        events.parser_of.cache_clear()
    assert fast.fast(CARD.encode(), CARD) == DATA


HOSTILE: dict[str, tuple[bytes, str]] = {
    "brackets": (b"a: " + b"[" * 4_000_000, "yaml-depth"),
    "braces": (b"a: " + b"{" * 4_000_000, "yaml-key"),
    "named braces": (b"a: " + b"{a: " * 800_000, "yaml-depth"),
    "dashes": (b"a:\n" + b"- " * 2_000_000, "yaml-depth"),
    "questions": (b"? " * 2_000_000, "yaml-key"),
    "colons": (b"a: " + b":" * 4_000_000, "yaml-syntax"),
    "indents": (b"".join(b" " * i + b"a:\n" for i in range(2800)), "yaml-depth"),
    "items": (b"a: [" + b"1," * 2_000_000 + b"]", "yaml-size"),
    "lists": (b"a: [" + b"[]," * 1_300_000 + b"]", "yaml-size"),
    "keys": (b"".join(b"k%d: 1\n" % i for i in range(MAX_NODES // 2)), "yaml-size"),
    "open quote": (b"a: '" + b"x" * 4_000_000, "yaml-syntax"),
    "digits": (b"a: " + b"9" * 4_000_000, "yaml-ambiguous-scalar"),
    "underscores": (b"a: " + b"1_" * 2_000_000, "yaml-ambiguous-scalar"),
    "sexagesimal": (b"a: " + b"1:" * 2_000_000 + b"1", "yaml-ambiguous-scalar"),
    "anchor": (b"a: &" + b"a" * 4_000_000, "yaml-alias"),
    "tag": (b"a: !" + b"a" * 4_000_000, "yaml-tag"),
    "blank lines": (b"a:" + b"\n" * 4_000_000, "yaml-empty-value"),
    "combining marks": (("a: e" + "\u0301\u0323" * 1_000_000).encode(), "not-nfc"),
    "nested 20,000 deep": (b"a: " + b"[" * 20_000 + b"]" * 20_000, "yaml-depth"),
    "too large": (b"#" * (characters.MAX_BYTES + 1), "yaml-size"),
    "comment marks": (b"a: 'b'" + b"# #" * 1_300_000, "yaml-syntax"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_are_refused_in_bounded_time(name: str) -> None:
    """Depth, count, length and repetition cost no more than reading that many bytes."""
    raw, fault = HOSTILE[name]
    began = time.process_time()
    assert fault_of(raw) == fault
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize(
    "source",
    [
        "a: |\n" + " x\n\n" * 800_000,
        "a: |\n x\n" + "\n" * 4_000_000,
        "a: x" + "\n" * 4_000_000 + "b: 1\n",
        "a: b" + " #c\n" * 1_000_000,
        "a: " + "x " * 2_000_000 + "\n",
        "a: " + "a#" * 2_000_000 + "\n",
        "# '" * 1_000_000 + "\na: 1\n",
        "".join(f"k{number}: v # w\n" for number in range(19_000)),
    ],
    ids=lambda source: repr(source[:8]),
)
def test_large_honest_bytes_are_read_in_bounded_time(source: str) -> None:
    """Neither the pattern of tame lines nor the cutting of text blocks is quadratic."""
    began = time.process_time()
    assert strictyaml.load(source.encode(), where="x")
    assert strictyaml.read(source.encode(), where="x").block_end("") <= len(source.encode())
    assert time.process_time() - began < SECONDS


def test_what_is_too_large_for_the_fast_parser_is_read_all_the_same() -> None:
    """Above the size within which depth and count cannot reach their limits, the slow one reads."""
    raw = b"".join(b"key_%06d: value\n" % number for number in range(20_000))
    assert len(raw) > LARGEST and not is_tame(raw)
    assert len(strictyaml.load(raw, where="x")) == 20_000


def test_a_tame_line_leaves_no_ambiguous_word_to_the_fast_parser() -> None:
    """Each word in every place where a scalar can stand sends the document to the slow parser."""
    for word in scalars.WORDS:
        for spelling in {word, word.upper(), word.title()} - {"true", "false", "null"}:
            for line in (
                "{}: 1",
                "a: {}",
                "- {}",
                "a: {} # x",
                "a: [{}]",
                "a: [b, {}]",
                "a: {{b: {}}}",
            ):
                assert not is_tame((line.format(spelling) + "\n").encode()), line.format(spelling)
