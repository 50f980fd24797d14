"""Data files: what was trained and tested on, by digest, count and columns. They stay outside."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath
from typing import Any

from cognify import canonical
from cognify.errors import CaptureError
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
_SHARD = re.compile(r"-[0-9]{5}-of-[0-9]{5}\Z")
_MAX_DATASETS = 500
_FEATURES = 64
"""Wider tables have their columns in the manifest only; a card with ten thousand would be no card."""


class DataFiles:
    """The reader of data files; `keep_data` copies them among the evidence."""

    name = "data-files"
    version = 1

    def __init__(self, *, keep_data: bool = False) -> None:
        self.keep_data = keep_data

    def finds(self, source: Path) -> tuple[Path, ...]:
        """Tables in a folder for data, or named after a split; per-sample outputs are none.

        Of a data set in shards the first is found, and stands for all of them.

        Raises:
            CaptureError: `capture-failed`: more than 500 data sets.
        """
        found = list({whole(path): path for path in reversed(self._tables(source))}.values())[::-1]
        if len(found) > _MAX_DATASETS:
            raise CaptureError(
                f"{len(found)} data sets in one source, more than {_MAX_DATASETS}", where=source.name,
                fix="name the files that were trained and tested on", id="capture-failed",
            )  # fmt: skip
        return tuple(found)

    def _tables(self, source: Path) -> list[Path]:
        return [
            path for path in walk.files(source) if kind_of(path) and _is_data(path, source)
            and not subgroups.SUBGROUPS.finds(path)
        ]  # fmt: skip

    def read(self, found: Path, source: Path) -> Reading:
        """Its manifest, and the card's entry that cites the manifest."""
        where = walk.relative(found, source)
        shards = [path for path in self._tables(source) if whole(path) == whole(found)]
        held = [tabular.table(p, kind_of(p), walk.relative(p, source)) for p in shards]
        files = tuple(self._material(p, source, h) for p, h in zip(shards, held, strict=True))
        return self.described(files, shards, held, self._name(found, source), where)

    def described(
        self, files: tuple[Material, ...], shards: Sequence[PurePath], held: Sequence[tabular.Table],
        name: str, where: str,
    ) -> Reading:  # fmt: skip
        """*files* with the manifest of the data set *name* that they are, and the entry that cites it."""
        manifest = _manifest(shards, held, name)
        raw = canonical.pretty(manifest)
        # Named by the manifest's own digest: a later version of this reader that says more of the
        # same data writes another file, and never over one that a sealed record cites.
        origin = f"datasets/{name}/{canonical.sha256(raw)[:12]}.json"
        observed = taking.material(self, origin, raw, "application/json", observed=True)
        notes = []
        if manifest["records"] == 0:
            notes.append(f"{where} holds no record")
        if len(manifest.get("schema", ())) > _FEATURES:
            notes.append(f"{where}: {len(manifest['schema'])} columns, listed in its manifest only")
        return Reading((*files, observed), tuple(_claims(manifest, name, origin)), notes=tuple(notes))

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

    def entry(self, path: Path, source: Path) -> str | None:
        """The key of the card's entry for the table *path*; None where it is no data file."""
        of = {whole(found): found for found in self.finds(source)}
        return self._name(of[whole(path)], source) if whole(path) in of else None

    def _name(self, found: Path, source: Path) -> str:
        """The stem; with format, or folders and format, where another data set has the same."""
        stem = _stem(found)
        twins = [path for path in self.finds(source) if _stem(path) == stem]
        first = min(twins, key=lambda path: (len(path.parts), _FORMATS.index(kind_of(path)), path))
        name = stem if found == first else f"{stem}-{kind_of(found)}"
        if found != first and sum(kind_of(p) == kind_of(found) for p in twins) > 1:
            name = "-".join((*walk.parts(found, source)[1:], name))
        return plain_name(name)


def plain_name(name: str) -> str:
    """*name* as a data set is called: letters, digits, dots, dashes."""
    return _NOT_PLAIN.sub("-", name).strip("-.")[:64] or "data"


def stem_of(name: str) -> str:
    """What a data file that goes by *name*, a path or a key of a store, is called as a data set."""
    return plain_name(_stem(Path(name.replace("\\", "/").rpartition("/")[2] or name)))


def kind_of(path: PurePath) -> str:
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


def name_of(path: Path) -> str:
    """The name that a data set in the file *path* goes by, if no other has it."""
    return _NOT_PLAIN.sub("-", _stem(path)).strip("-.")[:64] or "data"


def _stem(path: PurePath) -> str:
    name = path.name.removesuffix(".gz").removesuffix(".GZ")
    return _SHARD.sub("", name.rpartition(".")[0] or name) or name


def whole(path: PurePath) -> tuple[PurePath, str, str]:
    """What is the same for all shards of one data set, and differs between data sets."""
    return path.parent, _stem(path), kind_of(path)


def _is_data(path: Path, source: Path) -> bool:
    folders = walk.parts(path, source)
    if path.name.startswith("samples_") or {"mlruns", "wandb"} & {*folders}:
        return False
    if path.with_name(f"{path.name}.dvc") in walk.files(source):
        return True  # whoever tracks a table with DVC calls it data
    return named_as_data(path, folders)


def named_as_data(path: PurePath, folders: Sequence[str]) -> bool:
    """Whether a table's name, or that of a folder around it, says that it is data."""
    return any(f.lower() in _FOLDERS for f in folders) or _stem(path).lower() in _ROLES


def _manifest(shards: Sequence[PurePath], held: Sequence[tabular.Table], name: str) -> dict[str, Any]:
    files = [
        {"name": path.name, "sha256": table.sha256, "bytes": table.size, "records": table.records,
         "media": _MEDIA[kind_of(path)]}
        for path, table in zip(shards, held, strict=True)
    ]  # fmt: skip
    manifest: dict[str, Any] = {
        "dataset": 1, "name": name, "role": role_of(_stem(shards[0])), "files": files,
        "records": sum(table.records for table in held),
    }  # fmt: skip
    if len(held) == 1:
        manifest["sha256"] = held[0].sha256
    columns = dict.fromkeys(column for table in held for column in table.columns)
    if columns:
        manifest["schema"] = [{"name": name[:1024], "type": type} for name, type in columns]
    return manifest


def _claims(manifest: dict[str, Any], name: str, origin: str) -> Iterator[Claim]:
    place = taking.pointer("data", "datasets", f"[{name}]")
    # Of several files there is no one digest but that of the manifest that names them all.
    digest = "json:/sha256" if "sha256" in manifest else "bytes:sha256"
    for field, at, via in (
        ("role", "json:/role", "text"), ("id", "json:/name", "text"), ("digest", digest, "text"),
        ("records", "json:/records", "integer"),
    ):  # fmt: skip
        yield Claim(f"{place}/{field}", origin, at, via, COMPUTED)
    columns = manifest.get("schema", [])
    for number in range(len(columns) if len(columns) <= _FEATURES else 0):
        for key in ("name", "type"):
            at = f"json:/schema/{number}/{key}"
            yield Claim(f"{place}/features/{number}/{key}", origin, at, "text", COMPUTED)
