"""Hashing files: against openssl, sha256sum, DVC if COGNIFY_DVC names one, and what the machine can at most.

Large files are sparse: what is measured is the sum and the walk, not the disk.
"""

from __future__ import annotations

import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from pairing import command, cost, paired, report

OURS = """\
import os, sys
from pathlib import Path
from cognify.hashing import Hashing, Remembered
files = [Path(folder, name) for folder, _, names in os.walk(sys.argv[1]) for name in names]
with Hashing(Remembered(Path(sys.argv[2])) if sys.argv[2:] else None) as hashing:
    hashing.ahead(files)
    for path in files:
        print(hashing.of(path).sha256, path, sep="  ")
"""
GIB, PAIRS = 1024**3, 5


def ours(folder: Path, *memory: Path) -> list[str]:
    return [sys.executable, "-c", OURS, str(folder), *map(str, memory)]


def each(tool: str, folder: Path) -> list[str]:
    return ["sh", "-c", f'find "{folder}" -type f -print0 | sort -z | xargs -0 {tool}']


def large(folder: Path) -> int:
    """Two checkpoints and eight shards; their bytes in all."""
    sizes = {"a.bin": 2 * GIB, "b.bin": GIB, **{f"shard-{n}.bin": 64 * 1024**2 for n in range(8)}}
    folder.mkdir()
    for name, size in sizes.items():
        with open(folder / name, "wb") as file:
            file.truncate(size)
    return sum(sizes.values())


def small(folder: Path, count: int = 20_000) -> None:
    dice = random.Random(7)
    for number in range(count):
        place = folder / f"{number // 500}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{number}").write_bytes(dice.randbytes(dice.randrange(2000, 24_000)))


def fastest() -> float:
    """Bytes a second of SHA-256 on all processors, as OpenSSL measures its own."""
    done = subprocess.run(
        ["openssl", "speed", "-multi", str(os.cpu_count()), "-seconds", "2", "-bytes", "1048576", "sha256"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(re.findall(r"sha256\s+([0-9.]+)k", done.stdout)[-1]) * 1000


def same(folder: Path) -> None:
    """Before anything is timed: the digests are those of sha256sum."""
    told = subprocess.run(ours(folder), capture_output=True, check=True).stdout
    wanted = subprocess.run(each("sha256sum", folder), capture_output=True, check=True).stdout
    assert sorted(told.split()) == sorted(wanted.split())


def cpu(mine: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float, float]:
    mine(), theirs()
    pairs = [(cost(mine).cpu, cost(theirs).cpu) for _ in range(PAIRS)]
    return (
        statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs),
        statistics.median(a / b for a, b in pairs),
    )  # fmt: skip


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        weights, many, memory = Path(home, "large"), Path(home, "small"), Path(home, "digests")
        size = large(weights)
        small(many)
        same(many)
        mine, theirs = command(ours(weights)), command(each("openssl dgst -sha256 -r", weights))
        result = paired(mine, theirs, runs=PAIRS)
        report("3.5 GiB in 10 files", cpu(mine, theirs), 1.1, "openssl dgst, CPU")
        report("3.5 GiB in 10 files", result, 0.55, "openssl dgst, wall")
        limit = statistics.median(fastest() for _ in range(3))
        share = size / result[0] / limit
        print(f"  {size / result[0] / 1e9:.2f} GB/s, start included, of {limit / 1e9:.2f} of openssl speed on "
              f"{os.cpu_count()} processors: {share:.2f}  goal 0.6  {'ok' if share >= 0.6 else 'MISSED'}")  # fmt: skip
        report(
            "20,000 files", cpu(command(ours(many)), command(each("sha256sum", many))), 0.35, "sha256sum, CPU"
        )
        everything = Path(home)
        subprocess.run(["sleep", "3"], check=True)
        again = command(ours(everything, memory))
        again()
        report(
            "all of it, unchanged",
            paired(again, command(ours(everything)), runs=PAIRS),
            0.05,
            "the first time",
        )
        dvc(Path(home))


def dvc(home: Path) -> None:
    tool = os.environ.get("COGNIFY_DVC")
    if not tool:
        print("SKIPPED: DVC is not measured; COGNIFY_DVC=/path/to/dvc names one")
        return
    place, data = home / "dvc", home / "dvc/data"
    data.mkdir(parents=True)
    for number in range(16):
        (data / f"{number}.bin").write_bytes(random.Random(number).randbytes(64 * 1024**2))
    surroundings = {**os.environ, "DVC_NO_ANALYTICS": "1"}
    for line in (["init", "--no-scm", "-q"], ["config", "cache.type", "hardlink"]):
        subprocess.run([tool, *line], cwd=place, check=True, env=surroundings, capture_output=True)

    def add() -> None:
        subprocess.run(["rm", "-rf", ".dvc/cache", ".dvc/tmp", "data.dvc"], cwd=place, check=True)
        subprocess.run(
            [tool, "add", "-q", "data"], cwd=place, check=True, env=surroundings, capture_output=True
        )

    report("1 GiB in 16 files", cpu(command(ours(data)), add), 0.15, "dvc add, CPU")


if __name__ == "__main__":
    main()
