"""Paired timing: ours and a named peer in turn, A B A B …, and the median of each and of the ratios."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

BIN = sys.executable.rpartition("/")[0]


def seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


@dataclass(frozen=True)
class Cost:
    """Seconds on the wall, and of CPU in all child processes."""

    wall: float
    cpu: float

    def __mul__(self, times: float) -> Cost:
        return Cost(self.wall * times, self.cpu * times)

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.wall + other.wall, self.cpu + other.cpu)


def cost(act: Callable[[], object]) -> Cost:
    """What *act* takes, which does its work in child processes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    wall = seconds(act)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def paired(
    ours: Callable[[], object], peer: Callable[[], object], *, runs: int = 7
) -> tuple[float, float, float]:
    """Medians of ours, peer, and of the pairwise ratio, in seconds, after one warm-up of each."""
    ours(), peer()
    pairs = [(seconds(ours), seconds(peer)) for _ in range(runs)]
    return (
        statistics.median(a for a, _ in pairs),
        statistics.median(b for _, b in pairs),
        statistics.median(a / b for a, b in pairs),
    )


def command(arguments: Sequence[str], **options: object) -> Callable[[], object]:
    """Run a whole process; a failing command fails the benchmark."""
    return lambda: subprocess.run(arguments, check=True, capture_output=True, **options)  # type: ignore[call-overload]


def report(name: str, result: tuple[float, float, float], goal: float, peer: str) -> None:
    ours, theirs, ratio = result
    verdict = "ok" if ratio <= goal else "MISSED"
    print(
        f"{name:<34} {ours * 1000:9.1f} ms  {peer:<34} {theirs * 1000:9.1f} ms  ratio {ratio:.3f}  goal {goal:g}  {verdict}"
    )
