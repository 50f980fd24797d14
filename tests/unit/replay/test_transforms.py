"""Each transform and derivation of replay grammar 1: what it gives, and what it refuses by id."""

from __future__ import annotations

import warnings
from decimal import ROUND_UP, Decimal, localcontext
from statistics import NormalDist
from typing import Any

import pytest

from cognify import replay
from cognify.errors import ReplayError
from cognify.records.lock import MEASURED, Citation
from cognify.replay import derive, transform
from cognify.replay.found import Found


def through(via: str, value: Any) -> Any:
    return transform.apply(via, Found(str(value), value), "test")


@pytest.mark.parametrize(
    ("via", "given", "value"),
    [
        ("text", "größe", "größe"), ("text", " x ", " x "),
        ("number", "0.0002", Decimal("0.0002")), ("number", "1e-08", Decimal("1E-8")), ("number", "-3", -3),
        ("number", 0.1, Decimal("0.1")), ("number", Decimal("2.50"), Decimal("2.50")), ("number", " 7 ", 7),
        ("number", ".5", Decimal("0.5")),
        ("integer", "400", 400), ("integer", Decimal("400.0"), 400), ("integer", 3.0, 3),
        ("boolean", True, True), ("boolean", "False", False), ("boolean", 1, True), ("boolean", "0", False),
        ("direction", True, "higher"), ("direction", False, "lower"),
        ("is(suppressed)", "suppressed", True), ("is(größe)", "grosse", False),
        ("round(2)", "0.125", Decimal("0.12")), ("round(0)", "1.5", Decimal("2")), ("round(3)", 7, 7),
        ("epoch-ms", 1795421486599, "2026-11-23T08:11:26Z"), ("epoch-s", Decimal("1795422556.7"), "2026-11-23T08:29:16Z"),
        ("json", ["a", 1, Decimal("0.5"), True], ["a", 1, Decimal("0.5"), True]), ("json", {"a": 1}, {"a": 1}),
        ("python-literal", "['a', 'b']", ["a", "b"]), ("python-literal", "(1, 0.5)", [1, Decimal("0.5")]),
        ("python-literal", "{2, 1}", [1, 2]), ("python-literal", "['\\d']", ["\\d"]),
        ("basename", "/home/zoë/größe/", "größe"), ("basename", "C:\\m\\tiny", "tiny"), ("basename", "plain", "plain"),
        ("before(_)", "test_macro_f1", "test"), ("after(_)", "test_macro_f1", "macro_f1"), ("after(: )", "a: b", "b"),
        ("before(,)", "acc,none", "acc"), ("split(*)", "age*region", ["age", "region"]), ("split(*)", "age", ["age"]),
        ("word(2)", "1795 0.75 3", "0.75"), ("word(2)|number", "1795 0.75 3", Decimal("0.75")),
        ("utc", "2026-11-23T08:30:58+00:00", "2026-11-23T08:30:58Z"), ("utc", "2026-11-23 08:30:58.25-05:30", "2026-11-23T14:00:58Z"),
        ("utc", "2026-11-23T08:30:58Z", "2026-11-23T08:30:58Z"),
        ("base64-hex", "caMIBfrKgG16Ht0ThF9RVuszjLEgQuJMSmaYQxaN/Uw=", "71a30805faca806d7a1edd13845f5156eb338cb12042e24c4a669843168dfd4c"),
        ("basename|before(.)", "data/test.csv", "test"), ("member(/a/0)", '{"a": [5]}', 5),
        ("member(/num_rows)|integer", '{"num_rows": 400.0}', 400), ("member(/a)", '{"a": ["x"]}', ["x"]),
    ],
)  # fmt: skip
def test_a_transform_gives_the_card_value(via: str, given: Any, value: Any) -> None:
    """Numbers keep their digits; text stays text."""
    found = through(via, given)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("via", "given"),
    [
        ("eval", "1"), ("", "x"), ("text|", "x"), ("text|text|text|text", "x"), ("text", ""), ("text", " \n"),
        ("text", 5), ("text", "\ud800"), ("text", None), ("number", "1_000"), ("number", "0x10"), ("number", "NaN"),
        ("number", "Infinity"), ("number", float("nan")), ("number", float("inf")), ("number", True), ("number", ""),
        ("number", "1" * 401), ("number", "1e999999"), ("number", Decimal("1e999999999")), ("number", "\u0661"),
        ("number", None), ("number", [1]), ("integer", "1.5"), ("integer", "1e40"), ("integer", "1e-40"), ("boolean", "yes"),
        ("boolean", "2"), ("boolean", None), ("round(18)", "1"), ("round(-1)", "1"), ("round", "1"), ("round(2)", "x"),
        ("round(2)", "1e300"), ("epoch-ms", 0), ("epoch-ms", -5), ("epoch-s", 253402300800), ("epoch-s", "soon"), ("json", "x"), ("json", 5),
        ("json", [None]), ("json", [["x"]]), ("json", {"a": None}), ("json", []), ("json", {}), ("json", ["\ud800"]),
        ("python-literal", "__import__('os')"), ("python-literal", "[None]"), ("python-literal", "'text'"),
        ("python-literal", "{'a': 1}"), ("python-literal", "[1e999]"), ("python-literal", "(" * 5000),
        ("python-literal", "-" * 19_000 + "1"), ("python-literal", "[" * 9000 + "]" * 9000), ("python-literal", "9" * 20_001),
        ("python-literal", "[]"), ("python-literal", "1"), ("python-literal", 5), ("python-literal", "{1, 'a'}"),
        ("utc", "2026-11-23T08:30:58"), ("utc", "2026-13-23T08:30:58Z"), ("utc", "0001-01-01T00:00:00+01:00"), ("utc", 5),
        ("utc", "2026-11-23T08:30:58+99:00"), ("utc", "0002-01-01T00:00:00Z"), ("base64-hex", "caMI"), ("base64-hex", "caMIBfrKgG16Ht0ThF9RVuszjLEgQuJMSmaYQxaN/Uw=-3"), ("base64-hex", 5),
        ("base64-hex", "caMIBfrKgG16Ht0ThF9RVuszjLEgQuJMSmaYQxaN/Ux="), ("basename", "/"), ("basename", 5), ("before(_)", "none"), ("before(_)", "_x"), ("after(_)", "x_"), ("before()", "x"),
        ("split(*)", "a**b"), ("split(*)", "*"), ("word(0)", "a"), ("word(3)", "a b"), ("word(x)", "a"), ("word(100)", "a"),
        ("member(/a)", "{}"), ("member(/a)", "not json"), ("member(/a)", '{"a": null}'), ("member(/a)", '{"a": {"b": [1]}}'),
        ("member(a)", '{"a": 1}'), ("basename(2)", "x"), ("text(1)", "x"), ("before(_)|number", "x_1"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(via: str, given: Any) -> None:
    """Never a half value, never another exception, and no warning on somebody's screen."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ReplayError) as stop:
            through(via, given)
    assert stop.value.fault == "citation-unreplayable"


def test_locator_and_transform_together() -> None:
    """`value_of` gives the value and quotes the token it stands on."""
    citation = Citation(MEASURED, "after(_)", "a01", "json-key:/test_accuracy")
    assert replay.value_of(citation, b'{"test_accuracy": 0.8425}') == ("accuracy", "test_accuracy")


@pytest.mark.parametrize(
    ("via", "inputs", "value"),
    [
        ("sum", [1, 2, Decimal("0.5")], Decimal("3.5")), ("sum", [101376, 4096], 105472),
        ("wilson95-low", [0, 10], Decimal("0.000000")), ("wilson95-high", [1, 10], Decimal("1.000000")),
    ],
)  # fmt: skip
def test_derivations(via: str, inputs: list[Any], value: Any) -> None:
    """From values of the same card alone."""
    assert derive.apply(via, inputs, "test") == value


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(81, 263, "0.2553", "0.3662"), (15, 148, "0.0624", "0.1605"), (0, 20, "0.0000", "0.1611"), (1, 29, "0.0061", "0.1718")],
)  # fmt: skip
def test_wilson_intervals_as_published(hits: int, n: int, low: str, high: str) -> None:
    """Newcombe, Statistics in Medicine 17 (1998), table I, method 3."""
    share = Decimal(hits) / Decimal(n)
    assert str(round(derive.apply("wilson95-low", [share, n], "test"), 4)) == low
    assert str(round(derive.apply("wilson95-high", [share, n], "test"), 4)) == high


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(81, 263, "0.2553", "0.3662"), (15, 148, "0.0624", "0.1605"), (0, 20, "0.0000", "0.1611"), (1, 29, "0.0061", "0.1718")],
)  # fmt: skip
def test_exact_wilson_intervals_as_published(hits: int, n: int, low: str, high: str) -> None:
    """The same table; the whole interval, with its level and its method."""
    found = derive.apply("wilson(95)", [Decimal(hits) / Decimal(n), n], "test")
    assert {key: str(round(found[key], 4)) for key in ("low", "high")} == {"low": low, "high": high}
    assert (found["level"], found["method"]) == (Decimal("0.95"), "wilson")


@pytest.mark.parametrize(
    ("value", "error", "low", "high"),
    [
        ("0.3", "0.0515580046947248", "0.198948", "0.401052"), ("0.98", "0.02", "0.940801", "1.019199"),
        ("100", "10", "80.400360", "119.599640"), ("0.5", "1e-9", "0.499999998040", "0.500000001960"),
    ],
)  # fmt: skip
def test_normal_intervals(value: str, error: str, low: str, high: str) -> None:
    """The value ± 1.959964 errors, nothing cut off."""
    found = derive.apply("normal(95)", [Decimal(value), Decimal(error)], "test")
    assert {key: str(found[key]) for key in ("low", "high")} == {"low": low, "high": high}
    assert (found["level"], found["method"]) == (Decimal("0.95"), "stderr")


@pytest.mark.parametrize("level", ["90", "95", "99"])
@pytest.mark.parametrize(
    ("hits", "n"), [(0, 1), (1, 1), (1, 2), (337, 400), (5, 10**9), (10**11 - 1, 10**11)]
)
def test_wilson_ends_solve_its_equation(hits: int, n: int, level: str) -> None:
    """An end x of the score interval has (k/n - x)² = z²·x(1-x)/n (Wilson 1927); z from the error function."""
    z = NormalDist().inv_cdf((1 + int(level) / 100) / 2)
    for end in derive.wilson(hits, n, level):
        x, share = float(end), hits / n
        slope = abs(2 * (x - share)) + z * z * abs(1 - 2 * x) / n  # of what rounding to six digits shifts
        assert abs((share - x) ** 2 - z * z * x * (1 - x) / n) <= 6e-7 * slope + 1e-12
        assert end == round(end, 6)


def test_wilson_is_the_same_whatever_the_machine_rounds_to() -> None:
    """The caller's decimal context plays no part, and neither does a float."""
    with localcontext() as context:
        context.prec, context.rounding = 3, ROUND_UP
        assert derive.wilson(337, 400, "95") == (Decimal("0.803565"), Decimal("0.874919"))
    assert "math" not in {*derive.wilson.__code__.co_names, *derive.count_of.__code__.co_names}


@pytest.mark.parametrize(
    ("share", "n", "count"),
    [("0.834711", 121, 101), ("0.8424999713897705", 400, 337), ("1.0", 400, 400), ("0", 7, 0), ("0.86", 400, 344),
     ("0.8733333333333333", 150, 131), ("0.30000000000000004", 10, 3)],
)  # fmt: skip
def test_a_count_behind_a_share(share: str, n: int, count: int) -> None:
    """Rounded in text, to a float of 64 or of 32 bits: there is one count that it can be."""
    assert derive.count_of(Decimal(share), Decimal(n)) == count


@pytest.mark.parametrize(
    ("share", "n"),
    [("0.86", 121), ("0.8199143922129077", 400), ("1.01", 10), ("-0.1", 10), ("0.5", 0), ("0.5", "2.5"), ("0.5", 10**12)],
)  # fmt: skip
def test_no_certain_count_no_interval(share: str, n: Any) -> None:
    """Too coarse, an F1 score, no share, no number of records: nothing is made up."""
    with pytest.raises(ReplayError) as stop:
        derive.apply("wilson(95)", [Decimal(share), Decimal(n)], "test")
    assert stop.value.fault == "citation-unreplayable"


@pytest.mark.parametrize(
    ("via", "inputs"),
    [("wilson(95)", [1]), ("wilson(95)", [1, 2, 3]), ("normal(95)", [1]), ("normal(94)", [1, 2]), ("normal(95)", [1, 0]), ("normal(95)", [1, -1]), ("normal(95)", [Decimal("1e300"), 1]),
     ("wilson(94)", [1, 2]), ("sum(95)", [1, 2]), ("none", [1]), ("sum", ["1"]), ("sum", [True]), ("sum", [Decimal("NaN")]), ("sum", [Decimal("1e999999999")]),
     ("wilson95-low", [2, 10]), ("wilson95-low", [Decimal("0.5"), 0]), ("wilson95-low", [Decimal("0.5")]),
     ("wilson95-high", [-1, 10])],
)  # fmt: skip
def test_derivations_that_do_not_fit(via: str, inputs: list[Any]) -> None:
    """No proportion, no count, no number, or one beyond all size."""
    with pytest.raises(ReplayError) as stop:
        derive.apply(via, inputs, "test")
    assert stop.value.fault == "citation-unreplayable"
