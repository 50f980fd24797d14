"""`record`: a run folder written by the script itself, and the record that the callbacks share."""

from __future__ import annotations

import functools
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

from cognify import __version__
from cognify.running import record as records
from cognify.running.record import ROLES, is_secret, plain

_LOG = logging.getLogger("cognify")
_RANKS = ("RANK", "OMPI_COMM_WORLD_RANK", "PMI_RANK", "SLURM_PROCID")
_WAIT = 60.0
_MAX = 10_000

_PAUSE = 1.0
"""Between two writes while the training goes on: a metric at every step must not cost it a file each."""

_P = ParamSpec("_P")
_R = TypeVar("_R")


def guarded(act: Callable[_P, _R]) -> Callable[_P, _R | None]:
    """*act*, never failing: what it raises is logged, and whoever called goes on."""

    @functools.wraps(act)
    def safe(*arguments: _P.args, **named: _P.kwargs) -> _R | None:
        try:
            return act(*arguments, **named)
        except Exception:  # a record is never worth a training
            _LOG.warning("cognify could not record this; the training goes on", exc_info=True)
            return None

    return safe


class Run:
    """A run that records itself into a folder: `params`, `metric`, `dataset`, in any order.

    It is written when it begins, when it is told a metric (once a second at most), and when it ends.
    Of several processes of one training only the first writes.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        self._writes = next((os.environ[r] for r in _RANKS if r in os.environ), "0") == "0"
        self._data: dict[str, Any] = {}
        self._params: dict[str, Any] = {}
        self._metrics: dict[tuple[str, str], dict[str, Any]] = {}
        self._datasets: dict[str, dict[str, Any]] = {}
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._written = 0.0

    @guarded
    def begin(self) -> None:
        """Write the record of a run that has begun."""
        started = records.now()
        within = os.environ.get(records.RUN_ID)
        program = Path(sys.argv[0]).name if sys.argv and sys.argv[0] not in ("", "-c", "-m") else "python"
        self._started = started
        self._data = {
            "cognify_run": records.FORMAT, "run_id": records.new_id(started), "writer": records.SCRIPT,
            "version": __version__, "started_at": records.stamp(started), "outcome": "running",
            # Of its own command a script tells the name alone: words may hold what nobody should read.
            "command": {"text": program},
        } | ({"within": within} if within else {})  # fmt: skip
        if self._writes:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._make_way()
            self._aside(self._surroundings)
        self._write()

    @guarded
    def params(self, given: Mapping[str, Any] | None = None, /, **more: Any) -> None:
        """Settings by name: numbers, texts, and lists of them. What is called like a secret is left out."""
        for name, value in {**(given or {}), **more}.items():
            try:
                held = plain(value)
            except Exception:  # an array of many, or whatever else is no scalar
                held = None
            if (
                held is not None
                and str(name).strip()
                and not is_secret(str(name))
                and len(self._params) < _MAX
            ):
                self._params[str(name)] = held

    @guarded
    def metric(
        self,
        name: str,
        value: Any,
        *,
        dataset: str | None = None,
        n: int | None = None,
        step: int | None = None,
    ) -> None:
        """A result, on *dataset* over *n* records; a later value by the same name takes its place."""
        self._metric(name, value, dataset, n, step)
        self._write_in_passing()

    @guarded
    def metrics(
        self, values: Mapping[str, Any], *, dataset: str | None = None, step: int | None = None
    ) -> None:
        """Several results at once."""
        for name, value in values.items():
            self._metric(name, value, dataset, None, step)
        self._write_in_passing()

    @guarded
    def dataset(self, path: str | os.PathLike[str], *, role: str, name: str | None = None) -> None:
        """Data that the run uses, as train, validation, test, external, local or calibration.

        Hashed beside the training, which does not wait for it.
        """
        if role not in ROLES:
            raise ValueError(f"no such role: {role!r}; one of {', '.join(ROLES)}")
        place = Path(path)
        named = name or place.name.partition(".")[0]
        told = place.as_posix() if not place.is_absolute() else place.name
        self._datasets[told] = {}  # in the order of the calls, whichever is hashed first
        self._aside(
            functools.partial(self._hash, place.absolute(), {"name": named, "path": told, "role": role})
        )

    @guarded
    def end(self, outcome: str = "finished") -> None:
        """Write how the run ended: `finished`, or what happened instead."""
        ended = records.now()
        for thread in self._threads:
            thread.join(_WAIT)
        missing = [thread.name for thread in self._threads if thread.is_alive()]
        self._data |= {
            "outcome": outcome, "ended_at": records.stamp(ended),
            "seconds": round((ended - self._started).total_seconds(), 3),
        }  # fmt: skip
        if missing:
            self._data["not_observed"] = [f"{name}: it took longer than the run" for name in missing]
        self._write()

    def __enter__(self) -> Run:
        self.begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The end; an error goes on its way, and of it only the class is told."""
        if isinstance(error, SystemExit) and error.code in (None, 0):
            kind = None
        self.end("finished" if kind is None else f"failed with {kind.__name__}")

    def _metric(self, name: str, value: Any, dataset: str | None, n: int | None, step: int | None) -> None:
        held = plain(value)
        if not isinstance(held, int | float | str) or (
            isinstance(held, str) and held not in ("NaN", "Infinity", "-Infinity")
        ):
            return
        if len(self._metrics) >= _MAX and (name, dataset or "") not in self._metrics:
            return
        entry = {"name": name, "value": held, "dataset": dataset, "n": n, "step": step}
        self._metrics[name, dataset or ""] = {key: item for key, item in entry.items() if item is not None}

    def _aside(self, act: Callable[[], None]) -> None:
        """Do *act* in a thread of its own, so that nobody waits for it."""
        if not self._writes:
            return
        thread = threading.Thread(
            target=guarded(act), name=getattr(act, "__name__", "a data set"), daemon=True
        )
        self._threads.append(thread)
        thread.start()

    def _hash(self, path: Path, entry: dict[str, Any]) -> None:
        from cognify.running import looking

        (seen,) = looking.look([path])
        if seen.absent or seen.unread:
            _LOG.warning("cognify: the data set %s cannot be read; it is not recorded", entry["path"])
            return
        self._datasets[entry["path"]] = {**entry, "sha256": seen.sha256, "bytes": seen.size}

    def _surroundings(self) -> None:
        """Hardware, packages, and the code's commit, while the training goes on."""
        from cognify.running import probe, surroundings

        self._data["hardware"] = surroundings.hardware()
        told = probe.told()
        packages = told.pop("packages")
        assert isinstance(packages, dict)
        records.put(self.folder / records.ENVIRONMENT, surroundings.frozen(packages))
        self._data["environment"] = told | {"packages": len(packages), "file": records.ENVIRONMENT}
        here = Path.cwd()
        found = next((f for f in (here, *here.parents) if (f / ".git").exists()), None)
        if found is not None:
            from cognify.readers.code import CODE

            state = CODE.state(found, found)
            if state:
                self._data["code"] = state

    def _make_way(self) -> None:
        """An earlier record in the folder, of a training that is resumed, keeps its bytes elsewhere."""
        old = self.folder / records.NAME
        number = 1
        while old.exists() and (aside := self.folder / f"cognify-run-{number}.json").exists():
            number += 1
        if old.exists():
            old.rename(aside)

    def _write_in_passing(self) -> None:
        if time.monotonic() - self._written >= _PAUSE:
            self._write()

    def _write(self) -> None:
        if not self._writes or not self._data:
            return
        with self._lock:
            records.write(self.folder, self._data | {
                "params": dict(self._params), "metrics": list(self._metrics.values()),
                "datasets": [entry for entry in self._datasets.values() if entry],
            })  # fmt: skip
            self._written = time.monotonic()


def record(folder: str | os.PathLike[str]) -> Run:
    """A run that records itself: `with cognify.record("runs/a") as run: run.metric("f1", 0.9)`."""
    return Run(folder)
