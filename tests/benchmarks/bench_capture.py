"""`cognify capture`, the whole command: a million logged points, and weights that have not changed."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pairing import BIN, report, seconds

sys.path.insert(0, str(Path(__file__).parents[2]))
import logged

from tests import scenario

POINTS, RUNS = 1_000_000, 5
GIB = 1024**3
MEASURED = """\
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, capture_output=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def captured(inventory: Path, version: str, source: Path, *options: str) -> float:
    """Megabytes that the command held at most."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COGNIFY")}
    words = [f"{BIN}/cognify", "capture", "memo", version, str(source), "--tier", "low", *options]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *words],
        cwd=inventory,
        env=environment,
        capture_output=True,
        check=True,
    )
    return int(done.stdout) / 1024


def logs(inventory: Path, home: Path) -> None:
    for name, write, place in (
        ("mlflow", logged.mlflow, "mlflow.db"),
        ("tensorboard", logged.tensorboard, "events.out.tfevents.1795421490.h.1.0"),
        ("wandb", logged.wandb, "offline-run-20261123_082345-abc12345/run-abc12345.wandb"),
    ):
        path = home / name / place
        path.parent.mkdir(parents=True)
        write(path, POINTS)
        took, held = [], []
        for number in range(RUNS):
            start = time.perf_counter()
            held.append(captured(inventory, f"0.{name}.{number}", home / name, "--rehash"))
            took.append(time.perf_counter() - start)
        wall, memory = statistics.median(took), statistics.median(held)
        verdict = "ok" if wall <= 5 and memory <= 300 else "MISSED"
        print(f"{POINTS} points of {name:<12} {path.stat().st_size / 1e6:5.0f} MB  {wall:5.2f} s  {memory:4.0f} MB"
              f"  goal 5 s, 300 MB  {verdict}")  # fmt: skip


def unchanged(inventory: Path, home: Path) -> None:
    """Weights of 7 billion parameters in 16 bits, in shards; sparse, so that no disk is measured."""
    weights = home / "weights"
    weights.mkdir()
    for number in range(4):
        with open(weights / f"pytorch_model-{number}.bin", "wb") as file:
            file.truncate(14 * GIB // 4)
    time.sleep(3)  # what is younger than two seconds is not remembered

    def once(*options: str) -> float:
        return seconds(lambda: captured(inventory, "1.0.0", weights, *options))

    once()
    pairs = [(once(), once("--rehash")) for _ in range(RUNS)]
    result = (
        statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs),
        statistics.median(a / b for a, b in pairs),
    )  # fmt: skip
    report("14 GiB captured again, unchanged", result, 0.05, "capture --rehash")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        inventory = scenario.sealed(home / "home").root
        logs(inventory, home)
        unchanged(inventory, home)


if __name__ == "__main__":
    main()
