"""Laws of the JSON room: round trips, and one verdict of two readers."""

from __future__ import annotations

import json
import string
from collections.abc import Callable

import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from cognify import canonical
from cognify.canonical import reading
from cognify.errors import MalformedRecord


def _fits(text: str) -> bool:
    try:
        canonical.loads(json.dumps(text).encode(), where="x")
    except MalformedRecord:
        return False
    return True


fit_text = st.text(
    st.one_of(st.sampled_from(string.printable[:-5] + 'öß€😀\n\t"\\'), st.characters(codec="utf-8"))
).filter(_fits)


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | fit_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(fit_text, inner, max_size=4),
    max_leaves=12,
)
keys = st.text(st.sampled_from('aAöß€\ud7ff\ue000\uffff😀"\\ \x7f\x1f\n'), max_size=4)
signed = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | keys,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=6),
    max_leaves=12,
)


@settings(deadline=None, max_examples=700)
@given(signed)
def test_the_quick_spelling_is_the_reference_one(value: canonical.JsonValue) -> None:
    """What the standard library writes for us is byte for byte what the reference package writes."""
    assert canonical.dumps(value) == rfc8785.dumps(value)


@settings(deadline=None, max_examples=300)
@given(signed)
def test_the_quick_pretty_form_is_the_standard_librarys(value: canonical.JsonValue) -> None:
    """Byte for byte what `json.dumps` writes with an indent."""
    shaped = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
    assert canonical.pretty(value) == shaped


almost_json = st.lists(
    st.sampled_from(
        [*'{}[]:,"\\ \n', '"a"', '"a":', '"b":1', "1", "-0", "1.5", "NaN", "true", '"\\u0061"', "ö"]
    ),
    max_size=14,
).map("".join)


@settings(deadline=None)
@given(values)
def test_what_is_written_is_read_back_and_has_one_spelling(value: canonical.JsonValue) -> None:
    """Both forms round-trip, and each is a fixed point."""
    dense, shaped = canonical.dumps(value), canonical.pretty(value)
    assert canonical.loads_canonical(dense, where="x") == value
    assert canonical.loads_pretty(shaped, where="x") == value
    assert canonical.dumps(canonical.loads(shaped, where="x")) == dense


def _verdict(read: Callable[[], canonical.JsonValue]) -> tuple[str, str | None]:
    try:
        return "read", json.dumps(read())
    except MalformedRecord as refusal:
        return refusal.fault, refusal.where


@settings(deadline=None, max_examples=400)
@given(st.one_of(almost_json, values.map(lambda value: json.dumps(value, ensure_ascii=False))))
def test_the_quick_and_the_slow_reader_agree(text: str) -> None:
    """Same verdict, same data, whether or not CPython's parser had the first look."""

    raw = text.encode()

    def slow() -> canonical.JsonValue:
        checked = reading._text(raw, "x", canonical.MAX_BYTES)
        return reading._Reader(checked, "x", canonical.MAX_DEPTH).document()

    assert _verdict(lambda: canonical.loads(raw, where="x")) == _verdict(slow)


@settings(deadline=None, max_examples=500)
@given(almost_json)
def test_a_form_is_taken_only_where_the_strict_reader_takes_it(text: str) -> None:
    """The canonical and the pretty reader refuse what `loads` refuses, as it does, a key twice above all."""
    raw = text.encode()
    strict = _verdict(lambda: canonical.loads(raw, where="x"))
    for read, spell in (
        (canonical.loads_canonical, canonical.dumps),
        (canonical.loads_pretty, canonical.pretty),
    ):
        verdict = _verdict(lambda read=read: read(raw, where="x"))  # type: ignore[misc]
        if strict[0] != "read" or spell(canonical.loads(raw, where="x")) == raw:
            assert verdict == strict
        else:
            assert verdict[0] in ("not-jcs", "json-not-pretty")


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_no_bytes_raise_anything_else(raw: bytes) -> None:
    """A reader answers with data or with a named refusal."""
    try:
        canonical.loads(raw, where="x")
    except MalformedRecord as refusal:
        helpful = bool(refusal.where and refusal.fix)
    else:
        helpful = True
    assert helpful
