"""A second processor for work that stands by itself, where there is one.

The same function on the same data in a forked process: its answer is the same, only earlier. If that
process does not end well (killed, out of memory), its work is done here after all, with whatever
error that raises. The fork keeps nothing, writes to a pipe alone, and ends with it.
"""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any


class Aside:
    """*work* (which gives plain JSON data, and changes nothing), begun in a process of its own.

    Raises:
        OSError: no process may be begun.
    """

    def __init__(self, work: Callable[[], Any]) -> None:
        self._work = work
        reading, writing = os.pipe()
        try:
            self._child = os.fork()
        except OSError:
            os.close(reading)
            os.close(writing)
            raise
        if self._child == 0:
            os.close(reading)  # else it would wait for ever, to be read by itself, if the parent is killed
            _do(work, writing)
        os.close(writing)
        self._pipe = os.fdopen(reading, "rb")

    def result(self) -> Any:
        """What the work gives; raises what it raises."""
        with self._pipe:
            raw = self._pipe.read()
        return json.loads(raw) if self._ended_well() else self._work()

    def stop(self) -> None:
        """End the process if nobody waits for its result any more."""
        self._pipe.close()
        if self._child:
            with suppress(ProcessLookupError):
                os.kill(self._child, signal.SIGKILL)
            self._ended_well()

    def _ended_well(self) -> bool:
        child, self._child = self._child, 0
        try:
            return os.waitpid(child, 0)[1] == 0
        except ChildProcessError:  # whoever started us lets no child be waited for
            return False


def possible() -> bool:
    """Whether a process may be forked here, and has a processor to run on.

    A thread that holds a lock at the fork would hold it for ever in the child, so never beside threads.
    """
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    return processors > 1 and threading.active_count() == 1


def _do(work: Callable[[], Any], writing: int) -> None:
    """In the child: write what *work* gives, and end at once, without what the parent does at its end."""
    code = 1
    try:
        with os.fdopen(writing, "w") as pipe:
            json.dump(work(), pipe)
        code = 0
    finally:
        os._exit(code)
