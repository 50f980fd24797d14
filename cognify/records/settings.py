"""`cognify.yaml`: which inventory this is, and how it is kept. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cognify import strictyaml
from cognify.errors import MalformedRecord
from cognify.records import schema

NAME = "cognify.yaml"
KEEP_BELOW = 4 * 1024 * 1024
SMALL_CELLS = 11
"""The default of CMS and of most who publish health data: groups of 10 and fewer are not shown."""


@dataclass(frozen=True, slots=True)
class Scrub:
    """A rule of what `capture` takes out: under *keys*, or what *pattern* finds, in *files* (globs)."""

    name: str
    keys: tuple[str, ...]
    pattern: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Allow:
    """Somebody's word that what looks like a credential in the files *path* (a glob) is none."""

    path: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What another system of the firm holds: requirement *number* of the pack *pack*, and where."""

    pack: str
    number: str
    where: str
    by: str
    revisit: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """The inventory's own description; `keep_below` is in bytes, `small_cells` in records."""

    inventory: str
    name: str
    origin: str
    branch: str
    frameworks: tuple[str, ...]
    keep_below: int
    keep_data: bool
    small_cells: int = SMALL_CELLS
    custodian: str | None = None
    scrub: tuple[Scrub, ...] = ()
    allow: tuple[Allow, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()


def parse(raw: bytes, *, where: str = NAME) -> Settings:
    """The settings in *raw*.

    Raises:
        MalformedRecord: `yaml-…` for the bytes, `settings-schema` for the content.
    """
    data: Any = strictyaml.load(raw, where=where)
    problems = schema.validate("inventory", data, where)
    if problems:
        raise _malformed(f"{problems[0].pointer}: {problems[0].what}", where)
    capture: Mapping[str, Any] = data.get("capture", {})
    privacy: Mapping[str, Any] = data.get("privacy", {})
    return Settings(
        inventory=data["inventory"],
        name=data["name"],
        origin=data["origin"],
        branch=data.get("branch", "main"),
        frameworks=tuple(data.get("frameworks", ())),
        keep_below=capture.get("keep_below", KEEP_BELOW),
        keep_data=capture.get("keep_data", False),
        small_cells=capture.get("small_cells", SMALL_CELLS),
        custodian=capture.get("custodian"),
        scrub=tuple(_scrub(rule, where) for rule in privacy.get("scrub", ())),
        allow=tuple(Allow(rule["path"], rule["reason"], rule["by"]) for rule in privacy.get("allow", ())),
        elsewhere=tuple(_elsewhere(held) for held in data.get("elsewhere", ())),
    )


def _elsewhere(held: Mapping[str, Any]) -> Elsewhere:
    pack, _, number = held["requirement"].partition("/")
    return Elsewhere(pack, number, held["where"], held["by"], held.get("revisit", ""))


def _scrub(rule: Mapping[str, Any], where: str) -> Scrub:
    pattern = rule.get("pattern", "")
    try:
        if pattern and re.compile(pattern).match(""):
            raise _malformed(f"privacy.scrub, {rule['name']}: a pattern that matches nothing at all", where)
    except re.error as error:
        raise _malformed(f"privacy.scrub, {rule['name']}: no regular expression: {error}", where) from None
    return Scrub(rule["name"], tuple(rule.get("keys", ())), pattern, tuple(rule.get("files", ())))


def _malformed(what: str, where: str) -> MalformedRecord:
    return MalformedRecord(what, where=where, fix="see `cognify schema inventory`", id="settings-schema")
