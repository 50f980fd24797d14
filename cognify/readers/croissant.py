"""Croissant metadata (MLCommons, 1.0 and 1.1): whose data they are, and the digests they are said to have.

What it says is declared. Where the files lie beside it, what they measure stands against it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cognify.readers import data_entries, taking, walk
from cognify.readers.data_files import DataFiles
from cognify.readers.reading import DECLARED, Claim, Reading

KNOWN = ("1.0", "1.1")
_CONFORMS = re.compile(r"https?://mlcommons\.org/croissant/(?:v?)([0-9]+(?:\.[0-9]+)*)/?\Z")
_MARK = b"mlcommons.org/croissant"
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
_SNIFFED = 16 * 1024
_TEXT = 1000


class _Croissant:
    name = "croissant"
    version = 1

    def finds(self, source: Path) -> tuple[Path, ...]:
        """JSON files that name Croissant where a context or `conformsTo` stands."""
        return tuple(
            path for path in walk.files(source)
            if path.suffix in (".json", ".jsonld") and _is_marked(path)
        )  # fmt: skip

    def read(self, found: Path, source: Path) -> Reading:
        """Version, licence and creator for each file, and its digest, all declared."""
        origin = walk.relative(found, source)
        raw = taking.read(found, source, limit=taking.MAX_JSON)
        data = taking.parsed(raw, origin)
        taken = taking.material(self, origin, raw, "application/json")
        version = _conforms(data)
        if version is None:
            return Reading((taken,), notes=(f"{origin} conforms to no Croissant; it is kept as it is",))
        if version not in KNOWN:
            known = " and ".join(KNOWN)
            return Reading((taken,), notes=(f"{origin}: Croissant {version}; this reader knows {known}",))
        files = list(_files(data))
        if not files or len(files) > data_entries.MOST:
            return Reading(
                (taken,), notes=(f"{origin} names {len(files)} files; none is listed in the card",)
            )
        notes, claims, keys = list(_untold(data, origin)), list[Claim](), list[str]()
        for number, entry in files:
            key, file = data_entries.key_of(_url(entry), found.parent, source)
            keys.append(key)
            claims += _claims(data, (number, entry), data_entries.place(key), origin)
            if file is not None:
                notes += _measured(entry, file, source, origin)
        seen, named = data_entries.entries(self, origin, keys)
        return Reading((taken, seen), (*named, *claims), notes=tuple(notes))


def _is_marked(path: Path) -> bool:
    try:
        with open(path, "rb") as file:
            return _MARK in file.read(_SNIFFED)
    except OSError:
        return False  # whoever takes the file in says that it cannot be read


def _conforms(data: Any) -> str | None:
    """The newest version of Croissant that the description says it conforms to."""
    stated = data.get("conformsTo", data.get("dct:conformsTo")) if isinstance(data, dict) else None
    named = [item.get("@id") if isinstance(item, dict) else item for item in _listed(stated)]
    found = [match[1] for item in named if isinstance(item, str) and (match := _CONFORMS.match(item))]
    return max(found, default=None)


def _listed(value: Any) -> list[Any]:
    """One value is a scalar in JSON-LD, several are a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _files(data: dict[str, Any]) -> Iterator[tuple[int | None, dict[str, Any]]]:
    """The files that are data themselves, with their place; what an archive contains is in it."""
    stated = data.get("distribution")
    for number, entry in enumerate(_listed(stated)):
        if not isinstance(entry, dict) or "containedIn" in entry:
            continue
        if str(entry.get("@type", "")).rpartition(":")[2] == "FileObject" and _url(entry):
            yield number if isinstance(stated, list) else None, entry


def _url(entry: dict[str, Any]) -> str:
    for key in ("contentUrl", "name", "@id"):
        if isinstance(entry.get(key), str) and entry[key].strip():
            return str(entry[key]).partition("?")[0]
    return ""


def _claims(
    data: dict[str, Any], file: tuple[int | None, dict[str, Any]], place: str, origin: str
) -> Iterator[Claim]:
    number, entry = file
    if isinstance(entry.get("sha256"), str) and _SHA256.match(entry["sha256"]):
        steps = ("distribution", "sha256") if number is None else ("distribution", number, "sha256")
        yield Claim(f"{place}/digest", origin, f"json:{taking.pointer(*steps)}", "text", DECLARED)
    for field, at in (("version", _at(data, "version")), ("license", _at(data, "license")),
                      ("source", _at(data, "creator")), ("origin", _at(data, "name"))):  # fmt: skip
        if at:
            yield Claim(f"{place}/{field}", origin, f"json:{at}", "text", DECLARED)


def _at(data: dict[str, Any], key: str) -> str:
    """Where the text of *key* stands: itself, or the name of what it holds; the first of several."""
    value, steps = data.get(key), [key]
    if isinstance(value, list) and value:
        value, steps = value[0], [key, "0"]
    if isinstance(value, dict):
        inner = next((k for k in ("name", "url", "@id") if isinstance(value.get(k), str)), "")
        value, steps = value.get(inner), [*steps, inner]
    fits = isinstance(value, str) and value.strip() and len(value) <= _TEXT and "@" not in value
    return taking.pointer(*steps) if fits else ""


def _untold(data: dict[str, Any], origin: str) -> Iterator[str]:
    for key in ("version", "license"):
        if key in data and not _at(data, key):
            yield f"{origin}: {key} is no text and is not reported"
    for key in ("license", "creator"):
        if len(_listed(data.get(key))) > 1:
            yield f"{origin}: of several under {key} the first is reported"
    told = sorted(key for key in data if key.startswith("rai:"))
    if told:
        yield f"{origin} tells of {', '.join(told)}: for whoever answers what is asked of the data"


def _measured(entry: dict[str, Any], file: Path, source: Path, origin: str) -> Iterator[str]:
    """Where the bytes are not the ones described; of tables `data-files` claims the digest against it."""
    where = walk.relative(file, source)
    size = str(entry.get("contentSize", "")).removesuffix(" B")
    if size.isdecimal() and int(size) != file.stat().st_size:
        yield f"{origin} says that {where} has {size} bytes; it has {file.stat().st_size}"
    stated = entry.get("sha256")
    if isinstance(stated, str) and not _SHA256.match(stated):
        yield f"{origin}: the sha256 of {where} is none: {stated[:80]!r}"
    elif isinstance(stated, str) and DataFiles().entry(file, source) is None:
        sha256 = taking.digest(file, walk.relative(file, source)).sha256
        if sha256 != stated:
            yield f"{origin} declares sha256 {stated} for {where}, which has {sha256}"


CROISSANT = _Croissant()
