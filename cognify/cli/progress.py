"""Hashing from the command line: what is remembered, and one line of progress where somebody looks."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from cognify.hashing import Hashing
    from cognify.inventory import WorkTree

REHASH = click.option(
    "--rehash", is_flag=True, help="Read every byte again, also of files unchanged since the last time."
)
_WORTH = 512 * 1024 * 1024
_PAUSE = 0.1


def hashing(tree: WorkTree, *, rehash: bool = False, follow: bool = False) -> Hashing:
    """How a command hashes: digests of unchanged files are those that this work tree remembers."""
    from cognify.hashing import Hashing, Remembered

    place = None if rehash else tree.apart("digests")
    return Hashing(
        Remembered(place) if place else None, progress=Line() if sys.stderr.isatty() else None, follow=follow
    )


class Line:
    """One line on the terminal, written over again; gone at the end. Called by one thread at a time."""

    def __init__(self) -> None:
        self._began = self._shown = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if total < _WORTH or (done < total and now - self._shown < _PAUSE):
            return
        self._shown = now
        speed = done / 1e9 / max(now - self._began, 1e-3)
        text = f"hashing {done / 1e9:.1f} of {total / 1e9:.1f} GB, {100 * done // total} %, {speed:.1f} GB/s"
        click.echo("\r\x1b[2K" if done >= total else f"\r{text:<60}", err=True, nl=False)
