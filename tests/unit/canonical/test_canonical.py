"""What `canonical` promises about bytes, digests and hostile input."""

from __future__ import annotations

import enum
import json
import time
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from cognify import canonical
from cognify.errors import MalformedRecord

VECTORS = Path(__file__).parents[2] / "vectors/foreign/rfc8785"
SECONDS = 9.0  # a loose guard, wide enough for a coverage tracer; idle, each takes half a second


def fault_of(value: Any) -> tuple[str, str | None]:
    with pytest.raises(MalformedRecord) as refusal:
        canonical.dumps(value)
    return refusal.value.fault, refusal.value.where


@pytest.mark.parametrize("name", sorted(path.name.split(".")[0] for path in VECTORS.glob("*.input.json")))
def test_published_examples_have_their_published_bytes(name: str) -> None:
    """RFC 8785 and its companion examples, byte for byte."""
    given = json.loads((VECTORS / f"{name}.input.json").read_bytes())
    assert canonical.dumps(given) == (VECTORS / f"{name}.output.json").read_bytes()


def test_the_expected_bytes_of_section_3_2_4() -> None:
    """The literals and the string of the RFC's own hex dump, without its floats."""
    hexes = (
        "7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c"
        "22737472696e67223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d"
    )
    value = {"string": '€$\u000f\nA\'B"\\\\"/', "literals": [None, True, False]}
    assert canonical.dumps(value).hex() == hexes


@pytest.mark.parametrize("number", json.loads((VECTORS / "refused-floats.json").read_bytes()))
def test_floats_are_refused(number: float) -> None:
    """Nothing that is signed carries a float, however harmless."""
    assert fault_of({"a": [number]}) == ("json-number", "value at '/a/0'")


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 2**53, -(2**53), 2**4000])
def test_numbers_that_readers_see_differently_are_refused(number: float) -> None:
    """NaN, infinities and integers beyond 2^53 - 1 never become bytes."""
    assert fault_of([number]) == ("json-number", "value at '/0'")


def test_what_the_quick_reader_passes_over_has_its_one_spelling_too() -> None:
    """So many commas send bytes to the careful reader, and canonical they are all the same."""
    value: canonical.JsonValue = {"größe": "," * canonical.MAX_VALUES}
    assert canonical.loads_canonical(canonical.dumps(value), where="x") == value
    assert canonical.loads_pretty(canonical.pretty(value), where="x") == value


@pytest.mark.parametrize("value", [b"x", {1, 2}, {1: "a"}, {None: 1}, object()])
def test_only_json_types_are_written(value: object) -> None:
    """A key that is no text is not made one: JSON writers differ in how."""
    assert fault_of({"ö": value})[0] == "json-type"


def test_a_lone_surrogate_is_refused_in_values_and_keys() -> None:
    """What has no UTF-8 has no bytes."""
    assert fault_of(["\ud800"]) == ("json-charset", "value at '/0'")
    assert fault_of({"\udfff": 1}) == ("json-charset", None)


def test_endless_values_are_refused() -> None:
    """A value that holds itself ends in a refusal, not in the recursion limit."""
    loop: list[Any] = []
    loop.append(loop)
    assert fault_of(loop) == ("json-depth", None)


def test_tuples_read_only_mappings_and_enums_are_written_as_what_they_are() -> None:
    """Frozen records need no copy before they become bytes."""
    colour = enum.StrEnum("colour", {"GRÜN": "grün"})
    value: Any = {"t": (1, 2), "m": MappingProxyType({"c": colour["GRÜN"]})}
    assert canonical.dumps(value) == '{"m":{"c":"grün"},"t":[1,2]}'.encode()
    assert canonical.loads(canonical.pretty(value), where="x") == {"t": [1, 2], "m": {"c": "grün"}}


def test_escapes_mean_what_they_say_and_cost_only_a_second_reading() -> None:
    """The reader that knows positions reads every kind of value as the quick one does."""
    text = '{"gr\\u00f6\\u00dfe": [[], {}, true, false, null, 17, {"a": "\\ud83d\\ude00"}]}'
    expected = {"größe": [[], {}, True, False, None, 17, {"a": "😀"}]}
    assert canonical.loads(text.encode(), where="x") == expected


def test_pretty_is_sorted_by_code_point_with_one_space_and_a_newline() -> None:
    """The form of machine-written files; JCS would put the emoji first."""
    value: Any = {"\U0001f600": [], "\ufb01": {"b": 1, "a": "ö"}}
    expected = '{\n "\ufb01": {\n  "a": "ö",\n  "b": 1\n },\n "\U0001f600": []\n}\n'
    assert canonical.pretty(value).decode() == expected


def test_readers_give_back_what_was_written() -> None:
    """Each form is read by its own reader and by the general one."""
    value: Any = {"b": [1, -1, True, None], "a": {"Zoë": 'x"\\\n\t'}, "": ""}
    dense, shaped = canonical.dumps(value), canonical.pretty(value)
    assert canonical.loads_canonical(dense, where="x") == value
    assert canonical.loads_pretty(shaped, where="x") == value
    assert canonical.loads(dense, where="x") == canonical.loads(shaped, where="x") == value


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"[" * 4_000_000, "json-depth"),
        (b'{"a":' * 600_000, "json-depth"),
        (b"[" + b"1," * 1_500_000 + b"1]", "json-size"),
        (b"[" + b"{}," * 1_000_000 + b"1]", "json-size"),
        (b"[" + b'"\\u0041",' * 400_000 + b"1]", "json-size"),
        (b'"' + b'\\"' * 2_000_000, "json-syntax"),
        (b'"' * 4_000_000, "json-syntax"),
        (b"9" * 4_000_000, "json-number"),
        (b" " * 4_000_000, "json-syntax"),
        (b'"e' + "\u0301\u0323".encode() * 1_000_000 + b'"', "not-nfc"),
        (b'"' + b"\\u0301\\u0323" * 300_000 + b'"', "not-nfc"),
        (b" " * (canonical.MAX_BYTES + 1), "json-size"),
    ],
    ids=lambda part: part if isinstance(part, str) else part[:8].decode("latin-1"),
)
def test_hostile_bytes_are_refused_in_bounded_time(raw: bytes, fault: str) -> None:
    """Depth, count, unclosed strings, digits and combining marks cost no more than a look."""
    began = time.process_time()
    with pytest.raises(MalformedRecord) as refusal:
        canonical.loads(raw, where="x")
    assert refusal.value.fault == fault
    assert time.process_time() - began < SECONDS


def test_limits_are_the_callers() -> None:
    """A statement reader asks for less than a lock reader."""
    assert canonical.loads(b"[[1]]", where="x", max_bytes=5, max_depth=2) == [[1]]
    with pytest.raises(MalformedRecord) as refusal:
        canonical.loads(b"[[1]]", where="x", max_depth=1)
    assert (refusal.value.fault, refusal.value.where) == ("json-depth", "x:1:2")


def test_a_digest_has_one_spelling() -> None:
    """Upper case, other lengths, other digits and a trailing newline are no digest."""
    good = canonical.sha256(b"x")
    assert canonical.is_sha256(good)
    for bad in (good.upper(), good[:-1], good + "0", good + "\n", "٣" * 64, ""):
        assert not canonical.is_sha256(bad)
