"""`cognify run`, the record's side: what is known before, while and after the command runs."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cognify import __version__, privacy
from cognify.errors import CognifyError, SurroundingsError
from cognify.hashing import Hashing
from cognify.privacy import scrubbing
from cognify.running import child, looking, opened, record, surroundings

WITHHELD = "[redacted]"
"""A word that the detectors know for the place of one that was taken out."""
_MASK = re.compile(r"\[withheld: [^\]]{1,40}\]")
_LISTED = 1000
_CAN_MISS = (
    "files outside the working folder and what was declared", "who opened a file: any process counts",
    "files in hidden folders and virtual environments, and what was opened through a link from outside",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Declared:
    """An input or output as it was named; `role` if one was said (`train=data/a.csv`)."""

    path: Path
    name: str
    role: str = ""


def declared(words: Sequence[str], folder: Path) -> tuple[Declared, ...]:
    """What `--inputs` and `--outputs` name, each once; names relative to *folder*, never absolute."""
    found: dict[Path, Declared] = {}
    for word in words:
        role, mark, rest = word.partition("=")
        named = rest if mark and role in record.ROLES else word
        path = Path(os.path.abspath(folder / named))
        inside = path.is_relative_to(folder)
        name = (
            path.relative_to(folder).as_posix()
            if inside
            else path.name
            if os.path.isabs(named)
            else Path(named).as_posix()
        )
        found.setdefault(path, Declared(path, name, role if named is rest else ""))
    return tuple(found.values())


def told(argv: Sequence[str], folder: Path) -> tuple[list[str], int]:
    """*argv* without secrets, identifiers and folders of the machine, and how many words were withheld.

    What follows an option that is called like a secret goes, and whatever a detector knows, in a
    word or across words. Paths under the working *folder* are told relative to it, of others the
    last part, as the door of `capture` would leave them.
    """
    argv = [scrubbing.without_folders(word.replace(f"{folder}{os.sep}", "")) for word in argv]
    argv = [argv[0].removeprefix(f"{scrubbing.GONE}/"), *argv[1:]]
    said, after_secret = list[str](), False
    for word in argv:
        name, mark, value = word.partition("=")
        if after_secret and not word.startswith("-"):
            said.append(WITHHELD)
        elif mark and value and record.is_secret(name.lstrip("-")):
            said.append(f"{name}={WITHHELD}")
        else:
            said.append(_MASK.sub(WITHHELD, privacy.masked(word)))
        after_secret = word.startswith("-") and not mark and record.is_secret(word.lstrip("-"))
    for number in range(1, len(said)):
        pair = shlex.join(said[number - 1 : number + 1])
        if privacy.masked(pair) != pair and WITHHELD not in said[number]:
            said[number] = WITHHELD
    if privacy.masked(shlex.join(said)) != shlex.join(said):
        said = [*said[:1], WITHHELD]
    changed = sum(a != b for a, b in zip(said, argv, strict=False)) + len(argv) - len(said)
    return said, changed


class Wrapped:
    """One run: `begin`, `run`, `finish`; the record is on the disk before the command starts."""

    def __init__(
        self, argv: Sequence[str], inputs: Sequence[Declared], outputs: Sequence[Declared], folder: Path,
        hashing: Callable[[], Hashing] = lambda: Hashing(follow=True),
    ) -> None:  # fmt: skip
        self.argv, self.inputs, self.outputs = tuple(argv), tuple(inputs), tuple(outputs)
        self.working = folder
        self._hashing = hashing
        self.given = child.environment()
        self.started = record.now()
        self.id = record.new_id(self.started)
        self.place = Path()
        self._not_observed: list[str] = []
        self._data: dict[str, Any] = {}

    def begin(self, place: Path) -> None:
        """Look at everything that has to be seen before the command runs, and write that down at *place*."""
        place.mkdir(parents=True, exist_ok=True)
        self.place = place
        program = surroundings.interpreter(self.argv, self.given.get("PATH"))
        # Asked first, it has mostly answered by the time that the command starts.
        self._asked = surroundings.Asked(program, self.given) if program else None
        if not program:
            self._not_observed.append("the packages of the environment: the command is no Python")
        words, withheld = told(self.argv, self.working)
        repository = _repository(self.working)
        self._data = {
            "cognify_run": record.FORMAT, "run_id": self.id, "writer": record.WRAPPER, "version": __version__,
            "command": {"text": shlex.join(words), "words": words, "withheld": withheld},
            "folder": self.working.relative_to(repository).as_posix() if repository else ".",
            "hardware": surroundings.hardware(), "outcome": "running",
        }  # fmt: skip
        self._code = self._state(repository)
        self._tracked = _tracked(repository) if self._code else frozenset()
        self._root = repository or self.working
        self._before = self._looks()
        self.started = record.now()
        self._data["started_at"] = record.stamp(self.started)
        record.write(place, self._whole())

    def run(self) -> int:
        """Run the command: its exit code, or minus the signal that killed it.

        Raises:
            NotStarted: it never ran, and the record says so.
        """
        watch = opened.begin([self.working, *(item.path for item in (*self.inputs, *self.outputs))])
        try:
            code = child.run(self.argv, self.given | {record.RUN_ID: self.id})
        except child.NotStarted as error:
            self._end({"outcome": f"not started: {error}", "exit_code": error.code})
            raise
        finally:
            ended = record.now()
            seen = watch.end() if watch else None
        self._opened(seen)
        how = {"outcome": "finished" if code == 0 else f"failed with exit code {code}", "exit_code": code}
        if code < 0:
            name = child.name_of(-code)
            how = {"outcome": f"killed by {name}", "signal": name}
        self._end(how | {
            "ended_at": record.stamp(ended), "seconds": round((ended - self.started).total_seconds(), 3),
        })  # fmt: skip
        return code

    def finish(self) -> None:
        """Look at inputs, outputs and the environment again, and write the whole record.

        Raises:
            SurroundingsError: `disk`: the run folder is gone, or cannot be written to.
        """
        after = self._looks()
        entries = [
            looking.compared(item.name, before, then, role=item.role)
            for item, before, then in zip((*self.inputs, *self.outputs), self._before, after, strict=True)
        ]  # fmt: skip
        self._data["inputs"], self._data["outputs"] = entries[: len(self.inputs)], entries[len(self.inputs) :]
        self._data["datasets"] = [
            {"name": Path(e["path"]).name.partition(".")[0] or e["path"], "path": e["path"],
             "role": e["role"], "sha256": e["before"]["sha256"], "bytes": e["before"]["bytes"]}
            for e in self._data["inputs"] if "role" in e and e["before"]
        ]  # fmt: skip
        try:
            self._write()
        except OSError as error:
            raise SurroundingsError(
                f"the record cannot be written: {error.strerror}", where=str(self.place), id="disk",
                fix="let the command leave the run folder alone, or name another: --run-folder DIR",
            ) from None  # fmt: skip

    def _write(self) -> None:
        answer = self._asked.answer() if self._asked else None
        if answer:
            packages = answer.pop("packages")
            record.put(self.place / record.ENVIRONMENT, surroundings.frozen(packages))
            self._data["environment"] = answer | {"packages": len(packages), "file": record.ENVIRONMENT}
        elif self._asked:
            self._not_observed.append("the packages of the environment: its interpreter did not say")
        record.write(self.place, self._whole())

    def _looks(self) -> list[looking.Look]:
        return looking.look([item.path for item in (*self.inputs, *self.outputs)], self._hashing())

    def _end(self, how: Mapping[str, Any]) -> None:
        self._data |= how
        # The command has ended, and how is what counts: `finish` writes again, and says why it cannot.
        with suppress(OSError):
            record.write(self.place, self._whole())

    def _whole(self) -> dict[str, Any]:
        more = {"code": self._code} if self._code else {}
        return self._data | more | {"not_observed": self._not_observed}

    def _state(self, repository: Path | None) -> dict[str, Any] | None:
        from cognify.readers.code import CODE

        try:
            state = CODE.state(repository, repository) if repository else None
        except CognifyError as error:
            self._not_observed.append(f"the code: {error.what}")
            return None
        if state is None:
            self._not_observed.append("the code: the working folder is in no Git repository with a commit")
        return state

    def _opened(self, seen: opened.Seen | None) -> None:
        if seen is None:
            self._not_observed.append("opened files: this system has no inotify, or grants none")
            return
        ours = tuple(str(item.path) for item in (*self.inputs, *self.outputs, Declared(self.place, "")))
        inside = [f for f in seen.files if not any(f == o or f.startswith(o + os.sep) for o in ours)]
        named = {f: os.path.relpath(f, self._root) for f in inside}
        loose = sorted(f for f in inside if named[f] not in self._tracked)
        inputs = {item.name: str(item.path) for item in self.inputs}
        self._data["opened"] = {
            "how": "inotify", "folders": seen.folders, "files": len(seen.files),
            "of_the_commit": len(inside) - len(loose),
            "undeclared": [os.path.relpath(f, self.working) for f in loose[:_LISTED]],
            "undeclared_count": len(loose),
            "inputs_never_opened": [
                name for name, at in inputs.items()
                if not any(f == at or f.startswith(at + os.sep) for f in seen.files)
            ],
            "can_miss": [*_CAN_MISS, *seen.missed],
        }  # fmt: skip


def _repository(folder: Path) -> Path | None:
    return next((f for f in (folder, *folder.parents) if (f / ".git").exists()), None)


def _tracked(repository: Path | None) -> frozenset[str]:
    from cognify.readers.code import CODE

    return CODE.tracked(repository) if repository else frozenset()
