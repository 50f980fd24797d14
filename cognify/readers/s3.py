"""What the AWS CLI prints of S3 objects, saved as JSON: listings, and the answers about single objects.

A listing holds no digest. An ETag is the MD5 of an object that was put in one part without a key
of KMS, and nothing that could be recomputed otherwise: it is never taken for a digest here.
`ChecksumSHA256` is one, where it is of the full object and not of its parts' checksums.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cognify.readers import data_entries, taking, walk
from cognify.readers.data_files import kind_of, stem_of
from cognify.readers.reading import DECLARED, Claim, Material, Reading

_MARK = re.compile(rb'"ETag"\s*:\s*"')
_SNIFFED = 64 * 1024
_KEYS = ("Contents", "Versions")
_COUNTS = ("rows", "records", "num_rows", "n")


@dataclass(frozen=True, slots=True)
class _Object:
    """One object of a listing: where its entry stands, and what it says."""

    origin: str
    at: str
    key: str
    etag: str
    version: str


class _S3:
    name = "s3"
    version = 1

    def finds(self, source: Path) -> tuple[Path, ...]:
        """The source itself, where any file in it is such an answer: only together do they name an object."""
        return (source,) if _answers(source) else ()

    def read(self, found: Path, source: Path) -> Reading:
        """Of every object that is a table: its version, and the SHA-256 that S3 checked when it came."""
        materials, listed, single, notes = (
            list[Material](),
            list[_Object](),
            list[tuple[str, Any]](),
            list[str](),
        )
        for path in _answers(source):
            origin = walk.relative(path, source)
            raw = taking.read(path, source, limit=taking.MAX_JSON)
            data = taking.parsed(raw, origin)
            if not isinstance(data, dict):
                continue
            materials.append(taking.material(self, origin, raw, "application/json"))
            if any(isinstance(data.get(key), list) for key in _KEYS):
                listed += _listed(data, origin)
                notes += _incomplete(data, origin)
            elif isinstance(data.get("ETag"), str):
                single.append((origin, data))
        tables = {entry.key: entry for entry in listed if kind_of(Path(entry.key))}
        if len(tables) > data_entries.MOST:
            notes.append(f"{len(tables)} tables are listed; none is entered into the card")
            return Reading(tuple(materials), notes=tuple(notes))
        names = _names(list(tables))
        claims = [claim for entry in listed if entry.key in tables for claim in _of_listing(entry, names)]
        keys = list(names.values())
        for origin, data in single:
            claims += _of_single(origin, data, listed, names, notes)
        if not keys:
            return Reading(
                tuple(materials), notes=(*notes, "the answers of S3 name no object: save a listing, too")
            )
        seen, named = data_entries.entries(self, "s3", keys)
        return Reading((*materials, seen), (*named, *claims), notes=tuple(notes))


def _answers(source: Path) -> list[Path]:
    found = []
    for path in walk.files(source):
        if path.suffix != ".json":
            continue
        try:
            with open(path, "rb") as file:
                if _MARK.search(file.read(_SNIFFED)):
                    found.append(path)
        except OSError:
            continue  # whoever takes the file in says that it cannot be read
    return found


def _listed(data: dict[str, Any], origin: str) -> Iterator[_Object]:
    for part in _KEYS:
        entries = data.get(part)
        for number, entry in enumerate(entries if isinstance(entries, list) else ()):
            # Of several versions the latest is the object; older ones are its history.
            if isinstance(entry, dict) and entry.get("IsLatest", True) is True:
                key, etag = entry.get("Key"), entry.get("ETag")
                version = entry.get("VersionId", "")
                if isinstance(key, str) and isinstance(etag, str) and key.strip("/"):
                    at = taking.pointer(part, number)
                    yield _Object(
                        origin, at, key, etag.strip('"'), version if isinstance(version, str) else ""
                    )


def _incomplete(data: dict[str, Any], origin: str) -> Iterator[str]:
    if data.get("NextToken") or data.get("IsTruncated") is True:
        yield f"{origin} is a part of the listing: there are more objects"
    gone = data.get("DeleteMarkers")
    if isinstance(gone, list) and gone:
        yield f"{origin}: {len(gone)} objects or versions were deleted"


def _names(keys: list[str]) -> dict[str, str]:
    """By key of the store: what the data set is called; its format is added where two would be one."""
    stems = {key: stem_of(key) for key in keys}
    names: dict[str, str] = {}
    for key in sorted(keys, key=lambda key: (len(key), key)):
        name = stems[key]
        if name in names.values():
            name = f"{name}-{kind_of(Path(key))}"
        number = sum(1 for other in names.values() if other == name)
        names[key] = f"{name}-{number + 1}" if number else name
    return names


def _of_listing(entry: _Object, names: dict[str, str]) -> Iterator[Claim]:
    if entry.version and entry.version != "null":
        place = data_entries.place(names[entry.key])
        yield Claim(f"{place}/version", entry.origin, f"json:{entry.at}/VersionId", "text", DECLARED)


def _of_single(
    origin: str, data: dict[str, Any], listed: list[_Object], names: dict[str, str], notes: list[str]
) -> Iterator[Claim]:
    """The answer about one object does not name it: ETag and version tell which of the listed it is."""
    etag, version = data["ETag"].strip('"'), data.get("VersionId")
    keys = {
        entry.key for entry in listed
        if entry.etag == etag and (not entry.version or version is None or entry.version == version)
    }  # fmt: skip
    if len(keys) != 1 or (key := keys.pop()) not in names:
        notes.append(f"{origin}: which object this is about, no listing here says")
        return
    place = data_entries.place(names[key])
    inner = data.get("Checksum")
    steps = ("Checksum", "ChecksumSHA256") if isinstance(inner, dict) else ("ChecksumSHA256",)
    holder = inner if isinstance(inner, dict) else data
    checksum = holder.get("ChecksumSHA256")
    if isinstance(checksum, str):
        if holder.get("ChecksumType", data.get("ChecksumType")) == "COMPOSITE" or not _is_whole(checksum):
            notes.append(f"{origin}: the checksum of {key} is of its parts, not of the object: no digest")
        else:
            yield Claim(f"{place}/digest", origin, f"json:{taking.pointer(*steps)}", "base64-hex", DECLARED)
    else:
        notes.append(
            f"{origin}: no SHA-256 of {key}; an ETag is no digest (ask with --checksum-mode ENABLED)"
        )
    if isinstance(version, str) and version not in ("", "null"):
        yield Claim(f"{place}/version", origin, "json:/VersionId", "text", DECLARED)
    metadata = data.get("Metadata")
    for name in _COUNTS:
        if isinstance(metadata, dict) and isinstance(metadata.get(name), str) and metadata[name].isdecimal():
            yield Claim(f"{place}/records", origin, f"json:/Metadata/{name}", "integer", DECLARED)
            break


def _is_whole(checksum: str) -> bool:
    try:
        return len(base64.b64decode(checksum, validate=True)) == 32
    except (binascii.Error, ValueError):
        return False


S3 = _S3()
