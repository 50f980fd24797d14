"""Data files: what was trained and tested on, by digest, count and columns. They stay outside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cognify import canonical
from cognify.readers import subgroups, tabular, taking, walk
from cognify.readers.reading import COMPUTED, Claim, Material, Reading

_KINDS = {
    ".jsonl": "jsonl", ".jsonl.gz": "jsonl", ".csv": "csv", ".csv.gz": "csv", ".tsv": "tsv",
    ".tsv.gz": "tsv", ".parquet": "parquet",
}  # fmt: skip
_FORMATS = ("jsonl", "csv", "tsv", "parquet")
_MEDIA = {
    "jsonl": "application/jsonl", "csv": "text/csv", "tsv": "text/tab-separated-values",
    "parquet": "application/vnd.apache.parquet",
}  # fmt: skip
_FOLDERS = ("data", "dataset", "datasets", "splits")
_ROLES = {
    "train": "train", "training": "train", "validation": "validation", "valid": "validation",
    "val": "validation", "dev": "validation", "eval": "validation", "test": "test", "holdout": "test",
    "calibration": "calibration",
}  # fmt: skip
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")
_FEATURES = 64
"""Wider tables have their columns in the manifest only; a card with ten thousand would be no card."""


class DataFiles:
    """The reader of data files; `keep_data` copies them among the evidence."""

    name = "data-files"
    version = 1

    def __init__(self, *, keep_data: bool = False) -> None:
        self.keep_data = keep_data

    def finds(self, source: Path) -> tuple[Path, ...]:
        """Tables in a folder for data, or named after a split; per-sample outputs are none."""
        return tuple(
            path for path in walk.files(source) if kind_of(path) and _is_data(path, source)
            and not subgroups.SUBGROUPS.finds(path)
        )  # fmt: skip

    def read(self, found: Path, source: Path) -> Reading:
        """Its manifest, and the card's entry that cites the manifest."""
        where = walk.relative(found, source)
        held = tabular.table(found, kind_of(found), where)
        name = self._name(found, source)
        manifest = _manifest(found, held, name)
        raw = canonical.pretty(manifest)
        # Named by the manifest's own digest: a later version of this reader that says more of the
        # same data writes another file, and never over one that a sealed record cites.
        origin = f"datasets/{name}/{canonical.sha256(raw)[:12]}.json"
        materials = (
            self._material(found, source, held),
            taking.material(self, origin, raw, "application/json", observed=True),
        )
        notes = []
        if held.records == 0:
            notes.append(f"{where} holds no record")
        if len(held.columns) > _FEATURES:
            notes.append(f"{where}: {len(held.columns)} columns, listed in its manifest only")
        return Reading(materials, tuple(_claims(manifest, name, origin)), notes=tuple(notes))

    def _material(self, found: Path, source: Path, held: tabular.Table) -> Material:
        raw = None
        if self.keep_data and held.size <= taking.MAX_RAW:
            raw = taking.read(found, source)
            if canonical.sha256(raw) != held.sha256:
                where = walk.relative(found, source)
                raise taking.unreadable("the file changed while it was read", where)
        return Material(
            origin=walk.relative(found, source), media=_MEDIA[kind_of(found)], sha256=held.sha256,
            size=held.size, extractor=self.name, extractor_version=self.version, raw=raw,
            keep=self.keep_data,
        )  # fmt: skip

    def _name(self, found: Path, source: Path) -> str:
        """The stem, or with folder and format where another data file has the same."""
        stem = _stem(found)
        twins = [path for path in self.finds(source) if _stem(path) == stem]
        first = min(twins, key=lambda path: (len(path.parts), _FORMATS.index(kind_of(path)), path))
        name = stem if found == first else f"{stem}-{kind_of(found)}"
        same = [p for p in twins if p != first and kind_of(p) == kind_of(found)]
        if found != first and len(same) > 1:
            name = "-".join((*walk.parts(found, source)[1:], name))
        return _NOT_PLAIN.sub("-", name).strip("-.")[:64] or "data"


def kind_of(path: Path) -> str:
    """The format of a data file by its name, or nothing."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    last = "".join(suffixes[-2:]) if suffixes[-1:] == [".gz"] else "".join(suffixes[-1:])
    return _KINDS.get(last, "")


def role_of(stem: str) -> str:
    """The role of a data set by the word its name begins or ends with; otherwise external."""
    words = [word for word in re.split(r"[^a-z]+", stem.lower()) if word]
    for word in (*words[:1], *words[-1:]):
        if word in _ROLES:
            return _ROLES[word]
    return "external"


def _stem(path: Path) -> str:
    name = path.name.removesuffix(".gz").removesuffix(".GZ")
    return name.rpartition(".")[0] or name


def _is_data(path: Path, source: Path) -> bool:
    folders = walk.parts(path, source)
    if path.name.startswith("samples_") or {"mlruns", "wandb"} & {*folders}:
        return False
    return any(f.lower() in _FOLDERS for f in folders) or _stem(path).lower() in _ROLES


def _manifest(found: Path, held: tabular.Table, name: str) -> dict[str, Any]:
    file = {
        "name": found.name, "sha256": held.sha256, "bytes": held.size, "records": held.records,
        "media": _MEDIA[kind_of(found)],
    }  # fmt: skip
    manifest: dict[str, Any] = {
        "dataset": 1, "name": name, "role": role_of(_stem(found)), "files": [file],
        "records": held.records, "sha256": held.sha256,
    }  # fmt: skip
    columns = [{"name": column[:1024], "type": type} for column, type in held.columns]
    return {**manifest, "schema": columns} if columns else manifest


def _claims(manifest: dict[str, Any], name: str, origin: str) -> Iterator[Claim]:
    place = taking.pointer("data", "datasets", f"[{name}]")
    for field, at, via in (
        ("role", "/role", "text"), ("id", "/name", "text"), ("digest", "/sha256", "text"),
        ("records", "/records", "integer"),
    ):  # fmt: skip
        yield Claim(f"{place}/{field}", origin, f"json:{at}", via, COMPUTED)
    columns = manifest.get("schema", [])
    for number in range(len(columns) if len(columns) <= _FEATURES else 0):
        for key in ("name", "type"):
            at = f"json:/schema/{number}/{key}"
            yield Claim(f"{place}/features/{number}/{key}", origin, at, "text", COMPUTED)
