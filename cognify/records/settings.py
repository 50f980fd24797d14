"""`cognify.yaml`: which inventory this is, and how it is kept. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cognify import strictyaml
from cognify.errors import MalformedRecord
from cognify.records import schema

NAME = "cognify.yaml"
KEEP_BELOW = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """The inventory's own description; `keep_below` is in bytes."""

    inventory: str
    name: str
    origin: str
    branch: str
    frameworks: tuple[str, ...]
    keep_below: int
    keep_data: bool


def parse(raw: bytes, *, where: str = NAME) -> Settings:
    """The settings in *raw*.

    Raises:
        MalformedRecord: `yaml-…` for the bytes, `settings-schema` for the content.
    """
    data: Any = strictyaml.load(raw, where=where)
    problems = schema.validate("inventory", data, where)
    if problems:
        raise MalformedRecord(
            f"{problems[0].pointer}: {problems[0].what}",
            where=where,
            fix="see `cognify schema inventory`",
            id="settings-schema",
        )
    capture: Mapping[str, Any] = data.get("capture", {})
    return Settings(
        inventory=data["inventory"],
        name=data["name"],
        origin=data["origin"],
        branch=data.get("branch", "main"),
        frameworks=tuple(data.get("frameworks", ())),
        keep_below=capture.get("keep_below", KEEP_BELOW),
        keep_data=capture.get("keep_data", False),
    )
