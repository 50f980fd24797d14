"""What was sealed once verifies for ever."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

BUNDLES = sorted(Path(__file__).parent.glob("*.bundle"))


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda p: p.stem)
def test_an_old_inventory_still_verifies(bundle: Path, tmp_path: Path) -> None:
    """From its genesis, with the states that it had."""
    subprocess.run(["git", "clone", "--quiet", "-b", "main", str(bundle), str(tmp_path / "old")], check=True)
    genesis = bundle.with_suffix(".genesis").read_text().strip()
    done = subprocess.run(
        [sys.executable, "-m", "cognify", "verify", str(tmp_path / "old"), "--genesis", genesis, "--format", "json"],
        capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    states = {r["version"]: r["state"] for r in json.loads(done.stdout)["records"]}
    assert states == {"1.0.0": "sealed", "1.1.0": "proposed"}


def test_there_is_a_promise() -> None:
    assert [bundle.stem for bundle in BUNDLES] != []
