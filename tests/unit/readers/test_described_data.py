"""Descriptions of data: Croissant and S3. What they declare, and what the bytes say against it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from cognify.drafting.gathering import gather
from cognify.readers import data_entries

Make = Callable[[Mapping[str, object]], Path]
Reads = Callable[..., Any]
FIXTURES = Path(__file__).parents[4] / "shared/fixtures/runs"
beside = pytest.mark.skipif(not FIXTURES.is_dir(), reason="fixture runs are not here; real files go untested")
CSV = "a,b\n1,2\n"
SHA = hashlib.sha256(CSV.encode()).hexdigest()


def described(**changes: Any) -> dict[str, Any]:
    file = {
        "@type": "cr:FileObject",
        "@id": "f",
        "contentUrl": "data/test.csv",
        "sha256": SHA,
        "contentSize": "8 B",
    }
    return {
        "@context": {"cr": "http://mlcommons.org/croissant/"}, "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": "n", "version": "2.1.0", "license": "CC-BY-4.0", "creator": {"name": "Example Org"},
        "distribution": [file], **changes,
    }  # fmt: skip


@beside
def test_the_recorded_croissant(read: Reads) -> None:
    """Name, version and licence for each split; its declared digests are those of the files."""
    found = read(FIXTURES / "credit-croissant")
    entries = {entry["role"]: entry for entry in found.entries("/data/datasets")}
    assert {role: entry["records"] for role, entry in entries.items()} == {
        "train": 600, "validation": 200, "test": 200,
    }  # fmt: skip
    for entry in entries.values():
        assert (entry["origin"], entry["version"], entry["license"]) == (
            "german-credit-splits", "1.0.0", "CC-BY-4.0",
        )  # fmt: skip
    declared = [
        c for c in found.reading.claims if c.origin == "croissant.json" and c.pointer.endswith("/digest")
    ]
    assert len(declared) == 3
    assert not any("says" in note for note in gather(found.reading, keep_below=10**6).notes)
    for claim in declared:
        (other,) = [c for c in found.reading.claims if c.pointer == claim.pointer and c is not claim]
        assert other.origin.startswith("datasets/")
    assert found.noted("rai:dataBiases")


def test_what_is_declared_and_not_so(source: Make, read: Reads) -> None:
    """The measured digest stands, and the declared one is named beside it with its file."""
    other = {
        "@type": "FileObject",
        "contentUrl": "raw/pictures.zip",
        "sha256": "0" * 64,
        "contentSize": "5 B",
    }
    files = {
        "croissant.json": described(distribution=[{**described()["distribution"][0], "sha256": "1" * 64}, other]),
        "data/test.csv": CSV, "raw/pictures.zip": b"PK",
    }  # fmt: skip
    found = read(source(files))
    assert found["/data/datasets/[test]/digest"] == SHA
    claims = {c.origin: c.kind for c in found.reading.claims if c.pointer == "/data/datasets/[test]/digest"}
    assert sorted(claims.values()) == ["computed", "declared"]
    assert claims["croissant.json"] == "declared"
    assert found.noted("raw/pictures.zip", "declares sha256 000")
    assert found.noted("raw/pictures.zip", "has 5 bytes; it has 2")


def test_files_that_are_not_here(source: Make, read: Reads) -> None:
    """They are entries too, by their names; a path that leads out, and a URL, are names and no more."""
    urls = ["../../etc/val.csv", "https://example.org/d/hold-out.parquet?x=1", "/abs/external_set.csv"]
    files = [{"@type": "cr:FileObject", "contentUrl": url, "sha256": SHA} for url in urls]
    inside = {"@type": "cr:FileObject", "contentUrl": "in.csv", "containedIn": {"@id": "x"}}
    found = read(source({"c.json": described(distribution=[*files, inside, {"@type": "cr:FileSet"}, 5])}))
    entries = {e["id"]: e for e in found.entries("/data/datasets")}
    assert {name: entry["role"] for name, entry in entries.items()} == {
        "val": "validation", "hold-out": "external", "external_set": "external",
    }  # fmt: skip
    assert all(entry["digest"] == SHA for entry in entries.values())
    assert found.kinds["/data/datasets/[val]/digest"] == "declared"


@pytest.mark.parametrize(
    ("changes", "field", "value", "says"),
    [
        ({"license": ["MIT", "CC0"]}, "license", "MIT", "several under license"),
        ({"license": {"@type": "CreativeWork", "url": "https://example.org/l"}}, "license", "https://example.org/l", ""),
        ({"creator": [{"name": "A"}, {"name": "B"}]}, "source", "A", "several under creator"),
        ({"creator": {"email": "x@example.org"}}, "source", None, ""),
        ({"version": 2}, "version", None, "version is no text"),
        ({"conformsTo": ["http://mlcommons.org/croissant/RAI/1.0", {"@id": "http://mlcommons.org/croissant/1.0"}]}, "version", "2.1.0", ""),
        ({"conformsTo": "http://mlcommons.org/croissant/2.0"}, "version", None, "knows 1.0 and 1.1"),
        ({"conformsTo": None}, "version", None, "conforms to no Croissant"),
        ({"distribution": []}, "version", None, "names 0 files"),
        ({"distribution": described()["distribution"][0]}, "digest", SHA, ""),
        ({"distribution": [{**described()["distribution"][0], "sha256": "AB"}]}, "digest", None, "is none: 'AB'"),
    ],
)  # fmt: skip
def test_forms_of_json_ld(changes: Any, field: str, value: Any, says: str, source: Make, read: Reads) -> None:
    """One value or several, text or object, known or newer: the file is kept whatever it says."""
    found = read(source({"meta.json": described(**changes), "data/test.csv": CSV}))
    declared = [
        p for p in found.values if p == f"/data/datasets/[test]/{field}" and found.kinds[p] == "declared"
    ]
    if field == "digest":
        assert (
            any(c.origin == "meta.json" for c in found.reading.claims) == (value is not None) or value is None
        )
    elif value is None:
        assert not declared
    else:
        assert found[f"/data/datasets/[test]/{field}"] == value
    assert not says or found.noted("meta.json", says)
    assert found.origins["meta.json"].raw


@beside
def test_the_recorded_answers_of_s3(read: Reads) -> None:
    """Digests from the checksums, versions from the listing, counts from the metadata: all declared."""
    found = read(FIXTURES / "credit-s3")
    entries = {entry["id"]: entry for entry in found.entries("/data/datasets")}
    assert entries["train"]["digest"] == "71a30805faca806d7a1edd13845f5156eb338cb12042e24c4a669843168dfd4c"
    assert {name: entry.get("records") for name, entry in entries.items()} == {
        "train": 600, "validation": 200, "test": 200, "train-parquet": None, "validation-parquet": None,
        "test-parquet": None,
    }  # fmt: skip
    assert entries["test"]["version"] == "a488a50a-af6f-4b84-8700-74e542347b42"
    assert "digest" not in entries["train-parquet"]
    assert set(found.kinds.values()) == {"declared", "computed"}


def listing(*keys: str, **more: Any) -> dict[str, Any]:
    return {
        "Contents": [{"Key": key, "ETag": f'"{i:032x}"', "Size": 8} for i, key in enumerate(keys)],
        **more,
    }


@pytest.mark.parametrize(
    ("single", "digest", "says"),
    [
        ({"ChecksumSHA256": base64.b64encode(bytes(32)).decode()}, "0" * 64, ""),
        ({"ChecksumSHA256": base64.b64encode(bytes(32)).decode() + "-3"}, None, "of its parts"),
        ({"ChecksumSHA256": base64.b64encode(bytes(32)).decode(), "ChecksumType": "COMPOSITE"}, None, "of its parts"),
        ({"ChecksumSHA256": base64.b64encode(bytes(32)).decode(), "ChecksumType": "FULL_OBJECT"}, "0" * 64, ""),
        ({"Checksum": {"ChecksumSHA256": base64.b64encode(bytes(32)).decode(), "ChecksumType": "COMPOSITE"}}, None, "parts"),
        ({"ChecksumCRC32": "AAAA"}, None, "an ETag is no digest"),
    ],
)  # fmt: skip
def test_which_checksums_are_digests(
    single: dict[str, Any], digest: str | None, says: str, source: Make, read: Reads
) -> None:
    """That of the full object; never the ETag, never a checksum of checksums."""
    head = {"ETag": f'"{0:032x}"', "VersionId": "null", **single}
    found = read(source({"list.json": listing("v1/test.csv", "notes.txt"), "head.json": head}))
    assert found.values.get("/data/datasets/[test]/digest") == digest
    assert "/data/datasets/[test]/version" not in found
    assert not says or found.noted("head.json", says)


def test_listings_that_say_little(source: Make, read: Reads, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that no listing names, a part of a listing, deleted objects: each is said."""
    head = {"ETag": '"ffffffffffffffffffffffffffffffff"', "ContentLength": 1}
    files = {
        "a.json": listing("x/train.csv", "y/train.csv", "z/train.csv", NextToken="t", DeleteMarkers=[{}]),
        "b.json": head, "c.json": json.dumps([{"ETag": "x"}]),
    }  # fmt: skip
    found = read(source(files))
    assert [e["id"] for e in found.entries("/data/datasets")] == ["train", "train-csv", "train-csv-2"]
    assert found.noted("a.json", "more objects") and found.noted(
        "a.json", "1 objects or versions were deleted"
    )
    assert found.noted("b.json", "which object")
    assert found.origins["c.json"].extractor == "plain"
    monkeypatch.setattr(data_entries, "MOST", 2)
    assert read(source(files)).noted("3 tables are listed")


def test_an_answer_alone(source: Make, read: Reads) -> None:
    """Without a listing it is kept, and what to save is said."""
    found = read(source({"head.json": {"ETag": '"x"', "ChecksumSHA256": "AA=="}}))
    assert found.noted("save a listing")
    assert not found.values
