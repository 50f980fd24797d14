"""Folders that `datasets` wrote with `save_to_disk`: Arrow files by digest and count."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cognify.readers import arrow_stream, taking, walk
from cognify.readers.data_files import DataFiles, plain_name, role_of
from cognify.readers.reading import COMPUTED, DECLARED, Claim, Reading

_STATE, _INFO = "state.json", "dataset_info.json"
_FEATURES = 64
_MEDIA = "application/vnd.apache.arrow.stream"


class _HfDatasets:
    name = "hf-datasets"
    version = 1

    def finds(self, source: Path) -> tuple[Path, ...]:
        """Every `state.json` with a `dataset_info.json` beside it."""
        files = set(walk.files(source))
        return tuple(
            path for path in walk.files(source)
            if path.name == _STATE and path.with_name(_INFO) in files
        )  # fmt: skip

    def read(self, found: Path, source: Path) -> Reading:
        """The files that the state names: digest, records; licence and columns as the folder says."""
        origin, info = walk.relative(found, source), found.with_name(_INFO)
        stated = taking.read(found, source, limit=taking.MAX_JSON)
        raw = taking.read(info, source, limit=taking.MAX_JSON)
        state, told = taking.parsed(stated, origin), taking.parsed(raw, walk.relative(info, source))
        names = list(_names(state))
        named = frozenset(names)
        paths = [path for path in walk.files(source) if path.parent == found.parent and path.name in named]
        materials = [
            taking.material(self, origin, stated, "application/json"),
            taking.material(self, walk.relative(info, source), raw, "application/json"),
        ]
        if not names or len(paths) != len(names):
            missing = ", ".join(sorted(named - {path.name for path in paths})[:5]) or "none is named"
            note = f"{origin}: files of the data set are not here ({missing}): it is not entered"
            return Reading(tuple(materials), notes=(note,))
        arrows = [taking.hashed(self, path, source, _MEDIA) for path in paths]
        counts = [_records(path, source) for path in paths]
        key = self._key(found, source)
        seen: dict[str, Any] = {
            "observed": "hf-dataset", "name": key, "role": role_of(plain_name(found.parent.name)),
            "records": sum(counts),
            "files": [
                {"name": m.origin, "sha256": m.sha256, "bytes": m.size, "records": count}
                for m, count in zip(arrows, counts, strict=True)
            ],
        }  # fmt: skip
        observed = taking.observation(self, f"observed/{origin}", seen)
        claims = (*_claims(seen, key, observed.origin), *_of_info(told, key, walk.relative(info, source)))
        return Reading((*materials, *arrows, observed), claims)

    def _key(self, found: Path, source: Path) -> str:
        """The folder's name; with the format, or the folders around it, where that is taken."""
        tables = DataFiles()
        taken = {tables.entry(path, source) for path in tables.finds(source)}
        name = plain_name(found.parent.name)
        twins = [path for path in self.finds(source) if path.parent.name == found.parent.name]
        if len(twins) > 1:
            name = plain_name("-".join(walk.parts(found, source)[1:]) or name)
        return plain_name(f"{name}-arrow") if name in taken else name


def _names(state: Any) -> Iterator[str]:
    files = state.get("_data_files") if isinstance(state, dict) else None
    for entry in files if isinstance(files, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("filename"), str):
            yield entry["filename"]


def _records(path: Path, source: Path) -> int:
    where = walk.relative(path, source)
    try:
        with open(path, "rb") as file:
            return arrow_stream.records(file, os.fstat(file.fileno()).st_size)
    except OSError as error:
        raise taking.unreadable(f"the file cannot be read: {error.strerror}", where) from None
    except arrow_stream.Malformed as error:
        raise taking.unreadable(str(error), where) from None


def _claims(seen: dict[str, Any], key: str, origin: str) -> Iterator[Claim]:
    place = taking.pointer("data", "datasets", f"[{key}]")
    # Of several files there is no one digest but that of the observation that names them all.
    digest = "json:/files/0/sha256" if len(seen["files"]) == 1 else "bytes:sha256"
    for field, at, via in (
        ("role", "json:/role", "text"), ("id", "json:/name", "text"), ("digest", digest, "text"),
        ("records", "json:/records", "integer"),
    ):  # fmt: skip
        yield Claim(f"{place}/{field}", origin, at, via, COMPUTED)


def _of_info(told: Any, key: str, origin: str) -> Iterator[Claim]:
    """Licence and columns; a version of 0.0.0 is what stands there where nobody gave one."""
    place = taking.pointer("data", "datasets", f"[{key}]")
    told = told if isinstance(told, dict) else {}
    if isinstance(told.get("license"), str) and told["license"].strip():
        yield Claim(f"{place}/license", origin, "json:/license", "text", DECLARED)
    version = told.get("version")
    text = version.get("version_str") if isinstance(version, dict) else None
    if isinstance(text, str) and text.strip() and text != "0.0.0":
        yield Claim(f"{place}/version", origin, "json:/version/version_str", "text", DECLARED)
    columns = told.get("features")
    named = columns if isinstance(columns, dict) and len(columns) <= _FEATURES else {}
    for number, (name, column) in enumerate(named.items()):
        if not name.strip():
            return
        at = taking.pointer("features", name)
        yield Claim(f"{place}/features/{number}/name", origin, f"json-key:{at}", "text", DECLARED)
        if isinstance(column, dict) and isinstance(column.get("dtype"), str) and column["dtype"].strip():
            yield Claim(f"{place}/features/{number}/type", origin, f"json:{at}/dtype", "text", DECLARED)


HF_DATASETS = _HfDatasets()
