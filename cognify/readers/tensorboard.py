"""TensorBoard: the scalars and settings of one run's event files. Values are floats of 32 bits.

Event files also hold images, whole configurations and, in their names, the host. They stay outside
by digest, and what is claimed is cited from an observation.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from cognify.errors import CaptureError
from cognify.readers import taking, tracker, walk
from cognify.readers.mlflow import Run
from cognify.readers.reading import Material, Reading
from cognify.readers.tfevents import Events, read
from cognify.readers.tracker import Told

_NAME = re.compile(r"events\.out\.tfevents\.(?P<time>[0-9]{1,12})\.")
_MEDIA = "application/vnd.tensorboard.events"
_MAX_FILE = 256 * 1024 * 1024
_SPLITS = ("train", "training", "eval", "validation", "val", "test")
_ARGUMENTS = "args/text_summary"
_STATUS = {1: "FINISHED", 2: "FAILED", 3: "RUNNING"}


class _TensorBoard:
    name = "tensorboard"
    version = 1

    def finds(self, source: Path) -> tuple[Path, ...]:
        """The newest run: the first of its event files."""
        return tuple(files[0] for files in _runs(source)[-1:])

    def read(self, found: Path, source: Path) -> Reading:
        """All event files of the run, in the order of their times; other runs are named."""
        runs = _runs(source)
        files = next((files for files in runs if found in files), [found])
        where, notes = walk.relative(found, source), list[str]()
        if len(runs) > 1:
            others = ", ".join(walk.relative(other[0], source) for other in runs[:-1][:5])
            notes.append(
                f"of {len(runs)} runs of TensorBoard {where} is taken, the newest; not used: {others}"
            )
        told, events = dict[str, tuple[str, int | None]](), Events()
        materials = [self._file(path, source, found, events, told, notes) for path in files]
        if not told and not events.settings:
            return Reading(tuple(materials), notes=(*notes, f"{where} holds no scalar"))
        config = {**_arguments(events), **events.settings}
        run = Run("", "", _STATUS.get(events.status, ""), _milliseconds(events.first),
                  _milliseconds(events.ended), tracker.params(config))  # fmt: skip
        return tracker.reading(self, where, Told(run, told, tuple(materials)), notes)

    def _file(
        self, path: Path, source: Path, first: Path, events: Events,
        told: dict[str, tuple[str, int | None]], notes: list[str],
    ) -> Material:  # fmt: skip
        """The file's digest; its last values go into *told*, under the split that its folder names."""
        where = walk.relative(path, source)
        if path.stat().st_size > _MAX_FILE:
            notes.append(f"{where} is larger than {_MAX_FILE} bytes: listed by digest and not read")
            return taking.hashed(self, path, source, _MEDIA)
        raw = taking.read(path, source, limit=_MAX_FILE)
        events.values = {}
        read(raw, events)
        if events.fault and not events.records and len(raw) >= 16:
            raise taking.unreadable(f"no event file: {events.fault}", where)
        if events.fault or not raw:
            notes.append(f"{where}: {events.fault or 'it is empty'}")
        if events.version and events.version != "brain.Event:2":
            notes.append(f"{where} is of version {events.version[:40]}; brain.Event:2 is known here")
        split = path.parent.name if path.parent != first.parent or _is_split(path.parent, source) else ""
        prefix = f"{split}/" if split in _SPLITS else ""
        told |= {f"{prefix}{tag}": value for tag, value in events.values.items()}
        return replace(taking.material(self, where, raw, _MEDIA), raw=None, keep=False)


def _is_split(folder: Path, source: Path) -> bool:
    return folder != source and folder.name in _SPLITS


def _runs(source: Path) -> list[list[Path]]:
    """The event files by run, the newest run last.

    A folder within another one with events, and folders called after splits, are of one run.
    """
    files = [path for path in walk.files(source) if _NAME.match(path.name)]
    folders = {path.parent for path in files}
    runs: dict[Path, list[Path]] = {}
    for path in sorted(files, key=lambda path: (_time(path), path.name, path)):
        root = path.parent
        if _is_split(root, source):
            root = root.parent
        outer = [folder for folder in folders if folder in root.parents]
        runs.setdefault(min(outer, key=lambda folder: len(folder.parts), default=root), []).append(path)
    return sorted(runs.values(), key=lambda files: (_time(files[0]), files[0]))


def _time(path: Path) -> int:
    named = _NAME.match(path.name)
    return int(named["time"]) if named else 0


def _milliseconds(seconds: float) -> int | None:
    return int(seconds * 1000) if 0 < seconds < 2**40 else None


def _arguments(events: Events) -> dict[str, Any]:
    """What the Trainer's callback writes as text: all arguments, its tokens redacted."""
    text = events.texts.get(_ARGUMENTS, "").strip()
    try:
        data = taking.parsed(text.encode(), _ARGUMENTS) if text.startswith("{") else {}
    except CaptureError:
        return {}
    return data if isinstance(data, dict) else {}


TENSORBOARD = _TensorBoard()
