"""The scan for credentials and identifiers against `detect-secrets scan` of the same files.

    python tests/benchmarks/bench_privacy.py

The peer looks for credentials alone; ours for those and eighteen classes of identifiers. Both are
timed in process over the same files, imports done, and both have to see the seeded one.
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from pairing import paired, report

from cognify import privacy
from tests import seeds

RUNS = Path(__file__).parents[2] / "cognify" / "demo" / "runs"
KEPT = (".json", ".jsonl", ".csv", ".txt")


def log(lines: int) -> str:
    """A training log as a run of hours leaves it: times, losses, digests."""
    dice = random.Random(7)
    return "".join(
        f"2026-11-23T08:{n % 60:02}:{n % 59:02} step {n} loss {dice.random():.16f} lr 2.0e-04 "
        f"sha256:{dice.randbytes(16).hex()} grad_norm={dice.random() * 3:.12f}\n"
        for n in range(lines)
    )


def main() -> None:
    from detect_secrets import SecretsCollection
    from detect_secrets.settings import default_settings

    with tempfile.TemporaryDirectory() as folder:
        files = [path for path in sorted(RUNS.rglob("*")) if path.suffix in KEPT]
        made = Path(folder, "output.log")
        made.write_text(log(6000) + f"# {seeds.CREDENTIALS['github-token']}\n")
        files.append(made)
        raws = [(path.name, path.read_bytes()) for path in files]
        size = sum(len(raw) for _, raw in raws)

        def ours() -> int:
            return sum(
                sight.rule == "github-token" for name, raw in raws for sight in privacy.look(name, raw).sights
            )

        def theirs() -> int:
            with default_settings():
                secrets = SecretsCollection()
                for path in files:
                    secrets.scan_file(str(path))
                return sum(secret.type == "GitHub Token" for _, secret in secrets)

        assert ours() == 1
        assert theirs() == 1
        result = paired(ours, theirs, runs=3)
        report(f"scan of {size / 1e6:.1f} MB", result, 1.0, "detect-secrets")
        print(f"{'':34} {size / result[0] / 1e6:9.2f} MB/s {'':32} {size / result[1] / 1e6:9.2f} MB/s")


if __name__ == "__main__":
    main()
