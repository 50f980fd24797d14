"""Folders in a store, and names with `*`: every object under the address, listed once, each streamed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cognify.errors import CognifyError
from cognify.hashing import Hashing
from cognify.readers import remote, tabular, walk
from cognify.readers.data_files import DataFiles, plain_name, stem_of, whole
from cognify.readers.reading import Reading, joined
from cognify.readers.remote import Address

MAX_OBJECTS = 1000


@dataclass(frozen=True, slots=True)
class Folder:
    """Everything under *at*, an address with a slash behind; with a *pattern* what is called so in it."""

    at: Address
    pattern: str = ""


def is_folder(source: str) -> bool:
    """Whether an address names more than one object."""
    return remote.is_address(source) and (source.endswith("/") or "*" in source)


def folder(text: str) -> Folder:
    """The folder that the address *text* names.

    Raises:
        ConfigurationError: `address-refused`: as `remote.address`; a whole store, the web, which lists
            nothing, or a `*` before the last part of the name.
    """
    place, _, pattern = text.rpartition("/")
    found = remote.address(f"{place}/x")
    listable = not found.store.startswith(("http:", "https:")) and len(found.name.parts) > 1
    if not listable or "*" in place or "**" in pattern or re.search(r"[?#\[]", pattern):
        raise remote.refused("an address that names no single object, and no folder in a store")
    at = found.written.removesuffix("x")
    return Folder(Address(at, at, found.store), pattern)


def taken(wanted: Folder, hashing: Hashing) -> Reading:
    """Every object of the folder, by digest; shards of one table are one data set, as on a disk.

    Raises:
        CaptureError: `capture-failed`: nothing there, or more than 1,000 objects; `run-unreadable`.
        ConfigurationError: `remote-missing`, `address-refused`: an object whose name no address can be.
        SurroundingsError: `unreachable`.
    """
    held = {each: remote.fetched(each, hashing) for each in _listed(wanted)}
    tables: dict[tuple[Any, ...], list[Address]] = defaultdict(list)
    for each in held:
        if remote.is_data(each):
            tables[whole(each.name)].append(each)
    plain = tuple(remote.material_of(each, held[each]) for each in held if not remote.is_data(each))
    return joined([Reading(plain), *_described(wanted, tables, held)])


def _described(
    wanted: Folder, tables: dict[tuple[Any, ...], list[Address]], held: dict[Address, tabular.Table]
) -> Iterator[Reading]:
    names = set[str]()
    for (parent, _, kind), shards in tables.items():
        name = stem_of(shards[0].name.name)
        if name in names:
            inner = parent.relative_to(wanted.at.name).parts
            name = plain_name("-".join((*inner, name, kind)))
        names.add(name)
        yield DataFiles().described(
            tuple(remote.material_of(each, held[each]) for each in shards), [each.name for each in shards],
            [held[each] for each in shards], name, wanted.at.written,
        )  # fmt: skip


def _listed(wanted: Folder) -> list[Address]:
    """The objects, the outer ones first; what a folder on a disk would leave out is left out here."""
    system, path = remote.system_of(wanted.at)
    fits = re.compile(".*".join(map(re.escape, wanted.pattern.split("*"))), re.DOTALL)
    found = list[str]()
    try:
        depth = 1 if wanted.pattern else None
        for place, _, files in system.walk(path, maxdepth=depth, on_error="raise"):
            inner = f"{place.rstrip('/')}/".partition(f"{path.strip('/')}/")[2]
            if any(map(walk.hidden, inner.split("/"))):
                continue
            found += [inner + name for name in files if name and (not wanted.pattern or fits.fullmatch(name))]
            if len(found) > MAX_OBJECTS:
                what = f"more than {MAX_OBJECTS} objects lie there"
                raise remote.failed(what, wanted.at, "name a folder inside, or single objects")
    except CognifyError:
        raise
    except FileNotFoundError:
        found = []
    except Exception as error:  # each protocol has its own, and what they say may quote a key
        raise remote.unreachable(error, wanted.at) from None
    if not found:
        raise remote.failed("no object lies there", wanted.at, "look at the name, and at the store")
    ordered = sorted(found, key=lambda name: (name.count("/"), name))
    return [_single(f"{wanted.at.written}{name}") for name in ordered]


def _single(text: str) -> Address:
    found = remote.address(text)
    if any(mark in text for mark in "?#*"):
        raise remote.refused("an object's name that would be read as a query or a pattern")
    return found
