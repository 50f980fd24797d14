"""What each version uses: data sets, base models, files and agreements; and whom a recall of one reaches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cognify.inventory import Version
from cognify.register.entry import Entry, listed

_PREFIX = re.compile(r"(?:sha256:)?([0-9a-f]{12,64})\Z")
_KINDS = (
    ("data", "datasets", "data set", ("id", "version", "digest", "manifest")),
    ("model", "artifacts", "file", ("path", "digest")),
    ("data", "agreements", "agreement", ("id", "document_digest")),
    ("dependencies", "upstream", "dependency", ("name",)),
)
_BUILT_ON = ("base model", "dependency")
_BASE = ("id", "revision", "digest")


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that a version uses: what kind, what it is called there, and at which place of which file.

    `through` is the version by which it is reached, where it is not used itself.
    """

    kind: str
    value: str
    where: str
    through: str = ""

    def as_json(self) -> dict[str, str | None]:
        """The published shape."""
        return {"kind": self.kind, "value": self.value, "where": self.where, "through": self.through or None}


@dataclass(frozen=True, slots=True)
class Thing:
    """A data set or base model, under one name and digest, and the versions that use it."""

    kind: str
    name: str
    digest: str
    users: tuple[Version, ...]

    @property
    def asked(self) -> str:
        """What `--uses` is asked for it: the digest, where there is one."""
        return self.digest or self.name


def uses(entry: Entry) -> Iterator[Use]:
    """All that the card and the lock of *entry* name; a card that cannot be believed is looked into as well.

    Too many rather than too few: whoever recalls something has to hear of a version that may hold it.
    """
    for section, name, kind, keys in _KINDS:
        for place, thing in listed(entry.data, section, name):
            yield from _named(kind, f"{entry.version.card}#{place}", thing, keys)
    base = _mapping(_mapping(entry.data.get("model")).get("base"))
    yield from _named("base model", f"{entry.version.card}#/model/base", base, _BASE)
    for id, artifact in entry.lock.artifacts.items() if entry.lock else ():
        at = f"{entry.version.lock}#/artifacts/{id}"
        names = (artifact.path, artifact.uri, artifact.origin, artifact.sha256)
        yield from (Use("file", value, at) for value in dict.fromkeys(filter(None, names)))


def _named(kind: str, place: str, thing: Mapping[str, Any], keys: Iterable[str]) -> Iterator[Use]:
    for key in keys:
        value = thing.get(key)
        if isinstance(value, str):
            yield Use(kind, value, f"{place}/{key}")


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def affected(named: Mapping[Version, tuple[Use, ...]], asked: str) -> dict[Version, tuple[Use, ...]]:
    """Each version that uses what *asked* names, and how; then those built on the files of such a one.

    A name has to be the same, or a file's last part; a digest may be cut to 12 digits or more. What was
    built on a version is what has its released files, or names it, as base model or as dependency.
    """
    found = {version: hits for version, used in named.items()
             if (hits := tuple(use for use in used if _is(use, asked)))}  # fmt: skip
    built = dict[str, list[tuple[Version, Use]]]()
    for version, used in named.items():
        for use in used:
            if use.kind in _BUILT_ON:
                built.setdefault(use.value, []).append((version, use))
    waiting = list(found)
    for version in waiting:  # grows as it goes
        upon = dict[Version, tuple[Use, ...]]()
        for value in dict.fromkeys((*_released(named[version]), *_names(version))):
            for other, use in built.get(value, ()):
                through = Use(use.kind, use.value, use.where, str(version))
                upon[other] = (*upon.get(other, ()), through)
        new = {other: hits for other, hits in upon.items() if other not in found}
        found |= new
        waiting += new
    return found


def _names(version: Version) -> tuple[str, ...]:
    """What another card may call *version*; its model alone stands for all of its versions."""
    model, number = version
    return model, f"{model} {number}", f"{model}/{number}", f"{model}@{number}", f"{model}-{number}"


def _released(used: Iterable[Use]) -> Iterator[str]:
    """The digests of the files that a version was released with."""
    yield from (use.value for use in used
                if "#/model/artifacts/" in use.where and use.where.endswith("/digest"))  # fmt: skip


def _is(use: Use, asked: str) -> bool:
    prefix = _PREFIX.match(asked)
    if prefix and _PREFIX.match(use.value) and use.value.removeprefix("sha256:").startswith(prefix[1]):
        return True
    return use.value == asked or (use.kind == "file" and use.value.rpartition("/")[2] == asked)


def things(named: Mapping[Version, tuple[Use, ...]]) -> tuple[Thing, ...]:
    """Every data set and base model, those that most versions use first."""
    users = dict[tuple[str, str, str], dict[Version, None]]()
    for version, used in named.items():
        for key in _together(used):
            users.setdefault(key, {})[version] = None
    found = (Thing(*key, tuple(versions)) for key, versions in users.items())
    return tuple(sorted(found, key=lambda one: (-len(one.users), one.kind, one.name, one.digest)))


def _together(used: Iterable[Use]) -> Iterator[tuple[str, str, str]]:
    """Kind, name (with its revision) and digest of each data set and base model of one version."""
    entries = dict[tuple[str, str], dict[str, str]]()
    for use in used:
        place, _, key = use.where.rpartition("/")
        if use.kind in ("data set", "base model"):
            entries.setdefault((use.kind, place), {})[key] = use.value
    for (kind, _), keys in entries.items():
        revision = keys.get("revision") or keys.get("version")
        name = keys.get("id", "without a name") + (f" @ {revision}" if revision else "")
        yield kind, name, keys.get("digest", "")
