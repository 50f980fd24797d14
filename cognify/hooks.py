"""`cognify-check` and `cognify-fill`: what pre-commit runs, with the changed files as arguments."""

from __future__ import annotations

import sys

from cognify.cli import main


def check() -> None:
    """`cognify check --draft` on the versions that the changed files lie in.

    A draft may be committed with questions open: the people who answer them see it only then.
    """
    sys.exit(main(["check", "--draft", *sys.argv[1:]]))


def fill() -> None:
    """`cognify fill` on the versions that the changed files lie in."""
    sys.exit(main(["fill", *sys.argv[1:]]))
