"""What a document knows of itself, at sizes that somebody may choose to be slow."""

from __future__ import annotations

import time
from decimal import Decimal

from cognify import strictyaml


def test_the_digits_of_many_numbers_are_looked_for_once() -> None:
    """Else every number of a long card would be a walk through all of it: minutes, for twenty thousand."""
    found = strictyaml.read("".join(f"k{n}: 0.5\n" for n in range(20_000)).encode(), where="x")
    began = time.process_time()
    assert {found.number(f"/k{n}", 0.5) for n in range(20_000)} == {Decimal("0.5")}
    assert time.process_time() - began < 5
