"""A version captured again: what no source gives any more goes, and nothing that a person wrote."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cognify import drafting, readers, replay, strictyaml
from cognify.checks.framework import load
from cognify.drafting import Drafted
from cognify.errors import CognifyError
from cognify.inventory import Version
from cognify.readers.reading import Reading
from cognify.records import card as cards
from cognify.strictyaml import splice

RUNS = Path(str(files("cognify.demo") / "runs"))
TABLE = (
    "attribute,group,metric,n,value\nage,a,accuracy,100,0.9\nage,b,accuracy,60,0.8\nage,c,accuracy,40,0.75\n"
)


def _draft(reading: Reading, before: Drafted | None = None, card: bytes | None = None) -> Drafted:
    current = card if card is not None else before.card if before else None
    return drafting.draft(
        Version("memo", "1.1.0"), reading, current=current, old_lock=before.lock if before else None,
        base=None, base_version="", frameworks=(load("model-card@mitchell-2019-v2"),), tier="low",
        keep_below=4 << 20, at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC), record="urn:uuid:1",
    )  # fmt: skip


def _holds(drafted: Drafted) -> None:
    """Every value that a machine owns is cited, and replays."""
    card = strictyaml.read(drafted.card, where="c")
    read = lambda artifact: drafted.files.get(artifact.path)  # noqa: E731
    assert replay.discrepancies(card, drafted.lock, read, where="c") == ()


@pytest.fixture(scope="module")
def reading() -> Reading:
    return readers.read_sources([RUNS / "1.1.0"], keep_data=False)


@pytest.fixture(scope="module")
def first(reading: Reading) -> Drafted:
    return _draft(reading)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    """A few groups, a report and settings."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "groups.csv").write_text(TABLE)
    (folder / "adapter_config.json").write_text('{"peft_type": "LORA", "r": 8, "lora_alpha": 16}')
    line = {"precision": 0.5, "recall": 0.75, "f1-score": 0.6, "support": 40}
    whole = {"accuracy": 0.75, "macro avg": {**line, "support": 80}, "weighted avg": {**line, "support": 80}}
    (folder / "classification_report.json").write_text(json.dumps({"yes": line, "no": line, **whole}))
    return readers.read_sources([folder], keep_data=False)


@pytest.fixture
def grouped(tmp_path: Path) -> Reading:
    (tmp_path / "groups.csv").write_text(TABLE)
    return readers.read_sources([tmp_path], keep_data=False)


def _less(reading: Reading, *names: str) -> Reading:
    claims = tuple(c for c in reading.claims if not any(name in c.pointer for name in names))
    return replace(reading, claims=claims)


def test_a_source_that_is_left_out(reading: Reading, first: Drafted) -> None:
    """The card is the one that the sources now named give, and says which values went."""
    poorer = _less(reading, "/evaluation/subgroups", "/training/hyperparameters/lora_r")
    again, fresh = _draft(poorer, first), _draft(poorer)
    _holds(again)
    assert strictyaml.load(again.card, where="c") == strictyaml.load(fresh.card, where="c")
    assert again.lock.to_bytes() == fresh.lock.to_bytes()
    assert "/training/hyperparameters/lora_r" in again.removed
    assert sum(pointer.startswith("/evaluation/subgroups/") for pointer in again.removed) > 10
    assert _draft(poorer, again).removed == ()


def _second(grouped: Reading) -> Reading:
    """The reading without its second group, whatever its key is called."""
    keys = list(dict.fromkeys(c.pointer.split("]")[0] for c in grouped.claims if "/subgroups/[" in c.pointer))
    return replace(
        grouped, claims=tuple(c for c in grouped.claims if not c.pointer.startswith(f"{keys[1]}]")),
        derivations=tuple(d for d in grouped.derivations if not d.pointer.startswith(f"{keys[1]}]")),
    )  # fmt: skip


