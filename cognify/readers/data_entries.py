"""Data sets that a description names: their entries in the card, whether or not the files are here.

An entry has a role and a name. No description of data says the role, so it is told from the name
of the file, as `data-files` does it, in an observation that can be cited.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from cognify.readers import taking, walk
from cognify.readers.data_files import DataFiles, role_of, stem_of
from cognify.readers.reading import COMPUTED, Claim, Material, Reader

MOST = 100
"""Descriptions of more files than that are of images and the like: no card lists them one by one."""


def key_of(path: str, beside: Path, source: Path) -> tuple[str, Path | None]:
    """The key of the entry for the file *path*, and the file itself where it lies in the source.

    *path* is relative to *beside*, the folder of the description; one that leads out of the source
    is a name and no more.
    """
    for file in walk.files(source):
        if path and file == beside / path:
            return DataFiles().entry(file, source) or stem_of(path), file
    return stem_of(path), None


def place(key: str) -> str:
    """Where the entry *key* stands in the card."""
    return taking.pointer("data", "datasets", f"[{key}]")


def entries(reader: Reader, origin: str, keys: Iterable[str]) -> tuple[Material, tuple[Claim, ...]]:
    """Name and role of each entry, cited from an observation beside the description *origin*."""
    listed = [{"name": key, "role": role_of(key)} for key in dict.fromkeys(keys)]
    told = {"datasets": listed, "described_by": origin, "observed": "roles by name"}
    seen = taking.observation(reader, f"observed/{origin}.names.json", told)
    claims = (
        Claim(
            f"{place(entry['name'])}/{field}", seen.origin, f"json:/datasets/{number}/{key}", "text", COMPUTED
        )
        for number, entry in enumerate(listed)
        for field, key in (("role", "role"), ("id", "name"))
    )
    return seen, tuple(claims)
