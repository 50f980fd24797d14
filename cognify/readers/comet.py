"""Comet's offline archives: `<key>.zip` with `experiment.json` and one message a line.

An archive holds the command line, console output, source code and the user beside; it stays outside
by digest. Two members are read by name, within bounds; nothing is ever unpacked.
"""

from __future__ import annotations

import os
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cognify.errors import CaptureError
from cognify.readers import settings, taking, tracker, walk
from cognify.readers.environment import FRAMEWORK
from cognify.readers.mlflow import Run
from cognify.readers.reading import Reading
from cognify.readers.tracker import Data, Told

_KEY = re.compile(r"[0-9a-f]{32}(?:[-_][\w-]{1,64})?\.zip\Z")
_EXPERIMENT, _MESSAGES = "experiment.json", "messages.json"
_MAX_MEMBERS = 10_000
_MAX_EXPERIMENT = 1024 * 1024
_MAX_LINE = 4 * 1024 * 1024
_MAX_LINES = 2_000_000
_NOISE = frozenset({"curr_step", "curr_epoch", "dataset_hash", "neg_label", "pos_label", "sparse_output"})
_MAX_DIRECTORY = 4 * 1024 * 1024
_NO_LINK = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError,
    struct.error, OverflowError,
)  # fmt: skip
_COPY = "MLFlow auto-logger"
_OWN = ("manual", "cli")


@dataclass(slots=True)
class _Experiment:
    """What an archive says; `started` and `ended` in milliseconds, parameters by their source."""

    id: str
    started: int | None
    ended: int | None
    name: str = ""
    made: set[str] = field(default_factory=set)
    params: dict[str, dict[str, Any]] = field(default_factory=dict)
    values: dict[str, tuple[str, int | None]] = field(default_factory=dict)
    commit: str = ""
    dirty: bool = False
    packages: dict[str, str] = field(default_factory=dict)
    data: list[Data] = field(default_factory=list)
    fault: str = ""

    @property
    def copied(self) -> bool:
        """Whether Comet's hook into MLflow wrote it: a copy of that run, and no other training."""
        return _COPY in self.made


class _Comet:
    name = "comet"
    version = 1

    def finds(self, source: Path) -> tuple[Path, ...]:
        """The archive of the training.

        Raises:
            CaptureError: `run-ambiguous`: several experiments, and nothing says which one counts;
                `run-unreadable`: an archive that is cut short or damaged.
        """
        held = {path: _opened(path, source) for path in _archives(source)}
        known = {path: experiment for path, experiment in held.items() if experiment is not None}
        own = {path: experiment for path, experiment in known.items() if not experiment.copied}
        keys = sorted({experiment.id for experiment in own.values()})
        if len(keys) > 1:
            raise CaptureError(
                f"{len(keys)} experiments of Comet lie in one source: {', '.join(keys[:5])}",
                where=source.name, id="run-ambiguous",
                fix="name the archive of the one that this version is, beside data and outputs",
            )  # fmt: skip
        candidates = own or known
        taken = max(
            candidates,
            key=lambda path: (len(_settings(candidates[path])), candidates[path].started or 0, path),
            default=None,
        )
        return () if taken is None else (taken,)

    def read(self, found: Path, source: Path) -> Reading:
        """The experiment; other archives are named in the notes."""
        where, notes = walk.relative(found, source), list[str]()
        experiment = _opened(found, source)
        if experiment is None:
            return Reading(notes=(f"{where} is no archive of Comet",))
        others = [path for path in _archives(source) if path != found and _opened(path, source) is not None]
        if others:
            names = ", ".join(walk.relative(path, source) for path in others[:5])
            notes.append(f"of {len(others) + 1} archives of Comet {where} is taken; not used: {names}")
        if experiment.copied:
            notes.append(f"{where} was made by Comet's hook into MLflow: a copy, declared and no more")
        if experiment.fault:
            notes.append(f"{where}: {experiment.fault}")
        run = Run(experiment.id, experiment.name, "", experiment.started, experiment.ended,
                  tracker.params(_settings(experiment), mark="|"))  # fmt: skip
        file = replace(taking.hashed(self, found, source, "application/zip"), keep=False)
        told = Told(
            run, experiment.values, (file,), experiment.commit, experiment.dirty, experiment.packages,
            data=tuple(experiment.data), copied=experiment.copied,
        )  # fmt: skip
        return tracker.reading(self, where, told, notes)


def _archives(source: Path) -> list[Path]:
    return [path for path in walk.files(source) if path.suffix.lower() == ".zip"]


def _opened(path: Path, source: Path) -> _Experiment | None:
    """What the archive says, or None for a ZIP file that is none of Comet's."""
    where = walk.relative(path, source)
    try:
        if not _plain(path):
            return None
        with open(os.open(path, _NO_LINK), "rb") as file, zipfile.ZipFile(file) as archive:
            names = [info.filename for info in archive.infolist()]
            if _EXPERIMENT not in names or _MESSAGES not in names:
                return None
            if len(names) > _MAX_MEMBERS or any(names.count(n) > 1 for n in (_EXPERIMENT, _MESSAGES)):
                raise taking.unreadable("an archive with too many members, or one twice", where)
            head = _member(archive, _EXPERIMENT, _MAX_EXPERIMENT, where)
            lines = _member(archive, _MESSAGES, taking.MAX_JSON, where)
    except _DAMAGED:
        if not _KEY.match(path.name):
            return None  # some other archive: it is listed by digest like any file
        raise taking.unreadable("the archive is cut short or damaged", where) from None
    data = taking.parsed(head, f"{where}/{_EXPERIMENT}")
    if not isinstance(data, dict):
        raise taking.unreadable("an experiment that is no object", where)
    id = data.get("offline_id") or path.name.partition(".")[0]
    experiment = _Experiment(str(id), _whole(data.get("start_time")), _whole(data.get("stop_time")))
    return _told(lines, experiment)


