"""Several sources of one value: stand-ins, witnesses, and floats of less precision."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cognify import canonical, drafting
from cognify.readers import weighing
from cognify.readers.reading import COMPUTED, FALLBACK, MEASURED, WITNESS, Claim, Material, Reading

PLACE = "/evaluation/runs/[eval_loss]/value"


def material(origin: str, value: str, extractor: str = "x") -> Material:
    raw = b'{"v": ' + value.encode() + b"}"
    return Material(origin, "application/json", canonical.sha256(raw), len(raw), extractor, 1, raw)


def claim(origin: str, weight: str = "", kind: str = MEASURED) -> Claim:
    return Claim(PLACE, origin, "json:/v", "number", kind, weight)


def weighed(materials: list[Material], claims: list[Claim]) -> Reading:
    return weighing.weighed(Reading(tuple(materials), tuple(claims)))


def origins(reading: Reading) -> list[str]:
    return [claim.origin for claim in reading.claims]


def test_a_stand_in_counts_where_nothing_else_does() -> None:
    held = [material("a", "1"), material("b", "2"), material("c", "3")]
    assert origins(weighed(held, [claim("a", FALLBACK), claim("b", FALLBACK)])) == ["a"]
    assert origins(weighed(held, [claim("a", FALLBACK), claim("c")])) == ["c"]


def test_a_witness_never_fills_a_field() -> None:
    """Alone it is left out, and that is said; beside another it contradicts, and is never chosen."""
    alone = weighed([material("a", "1")], [claim("a", WITNESS)])
    assert origins(alone) == []
    assert "a: eval_loss may be of another split than the name says: not reported" in alone.notes
    both = weighed([material("a", "1"), material("b", "2")], [claim("a", WITNESS), claim("b", kind=COMPUTED)])
    assert origins(both) == ["a", "b"]
    gathered = drafting.gathering.gather(both, keep_below=1 << 20)
    assert [c.value for c in gathered.cited] == [2]
    (conflict,) = gathered.conflicts
    assert [side.raw for side in conflict.said] == ["2", "1"]


@pytest.mark.parametrize(
    ("single", "exact", "kept"),
    [("6.877336", "6.877335981889204", ["b"]), ("6.8773", "6.877335981889204", ["a", "b"]),
     ("1e39", "1e39", ["a", "b"]), ('"x"', "1", ["a", "b"])],
)  # fmt: skip
def test_floats_of_32_bits(single: str, exact: str, kept: list[str]) -> None:
    """What is the same value, rounded to 32 bits, is no second opinion."""
    held = [material("a", single, "tensorboard"), material("b", exact)]
    assert origins(weighed(held, [claim("a", kind=COMPUTED), claim("b")])) == kept


def test_floats_of_32_bits_alone_stay() -> None:
    held = [material("a", "1.5", "tensorboard"), material("b", "2.5", "tensorboard")]
    assert origins(weighed(held, [claim("a"), claim("b")])) == ["a", "b"]


def test_what_was_hashed_only_has_no_value() -> None:
    held = [replace(material("a", "1", "tensorboard"), raw=None), material("b", "1")]
    assert origins(weighed(held, [claim("a"), claim("b")])) == ["a", "b"]
