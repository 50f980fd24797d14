"""Small groups: what is hidden, what goes with it, and that no sum gives it away."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cognify.readers import cells, read_sources
from cognify.readers.cells import Cell, cell

Make = Callable[[Any], Path]
Reads = Callable[..., Any]
HEADER = "attribute,group,metric,n,value,right\n"


def hidden(sizes: dict[tuple[str, str], int | None], smallest: int = 11) -> set[tuple[str, ...]]:
    found = cells.hidden([(cell(*key), size) for key, size in sizes.items()], smallest)
    return {key.groups for key in found}


def test_nothing_is_hidden_among_large_groups() -> None:
    assert hidden({("age", "young"): 11, ("age", "old"): 90}) == set()


def test_a_small_group_takes_the_next_with_it() -> None:
    """Else the total less the others would be the small one."""
    assert hidden({("age", "a"): 10, ("age", "b"): 90, ("age", "c"): 30}) == {("a",), ("c",)}


def test_two_small_groups_together_may_still_be_small() -> None:
    """Their sum is known: 3 and 4 are 7, so a third goes with them; 6 and 7 are enough."""
    assert hidden({("age", "a"): 3, ("age", "b"): 4, ("age", "c"): 30, ("age", "d"): 50}) == {
        ("a",),
        ("b",),
        ("c",),
    }
    assert hidden({("age", "a"): 6, ("age", "b"): 7, ("age", "c"): 30}) == {("a",), ("b",)}


def test_an_unknown_size_may_be_small() -> None:
    assert hidden({("age", "a"): None, ("age", "b"): 90, ("age", "c"): 30}) == {("a",), ("c",)}


def test_lines_of_a_crossed_table_and_its_margins() -> None:
    """One small crossing: in its row and in its column another goes, and so does what closes the square."""
    sizes: dict[tuple[str, str], int | None] = {("age", g): 300 for g in "ab"} | {
        ("sex", g): 300 for g in "mf"
    }
    sizes |= {("age*sex", f"{a}*{s}"): 100 for a, s in product("ab", "mf")} | {("age*sex", "a*m"): 5}
    assert hidden(sizes) == {("a", "m"), ("a", "f"), ("b", "m"), ("b", "f")}


def test_a_hidden_margin_hides_a_part_of_itself() -> None:
    """What is taken out of one table must not be summed up again from another."""
    sizes: dict[tuple[str, str], int | None] = {("age", "a"): 8, ("age", "b"): 40, ("age", "c"): 60}
    sizes |= {("age*sex", f"{a}*{s}"): n for a, n in (("a", 4), ("b", 20), ("c", 30)) for s in "mf"}
    found = hidden(sizes)
    assert {("a",), ("b",), ("a", "m"), ("a", "f")} <= found
    assert len({key for key in found if len(key) == 2 and key[0] == "b"}) > 0


def test_names_that_cross_unevenly_are_one_attribute() -> None:
    assert cell("a*b", "x") == Cell(("a*b",), ("x",))
    assert cell("b*a", "y*x") == cell("a*b", "x*y") == Cell(("a", "b"), ("x", "y"))


def _sums(sizes: dict[Cell, int]) -> list[tuple[set[Cell], Cell | None]]:
    """Every sum that a reader of the tables can make, written down anew: parts, and their whole."""
    tables = {key.attributes for key in sizes}
    found: list[tuple[set[Cell], Cell | None]] = []
    for table in tables:
        members = {key for key in sizes if key.attributes == table}
        found.append((members, None))
        for other in (t for t in tables if set(t) < set(table)):
            for whole in (key for key in sizes if key.attributes == other):
                where = dict(zip(whole.attributes, whole.groups, strict=True))
                inside = {
                    key for key in members
                    if where.items() <= dict(zip(key.attributes, key.groups, strict=True)).items()
                }  # fmt: skip
                found.append((inside, whole))
    return [(parts, whole) for parts, whole in found if parts]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=6, max_size=12), st.integers(2, 3), st.sampled_from([11, 20]))
def test_no_single_sum_gives_a_small_cell_away(counts: list[int], sexes: int, smallest: int) -> None:
    """Whatever the table: of each sum nothing is hidden, or two or more, and never one that is alone."""
    rows = {cell("age*sex", f"{i // sexes}*{i % sexes}"): n for i, n in enumerate(counts)}
    sizes = dict(rows)
    for name in ("age", "sex"):
        for key, count in rows.items():
            margin = key.onto((name,))
            sizes[margin] = sizes.get(margin, 0) + count
    found = cells.hidden(sizes.items(), smallest)
    assert {key for key, size in sizes.items() if size < smallest} <= found
    for parts, whole in _sums(sizes):
        inside = parts & found
        if whole in found or (whole is None and inside == parts):
            assert inside  # a hidden whole is not the sum of what is shown
        elif inside:
            assert len(inside) > 1
            assert sum(sizes[key] for key in inside) >= smallest or inside == parts


TABLE = HEADER + "age,young,acc,90,0.9,81\nage,old,acc,7,0.857143,6\nage,mid,acc,30,0.8,24\n"


def test_of_a_hidden_group_only_the_labels_are_taken_in(source: Make, read: Reads) -> None:
    """Neither card nor evidence nor note holds its numbers, and no digest of the table could confirm a guess."""
    found = read(source({"groups.csv": TABLE}))
    young, old, mid = found.entries("/evaluation/subgroups")
    assert (young["n"], young.get("suppressed")) == (90, None)
    assert old == {"attribute": "age", "group": "old", "metric": "acc", "suppressed": True}
    assert mid == {"attribute": "age", "group": "mid", "metric": "acc", "suppressed": True}
    material = found.origins["groups.csv"]
    assert (
        material.raw
        == (
            HEADER + "age,young,acc,90,0.9,81\nage,old,acc,suppressed,suppressed,suppressed\n"
            "age,mid,acc,suppressed,suppressed,suppressed\n"
        ).encode()
    )
    assert material.original is not None
    assert (material.original.rules, material.original.sha256) == (("small-cells",), "")
    kept = b"".join(m.raw or b"" for m in found.origins.values())
    assert b"857143" not in kept
    assert found.noted("2 of 3 rows are withheld")
    assert not found.noted("857143")


def test_no_digest_of_the_table_is_kept_anywhere(source: Make, read: Reads) -> None:
    """Another file's word of it is masked; a copy under another name is not listed; neither tells its own digest."""
    raw = TABLE.encode()
    digests = [hashlib.new(name, raw).hexdigest() for name in ("md5", "sha256")]
    plain = source(
        {"groups.csv": TABLE, "x/copy.bak": TABLE, "baseline.json": {"model": "m", "of": digests, "n": 3}}
    )
    found = read(plain)
    assert "x/copy.bak" not in found.origins
    assert found.noted("x/copy.bak", "not listed")
    kept = b"".join((m.raw or b"") + m.sha256.encode() for m in found.origins.values())
    assert not [digest for digest in digests if digest.encode() in kept]
    masked = found.origins["baseline.json"]
    assert masked.original is not None
    assert (masked.original.sha256, len(masked.raw)) == ("", len((plain / "baseline.json").read_bytes()))