def test_the_second_of_three_groups(grouped: Reading) -> None:
    """It goes; the third is the second now, and what cites it says so."""
    again = _draft(_second(grouped), _draft(grouped))
    card: Any = strictyaml.load(again.card, where="c")
    assert [entry["group"] for entry in card["evaluation"]["subgroups"]] == ["a", "c"]
    assert again.lock.to_bytes() == _draft(_second(grouped)).lock.to_bytes()
    _holds(again)


@pytest.mark.parametrize(
    ("written", "by"),
    [
        ("x-remark: Mara asked why.", b"group: b\n"),
        ("# Mara: small, look again", b"group: b\n"),
    ],
)
def test_an_entry_that_a_person_wrote_into_stays(written: str, by: bytes, grouped: Reading) -> None:
    """As it is, with a note."""
    first = _draft(grouped)
    indent = b" " * (first.card.index(by) - first.card.rindex(b"\n", 0, first.card.index(by)) - 1)
    edited = first.card.replace(by, by + indent + written.encode() + b"\n")
    again = _draft(_second(grouped), first, edited)
    assert again.removed == ()
    assert again.card == edited
    assert any("no source gives all of this any more" in note for note in again.notes)


def test_a_value_that_is_not_the_machines_stays(reading: Reading, first: Drafted) -> None:
    """A person put another one there."""
    edited = first.card.replace(b"    lora_r: 8\n", b"    lora_r: 16\n", 1)
    again = _draft(_less(reading, "/training/hyperparameters/lora_r"), first, edited)
    assert b"    lora_r: 16\n" in again.card
    assert "/training/hyperparameters/lora_r" not in again.removed


def test_a_comment_beside_a_value_keeps_it(reading: Reading, first: Drafted) -> None:
    """The rest of its group goes."""
    edited = first.card.replace(b"    lora_r: 8\n", b"    lora_r: 8  # why so low?\n", 1)
    again = _draft(_less(reading, "/training/hyperparameters/"), first, edited)
    assert b"lora_r: 8  # why so low?\n" in again.card
    assert "/training/hyperparameters/lora_r" not in again.removed
    card: Any = strictyaml.load(again.card, where="c")
    assert list(card["training"]["hyperparameters"]) == ["lora_r"]


def _human(raw: bytes) -> dict[str, Any]:
    """What people wrote, with its place; lists of a machine are counted by what stands in them."""
    data = strictyaml.load(raw, where="c")
    return {
        pointer: value for pointer, value in replay.leaves(data)
        if (field := cards.field_at(pointer)) is not None and field.owner == "human"
    }  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_whatever_goes_no_byte_of_a_person_does(small: Reading, data: st.DataObject) -> None:
    """Comments anywhere, answers, and any part of the claims left out."""
    first = _draft(small)
    document = strictyaml.read(first.card, where="c")
    at = "/use/intended_purpose"
    text = splice.emit("Größe zählt: # sort memos.\nFor a person.", document.nested_indent(at))
    card = splice.replace(first.card, document, at, text)
    for number in range(data.draw(st.integers(0, 6))):
        lines = card.splitlines(keepends=True)
        line = data.draw(st.integers(1, len(lines) - 1))
        tried = b"".join(
            [*lines[:line], b" " * data.draw(st.integers(0, 8)), b"# remark %d\n" % number, *lines[line:]]
        )
        try:
            same = strictyaml.load(tried, where="c") == strictyaml.load(card, where="c")
        except CognifyError:
            continue
        card = tried if same else card
    dropped = data.draw(st.sets(st.integers(0, len(small.claims) - 1), max_size=40))
    groups = data.draw(st.sets(st.sampled_from(["/training/", "/evaluation/runs", "/evaluation/subgroups"])))
    claims = tuple(c for i, c in enumerate(small.claims) if i not in dropped)
    again = _draft(_less(replace(small, claims=claims), *groups), first, card)
    remarks = [line for line in card.splitlines() if b"# remark" in line]
    assert [line for line in again.card.splitlines() if b"# remark" in line] == remarks
    assert {**_human(card), **_human(again.card)} == _human(again.card)
    _holds(again)
