"""Addresses of objects, what is written of them, and objects that change while they are read."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pyarrow
import pyarrow.parquet
import pytest

from cognify.errors import CaptureError, CognifyError, ConfigurationError
from cognify.hashing import Hashing
from cognify.readers import read_sources, remote, remote_folder, tabular
from cognify.readers.remote import Address, address
from tests.forge import sha256

CSV = b"x,y\n" + b"1,0.5\n" * 250_000


@pytest.fixture
def store() -> Iterator[fsspec.AbstractFileSystem]:
    """A store in this process: fsspec's own, which no address on the command line may name."""
    held = fsspec.filesystem("memory")
    held.store.clear()
    yield held
    held.store.clear()


def at(name: str) -> Address:
    return Address(f"memory://{name}", f"memory://{name}", "memory://bucket")


@pytest.mark.parametrize(
    ("given", "written", "store", "name"),
    [
        ("s3://bucket/a/train.parquet", "s3://bucket/a/train.parquet", "s3://bucket", "a/train.parquet"),
        ("S3://bucket/größe.csv", "s3://bucket/größe.csv", "s3://bucket", "größe.csv"),
        ("s3://b/a.csv?versionId=Ab.1_-", "s3://b/a.csv?versionId=Ab.1_-", "s3://b", "a.csv"),
        ("gs://b/a.csv#1700000000000000", "gs://b/a.csv#1700000000000000", "gs://b", "a.csv"),
        ("https://h:8443/a.csv?X-Amz-Signature=k#f", "https://h:8443/a.csv", "https://h:8443", "a.csv"),
        ("abfs://box@account.dfs.core.windows.net/a.csv", "abfs://box@account.dfs.core.windows.net/a.csv",
         "abfs://box@account.dfs.core.windows.net", "a.csv"),
    ],
)  # fmt: skip
def test_what_is_written_of_an_address(given: str, written: str, store: str, name: str) -> None:
    """The object and its version; no query that might open it."""
    found = address(given)
    assert (found.opened, found.written, found.store, str(found.name)) == (given, written, store, name)


@pytest.mark.parametrize(
    "given",
    [
        "s3://key:secret@bucket/a.csv", "s3://secret@bucket/a.csv", "https://ann:secret@h/a.csv",
        "abfs://box:secret@account/a.csv", "s3://bucket/a.csv?sig=secret", "gs://b/a.csv?x=secret#1",
        "file:///secret/a.csv", "local://secret", "memory://secret/a", "zip://secret::s3://b/a.zip",
        "s3://secret", "s3://secret/", "s3://secret/folder/", "s3://secret/*.csv", "://secret", "s 3://secret/a",
        "s3://bucket/secret\x1b[2K",
    ],
)  # fmt: skip
def test_an_address_that_is_refused(given: str) -> None:
    """`address-refused`, exit 2; what may be a key is not repeated."""
    assert remote.is_address(given)
    with pytest.raises(ConfigurationError) as refusal:
        address(given)
    assert (refusal.value.fault, refusal.value.exit_code) == ("address-refused", 2)
    assert "secret" not in str(refusal.value)


def test_an_object_is_described_like_a_file(store: fsspec.AbstractFileSystem, tmp_path: Path) -> None:
    """The same manifest and claims as of the same bytes on the disk."""
    (tmp_path / "train.csv").write_bytes(CSV)
    store.pipe("/bucket/train.csv", CSV)
    there = read_sources([], addresses=[at("bucket/train.csv")] * 2, keep_data=False)
    here = read_sources([tmp_path], keep_data=False)
    assert there.claims == here.claims
    assert [m.raw for m in there.materials if m.observed] == [m.raw for m in here.materials if m.observed]
    (whole,) = [m for m in there.materials if not m.observed]
    assert (whole.origin, whole.sha256, whole.size, whole.custodian, whole.raw) == (
        "memory://bucket/train.csv", sha256(CSV), len(CSV), "memory://bucket", None,
    )  # fmt: skip


