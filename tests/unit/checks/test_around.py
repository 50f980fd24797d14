"""Which version was approved before, who rejected one since, and what the other models tell: read, never judged."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from cognify import canonical, checks
from cognify.checks.around import Rejection
from cognify.checks.portfolio import Portfolio
from cognify.inventory import Inventory, NoFiles, Version, WorkTree
from cognify.strictyaml import splice

PLACES = [Version("größe", number) for number in ("1.9.0", "1.10.0", "1.11.0", "2.0.0")]


class Log(NoFiles):
    """Files of a log branch, in memory."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files

    def paths(self, under: str = "") -> tuple[str, ...]:
        return tuple(path for path in sorted(self.files) if path.startswith(under))

    def read(self, path: str) -> bytes:
        return self.files[path]


@pytest.fixture
def tree(tmp_path: Path) -> WorkTree:
    tree = WorkTree(tmp_path)
    for place in PLACES:
        tree.write(place.manifest, f"{place}\n".encode())
        tree.write(place.card, b"card: 1\n")
    return tree


def seal(tree: WorkTree, *numbers: int) -> Log:
    """A log that sealed PLACES in the order of *numbers*, and holds what is no seal besides."""
    files = {
        "log/statements/seal.x.json.sig": b"x",
        "log/statements/seal.y.json": b"{",
        "log/statements/seal.z.json": b"[]",
    }
    for size, number in enumerate(numbers):
        digest = canonical.sha256(tree.read(PLACES[number].manifest))
        said = {"predicate": {"through": size, "sealed": [{"digest": digest}]}}
        files[f"log/statements/seal.{size}.json"] = json.dumps(said).encode()
    return Log(files)


def reject(tree: WorkTree, place: Version, said: Any) -> None:
    tree.write(f"{place.statements}signoff.reject.ines.12345678.json", json.dumps(said).encode())


def test_the_version_that_was_sealed_last_before(tree: WorkTree) -> None:
    """By the order of the log, not of names; of what is not sealed, the last of all."""
    before = checks.by_log(Inventory(tree), seal(tree, 1, 0)).before
    assert [before(place) for place in PLACES] == [PLACES[1], None, PLACES[0], PLACES[0]]
    assert checks.by_log(Inventory(tree), None).before(PLACES[3]) is None
    assert checks.by_log(Inventory(tree), seal(tree, 0)).before(Version("other", "1")) is None
    assert checks.Around().before(PLACES[3]) is None


def test_of_two_versions_that_one_seal_holds_the_name_tells_which_came_before(tree: WorkTree) -> None:
    digests = [canonical.sha256(tree.read(PLACES[number].manifest)) for number in (0, 1)]
    said = {"predicate": {"through": 7, "sealed": [{"digest": digest} for digest in digests]}}
    log = Log({"log/statements/seal.7.json": json.dumps(said).encode()})
    before = checks.by_log(Inventory(tree), log).before
    assert [before(place) for place in PLACES] == [None, PLACES[0], PLACES[1], PLACES[1]]


def sequenced(log: Log, tree: WorkTree, *paths: str) -> Log:
    """*log* with leaves for the files at *paths*, in their order."""
    leaves = [json.dumps({"sha256": canonical.sha256(tree.read(path))}) for path in paths]
    return Log({**log.files, "log/leaves": "".join(f"{leaf}\n" for leaf in leaves).encode()})


def test_no_name_puts_a_version_before_the_one_that_was_rejected(tree: WorkTree) -> None:
    """1.11.0 was rejected; the same handed in anew as 1.10.0 is asked about it, and what came first is not."""
    rejected = f"{PLACES[2].statements}signoff.reject.ines.12345678.json"
    own = {place: f"{place.statements}record.propose.mara.12345678.json" for place in PLACES}
    reject(tree, PLACES[2], {"predicate": {"person": "ines", "role": "model-risk", "comment": "Größe."}})
    for place in (PLACES[1], PLACES[3]):
        tree.write(own[place], f"{place}".encode())
    tree.write("other", b"x")
    log = sequenced(seal(tree, 0), tree, "other", own[PLACES[3]], rejected)
    around = checks.by_log(Inventory(tree), log)
    assert [one.version for one in around.rejections(PLACES[1])] == [PLACES[2]]
    assert around.rejections(PLACES[3]) == (), "it was proposed before"
    assert around.rejections(PLACES[2]) == (), "its own"
    late = sequenced(seal(tree, 1, 0), tree, rejected)
    assert checks.by_log(Inventory(tree), late).rejections(PLACES[3]) == (), "approved since"
    broken = Log({**log.files, "log/leaves": b"{}\n"})
    assert checks.by_log(Inventory(tree), broken).rejections(PLACES[1]) == ()


