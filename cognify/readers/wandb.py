"""Weights & Biases: the log of an offline run, or the files of a run that was synced.

The log and the client's own files hold the host, the user, an e-mail address, the command line and
the console. They stay outside by digest, and what is claimed is cited from an observation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from cognify.errors import CaptureError
from cognify.readers import taking, tracker, walk, wandb_log
from cognify.readers.environment import ENVIRONMENT
from cognify.readers.mlflow import Run
from cognify.readers.reading import FALLBACK, Material, Reading, joined
from cognify.readers.tracker import Data, Told
from cognify.readers.wandb_log import Log

_FOLDER = re.compile(r"(?:offline-)?run-[0-9]{8}_[0-9]{6}-(?P<id>[A-Za-z0-9_.-]{1,128})\Z")
_LOG = re.compile(r"run-(?P<id>[A-Za-z0-9_.-]{1,128})\.wandb\Z")
_FILES = ("config.yaml", "wandb-summary.json", "wandb-metadata.json")
_MEDIA = "application/vnd.wandb.log"
_MAX_LOG = 4 * 1024**3
_MAX_YAML = 1024 * 1024
_MAX_DEPTH = 100
_MAX_SMALL = 16 * 1024 * 1024


class _Wandb:
    name = "wandb"
    version = 1

    def finds(self, source: Path) -> tuple[Path, ...]:
        """The run: its log, or the folder of a synced run that has none.

        Raises:
            CaptureError: `run-ambiguous`: several runs, and nothing says which one counts.
        """
        runs = _runs(source)
        if len(runs) > 1:
            names = ", ".join(list(runs)[:5]) + (f" and {len(runs) - 5} more" if len(runs) > 5 else "")
            raise CaptureError(
                f"{len(runs)} runs of W&B lie in one source: {names}", where=source.name,
                fix="name the run folder of the one that this version is, beside data and outputs",
                id="run-ambiguous",
            )  # fmt: skip
        return tuple(parts[-1] for parts in runs.values())

    def read(self, found: Path, source: Path) -> Reading:
        """The run; of one that was resumed, all its parts in order."""
        notes = list[str]()
        where = walk.relative(found, source) if found != source else source.name
        parts = next((parts for parts in _runs(source).values() if found in parts), [found])
        log, files, small = Log(), list[Material](), dict[str, Any]()
        for part in parts:
            folder = part.parent if part.is_file() else part
            if part.is_file():
                files.append(self._log(part, source, log, notes))
            small |= self._small(folder, source, log, files, notes, whole=bool(log.id))
        if len(parts) > 1:
            notes.append(f"{where}: the run was resumed; its {len(parts)} parts are read as one")
        if not files:
            return Reading(notes=tuple(notes))
        told = _told(log, small, tuple(files), found)
        environment = [_environment(part.parent if part.is_file() else part, source) for part in parts[-1:]]
        return joined([tracker.reading(self, where, told, notes), *environment])

    def _log(self, path: Path, source: Path, log: Log, notes: list[str]) -> Material:
        """The log's digest; what it says goes into *log*, of one of another version nothing."""
        where = walk.relative(path, source)
        if path.stat().st_size > _MAX_LOG:
            notes.append(f"{where} is larger than {_MAX_LOG} bytes: listed by digest and not read")
            return taking.hashed(self, path, source, _MEDIA)
        with taking.steady(path, source) as file:
            head = file.read(16)
            if wandb_log.version(head) is None:
                raise taking.unreadable("not a log of W&B, or cut short in its first bytes", where)
            if wandb_log.known(head):
                file.seek(0)
                log.fault, log.code = "", None
                wandb_log.read(file, log)
                if log.fault:
                    notes.append(f"{where}: {log.fault}")
            else:
                notes.append(
                    f"{where} is of version {wandb_log.version(head)} of the format; version 0 is known "
                    "here, so it is listed by digest and not read"
                )
        return taking.hashed(self, path, source, _MEDIA)

    def _small(
        self, folder: Path, source: Path, log: Log, files: list[Material], notes: list[str], *, whole: bool
    ) -> dict[str, Any]:
        """What the client wrote beside the log: all of it for a synced run without one."""
        found: dict[str, Any] = {}
        for name in _FILES:
            path = folder / "files" / name
            if path not in walk.files(source):
                continue
            files.append(taking.hashed(self, path, source))
            if whole and name != "wandb-metadata.json":
                continue
            raw = taking.read(path, source, limit=_MAX_SMALL)
            where = walk.relative(path, source)
            data = _yaml(raw, where, notes) if name == "config.yaml" else _json(raw, where, notes)
            found[name] = data
        return found


def _runs(source: Path) -> dict[str, list[Path]]:
    """Each run by its id, its parts in the order of their names: logs, or folders without one."""
    parts: dict[Path, tuple[str, Path]] = {}
    for path in walk.files(source):
        log = _LOG.match(path.name)
        if log:
            parts[path.parent] = (log["id"], path)
        folder = path.parent.parent
        inside = folder == source or source in folder.parents
        named = _FOLDER.match(folder.name) if inside and path.parent.name == "files" else None
        if named and path.name in _FILES:
            parts.setdefault(folder, (named["id"], folder))
    runs: dict[str, list[Path]] = {}
    for folder in sorted(parts, key=lambda folder: (folder.name.removeprefix("offline-"), folder)):
        id, part = parts[folder]
        runs.setdefault(id, []).append(part)
    return runs


def _json(raw: bytes, where: str, notes: list[str]) -> dict[str, Any]:
    try:
        data = taking.parsed(raw, where)
    except CaptureError as error:
        notes.append(f"{where}: {error.what}; it is listed by digest and not read")
        return {}
    return data if isinstance(data, dict) else {}


