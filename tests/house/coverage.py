"""Branch coverage by room, held to its budget after a test run with `--cov`.

python -m tests.house.coverage
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

# What a verdict rests on is covered whole (ledger and verification but for lines that a race
# decides), the rest nearly so. The command line's own processes inside the demo are not counted,
# which is why `cli` stands lower; a budget is only ever raised.
BUDGETS = {
    "approvals": 100, "canonical": 100, "ledger": 99, "merkle": 100, "records": 100, "signing": 100,
    "verification": 99, "package": 99, "stating": 99, "strictyaml": 99, "resources": 100,
    "privacy": 98, "__main__": 85, "cli": 70, "drafting": 88,
}  # fmt: skip
ELSEWHERE = 90


def rooms(report: dict[str, object]) -> dict[str, tuple[int, int]]:
    """Room to what was covered and what there is, statements and branches together."""
    found: dict[str, tuple[int, int]] = {}
    files: dict[str, dict[str, dict[str, int]]] = report["files"]  # type: ignore[assignment]
    for name, file in files.items():
        parts = Path(name).with_suffix("").parts
        room = parts[parts.index("cognify") + 1]
        summary = file["summary"]
        covered, total = found.get(room, (0, 0))
        found[room] = (
            covered + summary["covered_lines"] + summary["covered_branches"],
            total + summary["num_statements"] + summary["num_branches"],
        )
    return found


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "coverage.json")
        subprocess.run([sys.executable, "-m", "coverage", "json", "-q", "-o", str(out)], check=True)
        report = json.loads(out.read_text())
    short = 0
    for room, (covered, total) in sorted(rooms(report).items()):
        share, budget = 100 * covered / total if total else 100.0, BUDGETS.get(room, ELSEWHERE)
        if share < budget:
            short += 1
            print(f"coverage of {room}: {share:.1f} %, budget {budget} %")
    print(f"coverage: {short} rooms below their budget")
    return int(short > 0)


if __name__ == "__main__":
    sys.exit(main())
