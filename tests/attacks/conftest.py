"""What the cases share."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(autouse=True)
def counting(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Their commands are not counted for coverage, which takes as long again as the commands do.

    But for the one that judges the crime: what it is given here as its environment counts it.
    """
    held = {name: text for name, text in os.environ.items() if name.startswith("COVERAGE")}
    for name in held:
        monkeypatch.delenv(name)
    return held
