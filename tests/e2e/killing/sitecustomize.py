"""Kill the process at its N-th write: put on PYTHONPATH, and armed by COGNIFY_KILL_UNDER.

Every place where the disk changes is an audit event (PEP 578), raised before the change is made, so
a kill at event N is a kill after change N-1. COGNIFY_KILL_UNDER is the folder whose changes count,
COGNIFY_KILL_AT is N, and COGNIFY_KILL_NOTES a file that a process which lived lists its changes in.
"""

import atexit
import os
import signal
import sys

_CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate"}
_GIT = {"push", "fetch", "update-ref", "commit", "add"}


def _text(part: object) -> str:
    return os.fsdecode(part) if isinstance(part, (bytes, str, os.PathLike)) else ""


def _change(event: str, arguments: tuple[object, ...]) -> str:
    """What is about to change, or nothing."""
    if event == "open":
        path, _, flags = arguments
        writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        return f"open {_text(path)}" if writes else ""
    if event in _CHANGES:
        there = os.path.lexists(_text(arguments[0]))
        if (event == "os.mkdir" and there) or (event == "os.remove" and not there):
            return ""  # it will be refused, and changes nothing
        return f"{event} {' '.join(_text(part) for part in arguments[:2] if _text(part))}"
    if event == "subprocess.Popen" and isinstance(arguments[1], (list, tuple)):
        words = [_text(word) for word in arguments[1]]
        if "-Y" in words or _GIT & set(words):
            return f"run {' '.join(words)} {_under}"
    return ""


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    change = _change(event, arguments)
    # Git's objects are named by their digest: one that is half there has no name yet.
    if _under not in change or "/objects/" in change:
        return
    _seen.append(change)
    if len(_seen) == _at:
        os.kill(os.getpid(), signal.SIGKILL)


def _tell(notes: str) -> None:
    seen = list(_seen)
    with open(notes, "w", encoding="utf-8") as file:
        file.write("\n".join(seen))


# Taken out of the environment: what this process starts is not counted, and not killed.
_under = os.environ.pop("COGNIFY_KILL_UNDER", "")
_at = int(os.environ.pop("COGNIFY_KILL_AT", "0"))
_notes = os.environ.pop("COGNIFY_KILL_NOTES", "")
_seen: list[str] = []
if _under:
    sys.addaudithook(_hook)
    atexit.register(_tell, _notes)
