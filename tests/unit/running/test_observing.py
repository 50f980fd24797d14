"""Digests, opened files, the interpreter and the machine of a run."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cognify.hashing import streaming
from cognify.running import child, looking, opened, surroundings

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="needs inotify, which only Linux has")


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_look_at_a_folder(tmp_path: Path) -> None:
    """Its digest is what `sha256sum` says of its files, sorted; a link to a file counts as what it leads to."""
    write(tmp_path / "d/b/ö.txt", "b"), write(tmp_path / "d/a.txt", "a")
    (tmp_path / "d/link").symlink_to(tmp_path / "d/a.txt")
    (tmp_path / "d/loop").symlink_to(tmp_path / "d")
    (found,) = looking.look([tmp_path / "d"])
    lines = subprocess.check_output(["sha256sum", "a.txt", "b/ö.txt", "link"], cwd=tmp_path / "d")
    assert found.sha256 == hashlib.sha256(lines).hexdigest()
    assert (found.size, found.absent, list(found.files)) == (3, False, ["a.txt", "link", "b/ö.txt"])


def test_a_look_at_a_file_and_at_nothing(tmp_path: Path) -> None:
    """A file goes by its own digest; what is not there is absent."""
    path = write(tmp_path / "a", "größe" * 500_000)
    one, none = looking.look([path, tmp_path / "none"])
    assert one.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (none.absent, one.absent) == (True, False)
    assert looking.compared("none", none, none)["before"] is None


def test_a_file_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named; the others are hashed."""
    write(tmp_path / "a", "a"), write(tmp_path / "b", "b")

    opened_by_us = os.open

    def refused(path: Path, flags: int) -> int:
        if path.name == "a":
            raise PermissionError
        return opened_by_us(path, flags)

    monkeypatch.setattr(streaming.os, "open", refused)
    (found,) = looking.look([tmp_path])
    assert (found.unread, list(found.files)) == (("a",), ["b"])
    assert looking.compared("x", found, found)["unread"] == ["a"]


def test_what_differs_between_two_looks(tmp_path: Path) -> None:
    """By file; what is the same is listed once."""
    write(tmp_path / "a", "1"), write(tmp_path / "b", "1"), write(tmp_path / "c", "1")
    (before,) = looking.look([tmp_path])
    same = looking.compared("d", before, before)
    assert "listed" in same["before"]
    assert "listed" not in same["after"]
    write(tmp_path / "a", "2"), (tmp_path / "b").unlink(), write(tmp_path / "d", "1")
    (after,) = looking.look([tmp_path])
    entry = looking.compared("d", before, after, role="train")
    assert (entry["changed"], entry["removed"], entry["created"], entry["role"]) == (
        ["a"],
        ["b"],
        ["d"],
        "train",
    )


def test_a_folder_of_very_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the limit the folder's digest stands for them."""
    write(tmp_path / "a", "1"), write(tmp_path / "b", "1")
    (found,) = looking.look([tmp_path])
    monkeypatch.setattr(looking, "MAX_LISTED", 1)
    side = looking.compared("d", found, found)["before"]
    assert (side["files"], "listed" in side) == (2, False)


@LINUX
def test_opened_files_are_seen(tmp_path: Path) -> None:
    """Read and written ones, in folders that come later too; hidden ones and environments are left out."""
    (
        write(tmp_path / "a/ö.txt", "x"),
        write(tmp_path / ".hidden/h", "x"),
        write(tmp_path / "env/pyvenv.cfg", "x"),
    )
    write(tmp_path / "never", "x"), write(tmp_path / "one", "x")
    watch = opened.begin([tmp_path])
    assert watch is not None
    for name in ("a/ö.txt", ".hidden/h", "env/pyvenv.cfg", "one"):
        (tmp_path / name).read_text()
    (tmp_path / "later").mkdir()
    end = time.monotonic() + 20
    while time.monotonic() < end and str(tmp_path / "later/l") not in watch._files:
        write(tmp_path / "later/l", "x")
        time.sleep(0.05)
    seen = watch.end()
    assert {Path(f).relative_to(tmp_path).as_posix() for f in seen.files} == {"a/ö.txt", "one", "later/l"}
    assert (seen.missed, seen.folders) == ((), 3)


