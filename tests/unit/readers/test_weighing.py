"""Several sources of one value: stand-ins, witnesses, and floats of less precision."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cognify import canonical, drafting
from cognify.errors import CaptureError
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


@pytest.mark.parametrize(("pointer", "kept"), [
    ("/data/datasets/[train.csv]/version", ["a", "c"]), ("/data/datasets/[train.csv]/digest", ["a", "b", "c"]),
])  # fmt: skip
def test_a_version_by_another_scheme(pointer: str, kept: list[str]) -> None:
    """Each tool numbers data in its own way, so two tools are no conflict; one tool twice is."""
    held = [material("a", '"7f83"', "dvc"), material("b", '"3"', "mlflow"), material("c", '"1be2"', "dvc")]
    claims = [Claim(pointer, origin, "json:/v", "text") for origin in "abc"]
    assert origins(weighed(held, claims)) == kept


RUN, BEGUN, ENDED = "/training/run_id", "/training/started_at", "/training/ended_at"


def told(pointer: str, origin: str) -> Claim:
    return Claim(pointer, origin, "json:/v", "text", COMPUTED, FALLBACK)


def test_other_ids_of_the_run_are_named() -> None:
    held = [material("a", '"x1"', "wandb"), material("b", '"y1"', "comet")]
    found = weighed(held, [told(RUN, "a"), told(RUN, "b")])
    assert origins(found) == ["a"]
    assert found.notes == ("the run goes by other ids, too: y1 (comet), x1 (wandb)",)
    assert weighed(held, [told(RUN, "a")]).notes == ()


def test_two_runs_of_one_tracker_are_ambiguous() -> None:
    held = [material("a", '"x1"', "wandb"), material("b", '"x2"', "wandb")]
    with pytest.raises(CaptureError, match="two runs of wandb were named: x1, x2") as refused:
        weighed(held, [told(RUN, "a"), told(RUN, "b")])
    assert refused.value.fault == "run-ambiguous"


def test_runs_that_lie_apart_are_noted() -> None:
    held = [material("a", '"2026-01-01T00:00:00Z"'), material("b", '"2026-01-02T00:00:00Z"')]
    (note,) = weighed(held, [told(ENDED, "a"), told(BEGUN, "b")]).notes
    assert "may be of two trainings" in note
    assert weighed(held, [told(BEGUN, "a"), told(ENDED, "b")]).notes == ()


def test_what_was_hashed_only_has_no_value() -> None:
    held = [replace(material("a", "1", "tensorboard"), raw=None), material("b", "1")]
    assert origins(weighed(held, [claim("a"), claim("b")])) == ["a", "b"]