def _plain(path: Path) -> bool:
    """Whether the archive's own directory is small, and of the plain form: before anything reads it.

    Source: APPNOTE.TXT 4.3.16, the end of the central directory; 4.3.15, the locator of ZIP64.

    Raises:
        BadZipFile: it has no end.
    """
    with open(os.open(path, _NO_LINK), "rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 22 - 65536 - 20))
        tail = file.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) - end < 22:
        raise zipfile.BadZipFile("no end")
    large = tail[max(0, end - 20) : end].startswith(b"PK\x06\x07")
    return not large and int.from_bytes(tail[end + 12 : end + 16], "little") <= _MAX_DIRECTORY


def _member(archive: zipfile.ZipFile, name: str, limit: int, where: str) -> bytes:
    """A member's bytes; what its header says of its size is not believed."""
    info = archive.getinfo(name)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or info.flag_bits & 1:
        raise taking.unreadable(f"{name} in it is packed in a way that is not read", where)
    with archive.open(info) as member:
        raw = member.read(limit + 1)
    if len(raw) > limit:
        raise taking.unreadable(f"{name} in it is larger than {limit} bytes", where)
    return raw


def _whole(value: Any) -> int | None:
    return value if type(value) is int else None


def _told(lines: bytes, experiment: _Experiment) -> _Experiment:
    for number, line in enumerate(lines.split(b"\n"), 1):
        if not line.strip():
            continue
        if number > _MAX_LINES or len(line) > _MAX_LINE:
            experiment.fault = f"more or longer messages than are read; those up to {number} count"
            break
        try:
            message = taking.parsed(line, _MESSAGES)
        except CaptureError:
            experiment.fault = experiment.fault or f"message {number} does not read and is left out"
            continue
        if isinstance(message, dict) and isinstance(message.get("payload"), dict):
            _take(str(message.get("type")), message["payload"], experiment)
    return experiment


def _take(kind: str, payload: dict[str, Any], experiment: _Experiment) -> None:
    match kind:
        case "parameter_msg":
            _parameter(payload, experiment)
        case "metric_msg":
            _metric(payload, experiment)
        case "log_other":
            _other(str(payload.get("key")), payload.get("value"), experiment)
        case "git_metadata":
            git = payload.get("git_metadata")
            parent = git.get("parent") if isinstance(git, dict) else None
            experiment.commit = parent if isinstance(parent, str) else ""
        case "installed_packages":
            _packages(payload.get("installed_packages"), experiment)
        case "system_details":
            version = payload.get("python_version")
            if isinstance(version, str):
                experiment.packages["python"] = version
        case "file_upload":
            experiment.dirty = experiment.dirty or payload.get("upload_type") == "git-patch"


def _parameter(payload: dict[str, Any], experiment: _Experiment) -> None:
    entry = payload.get("param") or payload.get("params")
    if isinstance(entry, dict) and isinstance(entry.get("paramName"), str):
        origin = str(entry.get("source"))
        experiment.params.setdefault(origin, {})[entry["paramName"]] = entry.get("paramValue")


def _metric(payload: dict[str, Any], experiment: _Experiment) -> None:
    metric, context = payload.get("metric"), payload.get("context")
    if not isinstance(metric, dict) or not isinstance(metric.get("metricName"), str):
        return
    name, text = metric["metricName"], tracker.number(metric.get("metricValue"))
    if text is None or name.startswith("sys."):
        return
    tag = f"{context}/{name}" if isinstance(context, str) and context else name
    experiment.values[tag] = (text, _whole(metric.get("step")))


def _other(key: str, value: Any, experiment: _Experiment) -> None:
    if key == "Name" and isinstance(value, str):
        experiment.name = value
    elif key == "Created from":
        experiment.made.add(str(value))
    elif key == "dataset_info" and isinstance(value, str):
        # `name-version, path`: the word before the comma is what the script said of the data.
        version, _, path = value.partition(",")
        name = path.strip().replace("\\", "/").rpartition("/")[2]
        if version.strip() and name:
            experiment.data.append(Data(name, version.strip()))


def _packages(listed: Any, experiment: _Experiment) -> None:
    for line in listed if isinstance(listed, list) else ():
        name, mark, version = str(line).partition("==")
        if mark and name.lower() in FRAMEWORK:
            experiment.packages[name] = version


def _settings(experiment: _Experiment) -> dict[str, Any]:
    """What the script set; what Comet logged by itself only of a Trainer, or where nothing was set."""
    own = {key: value for origin in _OWN for key, value in experiment.params.get(origin, {}).items()}
    logged = {
        key: value for origin, held in experiment.params.items() if origin not in _OWN
        for key, value in held.items() if key not in _NOISE
    }  # fmt: skip
    if own and not settings.is_trainer(Run("", "", "", None, None, dict.fromkeys(logged, ""))):
        return own
    return {**logged, **own}


COMET = _Comet()
