"""One drill: verify, copy, commit each crime on a copy of its own, verify that, and compare."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from cognify import verification
from cognify.drill import beyond
from cognify.drill.place import Place, Skipped
from cognify.drill.table import CRIMES, Crime
from cognify.errors import CognifyError, SurroundingsError
from cognify.git import Repository
from cognify.git.copies import Copy, clone
from cognify.inventory import LOG_BRANCH
from cognify.records.finding import Finding
from cognify.signing.note import LogSigner
from cognify.verification import Source, Verification
from cognify.verification.log import VKEY
from cognify.verification.receipt import Receipt

Act = Callable[[Place], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One crime: what was done, and what verification named it; `skipped` says why it was not done."""

    name: str
    step: int | None
    what: str
    ids: tuple[str, ...] = ()
    skipped: str = ""
    memory: bool = False
    expected: bool = True
    not_proven: tuple[str, ...] = ()

    @property
    def result(self) -> str:
        """`caught`, `missed`, `skipped`; what nobody can expect to be caught is `not caught`."""
        if self.skipped:
            return "skipped"
        return "caught" if self.ids else "missed" if self.expected else "not caught"

    def as_json(self) -> dict[str, Any]:
        """The published shape."""
        return {
            "crime": self.name, "step": self.step, "what": self.what, "result": self.result,
            "ids": list(self.ids), "with_memory": self.memory, "why_skipped": self.skipped,
            "not_proven": list(self.not_proven),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drill:
    """What a drill found: the verification of the inventory itself, and an outcome for each crime."""

    seed: int
    known: Verification
    crimes: tuple[Outcome, ...]
    beyond: tuple[Outcome, ...]

    @property
    def missed(self) -> tuple[Outcome, ...]:
        """The crimes that should have been caught and were not."""
        return tuple(outcome for outcome in self.crimes if outcome.result == "missed")

    @property
    def exit_code(self) -> int:
        """3 if a crime was missed, else what verification says of the inventory itself."""
        return 3 if self.missed else self.known.exit_code

    def as_json(self) -> dict[str, Any]:
        """The published shape of `drill --format json`."""
        return {
            "seed": self.seed, "inventory": self.known.settings.inventory, "verdict": self.known.verdict,
            "crimes": [o.as_json() for o in self.crimes],
            "not_caught": [o.as_json() for o in self.beyond],
        }  # fmt: skip


def run(
    path: Path,
    *,
    seed: int,
    at: datetime,
    signer: LogSigner | None = None,
    say: Callable[[Outcome], None] = lambda outcome: None,
) -> Drill:
    """Drill the inventory at *path*; *seed* chooses what each crime is committed on.

    The original is only read. *signer* is the log's key, if the runner has it. *say* hears each
    outcome as it comes.

    Raises:
        SurroundingsError, VerificationError: the inventory itself cannot be verified at all.
    """
    source = verification.open_repository(Repository(path))
    known = verification.verify(source, at=at)
    if known.note is None or known.commit is None or source.log_commit is None:
        raise SurroundingsError(
            "there is no log to attack: the inventory does not verify that far", where=str(path),
            fix="run `cognify verify` and mend what it finds", id="drill-impossible",
        )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="cognify-drill-") as folder:
        runner = _Runner(Path(folder), source, known, seed, at, signer)
        clone(Repository(path).common_dir, runner.lender)
        done = []
        for crime in CRIMES:
            done.append(runner.commit(crime))
            say(done[-1])
        tried = tuple(runner.try_beyond())
    for outcome in tried:
        say(outcome)
    return Drill(seed, known, tuple(done), tried)


@dataclass(frozen=True)
class _Runner:
    folder: Path
    source: Source
    known: Verification
    seed: int
    at: datetime
    signer: LogSigner | None

    @property
    def lender(self) -> Path:
        return self.folder / "copy.git"

    def commit(self, crime: Crime) -> Outcome:
        name, what = _named(crime.act)
        try:
            found, _ = self._after(crime.act, memory=crime.memory)
        except Skipped as skipped:
            return Outcome(name, crime.step, what, skipped=str(skipped))
        return Outcome(name, crime.step, what, _ids(found, crime), memory=crime.memory)

    def try_beyond(self) -> Iterator[Outcome]:
        for act, words in beyond.TRIED.items():
            name, what = _named(act)
            try:
                found, after = self._after(act, memory=False)
            except Skipped as skipped:
                yield Outcome(name, None, what, skipped=str(skipped), expected=False)
                continue
            said = after.not_proven if after else ()
            ids = tuple(sorted({f.id for f in found if f.severity == "error"}))
            yield Outcome(name, None, what, ids, expected=False, not_proven=_owning(said, words))
        for told in beyond.TOLD:
            said = _owning(self.known.not_proven, told.words)
            yield Outcome("", None, told.what, expected=False, not_proven=said)

    def _after(self, act: Act, *, memory: bool) -> tuple[list[Finding], Verification | None]:
        """What verification newly finds after *act* on a fresh copy, and the verification itself."""
        name = act.__name__
        assert self.known.commit is not None and self.source.log_commit is not None
        copy = Copy(
            self.lender, self.folder / f"{name}.git", branch=self.known.settings.branch,
            tips={self.known.settings.branch: self.known.commit, LOG_BRANCH: self.source.log_commit},
        )  # fmt: skip
        scratch = self.folder / name
        scratch.mkdir(mode=0o700)
        place = Place(copy, self.known, Random(f"{self.seed} {name}"), scratch, self.signer)
        act(place)
        at = self.at + timedelta(days=366 * int(place.clues.get("years", 0)))
        try:
            after = verification.verify(
                verification.open_repository(copy.reading), at=at,
                receipt=_memory(self.known) if memory else None,
            )  # fmt: skip
        except CognifyError as error:
            return [Finding.of(error)], None
        return [finding for finding in after.findings if finding not in self.known.findings], after


def _named(act: Act) -> tuple[str, str]:
    return act.__name__.replace("_", "-"), (act.__doc__ or "").strip()


def _ids(found: list[Finding], crime: Crime) -> tuple[str, ...]:
    """The ids that count: faults, and notes where the crime has no effect but is named."""
    counted = {f.id for f in found if f.severity == "error" or f.id in crime.ids}
    return tuple(sorted(counted, key=lambda id: (id not in crime.ids, id)))


def _owning(said: tuple[str, ...], words: str) -> tuple[str, ...]:
    return tuple(sentence for sentence in said if words and words in sentence)


def _memory(known: Verification) -> Receipt:
    """What somebody remembers who verified the inventory before."""
    assert known.note is not None  # else there were nothing to drill
    vkey = known.inventory.files.read(VKEY).decode()
    first = Receipt(known.settings.inventory, known.genesis, known.log.origin, vkey, ())
    return first.hardened(known.note, known.log.signed_after or "")
