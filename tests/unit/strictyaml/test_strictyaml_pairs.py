"""Every refusal of the YAML room, shown by a file that it refuses and a twin that it takes."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from cognify import strictyaml
from cognify.errors import MalformedRecord
from cognify.strictyaml.characters import source_text
from cognify.strictyaml.document import document_of
from cognify.strictyaml.events import pure_parser
from cognify.strictyaml.refusals import FIXES

PAIRS = Path(__file__).parent / "pairs"
# Their examples are too large for a file, or no file: see test_strictyaml.py and test_splice.py.
ELSEWHERE = {"yaml-size", "yaml-not-block", "yaml-unwritable"}
FAULTS = set(FIXES) - ELSEWHERE
BAD = sorted(PAIRS.glob("*/*.bad.yaml"))


def places(fault: str) -> dict[str, str]:
    text = (PAIRS / fault / "expected.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(text)["at"])


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.name.split('.')[0]}"


@pytest.mark.parametrize("bad", BAD, ids=named)
def test_bad_file_is_refused_by_its_own_id_at_its_own_place(bad: Path) -> None:
    """The id is the folder's name; line and column point at the culprit; a way out is named."""
    with pytest.raises(MalformedRecord) as refusal:
        strictyaml.load(bad.read_bytes(), where="card.yaml")
    expected = places(bad.parent.name)[bad.name.split(".")[0]]
    assert (refusal.value.fault, refusal.value.where) == (bad.parent.name, f"card.yaml:{expected}")
    assert refusal.value.fix == FIXES[bad.parent.name]


@pytest.mark.parametrize("bad", BAD, ids=named)
def test_its_twin_passes_by_every_parser(bad: Path) -> None:
    """What differs in the one respect only is taken, and read alike by all three."""
    raw = bad.with_name(bad.name.replace(".bad.", ".good.")).read_bytes()
    data = strictyaml.load(raw, where="x")
    assert data == strictyaml.read(raw, where="x").data
    assert data == document_of(raw, raw.decode(), "x", pure_parser()).data
    assert json.dumps(data)


@pytest.mark.parametrize("bad", BAD, ids=named)
def test_without_the_compiled_parser_it_is_refused_too(bad: Path) -> None:
    """The parser in Python, where PyYAML came without libyaml, lets nothing through."""
    raw = bad.read_bytes()
    with pytest.raises(MalformedRecord) as refusal:
        document_of(raw, source_text(raw, "x"), "x", pure_parser())
    assert refusal.value.fault in (bad.parent.name, "yaml-syntax")


def test_every_refusal_has_a_pair_and_every_file_a_twin() -> None:
    """No refusal of this room is without an example of both kinds."""
    assert {path.name for path in PAIRS.iterdir()} == FAULTS
    good = {path.name.replace(".good.", ".bad.") for path in PAIRS.glob("*/*.good.yaml")}
    assert good == {path.name for path in BAD}


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_every_expected_place_has_its_file(fault: str) -> None:
    """The table of places names the cases that exist, and no others."""
    cases = {path.name.split(".")[0] for path in (PAIRS / fault).glob("*.bad.yaml")}
    assert cases == places(fault).keys()
