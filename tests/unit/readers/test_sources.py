"""Sources: what is walked, what is refused, and how several make one reading."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cognify.errors import CaptureError
from cognify.readers import READERS, read_sources, walk

Make = Callable[[Any], Path]
Reads = Callable[..., Any]


def test_every_reader_has_a_name_of_its_own() -> None:
    """The name goes into the lock, and says which reader looked into a file."""
    names = [reader.name for reader in READERS]
    assert len(set(names)) == len(names)
    assert all(reader.version >= 1 for reader in READERS)


@pytest.mark.parametrize("missing", ["nothing", "file.txt/inside"])
def test_a_source_that_is_not_there(missing: str, tmp_path: Path) -> None:
    """It is named, and nothing is captured."""
    (tmp_path / "file.txt").write_text("x")
    with pytest.raises(CaptureError) as stop:
        read_sources([tmp_path / missing], keep_data=False)
    assert stop.value.fault == "capture-failed"
    assert missing in str(stop.value.where)


@pytest.mark.parametrize("files", [(), (".hidden/x.json",)])
def test_an_empty_source(files: tuple[str, ...], tmp_path: Path) -> None:
    """A folder without files is a mistake of who named it."""
    for name in files:
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("{}")
    with pytest.raises(CaptureError) as stop:
        read_sources([tmp_path], keep_data=False)
    assert stop.value.fault == "capture-failed"


def test_no_source_at_all() -> None:
    """Nothing named is nothing captured."""
    with pytest.raises(CaptureError) as stop:
        read_sources([], keep_data=False)
    assert stop.value.fault == "capture-failed"


def test_a_source_named_twice_within_itself(source: Make) -> None:
    """A file under two sources would be claimed twice."""
    root = source({"a/train.csv": "a\n1\n"})
    with pytest.raises(CaptureError) as stop:
        read_sources([root, root / "a"], keep_data=False)
    assert stop.value.fault == "capture-failed"


def test_links_are_told_and_not_followed(source: Make, tmp_path: Path, read: Reads) -> None:
    """Neither to files nor to folders, neither inside nor outside; a source that is one is refused."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/train.csv").write_text("a\n1\n")
    root = source({"data/test.csv": "a\n1\n"})
    (root / "data/train.csv").symlink_to(tmp_path / "outside/train.csv")
    (root / "latest").symlink_to(tmp_path / "outside")
    found = read(root)
    assert [e["id"] for e in found.entries("/data/datasets")] == ["test"]
    assert found.noted("2 links", "latest")
    with pytest.raises(CaptureError) as stop:
        read(root / "latest")
    assert stop.value.fault == "capture-failed"


def test_hidden_folders_are_not_entered(source: Make, read: Reads) -> None:
    """A `.git` or cache inside holds no evidence of the run."""
    found = read(source({"a.txt": "x", ".cache/train.csv": "a\n1\n", "x/.git/config": "token"}))
    assert set(found.origins) == {"a.txt"}


def test_pickles_are_hashed_and_never_opened(source: Make, read: Reads) -> None:
    """A pickle that would run a command when loaded lies there as any other file."""
    found = read(
        source({"training_args.bin": b"cos\nsystem\n(S'touch /nowhere'\ntR.", "README.md": "# None"})
    )
    assert {(m.extractor, m.raw) for m in found.reading.materials} == {("plain", None)}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything, so nothing is unreadable here")
@pytest.mark.parametrize("name", ["train.csv", "anything.xyz", "trainer_state.json"])
def test_an_unreadable_file_stops_the_capture(name: str, source: Make, read: Reads) -> None:
    """A file that may not be read is named, whoever would have read it."""
    root = source({name: "{}"})
    (root / name).chmod(0)
    with pytest.raises(CaptureError) as stop:
        read(root)
    assert (stop.value.fault, stop.value.where) == ("run-unreadable", name)


@pytest.mark.parametrize("name", [b"o\xcc\x88.txt", b"\xff.txt", "a\u202eb.txt".encode(), b"a\nb.txt"])
def test_a_name_that_a_record_cannot_hold(name: bytes, tmp_path: Path, read: Reads) -> None:
    """Not NFC, not UTF-8, deceiving the eye, or a line break: the file is to be renamed."""
    with open(os.fsencode(tmp_path) + b"/" + name, "w") as file:
        file.write("x")
    with pytest.raises(CaptureError) as stop:
        read(tmp_path)
    assert stop.value.fault == "capture-failed"
    assert str(stop.value).isascii()


def test_too_many_files(source: Make, read: Reads, monkeypatch: pytest.MonkeyPatch) -> None:
    """A walk is bounded."""
    monkeypatch.setattr(walk, "MAX_FILES", 3)
    with pytest.raises(CaptureError) as stop:
        read(source({f"f{n}": "" for n in range(4)}))
    assert stop.value.fault == "capture-failed"


def test_several_sources_are_one_reading(source: Make, read: Reads, weights: Callable[..., bytes]) -> None:
    """Origins go under their source's name; what only all of them say together is said."""
    root = source({
        "out/adapter_model.safetensors": weights(2), "base/model.safetensors": weights(5),
        "splits/test.csv": "a\n1\n2\n3\n4\n", "test_results.json": {"test_loss": 0.5, "test_samples": 4},
    })  # fmt: skip
    found = read(root / "out", root / "base", root / "splits", root / "test_results.json")
    assert {"out/adapter_model.safetensors", "splits/test.csv", "test_results.json"} <= set(found.origins)
    assert found["/model/parameters_trainable"] == 2
    (total,) = found.reading.derivations
    assert total.pointer == "/model/parameters_total"
    assert sum(found[pointer] for pointer in total.inputs) == 7
    assert found.entries("/evaluation/runs")[0]["dataset"] == "test"


def test_one_file_is_a_source(source: Make, read: Reads) -> None:
    """Its origin is its name."""
    found = read(source({"trainer_state.json": {"num_train_epochs": 3}}) / "trainer_state.json")
    assert set(found.origins) == {"trainer_state.json"}
    assert found["/training/hyperparameters/num_train_epochs"] == 3


def test_a_file_in_the_place_of_an_observation(
    source: Make, read: Reads, weights: Callable[..., bytes]
) -> None:
    """A source cannot slip its own bytes under the name of what Cognify saw."""
    forged = '{"kind": "adapter", "parameters": 1}'
    with pytest.raises(CaptureError) as stop:
        read(source({"adapter_model.safetensors": weights(2), "observed/adapter-weights.json": forged}))
    assert stop.value.fault == "capture-failed"


def test_reading_twice_gives_the_same(source: Make, read: Reads) -> None:
    """Order and content depend on the files alone."""
    root = source({"data/test.csv": "a\n1\n", "o/eval_results.json": {"eval_loss": 1.5}, "z": "", "b/c": ""})
    assert read(root).reading == read(root).reading
