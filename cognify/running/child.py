"""The wrapped command in the foreground: its terminal, its signals and its exit code are its own."""

from __future__ import annotations

import errno
import os
import resource
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

_LEFT = (signal.SIGINT, signal.SIGQUIT)
_FORWARDED = (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)


class NotStarted(Exception):
    """The command never ran; `code` is what a shell would exit with: 127 not found, 126 not to be run."""

    def __init__(self, why: str, code: int) -> None:
        super().__init__(why)
        self.code = code


def environment() -> dict[str, str]:
    """The environment that this process was given.

    Ours may differ by now: Python coerces a C locale, and our own calls to git are kept from the
    caller's. Linux keeps what was given.
    """
    try:
        raw = Path("/proc/self/environ").read_bytes()
    except OSError:
        return dict(os.environ)
    pairs = (entry.partition(b"=") for entry in raw.split(b"\0") if b"=" in entry)
    return {os.fsdecode(name): os.fsdecode(value) for name, _, value in pairs}


def run(argv: Sequence[str], given: Mapping[str, str]) -> int:
    """Run *argv* to its end: its exit code, or minus the signal that killed it.

    It stays in our process group, so that the terminal stops and interrupts it as it would without
    us. SIGINT and SIGQUIT, which the terminal sends to both, are left to it; what is sent to us
    alone (SIGTERM, SIGHUP, SIGUSR1, SIGUSR2) is handed on. What was ignored stays ignored.

    Raises:
        NotStarted: there is no such command, or it cannot be run.
    """
    with _signals() as (forward, early), _woken() as pipe:
        started = _started(argv, given)
        forward.append(started)
        for number in early:
            started.send_signal(number)
        while started.poll() is None:
            select.select([pipe], [], [])
            os.read(pipe, 4096)
        return started.returncode


def _started(argv: Sequence[str], given: Mapping[str, str]) -> subprocess.Popen[bytes]:
    try:
        # What the caller left open for the command (`3<rows.csv`) is its to inherit.
        return subprocess.Popen(argv, env=given, close_fds=False)
    except OSError as error:
        if error.errno == errno.ENOEXEC:
            return subprocess.Popen(["/bin/sh", *argv], env=given, close_fds=False)  # as every shell does
        missing = isinstance(error, FileNotFoundError | NotADirectoryError)
        why = "command not found" if missing else (error.strerror or "it cannot be run")
        raise NotStarted(why, 127 if missing else 126) from None
    except ValueError:
        raise NotStarted("a word of the command holds a null byte", 126) from None


@contextmanager
def _signals() -> Iterator[tuple[list[subprocess.Popen[bytes]], list[int]]]:
    """Handlers for the time of the run; functions, which a program that is executed does not inherit."""
    to: list[subprocess.Popen[bytes]] = []
    early: list[int] = []

    def leave(number: int, frame: FrameType | None) -> None:
        """Nothing: the terminal told the command, too."""

    def forward(number: int, frame: FrameType | None) -> None:
        if to:
            to[0].send_signal(number)
        else:
            early.append(number)

    before = {n: signal.getsignal(n) for n in (*_LEFT, *_FORWARDED)}
    for number, handler in before.items():
        if handler != signal.SIG_IGN:
            signal.signal(number, leave if number in _LEFT else forward)
    try:
        yield to, early
    finally:
        for number, handler in before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)


@contextmanager
def _woken() -> Iterator[int]:
    """A pipe that can be read once a signal has come, the command's end among them.

    A plain wait is not enough: a signal that comes just before it, or that the system gives to another
    of our threads, interrupts nothing, and would be handed on when the command has ended by itself.
    """
    read, write = os.pipe()
    os.set_blocking(write, False)
    wakeup = signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    children = signal.signal(signal.SIGCHLD, lambda number, frame: None)  # so that it reaches the pipe
    try:
        yield read
    finally:
        signal.signal(signal.SIGCHLD, children if children is not None else signal.SIG_DFL)
        signal.set_wakeup_fd(wakeup)
        os.close(read)
        os.close(write)


def name_of(number: int) -> str:
    """The name of a signal, such as `SIGKILL`."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"  # a real-time one


def die_by(number: int) -> None:
    """End this process by the signal that ended the command, so that whoever waits sees no difference."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and not stream.closed:
            stream.flush()
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    if number not in (signal.SIGKILL, signal.SIGSTOP):
        signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {number})
    os.kill(os.getpid(), number)
