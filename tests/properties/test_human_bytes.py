"""`fill` puts machine values back and leaves every byte that a person wrote."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from cognify import drafting
from cognify.records import lock as locks
from cognify.records.lock import Artifact
from tests import scenario

PLAIN = scenario.CARD.format(
    version="1.0.0", tier="low", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a01", NONE=scenario.NONE
)
WORDS = st.text(
    st.characters(categories=("L", "N"), include_characters=" ", max_codepoint=0x24F), max_size=20
)
COMMENTS = st.lists(
    st.tuples(st.integers(0, len(PLAIN.splitlines()) - 1), st.one_of(st.just(""), WORDS.map(lambda w: f"  # {w}".rstrip()))),
    max_size=12,
)  # fmt: skip
NUMBERS = st.decimals(0, 1, places=4, allow_nan=False).map(lambda d: f"{d:f}")


def lock() -> locks.Lock:
    with tempfile.TemporaryDirectory() as folder:
        scene = scenario.Scene(Path(folder))
        scene.path("1.0.0").mkdir(parents=True)
        scene.write_lock("1.0.0")
        return locks.parse(scene.path("1.0.0", "evidence.lock.json").read_bytes(), where="lock")


LOCK = lock()


def results(artifact: Artifact) -> bytes:
    del artifact
    return scenario.RESULTS.encode()


def filled(card: str) -> str:
    return drafting.refill(card.encode(), LOCK, results, frameworks=(), where="card.yaml").card.decode()


def commented(notes: list[tuple[int, str]]) -> str:
    lines = PLAIN.splitlines()
    for at, note in sorted(notes, reverse=True):
        lines.insert(at, note)
    return "\n".join(lines) + "\n"


@settings(max_examples=60, deadline=None)
@given(COMMENTS, NUMBERS)
def test_only_the_machine_value_moves(notes: list[tuple[int, str]], number: str) -> None:
    """Comments, blank lines and human values come through byte for byte, whatever the number was."""
    right = filled(commented(notes))
    assert [line for line in right.splitlines() if line in commented(notes).splitlines()] == commented(
        notes
    ).splitlines()
    assert filled(right.replace("value: 0.8425", f"value: {number}")) == right
    assert filled(right) == right