@LINUX
def test_a_watch_says_what_it_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many folders, too many files, events that were lost."""
    (
        write(tmp_path / "a/x", "x"),
        write(tmp_path / "b/x", "x"),
        write(tmp_path / "x", "x"),
        write(tmp_path / "y", "x"),
    )
    monkeypatch.setattr(opened, "MAX_FOLDERS", 1)
    monkeypatch.setattr(opened, "MAX_FILES", 1)
    watch = opened.begin([tmp_path])
    assert watch is not None
    (tmp_path / "x").read_text(), (tmp_path / "y").read_text()
    watch._take(-1, opened._OVERFLOW, "")
    watch._take(99, opened._OPEN, "nobody")
    watch._one(str(tmp_path / "none"), folder=True)
    seen = watch.end()
    assert len(seen.missed) == 4
    assert len(seen.files) == 1
    file = opened.begin([tmp_path / "x"])
    assert file is not None
    (tmp_path / "x").read_text()
    assert file.end().files == {str(tmp_path / "x")}


def test_where_there_is_no_inotify(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """There is no watch, and that is all."""
    monkeypatch.setattr(opened.sys, "platform", "darwin")
    assert opened.begin([tmp_path]) is None


def test_the_interpreter_of_a_command(tmp_path: Path) -> None:
    """Named, in the first line of a program, through env; of another program there is none."""
    folder = str(tmp_path)
    python = tmp_path / "python3"
    python.symlink_to(sys.executable)
    for name, first in (
        ("direct", f"#!{python}"),
        ("env", "#!/usr/bin/env python3"),
        ("sh", "#!/bin/sh"),
        ("none", "x"),
    ):
        write(tmp_path / name, f"{first}\n").chmod(0o755)
    found = {
        n: surroundings.interpreter([n], folder) for n in ("python3", "direct", "env", "sh", "none", "absent")
    }
    assert found == {
        "python3": str(python), "direct": str(python),
        "env": str(python), "sh": None, "none": None, "absent": None,
    }  # fmt: skip


def test_packages_of_an_interpreter(tmp_path: Path) -> None:
    """It answers for itself, whatever modules lie in the working folder."""
    write(tmp_path / "json.py", "raise SystemExit(9)")
    here = os.getcwd()
    os.chdir(tmp_path)
    try:
        told = surroundings.Asked(sys.executable, dict(os.environ)).answer()
    finally:
        os.chdir(here)
    assert told is not None
    assert told["python"] == sys.version.split()[0]
    assert told["packages"]["pytest"] == pytest.__version__
    frozen = surroundings.frozen({"b": "2", "a": "1"})
    assert frozen == "a==1\nb==2\n"
    assert surroundings.Asked("/bin/true", {}).answer() is None


def test_accelerators_if_they_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of one kind are two; a program that fails says nothing."""
    program = write(
        tmp_path / "nvidia-smi",
        "#!/bin/sh\necho 'NVIDIA A100, 40960, 550.1'\necho 'NVIDIA A100, 40960, 550.1'\n",
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    found = surroundings.hardware()
    assert (found["accelerators"], found["accelerator"], found["driver"]) == (2, "NVIDIA A100", "550.1")
    program.write_text("#!/bin/sh\nexit 9\n")
    assert "accelerators" not in surroundings.hardware()
    program.write_text("#!/bin/sh\necho junk\n")
    assert surroundings.hardware()["cores"] == os.cpu_count()


def test_a_command_and_its_end() -> None:
    """Its exit code, or minus its signal; handlers are put back."""
    before = signal.getsignal(signal.SIGTERM)
    assert child.run(["/bin/sh", "-c", "exit 3"], {}) == 3
    assert child.run(["/bin/sh", "-c", "kill -9 $$"], {}) == -9
    assert signal.getsignal(signal.SIGTERM) is before
    assert child.name_of(9) == "SIGKILL"
    assert child.name_of(40) == "signal 40"
    for words, code in ((["/no/such"], 127), (["/"], 126), (["a\0b"], 126)):
        with pytest.raises(child.NotStarted) as stopped:
            child.run(words, {})
        assert stopped.value.code == code


LOST = """\
import os, signal, sys, threading, time
from cognify.running import child
threading.Thread(target=time.sleep, args=(30,), daemon=True).start()
# As if the system had chosen the other thread: ours is never interrupted.
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
def send():
    while signal.getsignal(signal.SIGTERM) == signal.SIG_DFL:
        time.sleep(0)
    time.sleep(float(sys.argv[1]))
    os.kill(os.getpid(), signal.SIGTERM)
threading.Thread(target=send, daemon=True).start()
command = "import signal, time; signal.pthread_sigmask(signal.SIG_UNBLOCK, {15}); time.sleep(20)"
sys.exit(100 - child.run([sys.executable, "-c", command], dict(os.environ)))
"""


@pytest.mark.parametrize("after", ["0.5", "0"])
def test_a_signal_that_interrupts_nothing_is_handed_on(after: str) -> None:
    """While the command runs, not when it has ended by itself: the system may give it to another thread."""
    begun = time.monotonic()
    done = subprocess.run([sys.executable, "-c", LOST, after], capture_output=True, check=False)
    assert done.returncode == 100 + signal.SIGTERM, done.stderr.decode()
    assert time.monotonic() - begun < 20
