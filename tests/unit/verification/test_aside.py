"""Work on a second processor: the same answer, whatever becomes of that process."""

from __future__ import annotations

import os
import signal
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cognify.errors import SurroundingsError
from cognify.git import Repository
from cognify.records.finding import Finding, Severity
from cognify.verification import Verification, aside, evidence, open_repository, verify
from cognify.verification.aside import Aside
from cognify.verification.reading import Reading
from tests.scenario import Scene

HERE = os.getpid()


def test_it_is_done_elsewhere() -> None:
    """In another process, and its data come back."""
    begun = Aside(lambda: ["größe", os.getpid()])
    word, process = begun.result()
    begun.stop()
    assert word == "größe"
    assert process != HERE


def test_a_process_that_dies_costs_only_time() -> None:
    """Killed half-way: the work is done here."""

    def work() -> int:
        if os.getpid() != HERE:
            os.kill(os.getpid(), signal.SIGKILL)
        return os.getpid()

    assert Aside(work).result() == HERE


def test_what_the_work_raises_is_raised_here() -> None:
    """An error is not handed over: it happens again, here."""

    def work() -> None:
        raise SurroundingsError("größe", where=None, fix=None, id="object-missing")

    with pytest.raises(SurroundingsError, match="größe"):
        Aside(work).result()


def test_nobody_waits_for_a_child_that_cannot_be_waited_for() -> None:
    """Where children are reaped by the system: its end is not known to be good, so it is done here."""
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        assert Aside(os.getpid).result() == HERE
    finally:
        signal.signal(signal.SIGCHLD, before)


def test_what_nobody_waits_for_is_ended() -> None:
    """At once, not when it is done."""
    begun = Aside(lambda: time.sleep(60))
    start = time.monotonic()
    begun.stop()
    begun.stop()
    assert time.monotonic() - start < 30


def test_a_child_ends_when_its_parent_was_killed() -> None:
    """It finds nobody to tell, however much it has to say."""
    reading, writing = os.pipe()
    parent = os.fork()
    if parent == 0:
        Aside(lambda: [os.write(writing, f"{os.getpid()}\n".encode()), time.sleep(0.5), "ß" * 1_000_000])
        time.sleep(0.2)
        os.kill(os.getpid(), signal.SIGKILL)
    os.close(writing)
    os.waitpid(parent, 0)
    with os.fdopen(reading) as pipe:
        child = int(pipe.readline())
        assert pipe.read() == ""  # the end of the last process that could still write
    assert child not in (HERE, parent)


def test_never_beside_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor where there is one processor, or no way to tell."""
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    assert not aside.possible()
    done.set()
    other.join()
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0})
    assert not aside.possible()
    monkeypatch.delattr(os, "sched_getaffinity")
    assert not aside.possible()


def test_a_reading_is_the_same_on_the_other_side() -> None:
    """Every part of it, and of its faults."""
    faults = (Finding("größe", "fsck", "what", "fix", Severity.NOTE, 4), Finding("a", "b", "c", "d"))
    reading = Reading(True, "low", None, faults, (("0" * 64, 2),))
    assert Reading.of(reading.as_json()) == reading


def judged(scene: Scene) -> Verification:
    return verify(open_repository(Repository(scene.root)), at=datetime(2026, 11, 23, 12, tzinfo=UTC))


def test_a_second_process_changes_no_verdict(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the whole report differs, with faults to tell and without."""
    results: list[list[object]] = []
    for least in (200, 1):
        monkeypatch.setattr(evidence, "_WORTH_A_PROCESS", least)
        monkeypatch.setattr(aside, "possible", lambda: True)
        results.append([judged(scene).as_json()])
    (scene.path("1.1.0") / "evidence" / "results.json").write_text('{"accuracy": 1}\n')
    (scene.path("1.0.0") / "card.yaml").write_text("card: [\n")
    scene.commit()
    for least, result in zip((200, 1), results, strict=True):
        monkeypatch.setattr(evidence, "_WORTH_A_PROCESS", least)
        result.append(judged(scene).as_json())
    assert results[0] == results[1]
    assert {f["id"] for f in judged(scene).as_json()["findings"]} >= {"sealed-bytes-changed", "yaml-syntax"}


def test_where_no_process_may_be_begun(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """All is done here, and no pipe stays open."""

    def fork() -> int:
        raise BlockingIOError

    monkeypatch.setattr(evidence, "_WORTH_A_PROCESS", 1)
    monkeypatch.setattr(aside, "possible", lambda: True)
    monkeypatch.setattr(os, "fork", fork)
    open_before = len(os.listdir("/proc/self/fd"))
    assert judged(scene).exit_code == 0
    assert len(os.listdir("/proc/self/fd")) == open_before


def test_a_run_that_fails_leaves_no_process_behind(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An object that cannot be read ends the run; the other process ends with it."""
    monkeypatch.setattr(evidence, "_WORTH_A_PROCESS", 1)
    monkeypatch.setattr(aside, "possible", lambda: True)
    (scene.root / "mkdocs.yml").write_text("x")
    scene.commit()
    policy = scene.git("rev-parse", "HEAD:policy/0001.yaml")
    (scene.root / ".git/objects" / policy[:2] / policy[2:]).unlink()
    result = judged(scene)
    assert result.exit_code != 0
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
