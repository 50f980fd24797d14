"""Writes the bundle of the formats as they are now: python -m tests.compat.record NAME"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests import forge, scenario

HERE = Path(__file__).parent


def main(name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        scene = scenario.sealed(Path(folder, "home"))
        scene.git("bundle", "create", str(HERE / f"{name}.bundle"), "main", "cognify-log")
        genesis = next((scene.root / "statements").glob("genesis.*.json"))
        (HERE / f"{name}.genesis").write_text(forge.sha256(genesis.read_bytes()) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
