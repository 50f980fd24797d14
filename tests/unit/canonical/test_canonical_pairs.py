"""Every refusal of the JSON reader, shown by a file that it refuses and a twin that it takes."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from cognify import canonical
from cognify.errors import MalformedRecord

PAIRS = Path(__file__).parent / "pairs"
FAULTS = {
    "bidi-control",
    "json-charset",
    "json-depth",
    "json-dup-key",
    "json-not-pretty",
    "json-number",
    "json-size",
    "json-syntax",
    "not-jcs",
    "not-nfc",
}
BAD = sorted(PAIRS.glob("*/*.bad.json"))


def expectation(path: Path) -> dict[str, Any]:
    return tomllib.loads((path.parent / "expected.toml").read_text(encoding="utf-8"))


def read(path: Path) -> object:
    expected = expectation(path)
    reader = getattr(canonical, expected["reader"])
    return reader(path.read_bytes(), where="x.json", **expected["options"])


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.name.split('.')[0]}"


@pytest.mark.parametrize("bad", BAD, ids=named)
def test_bad_file_is_refused_by_its_own_id_at_its_own_place(bad: Path) -> None:
    """The id is the folder's name; line and column point at the culprit."""
    with pytest.raises(MalformedRecord) as refusal:
        read(bad)
    place = expectation(bad)["at"][bad.name.split(".")[0]]
    assert refusal.value.fault == bad.parent.name
    assert refusal.value.where == (f"x.json:{place}" if place else "x.json")


@pytest.mark.parametrize("bad", BAD, ids=named)
def test_its_twin_passes(bad: Path) -> None:
    """What differs in the one respect only is taken."""
    read(bad.with_name(bad.name.replace(".bad.", ".good.")))


def test_every_refusal_has_a_pair_and_every_file_a_twin() -> None:
    """No refusal of this room is without an example of both kinds."""
    assert {path.name for path in PAIRS.iterdir()} == FAULTS
    good = {path.name.replace(".good.", ".bad.") for path in PAIRS.glob("*/*.good.json")}
    assert good == {path.name for path in BAD}


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_every_expected_place_has_its_file(fault: str) -> None:
    """The table of places names the cases that exist, and no others."""
    cases = {path.name.split(".")[0] for path in (PAIRS / fault).glob("*.bad.json")}
    assert cases == expectation(PAIRS / fault / "x")["at"].keys()