def test_a_footer_is_found_at_the_end_of_a_stream(
    store: fsspec.AbstractFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a Parquet object only the end is kept, as much as a footer may be."""
    held = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table({"x": list(range(600_000))}), held)
    monkeypatch.setattr(tabular, "_MAX_FOOTER", 4096)
    store.pipe("/bucket/train.parquet", held.getvalue())
    reading = remote.taken(at("bucket/train.parquet"), Hashing())
    assert b'"records": 600000' in next(m.raw or b"" for m in reading.materials if m.observed)
    assert reading.materials[0].sha256 == sha256(held.getvalue())


@pytest.mark.parametrize("size", [len(CSV), len(CSV) // 2])
def test_an_object_that_changes_while_it_is_read(store: fsspec.AbstractFileSystem, size: int) -> None:
    """`run-unreadable`, be it as long as before or not; the twin, left alone, is read."""
    store.pipe("/bucket/weights.bin", CSV)

    def overwrite(done: int, total: int) -> None:
        store.pipe("/bucket/weights.bin", bytes(size))

    with pytest.raises(CaptureError, match="changed while it was read") as refusal:
        remote.taken(at("bucket/weights.bin"), Hashing(progress=overwrite))
    assert refusal.value.fault == "run-unreadable"
    found = remote.taken(at("bucket/weights.bin"), Hashing()).materials[0]
    assert (found.sha256, found.extractor) == (sha256(bytes(size)), "remote")


@pytest.mark.parametrize(
    ("name", "id", "exit"),
    [
        ("memory://bucket/none", "capture-failed", 2), ("memory://bucket", "capture-failed", 2),
        ("memory://bucket/train.csv", "run-unreadable", 2), ("nowhere://b/a", "remote-missing", 2),
        ("gs://b/a", "remote-missing", 2),
    ],
)  # fmt: skip
def test_what_cannot_be_read(name: str, id: str, exit: int, store: fsspec.AbstractFileSystem) -> None:
    """Absent, a folder, not what its name says, a protocol that nobody brought or whose package is missing."""
    store.pipe("/bucket/train.csv", b"x,x\n1\n")
    with pytest.raises(CognifyError) as refusal:
        remote.taken(Address(name, name, "memory://bucket"), Hashing())
    assert (refusal.value.fault, refusal.value.exit_code) == (id, exit)
    assert remote.REMOTE.finds(Path()) == () and not remote.REMOTE.read(Path(), Path()).claims


def test_what_a_folder_is(store: fsspec.AbstractFileSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twins by their format and folder; too many, and names that no address can be, are refused."""
    for name in ("a/train.csv", "a/train.tsv", "a/b/train.csv", "a/model.bin", "a/.x/train.csv", "c/x"):
        store.pipe_file(f"/bucket/data/{name}", CSV[:8])
    at = Address("memory://bucket/data/a/", "memory://bucket/data/a/", "memory://bucket")
    monkeypatch.setattr(remote, "_LOCAL", frozenset())
    with Hashing() as digests:
        read = remote_folder.taken(remote_folder.Folder(at), digests)
        ids = {m.origin.split("/")[1] for m in read.materials if m.observed}
        assert ids == {"train", "train-tsv", "b-train-csv"}
        assert {m.origin for m in read.materials if not m.observed} == {
            f"memory://bucket/data/a/{name}"
            for name in ("train.csv", "train.tsv", "b/train.csv", "model.bin")
        }
        monkeypatch.setattr(remote_folder, "MAX_OBJECTS", 1)
        with pytest.raises(CaptureError) as many:
            remote_folder.taken(remote_folder.Folder(at), digests)
        store.pipe_file("/bucket/data/a/o#1", b"x")
        with pytest.raises(ConfigurationError) as named:
            remote_folder.taken(remote_folder.Folder(at, "o*"), digests)
    assert (many.value.fault, named.value.fault) == ("capture-failed", "address-refused")


@pytest.mark.parametrize(
    "given",
    ["s3://secret/", "s3://secret/*.csv", "s3://b/secret*/a.csv", "s3://b/a/**", "s3://b/a/s*[ecret]",
     "https://h/secret/", "s3://k:secret@b/a/", "memory://b/secret/", "s3://b/a/?secret*", "s3://b*/secret/"],
)  # fmt: skip
def test_folders_that_are_refused(given: str) -> None:
    """A whole store, the web, a pattern elsewhere; and what single addresses may not have, either."""
    assert remote_folder.is_folder(given)
    with pytest.raises(ConfigurationError) as stop:
        remote_folder.folder(given)
    assert stop.value.fault == "address-refused"
    assert "secret" not in str(stop.value)


@pytest.mark.parametrize(
    ("given", "at", "pattern"),
    [("s3://b/a/", "s3://b/a/", ""), ("S3://b/a/c/x*.csv", "s3://b/a/c/", "x*.csv")],
)
def test_folders(given: str, at: str, pattern: str) -> None:
    """A slash behind, or a star in the last part."""
    found = remote_folder.folder(given)
    assert (found.at.written, found.at.store, found.pattern) == (at, "s3://b", pattern)
