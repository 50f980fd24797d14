"""What is shipped beside the code: framework packs and the site template.

An installed wheel holds them under `cognify/_data/`; in a checkout they lie beside the package.
"""

from __future__ import annotations

import re
from importlib.resources import files
from importlib.resources.abc import Traversable

from cognify.errors import ConfigurationError

_NAME = re.compile(r"[a-z_]+(/[A-Za-z0-9_][A-Za-z0-9._@+-]*)+\Z")


def shipped(name: str) -> bytes:
    """The bytes of the shipped file *name*, such as `frameworks/sr-26-2@2026-04.yaml`.

    Raises:
        ConfigurationError: `resource-missing`, nothing of that name is shipped.
    """
    if _NAME.match(name):
        for root in _roots():
            place = root / name
            if place.is_file():
                return place.read_bytes()
    raise ConfigurationError(
        f"{name!r} is not part of this installation",
        where=None,
        fix="check the spelling, or install Cognify again",
        id="resource-missing",
    )


def listed(folder: str) -> tuple[str, ...]:
    """The names of the files that are shipped in *folder*, sorted; folders below are left out."""
    for root in _roots():
        place = root / folder
        if _NAME.match(f"{folder}/x") and place.is_dir():
            names = (f"{folder}/{entry.name}" for entry in place.iterdir() if entry.is_file())
            return tuple(sorted(name for name in names if _NAME.match(name)))
    return ()


def _roots() -> tuple[Traversable, Traversable]:
    package = files("cognify")
    return package / "_data", package / ".."
