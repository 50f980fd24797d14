"""DVC: `dvc.lock`, `dvc.yaml` and `.dvc` files. Parameters as they were used, versions of data, metrics.

An MD5 of DVC is declared: it says which version of the data was meant, and is quoted as that.
What lies on disk is held against it here, and against SHA-256 by whoever takes the file in.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cognify.errors import ReplayError
from cognify.readers import data_entries, taking, walk
from cognify.readers.data_files import DataFiles, kind_of
from cognify.readers.reading import DECLARED, Claim, Material, Reading, joined
from cognify.replay import yamltree

KNOWN = "2.0"
_MD5 = re.compile(r"[0-9a-f]{32}(?:\.dir)?\Z")
_SEED = re.compile(r"(?:.*[._])?(?:seed|random_state)\Z")
_MOST = 500
_MEDIA = "application/yaml"
_COUNTS = ("n", "records", "samples", "n_samples", "num_samples")


class _Dvc:
    name = "dvc"
    version = 1

    def finds(self, source: Path) -> tuple[Path, ...]:
        """Pipelines, their locks, and the files that stand for tracked data."""
        return tuple(
            path for path in walk.files(source)
            if path.name in ("dvc.lock", "dvc.yaml") or path.suffix == ".dvc"
        )  # fmt: skip

    def read(self, found: Path, source: Path) -> Reading:
        """What one file of DVC says; one that YAML's readers could take for two things gives a note."""
        origin = walk.relative(found, source)
        if found.stat().st_size > yamltree.MAX_BYTES:
            note = f"{origin}: more than {yamltree.MAX_BYTES} bytes: listed by digest, and not read"
            return Reading((taking.hashed(self, found, source, _MEDIA),), notes=(note,))
        raw = taking.read(found, source, limit=yamltree.MAX_BYTES)
        taken = taking.material(self, origin, raw, _MEDIA)
        try:
            data = yamltree.plain(yamltree.tree(raw))
        except ReplayError as error:
            if "not YAML" in error.what or "UTF-8" in error.what:
                raise taking.unreadable(error.what, origin) from None
            return Reading(
                (taken,), notes=(f"{origin}: {error.what}: it is kept, and nothing is read from it",)
            )
        if not isinstance(data, dict):
            raise taking.unreadable("no mapping of keys to values", origin)
        if found.name == "dvc.yaml":
            return _with(taken, self._metrics(data, found, source))
        if found.name == "dvc.lock":
            schema = data.get("schema")
            if schema != KNOWN:
                note = (
                    f"{origin}: lock format {schema!r}; this reader knows {KNOWN!r}, and reads nothing of it"
                )
                return Reading((taken,), notes=(note,))
            params = Reading(claims=tuple(_params(data, origin)))
            return _with(taken, params, self._tracked(_of_lock(data), found, source))
        return _with(taken, self._tracked(_outs(data.get("outs"), ("outs",)), found, source))

    def _tracked(
        self, outs: Iterator[tuple[tuple[str | int, ...], dict[str, Any]]], found: Path, source: Path
    ) -> Reading:
        """The version of each table that is tracked, and whether what lies there is that version."""
        origin = walk.relative(found, source)
        claims, keys, notes = list[Claim](), list[str](), list[str]()
        for steps, out in outs:
            for key, file in _tables(out, found.parent, source):
                keys.append(key)
                at = f"yaml:{taking.pointer(*steps, 'md5')}"
                claims.append(Claim(f"{data_entries.place(key)}/version", origin, at, "text", DECLARED))
                if file is None:
                    notes.append(f"{origin}: {out['path']} is not here; its version is what DVC says")
            notes += _changed(out, found.parent, source, origin)
        if not keys:
            return Reading(notes=tuple(dict.fromkeys(notes)))
        seen, named = data_entries.entries(self, origin, keys)
        return Reading((seen,), (*named, *claims), notes=tuple(dict.fromkeys(notes)))

    def _metrics(self, data: dict[str, Any], found: Path, source: Path) -> Reading:
        """Metric files that the pipeline names, where they are flat JSON with numbers."""
        readings = []
        for name in _metric_files(data):
            path = found.parent / name
            if path not in walk.files(source) or "classification_report" in path.name:
                continue
            origin = walk.relative(path, source)
            if path.suffix != ".json":
                readings.append(Reading(notes=(f"{origin}: metrics of DVC are read from JSON only",)))
                continue
            raw = taking.read(path, source, limit=taking.MAX_JSON)
            claims, notes = list[Claim](), list[str]()
            for steps, value in _leaves(taking.parsed(raw, origin)):
                claims += _metric(steps, value, origin, notes)
            claims = claims[: _MOST * 3]
            taken = taking.material(self, origin, raw, "application/json")
            readings.append(Reading((taken,), tuple(_counted(claims, raw, origin)), notes=tuple(notes)))
        return _with(None, *readings)


def _with(taken: Material | None, *readings: Reading) -> Reading:
    return joined([Reading((taken,) if taken else ()), *readings])