def test_what_does_not_stand_is_nobodys_word(tree: WorkTree) -> None:
    """A withdrawal or a rejection that is known not to stand changes nothing; it is asked for only if there."""
    asked = []

    def standing(version: Version) -> frozenset[str]:
        asked.append(version)
        return frozenset({canonical.sha256(b"{}")} if version == PLACES[0] else ())

    tree.write(f"{PLACES[1].statements}model.withdraw.eve.12345678.json", b"{ }")
    reject(tree, PLACES[2], {"predicate": {"person": "ines", "role": "model-risk"}})
    around = checks.by_log(Inventory(tree), seal(tree, 0, 1), standing=standing)
    assert around.before(PLACES[3]) == PLACES[1]
    assert around.rejections(PLACES[3]) == ()
    assert set(asked) == {PLACES[1], PLACES[2]}
    tree.write(f"{PLACES[0].statements}model.withdraw.ines.12345678.json", b"{}")
    assert checks.by_log(Inventory(tree), seal(tree, 0), standing=standing).before(PLACES[3]) is None


def test_bytes_that_are_not_the_sealed_ones_were_not_approved(tree: WorkTree) -> None:
    log = seal(tree, 0)
    tree.write(PLACES[0].manifest, b"anderes\n")
    assert checks.by_log(Inventory(tree), log).before(PLACES[3]) is None
    tree.remove(PLACES[0].manifest)
    assert checks.by_log(Inventory(tree), log).before(PLACES[3]) is None


def test_what_was_withdrawn_is_nothing_to_go_by(tree: WorkTree) -> None:
    tree.write(f"{PLACES[1].statements}model.withdraw.ines.12345678.json", b"{}")
    assert checks.by_log(Inventory(tree), seal(tree, 0, 1)).before(PLACES[3]) == PLACES[0]


def test_who_rejected_a_version_since(tree: WorkTree) -> None:
    said = {"predicate": {"person": "ines", "role": "model-risk", "comment": "Größe fehlt."}}
    for place in PLACES:
        reject(tree, place, said)
    tree.write(f"{PLACES[2].statements}signoff.reject.ines.12345678.json.sig", b"x")
    around = checks.by_log(Inventory(tree), seal(tree, 0))
    expected = [Rejection(place, "ines", "model-risk", "Größe fehlt.") for place in PLACES[1:3]]
    assert list(around.rejections(PLACES[3])) == expected
    assert around.rejections(PLACES[1]) == ()
    assert len(checks.by_log(Inventory(tree), None).rejections(PLACES[3])) == 3
    assert checks.Around().rejections(PLACES[3]) == ()


@pytest.mark.parametrize("said", [[], {}, {"predicate": 1}, "x"])
def test_a_rejection_that_cannot_be_read_says_nothing(tree: WorkTree, said: Any) -> None:
    reject(tree, PLACES[2], said)
    assert checks.by_log(Inventory(tree), None).rejections(PLACES[3]) == ()


def card(**sections: Any) -> bytes:
    return splice.emit_document({"card": 1, **sections})


def model(tree: WorkTree, name: str, version: str = "1", **sections: Any) -> None:
    tree.write(Version(name, version).card, card(**sections))


def trained(method: str, *names: str) -> dict[str, Any]:
    return {
        "model": {"adaptation": {"method": method}},
        "training": {"hyperparameters": dict.fromkeys(names, 1)},
    }


def test_the_newest_version_of_each_model_counts_and_whoever_asks_does_not(tmp_path: Path) -> None:
    tree = WorkTree(tmp_path)
    model(tree, "a", "1.9", **trained("LORA", "old"))
    model(tree, "a", "1.10", **trained("LORA", "lr"))
    model(tree, "b", **trained("LORA", "lr", "seed"))
    model(tree, "c", **trained("full", "lr"))
    tree.write(Version("d", "1").card, b"{")
    tree.write("models/e/1/evidence/x", b"x")
    found = Portfolio(Inventory(tree))
    assert found.settings("new", "LORA") == (2, {"lr": 2, "seed": 1})
    assert found.settings("b", "LORA") == (1, {"lr": 1})
    assert found.settings("c", "LORA") == (2, {"lr": 2, "seed": 1})
    assert found.settings("a", "QLORA") == (0, {})
    assert Portfolio(Inventory(WorkTree(tmp_path / "empty"))).settings("a", "LORA") == (0, {})


