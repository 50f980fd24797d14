"""Readers that other distributions bring, by the entry point group `cognify.readers`.

A plugin is code that the person capturing installed, so it is run as it is. What it hands over is
held to what readers promise: materials are files of the source, byte for byte, or say that they
were observed. A plugin that fails costs its own values and a note, never the capture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import Any

from cognify import canonical
from cognify.errors import CognifyError
from cognify.readers import taking, walk
from cognify.readers.reading import Material, Plugin, Reader, Reading

GROUP = "cognify.readers"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}\Z")
_OBSERVED = "observed/"


@dataclass(frozen=True, slots=True)
class _Loaded:
    reader: Reader
    plugin: Plugin


def readings(source: Path, known: frozenset[str]) -> Iterator[Reading]:
    """What every installed plugin makes of *source*; *known* names are taken by Cognify's readers."""
    points = sorted(metadata.entry_points(group=GROUP), key=lambda point: (point.name, point.value))
    for point in points:
        plugin = _plugin(point)
        try:
            reader = _reader(point.load(), known)
            loaded = _Loaded(reader, plugin)
            read = [_held(loaded, reader.read(found, source), source) for found in reader.finds(source)]
        except CognifyError as error:
            yield _failed(plugin, point.name, f"{error.what} ({error.where or 'no place named'})")
        except (Exception, SystemExit) as error:
            yield _failed(plugin, point.name, f"{type(error).__name__}: {str(error)[:200]}")
        else:
            yield from read


def _plugin(point: metadata.EntryPoint) -> Plugin:
    distribution = point.dist
    return Plugin(distribution.name, distribution.version) if distribution else Plugin("unknown", "0")


def _failed(plugin: Plugin, name: str, why: str) -> Reading:
    whose = f"{plugin.distribution} {plugin.version}"
    return Reading(notes=(f"the plugin reader {name!r} of {whose} failed and gives nothing: {why}",))


def _reader(loaded: Any, known: frozenset[str]) -> Reader:
    """The reader that an entry point names, or makes where it names a class."""
    reader: Any = loaded() if isinstance(loaded, type) else loaded
    name, version = getattr(reader, "name", None), getattr(reader, "version", None)
    if not isinstance(name, str) or not _NAME.match(name) or name in known:
        raise ValueError(f"its name {name!r} is not lower-case words with dashes, or is taken")
    if type(version) is not int or version < 1:
        raise ValueError(f"its version {version!r} is no whole number from 1 on")
    found: Reader = reader
    return found


def _held(loaded: _Loaded, reading: object, source: Path) -> Reading:
    """The reading, its materials named for the plugin.

    Raises:
        TypeError: it is no reading.
        ValueError: its materials are not what lies in the source.
        CaptureError: a file of the source cannot be read.
    """
    if not isinstance(reading, Reading):
        raise TypeError(f"it gave {type(reading).__name__}, not a Reading")
    origins = {material.origin for material in reading.materials}
    if loose := [claim.pointer for claim in reading.claims if claim.origin not in origins]:
        raise ValueError(f"{loose[0]} cites a material that it does not hand over")
    return replace(reading, materials=tuple(_true(loaded, m, source) for m in reading.materials))


def _true(loaded: _Loaded, material: Material, source: Path) -> Material:
    raw = material.raw
    if raw is not None and (canonical.sha256(raw), len(raw)) != (material.sha256, material.size):
        raise ValueError(f"{material.origin}: digest or size is not that of its bytes")
    if material.observed != material.origin.startswith(_OBSERVED):
        raise ValueError(f"{material.origin}: what is observed, and only that, goes under {_OBSERVED}")
    if not material.observed and not _lies_there(material, source):
        raise ValueError(f"{material.origin}: no file of the source has this name and these bytes")
    return replace(
        material, extractor=loaded.reader.name, extractor_version=loaded.reader.version,
        plugins=(loaded.plugin,),
    )  # fmt: skip


def _lies_there(material: Material, source: Path) -> bool:
    whole = material.original or material
    for path in walk.files(source):
        if walk.relative(path, source) == material.origin:
            found = taking.digest(path, material.origin)
            return (found.sha256, found.size) == (whole.sha256, whole.size)
    return False