def _of_lock(data: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    stages = data.get("stages")
    for name, stage in stages.items() if isinstance(stages, dict) else ():
        for part in ("deps", "outs"):
            entries = stage.get(part) if isinstance(stage, dict) else None
            yield from _outs(entries, ("stages", name, part))


def _outs(
    entries: Any, steps: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    for number, out in enumerate(entries[:_MOST] if isinstance(entries, list) else ()):
        named = isinstance(out, dict) and isinstance(out.get("path"), str) and isinstance(out.get("md5"), str)
        if named and _MD5.match(out["md5"]):
            yield (*steps, number), out


def _tables(out: dict[str, Any], folder: Path, source: Path) -> Iterator[tuple[str, Path | None]]:
    """The data sets that a tracked path stands for: itself, or the tables in a folder that is here."""
    if kind_of(Path(out["path"])):
        yield data_entries.key_of(out["path"], folder, source)
    elif out["md5"].endswith(".dir"):
        for file in _inside(out, folder, source):
            key = DataFiles().entry(file, source)
            if key:
                yield key, file


def _inside(out: dict[str, Any], folder: Path, source: Path) -> list[Path]:
    whole = folder / out["path"]
    return [path for path in walk.files(source) if whole in path.parents]


def _changed(out: dict[str, Any], folder: Path, source: Path, origin: str) -> Iterator[str]:
    """Whether what lies at a tracked path is still what DVC saw."""
    path = folder / out["path"]
    if out["md5"].endswith(".dir"):
        files = _inside(out, folder, source)
        if not files:
            return
        listed = [{"md5": _md5(file, source), "relpath": file.relative_to(path).as_posix()} for file in files]
        listed.sort(key=lambda entry: entry["relpath"])
        measured = {hashlib.md5(json.dumps(listed).encode(), usedforsecurity=False).hexdigest() + ".dir"}
    elif path in walk.files(source):
        measured = {_md5(path, source)}
        if "hash" not in out:  # before DVC 3 line ends of text were made those of Unix first
            measured.add(_md5(path, source, unix=True))
    else:
        return
    if out["md5"] not in measured:
        what = f"{out['path']} has the MD5 {min(measured)}, not {out['md5']}"
        yield f"{origin}: {what}: it changed after DVC saw it"


def _md5(path: Path, source: Path, *, unix: bool = False) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    try:
        with open(path, "rb") as file:
            while chunk := file.read(1 << 20):
                if unix and chunk.endswith(b"\r"):
                    chunk += file.read(1)
                digest.update(chunk.replace(b"\r\n", b"\n") if unix else chunk)
    except OSError as error:
        where = walk.relative(path, source)
        raise taking.unreadable(f"the file cannot be read: {error.strerror}", where) from None
    return digest.hexdigest()


def _params(data: dict[str, Any], origin: str) -> Iterator[Claim]:
    """Parameters as a stage used them; `params.yaml` may say something else by now."""
    stages = data.get("stages")
    count = 0
    for name, stage in stages.items() if isinstance(stages, dict) else ():
        files = stage.get("params") if isinstance(stage, dict) else None
        for file, values in files.items() if isinstance(files, dict) else ():
            for steps, value in _leaves(values):
                called, via = ".".join(steps), _via(value)
                count += 1
                if not via or not called.strip() or taking.is_secret(called) or count > _MOST:
                    continue
                seed = _SEED.match(called) and via == "number"
                place = taking.pointer("training", "seeds" if seed else "hyperparameters", called)
                at = f"yaml:{taking.pointer('stages', name, 'params', file, *steps)}"
                yield Claim(place, origin, at, "integer" if seed else via)


def _leaves(value: Any, steps: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The scalars under *value*; lists are passed over, and what lies deeper than any parameter."""
    if isinstance(value, Mapping):
        for key, inner in value.items() if len(steps) < 8 else ():
            yield from _leaves(inner, (*steps, str(key)))
    elif not isinstance(value, list) and steps:
        yield steps, value


def _via(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if taking.is_number(value):
        return "number"
    fits = isinstance(value, str) and value.strip() and len(value) <= 200 and not taking.is_private(value)
    return "text" if fits else ""


def _metric_files(data: dict[str, Any]) -> Iterator[str]:
    """Paths under `metrics`, of the pipeline and of its stages; one with a variable in it is left out."""
    stages = data.get("stages")
    holders = [data, *(stages.values() if isinstance(stages, dict) else ())]
    for holder in holders:
        entries = holder.get("metrics") if isinstance(holder, dict) else None
        for entry in entries if isinstance(entries, list) else ():
            for name in entry if isinstance(entry, dict) else [entry]:
                if isinstance(name, str) and "${" not in name:
                    yield name


def _metric(steps: tuple[str, ...], value: Any, origin: str, notes: list[str]) -> Iterator[Claim]:
    if steps[-1] in (*_COUNTS, "seed") or not " ".join(steps).strip():
        return
    if not taking.is_number(value):
        if value in ("NaN", "Infinity", "-Infinity"):
            notes.append(f"{origin}: {' '.join(steps)} is {value} and is not reported")
        return
    place, at = taking.pointer("evaluation", "runs", f"[{origin} {' '.join(steps)}]"), taking.pointer(*steps)
    yield Claim(f"{place}/metric", origin, f"json-path:{at}", "text")
    yield Claim(f"{place}/value", origin, f"json:{at}", "number")


def _counted(claims: list[Claim], raw: bytes, origin: str) -> Iterator[Claim]:
    """The claims, and the count that stands at the top of the file for each metric."""
    data = taking.parsed(raw, origin)
    at = next((key for key in _COUNTS if isinstance(data, dict) and taking.is_number(data.get(key))), "")
    for claim in claims:
        yield claim
        if at and claim.pointer.endswith("/value"):
            yield Claim(f"{claim.pointer.removesuffix('value')}n", origin, f"json:/{at}", "integer")


DVC = _Dvc()