def test_traits_are_kept_for_cards_that_have_not_changed(tmp_path: Path) -> None:
    """And read again for those that have; what was kept and is damaged is as if it were not there."""
    tree, memory = WorkTree(tmp_path / "t"), tmp_path / "kept" / "portraits.json"
    model(tree, "a", **trained("LORA", "lr"))
    model(tree, "b", **trained("LORA", "lr"))
    assert Portfolio(Inventory(tree), memory).settings("x", "LORA") == (2, {"lr": 2})
    kept = json.loads(memory.read_bytes())
    assert set(kept) == {"models/a/1/card.yaml", "models/b/1/card.yaml"}
    kept["models/a/1/card.yaml"][1]["hyperparameters"] = ["kept"]
    memory.write_text(json.dumps(kept))
    assert Portfolio(Inventory(tree), memory).settings("x", "LORA") == (2, {"lr": 1, "kept": 1})
    model(tree, "a", **trained("LORA", "neu"))
    assert Portfolio(Inventory(tree), memory).settings("x", "LORA") == (2, {"lr": 1, "neu": 1})
    for damaged in (
        b"",
        b"[]",
        b"{",
        b'{"models/a/1/card.yaml": 1, "models/b/1/card.yaml": [1]}',
        b"[" * 100_000,
    ):
        memory.write_bytes(damaged)
        assert Portfolio(Inventory(tree), memory).settings("x", "LORA") == (2, {"lr": 1, "neu": 1})
    state, told = kept["models/b/1/card.yaml"]
    for entry in (
        [], [state], [state, None], [state, {**told, "model": "größer"}], [state, {**told, "tier": ["high"]}],
        [state, {**told, "datasets": [[["x"], "1", "d"]]}], [state, {**told, "datasets": [["x"]]}],
        [state, {**told, "hyperparameters": [{}]}], [state, {**told, "given": "x"}],
        [state, {**told, "prose": {"/risk/caveats": 1}}], [state, {**told, "prose": {"/risk/caveats": "x"}}],
        [state, {**told, "prose": {"/x": "x"}, "marks": {"/x": [[]]}}], [state, {**told, "reasons": []}],
    ):  # fmt: skip
        memory.write_text(json.dumps({**kept, "models/b/1/card.yaml": entry}))
        told_now = Portfolio(Inventory(tree), memory)
        assert told_now.settings("x", "LORA") == (2, {"lr": 1, "neu": 1}), entry
        assert told_now.twin("x", "/risk/caveats", "x") == told_now.named_in("x", ["größer"]) == ""
    memory.write_text(json.dumps({"models/b/1/card.yaml": [state, {"model": "b"}]}))
    assert Portfolio(Inventory(tree), memory).settings("x", "LORA") == (2, {"lr": 1, "neu": 1}), (
        "what is kept and is none is read again"
    )


def test_a_disk_that_refuses_is_no_fault(tmp_path: Path) -> None:
    tree = WorkTree(tmp_path / "t")
    model(tree, "a", **trained("LORA", "lr"))
    (tmp_path / "file").write_bytes(b"")
    assert Portfolio(Inventory(tree), tmp_path / "file" / "x").settings("x", "LORA") == (1, {"lr": 1})


def test_a_link_in_the_place_of_a_model_is_not_followed(tmp_path: Path) -> None:
    tree = WorkTree(tmp_path / "t")
    model(tree, "a", **trained("LORA", "lr"))
    os.symlink(tmp_path / "t/models/a", tmp_path / "t/models/b")
    assert Portfolio(Inventory(tree)).settings("x", "LORA") == (1, {"lr": 1})


def test_texts_that_share_no_five_words_are_no_twins(tmp_path: Path) -> None:
    tree, text = WorkTree(tmp_path), "Größere Kredite liest ein Mensch. " * 8
    for number in range(25):
        model(tree, f"m-{number:02}", risk={"caveats": text})
    found = Portfolio(Inventory(tree))
    folded = " ".join(text.casefold().split())
    assert found.twin("x", "/risk/caveats", folded) == "m-00"
    assert found.twin("m-00", "/risk/caveats", folded) == "m-01"
    assert found.twin("x", "/risk/caveats", folded.replace("mensch.", "mensch!")) == ""
    assert found.twin("x", "/risk/other", folded) == ""
