"""The machine and the environment of a run: processor, memory, accelerators, the command's own packages."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_PYTHON = re.compile(r"(?:python|pypy)[0-9.]*t?\Z")
_WAIT = 20.0


def hardware() -> dict[str, Any]:
    """Processor, cores, memory and system by name, and accelerators if `nvidia-smi` answers."""
    found: dict[str, Any] = {
        "cpu": _cpu(), "cores": os.cpu_count(), "memory_gib": _memory(), "architecture": platform.machine(),
        "system": f"{platform.system()} {platform.release()}",
    }  # fmt: skip
    return {name: value for name, value in (found | _gpus()).items() if value}


def _cpu() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return platform.processor()
    named = re.search(r"(?m)^model name\s*:\s*(.+)$", text)
    return named[1].strip() if named else platform.processor()


def _memory() -> float | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)
    except (ValueError, OSError, AttributeError):
        return None


def _gpus() -> dict[str, Any]:
    program = shutil.which("nvidia-smi")
    if program is None:
        return {}
    asked = [program, "--query-gpu=name,memory.total,driver_version", "--format=csv,noheader,nounits"]
    try:
        done = subprocess.run(
            asked,
            capture_output=True,
            timeout=_WAIT,
            check=True,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, subprocess.SubprocessError):
        return {}
    rows = [
        [cell.strip() for cell in line.split(",")]
        for line in done.stdout.decode(errors="replace").splitlines()
    ]
    rows = [row for row in rows if len(row) == 3 and row[0]]
    if not rows:
        return {}
    return {
        "accelerators": len(rows), "accelerator": "; ".join(dict.fromkeys(row[0] for row in rows)),
        "accelerator_memory_mib": "; ".join(dict.fromkeys(row[1] for row in rows)), "driver": rows[0][2],
    }  # fmt: skip


def interpreter(argv: Sequence[str], path: str | None) -> str | None:
    """The Python that runs *argv*: named, or by the program's first line; None if it is none."""
    program = shutil.which(argv[0], path=path)
    if program is None:
        return None
    if _PYTHON.match(Path(program).name):
        return program
    try:
        with open(program, "rb") as file:
            first = file.readline(512)
    except OSError:
        return None
    words = first[2:].decode(errors="replace").split() if first.startswith(b"#!") else []
    if words and Path(words[0]).name == "env":
        words = words[1:]
    found = shutil.which(words[0], path=path) if words else None
    return found if found and _PYTHON.match(Path(found).name) else None


class Asked:
    """An interpreter that was asked for its packages; it answers while the run goes on."""

    def __init__(self, program: str, environment: Mapping[str, str]) -> None:
        source = Path(__file__).with_name("probe.py").read_text(encoding="utf-8")
        # In a session of its own: a Ctrl-C meant for the run is none of its business.
        self._process = subprocess.Popen(
            [program, "-c", source], env=dict(environment), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

    def answer(self) -> dict[str, Any] | None:
        """`python`, `implementation` and `packages` (name to version); None if it does not say."""
        try:
            out, _ = self._process.communicate(timeout=_WAIT)
            told = json.loads(out)
        except (subprocess.TimeoutExpired, ValueError):
            self._process.kill()
            self._process.communicate()
            return None
        return told if isinstance(told, dict) and isinstance(told.get("packages"), dict) else None


def frozen(packages: Mapping[str, str]) -> str:
    """Packages as `pip freeze` writes them, sorted; without the places that they came from."""
    return "".join(f"{name}=={version}\n" for name, version in sorted(packages.items()))
