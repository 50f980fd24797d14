"""What `cognify run` costs a command: while it runs, and in all with record and capture."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from pairing import BIN, report, seconds

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests import scenario

# Some seconds of arithmetic, and ten thousand files opened: it tells how long that took itself.
COMMAND = """\
import hashlib, os, time
start = time.perf_counter()
for n in range(10_000):
    open(f"data/{n % 200}.txt", "rb").read()
    for _ in range(240): hashlib.sha256(b"x" * 2048).digest()
os.makedirs("out", exist_ok=True)
open("out/seconds", "w").write(str(time.perf_counter() - start))
"""
PAIRS = 7


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home, code = Path(folder), Path(folder, "code")
        inventory = scenario.sealed(home / "home").root
        (code / "data").mkdir(parents=True)
        for number in range(200):
            (code / f"data/{number}.txt").write_text("größe\n" * 100)
        (code / "train.py").write_text(COMMAND)
        bare = [sys.executable, "train.py"]
        options = ["--tier", "low", "--inventory", str(inventory), "--inputs", "data", "--outputs", "out"]

        def once(version: str = "") -> tuple[float, float]:
            """Seconds inside the command, and from start to end."""
            head = [f"{BIN}/cognify", "run", "memo", version, *options, "--"] if version else []
            environment = {k: v for k, v in os.environ.items() if not k.startswith("COGNIFY")}
            whole = seconds(
                lambda: subprocess.run(
                    [*head, *bare], cwd=code, check=True, capture_output=True, env=environment
                )
            )
            return float((code / "out/seconds").read_text()), whole

        once(), once("0.0.1")
        pairs = [(once(f"0.1.{number}"), once()) for number in range(PAIRS)]
    inside = [(ours[0], theirs[0]) for ours, theirs in pairs]
    report(
        "a command under cognify run",
        (
            statistics.median(a for a, _ in inside), statistics.median(b for _, b in inside),
            statistics.median(a / b for a, b in inside),
        ),
        1.02, "the command alone",
    )  # fmt: skip
    added = statistics.median(ours[1] - theirs[1] for ours, theirs in pairs)
    print(f"before and after it, with the capture: {added:.2f} s; 2 % of a command of {added / 0.02:.0f} s")


if __name__ == "__main__":
    main()
