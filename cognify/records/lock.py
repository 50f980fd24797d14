"""evidence.lock.json: the artifacts of a version, and one citation for every machine value. Pure.

Locators (`at`) and transforms (`via`) belong to a small grammar that is kept for ever, `replay: 1`;
`replay` evaluates it. This module holds its shape only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cognify import canonical
from cognify.errors import MalformedRecord
from cognify.records import schema
from cognify.records.manifest import safe_path

NAME = "evidence.lock.json"
MEASURED, COMPUTED, DERIVED, DECLARED = "measured", "computed", "derived", "declared"


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """What an artifact was before rules changed it: SHA-256 and size of the original, and the rules.

    Empty and 0 where they are withheld, since they would confirm a guess at what was taken out.
    """

    rules: tuple[str, ...]
    sha256: str
    bytes: int

    @property
    def sentence(self) -> str:
        """What a reader of the citation is told."""
        if not self.sha256:
            return f"scrubbed ({', '.join(self.rules)}); its original's digest is withheld"
        return f"scrubbed ({', '.join(self.rules)}), original sha256 {self.sha256}, {self.bytes} bytes"

    def as_json(self) -> dict[str, Any]:
        """Its entry in the artifact."""
        original = {"bytes": self.bytes, "sha256": self.sha256} if self.sha256 else {}
        return {"rules": list(self.rules), **original}


@dataclass(frozen=True, slots=True)
class Artifact:
    """One captured file, by digest; `path` where the inventory holds it, `uri` where it does not.

    Of the latter `custodian` says who holds it, where anybody said so.
    `plugins` are distribution and version of what looked into it beside Cognify's own readers.
    """

    sha256: str
    bytes: int
    media: str
    origin: str
    extractor: str
    extractor_version: int
    path: str | None = None
    uri: str | None = None
    run: str | None = None
    scrubbed: Scrubbed | None = None
    plugins: tuple[tuple[str, str], ...] = ()
    custodian: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The artifact's entry in the lock."""
        scrubbed = self.scrubbed.as_json() if self.scrubbed else None
        plugins = [{"distribution": name, "version": version} for name, version in self.plugins]
        optional = {"path": self.path, "uri": self.uri, "run": self.run, "scrubbed": scrubbed,
                    "plugins": plugins or None, "custodian": self.custodian}  # fmt: skip
        return {
            "bytes": self.bytes,
            "extractor": self.extractor,
            "extractor_version": self.extractor_version,
            "media": self.media,
            "origin": self.origin,
            "sha256": self.sha256,
            **{name: value for name, value in optional.items() if value is not None},
        }


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a card value comes from: an artifact and a locator, or other values of the card."""

    kind: str
    via: str
    artifact: str = ""
    at: str = ""
    raw: str = ""
    inputs: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The citation's entry in the lock; its kind is the key `class` there."""
        if self.kind == DERIVED:
            return {"class": self.kind, "inputs": list(self.inputs), "via": self.via}
        return {
            "at": self.at, "class": self.kind, "from": self.artifact, "raw": self.raw,
            "via": self.via,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lock:
    """The lock of one version: artifacts by short id, citations by JSON Pointer into the card."""

    model: str
    version: str
    artifacts: Mapping[str, Artifact] = field(default_factory=dict)
    values: Mapping[str, Citation] = field(default_factory=dict)
    generator: str = "0.1.0"

    def cited(self, pointer: str) -> str | None:
        """The pointer that is cited for the value at *pointer*: its own, or that of the whole it is in."""
        while pointer and pointer not in self.values:
            pointer = pointer.rpartition("/")[0]
        return pointer or None

    def to_bytes(self) -> bytes:
        """The lock as it is stored: sorted, indented by one, so that a diff reads well."""
        return canonical.pretty(
            {
                "artifacts": {id: artifact.as_json() for id, artifact in self.artifacts.items()},
                "generator": {"name": "cognify", "version": self.generator},
                "lock": 1,
                "model": self.model,
                "replay": 1,
                "values": {at: citation.as_json() for at, citation in self.values.items()},
                "version": self.version,
            }
        )


def parse(raw: bytes, *, where: str) -> Lock:
    """The lock in *raw*.

    Raises:
        MalformedRecord: `json-…` for the bytes, `lock-schema` for the content, or
            `lock-newer` for a replay grammar that this version does not know.
    """
    data: Any = canonical.loads_pretty(raw, where=where)
    if isinstance(data, dict) and isinstance(data.get("replay"), int) and data["replay"] > 1:
        raise _malformed("lock-newer", f"it uses replay grammar {data['replay']}", where)
    problems = schema.validate("lock", data, where, without_floats=True)
    if problems:
        raise _malformed("lock-schema", f"{problems[0].pointer}: {problems[0].what}", where)
    for id, entry in data["artifacts"].items():
        # `datasets/../..` would read, and print, what lies outside the inventory.
        if not safe_path(entry.get("path", "evidence")):
            raise _malformed("lock-schema", f"/artifacts/{id}/path: a path that climbs", where)
    artifacts = {id: _artifact(entry) for id, entry in data["artifacts"].items()}
    values = {at: _citation(entry) for at, entry in data["values"].items()}
    for pointer, citation in values.items():
        if citation.kind != DERIVED and citation.artifact not in artifacts:
            raise _malformed("lock-schema", f"{pointer} cites no known artifact", where)
    return Lock(data["model"], data["version"], artifacts, values, data["generator"]["version"])


def _artifact(entry: Mapping[str, Any]) -> Artifact:
    return Artifact(
        sha256=entry["sha256"],
        bytes=entry["bytes"],
        media=entry["media"],
        origin=entry["origin"],
        extractor=entry["extractor"],
        extractor_version=entry["extractor_version"],
        path=entry.get("path"),
        uri=entry.get("uri"),
        run=entry.get("run"),
        scrubbed=_scrubbed(entry["scrubbed"]) if "scrubbed" in entry else None,
        plugins=tuple((plugin["distribution"], plugin["version"]) for plugin in entry.get("plugins", ())),
        custodian=entry.get("custodian"),
    )


def _scrubbed(entry: Mapping[str, Any]) -> Scrubbed:
    return Scrubbed(tuple(entry["rules"]), entry.get("sha256", ""), entry.get("bytes", 0))


def _citation(entry: Mapping[str, Any]) -> Citation:
    if entry["class"] == DERIVED:
        return Citation(DERIVED, entry["via"], inputs=tuple(entry["inputs"]))
    return Citation(entry["class"], entry["via"], entry["from"], entry["at"], entry["raw"])


def _malformed(id: str, what: str, where: str) -> MalformedRecord:
    fix = "capture the version again, or verify with a newer version of Cognify"
    return MalformedRecord(what, where=where, fix=fix, id=id)
