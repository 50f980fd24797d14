"""What stands behind one card value: the same answer for `cognify why`, the site and the package."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cognify import replay
from cognify.errors import ConfigurationError, ReplayError
from cognify.records.lock import DERIVED, Artifact, Citation, Lock
from cognify.strictyaml import Document

AROUND = 160
"""How many bytes before and after a token an excerpt shows."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A card value, its citation, and the bytes around the token; `token` is its place in `excerpt`."""

    pointer: str
    value: Any
    citation: Citation
    artifact: Artifact | None
    excerpt: str = ""
    token: tuple[int, int] | None = None

    @property
    def inputs(self) -> tuple[str, ...]:
        """The card values that a derived one was computed from."""
        return self.citation.inputs

    def parts(self) -> tuple[str, str, str]:
        """The excerpt before, in and after the token."""
        start, end = self.token or (0, 0)
        return self.excerpt[:start], self.excerpt[start:end], self.excerpt[end:]

    def as_json(self) -> dict[str, Any]:
        """The published shape of `why --format json`."""
        artifact = self.artifact
        return {
            "pointer": self.pointer,
            "value": _plain(self.value),
            "class": self.citation.kind,
            "artifact": artifact and {
                "path": artifact.path or artifact.uri, "sha256": artifact.sha256,
                **({"scrubbed": artifact.scrubbed.as_json()} if artifact.scrubbed else {}),
            },
            "at": self.citation.at,
            "raw": self.citation.raw,
            "via": self.citation.via,
            "excerpt": self.excerpt,
        }  # fmt: skip


def explain(card: Document, lock: Lock, pointer: str, read: Callable[[Artifact], bytes | None]) -> Explained:
    """Why the card says what it says at *pointer*; the citation is replayed.

    A part of what is cited as a whole, such as the end of an interval, is explained with the whole.

    Raises:
        ConfigurationError: `not-cited`, nothing is cited there.
        ReplayError: the evidence does not give the value.
    """
    whole = lock.cited(pointer) if pointer in card else None
    if whole is None:
        raise _not_cited(card, lock, pointer)
    pointer, citation = whole, lock.values[whole]
    value = replay.exact(card, pointer)
    if citation.kind == DERIVED:
        inputs = [replay.exact(card, source) for source in citation.inputs]
        _hold(pointer, value, replay.derive.apply(citation.via, inputs, citation.via), card)
        return Explained(pointer, value, citation, None)
    artifact = lock.artifacts[citation.artifact]
    raw = read(artifact)
    if raw is None:
        return Explained(pointer, value, citation, artifact)
    found = replay.find(citation.at, raw)
    _hold(pointer, value, replay.transform.apply(citation.via, found, citation.at), card)
    excerpt, token = _excerpt(raw, found)
    return Explained(pointer, value, citation, artifact, excerpt, token)


def _hold(pointer: str, value: Any, expected: Any, card: Document) -> None:
    """Refuse to explain a value that its evidence does not give."""
    if not replay.same(value, expected):
        raise ReplayError(
            f"{pointer} is {value}; its evidence says {expected}",
            where=card.where, fix="let `cognify fill` put the cited value back", id="field-provenance",
        )  # fmt: skip


def _excerpt(raw: bytes, found: replay.Found) -> tuple[str, tuple[int, int]]:
    """The bytes around the token as text; a token without a place of its own stands alone."""
    if found.end == 0:
        return found.raw, (0, len(found.raw))
    before = raw[max(0, found.start - AROUND) : found.start].decode("utf-8", "replace")
    inside = raw[found.start : found.end].decode("utf-8", "replace")
    after = raw[found.end : found.end + AROUND].decode("utf-8", "replace")
    return before + inside + after, (len(before), len(before) + len(inside))


def _not_cited(card: Document, lock: Lock, pointer: str) -> ConfigurationError:
    if pointer in card:
        value = replay.exact(card, pointer)
        if isinstance(value, dict) and value.get("state") == "pending":
            return ConfigurationError(
                f"{pointer} is pending: nobody has answered it yet", where=card.where,
                fix=f"{value.get('reason', '')} Answer it in the card", id="not-cited",
            )  # fmt: skip
        below = sorted(p for p in lock.values if p.startswith(f"{pointer}/"))
        fix = f"ask for one of the values in it: {', '.join(below[:5])}" if below else (
            "a person wrote it: `git log` says who, and the sign-offs say who stands by it"
        )  # fmt: skip
        what = f"{pointer} is in the card, and cites no evidence"
    else:
        what, fix = (
            f"there is no {pointer or 'such value'} in the card",
            "name a JSON Pointer such as /training/run_id",
        )
    return ConfigurationError(what, where=card.where, fix=fix, id="not-cited")


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value
