"""Whom a recall reaches: by name, by digest, and through what was built on it."""

from __future__ import annotations

from typing import Any

import pytest

from cognify.inventory import Version
from cognify.records.lock import Artifact, Lock
from cognify.register import Use, affected, uses
from cognify.register.entry import Entry
from cognify.verification import VerifiedRecord
from tests import hearing

FIRST, SECOND, THIRD = (Version("memo", f"{n}.0.0") for n in (1, 2, 3))
A, B, C = ("a" * 64, "b" * 64, "c" * 64)


def entry(version: Version, card: dict[str, Any], lock: Lock | None = None, lacking: str = "") -> Entry:
    record = VerifiedRecord(version, "r", "d", "low", "sealed", "named-contributors")
    return Entry(record, None, hearing.NOON, data=card, lock=lock, lacking=lacking)


def named(**cards: dict[str, Any]) -> dict[Version, tuple[Use, ...]]:
    places = {"first": FIRST, "second": SECOND, "third": THIRD}
    return {places[name]: tuple(uses.uses(entry(places[name], card))) for name, card in cards.items()}


CARD = {
    "data": {"datasets": [{"id": "memos", "version": "v2", "digest": A, "manifest": "datasets/memos/1.json"}],
             "agreements": [{"id": "dua-7", "document_digest": B}]},
    "model": {"base": {"id": "org/tiny", "revision": "r7", "digest": C}, "artifacts": [{"path": "out/w.bin", "digest": A}]},
    "dependencies": {"upstream": [{"name": "embedder"}]},
}  # fmt: skip


@pytest.mark.parametrize(("asked", "kind", "place"), [
    ("memos", "data set", "/data/datasets/0/id"), ("v2", "data set", "/data/datasets/0/version"),
    ("dua-7", "agreement", "/data/agreements/0/id"), (B, "agreement", "/data/agreements/0/document_digest"),
    ("org/tiny", "base model", "/model/base/id"), ("r7", "base model", "/model/base/revision"),
    (C, "base model", "/model/base/digest"), (f"sha256:{C}", "base model", "/model/base/digest"),
    ("cccccccccccc", "base model", "/model/base/digest"), ("w.bin", "file", "/model/artifacts/0/path"),
    ("out/w.bin", "file", "/model/artifacts/0/path"), ("embedder", "dependency", "/dependencies/upstream/0/name"),
])  # fmt: skip
def test_what_a_card_names(asked: str, kind: str, place: str) -> None:
    """Each thing is found by each of its names, and at which place."""
    hits = affected(named(first=CARD), asked)[FIRST]
    assert [(use.kind, use.where) for use in hits] == [(kind, f"models/memo/1.0.0/card.yaml#{place}")]


@pytest.mark.parametrize("asked", ["memo", "Memos", "cccccccc", "tiny", "", "memos ", "b" * 63 + "0", "*"])
def test_what_is_called_otherwise_is_another_thing(asked: str) -> None:
    assert affected(named(first=CARD), asked) == {}


def test_the_files_of_the_lock() -> None:
    """Captured files by path, address, origin and digest."""
    artifact = Artifact(A, 3, "text/csv", "runs/train.csv", "plain", 1, uri="s3://bucket/train.csv")
    hits = tuple(uses.uses(entry(FIRST, {}, Lock("memo", "1.0.0", {"a01": artifact}))))
    assert {use.where for use in hits} == {"models/memo/1.0.0/evidence.lock.json#/artifacts/a01"}
    for asked in ("train.csv", "s3://bucket/train.csv", "runs/train.csv", A):
        assert FIRST in affected({FIRST: hits}, asked)


def test_what_was_built_on_it_is_reached() -> None:
    """A recalled data set reaches the fine-tune of the fine-tune: by released files, or by name."""
    tuned = {"model": {"base": {"digest": A}, "artifacts": [{"path": "w", "digest": B}]}}
    built = {"dependencies": {"upstream": [{"name": "memo 2.0.0"}]}}
    found = affected(named(first=CARD, second=tuned, third=built), "dua-7")
    assert list(found) == [FIRST, SECOND, THIRD]
    assert [use.through for use in found[SECOND]] == ["memo 1.0.0"]
    assert [use.through for use in found[THIRD]] == ["memo 2.0.0"]


def test_a_circle_ends() -> None:
    """Two versions that name each other are both reached, once."""
    one = {
        "model": {"base": {"digest": B}, "artifacts": [{"digest": A}]},
        "data": {"datasets": [{"id": "x"}]},
    }
    other = {"model": {"base": {"digest": A}, "artifacts": [{"digest": B}]}}
    assert list(affected(named(first=one, second=other), "x")) == [FIRST, SECOND]


def test_the_same_data_do_not_make_one_built_on_the_other() -> None:
    """Only released files are followed: a data set's digest in the lock is no base model."""
    other = {"model": {"base": {"digest": B}}}
    assert list(affected(named(first=CARD, second=other), "memos")) == [FIRST]


def test_a_card_that_nobody_stands_by_is_looked_into() -> None:
    """A recall has to reach it, too."""
    doubtful = entry(FIRST, CARD, lacking="what lies here is not what was signed")
    assert FIRST in affected({FIRST: tuple(uses.uses(doubtful))}, "memos")


@pytest.mark.parametrize("card", [{"data": 3}, {"data": {"datasets": "x"}}, {"model": {"base": [1]}}, {"model": None},
                                  {"data": {"datasets": [{"id": 3, "digest": None}, "x"]}}])  # fmt: skip
def test_a_card_may_hold_anything(card: dict[str, Any]) -> None:
    assert affected(named(first=card), "x") == {}


def test_things_that_are_shared() -> None:
    """One line for each name and digest; what most versions use comes first, twins stay apart."""
    twin = {"data": {"datasets": [{"id": "memos", "version": "v2", "digest": B}]}}
    found = uses.things(named(first=CARD, second=CARD, third=twin))
    assert [(t.kind, t.name, t.digest[:1], len(t.users)) for t in found] == [
        ("base model", "org/tiny @ r7", "c", 2), ("data set", "memos @ v2", "a", 2), ("data set", "memos @ v2", "b", 1),
    ]  # fmt: skip