def _yaml(raw: bytes, where: str, notes: list[str]) -> dict[str, Any]:
    """`config.yaml` as the client writes it: plain scalars stay the text that they are."""
    import yaml

    try:
        if len(raw) > _MAX_YAML:
            raise ValueError("too large")
        # The base loader makes text, lists and mappings only; no tag is ever obeyed.
        loader, text = getattr(yaml, "CBaseLoader", yaml.BaseLoader), raw.decode()
        _bounded(yaml.parse(text, Loader=loader))
        data = yaml.load(text, Loader=loader)
        entries = data.items() if isinstance(data, dict) else ()
        return {
            str(key): _plain(value["value"] if isinstance(value, dict) and "value" in value else value)
            for key, value in entries if key != "wandb_version"
        }  # fmt: skip
    except (yaml.YAMLError, ValueError, RecursionError):
        notes.append(f"{where}: not YAML as the client writes it; it is listed by digest and not read")
        return {}


def _bounded(events: Iterable[Any]) -> None:
    """Refuse what unfolds to more than it is, and what is so deep that the loader in C runs out of stack.

    Raises:
        ValueError: an alias, or more than a hundred collections in one another.
    """
    import yaml

    depth = 0
    for event in events:
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or depth > _MAX_DEPTH:
            raise ValueError("an alias, or nested too deep")


def _plain(value: Any) -> Any:
    words = {"true": True, "false": False, "null": None, "~": None, "": None}
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [Decimal(i) if isinstance(i, str) and tracker.number(i) else _plain(i) for i in value]
    return words.get(value, value)


def _told(log: Log, small: Mapping[str, Any], files: tuple[Material, ...], found: Path) -> Told:
    metadata = small.get("wandb-metadata.json", {})
    config = log.config or small.get("config.yaml", {})
    summary = log.summary or small.get("wandb-summary.json", {})
    values = _values(log, summary)
    run = Run(
        log.id or _id(found), log.name, _status(log, metadata), log.started or None, _ended(log, values),
        tracker.params(config), {}, {},
    )  # fmt: skip
    git = metadata.get("git")
    commit = log.commit or (str(git.get("commit", "")) if isinstance(git, dict) else "")
    python = log.python or str(metadata.get("python", ""))
    packages = {"python": python.removeprefix("CPython "), "wandb": log.client}
    return Told(
        run, {tag: value for tag, value in values.items() if not tag.startswith("_")}, files, commit,
        packages={name: text for name, text in packages.items() if text},
        hardware=_hardware(log, metadata), data=_data(log),
    )  # fmt: skip


def _id(found: Path) -> str:
    named = _LOG.match(found.name) or _FOLDER.match(found.name)
    return named["id"] if named else ""


def _status(log: Log, metadata: Mapping[str, Any]) -> str:
    if log.code is None:
        state = metadata.get("state")
        return str(state) if not log.id and isinstance(state, str) else "UNFINISHED: no exit was recorded"
    return "FINISHED" if log.code == 0 else f"FAILED with exit code {log.code}"


def _values(log: Log, summary: Mapping[str, Any]) -> dict[str, tuple[str, int | None]]:
    """The summary's value of a tag, or the last one logged where the summary holds an aggregate."""
    found: dict[str, tuple[str, int | None]] = {}
    for tag, (value, step) in log.history.items():
        text = tracker.number(value)
        if text is not None:
            found[tag] = (text, step)
    for tag, value in summary.items():
        text = tracker.number(value)
        if text is not None:
            same = tag in found and found[tag][0] == text
            found[tag] = (text, found[tag][1] if same else None)
    return found


def _ended(log: Log, values: Mapping[str, tuple[str, int | None]]) -> int | None:
    """The exit's time, in milliseconds; a run without an exit has no end. Runtimes are whole seconds."""
    if log.code is None:
        return None
    logged = tracker.milliseconds(values.get("_timestamp", ("", None))[0]) or 0
    if log.resumed > log.started and logged > log.resumed:
        return logged  # the runtime leaves out how long the run lay still
    return max(log.resumed + log.runtime * 1000 if log.resumed else 0, logged) or None


def _hardware(log: Log, metadata: Mapping[str, Any]) -> dict[str, str | int]:
    count, gpu, gpus = (metadata.get(key) for key in ("cpu_count", "gpu", "gpu_count"))
    memory = metadata.get("memory")
    # The client's newer metadata give bytes, as text; the older ones gibibytes.
    total = memory.get("total") if isinstance(memory, dict) else None
    size = int(total) if isinstance(total, str) and re.fullmatch("[0-9]{1,15}", total) else 0
    found: dict[str, str | int | None] = {
        "cpu": log.cpu, "cpu_count": log.cpus or (count if type(count) is int else 0),
        "gpu": log.gpu or (gpu if isinstance(gpu, str) else ""),
        "gpu_count": log.gpus or (gpus if type(gpus) is int else 0), "memory_bytes": log.memory or size,
    }  # fmt: skip
    return {name: value for name, value in found.items() if value}


def _data(log: Log) -> tuple[Data, ...]:
    """The files of data artifacts; the digest is that of the artifact, an MD5 over its MD5s."""
    return tuple(
        Data(name, f"{artifact}:{digest}") for kind, artifact, digest, names in log.artifacts
        if kind == "dataset" for name in names
    )  # fmt: skip


def _environment(folder: Path, source: Path) -> Reading:
    """The packages as the client froze them; a lock file of the run's own goes before."""
    path = folder / "files" / "requirements.txt"
    if path not in walk.files(source) or path in ENVIRONMENT.finds(source):
        return Reading()
    reading = ENVIRONMENT.read(path, source)
    return replace(reading, claims=tuple(replace(claim, weight=FALLBACK) for claim in reading.claims))


WANDB = _Wandb()
