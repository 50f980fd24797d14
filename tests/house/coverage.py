"""Branch coverage by room, held to its budget after a test run with `--cov`.

python -m tests.house.coverage
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

# A budget is what a room has reached; it is only ever raised. The goal is 100 for what a verdict
# rests on (approvals canonical ledger merkle records signing verification), 90 elsewhere.
BUDGETS = {
    "approvals": 99, "canonical": 100, "demo": 95, "errors": 95, "git": 97, "ledger": 92, "merkle": 98,
    "package": 98, "readers": 92, "records": 93, "replay": 97, "resources": 100, "signing": 99, "site": 94,
    "strictyaml": 99, "verification": 91,
}  # fmt: skip
ELSEWHERE = 70


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
