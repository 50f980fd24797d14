"""What the cases share."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(autouse=True)
def uncounted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their commands are not counted for coverage, which takes as long again as the commands do.

    The budgets are held by tests that look at why something was refused, not only at whether it was.
    """
    for name in [name for name in os.environ if name.startswith("COVERAGE")]:
        monkeypatch.delenv(name)