def test_digests_of_whole_tables_stay(source: Make, read: Reads) -> None:
    """The twin: nothing is masked where nothing was taken out."""
    text = TABLE.replace(",7,", ",70,")
    digest = hashlib.sha256(text.encode()).hexdigest()
    found = read(source({"groups.csv": text, "copy.bak": text, "baseline.json": {"of": digest}}))
    assert digest.encode() in (found.origins["baseline.json"].raw or b"")
    assert found.origins["copy.bak"].sha256 == digest


def test_a_table_with_large_groups_is_kept_as_it_is(source: Make, read: Reads) -> None:
    """The twin: nothing is changed, so nothing is withheld of the original."""
    text = TABLE.replace(",7,", ",70,").replace("6\n", "60\n")
    material = read(source({"groups.csv": text})).origins["groups.csv"]
    assert (material.raw, material.original) == (text.encode(), None)


def test_the_limit_can_be_raised_and_never_lowered(source: Make) -> None:
    run = source(
        {
            "groups.csv": HEADER
            + "age,a,acc,15,1,15\nage,b,acc,90,1,90\nage,c,acc,10,1,10\nage,d,acc,99,1,99\n"
        }
    )
    for limit, rows in ((1, 2), (11, 2), (16, 2), (100, 4)):
        reading = read_sources([run], keep_data=False, small_cells=limit)
        assert sum(claim.pointer.endswith("/suppressed") for claim in reading.claims) == rows, limit


def test_what_is_left_of_a_table_names_no_data_set(source: Make, read: Reads) -> None:
    """The groups that are shown may add up to the size of another split."""
    shown = {"groups.csv": TABLE, "data/validation.csv": "a\n" + "1\n" * 90}
    assert "dataset" not in read(source(shown)).entries("/evaluation/subgroups")[0]


@pytest.mark.parametrize("count", ["", "many", "7.5", "inf"])
def test_a_row_without_a_count_may_be_of_a_small_group(count: str, source: Make, read: Reads) -> None:
    found = read(source({"groups.csv": HEADER + f"age,a,acc,{count},0.5,1\nage,b,acc,90,0.5,45\n"}))
    assert [e.get("suppressed") for e in found.entries("/evaluation/subgroups")] == [True, True]
