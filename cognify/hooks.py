"""`cognify-check` and `cognify-fill`: what pre-commit runs, with the changed files as arguments."""

from __future__ import annotations

import sys

from cognify.cli import main


def check() -> None:
    """`cognify check` on the versions that the changed files lie in."""
    sys.exit(main(["check", *sys.argv[1:]]))


def fill() -> None:
    """`cognify fill` on the versions that the changed files lie in."""
    sys.exit(main(["fill", *sys.argv[1:]]))
