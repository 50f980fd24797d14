"""Where one crime is committed: a copy, what the inventory holds that is worth attacking, and chance."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from cognify import canonical
from cognify.git.copies import Copy
from cognify.inventory import LOG_BRANCH, SIGNATURE, Version
from cognify.records.leaf import Leaf
from cognify.signing.note import LogSigner
from cognify.verification import Verification

T = TypeVar("T")


class Skipped(Exception):
    """The inventory, or whoever runs the drill, lacks what a crime needs; the message says what."""


@dataclass(frozen=True)
class Place:
    """One copy of the inventory that *known* verified, with the log's key if the runner holds it."""

    copy: Copy
    known: Verification
    chance: Random
    scratch: Path
    signer: LogSigner | None = None
    clues: dict[str, str] = field(default_factory=dict)

    def read(self, path: str) -> bytes:
        """The bytes at *path* in the inventory as it was verified."""
        return self.known.inventory.files.read(path)

    def change(self, path: str, raw: bytes) -> None:
        """Commit *raw* at *path* on the protected branch."""
        self.copy.commit(self.copy.branch, {path: raw})

    def remove(self, *paths: str) -> None:
        """Commit the removal of *paths* on the protected branch."""
        self.copy.commit(self.copy.branch, {}, drop=paths)

    def log(self, files: dict[str, bytes], *, drop: tuple[str, ...] = (), orphan: bool = False) -> None:
        """Commit *files* on the log branch; *orphan*: in place of all its history."""
        self.copy.commit(LOG_BRANCH, files, drop=drop, orphan=orphan)

    def sealed(self) -> Version:
        """A sealed version."""
        found = [record.version for record in self.known.records if record.sealed_at is not None]
        return self.any(found, "no version is sealed")

    def statement(self, kind: str = "signoff.approve") -> str:
        """Where a sequenced statement of *kind* about a version lies."""
        found = [s.path for r in self.known.records for s in r.trail if s.kind == kind and s.seq is not None]
        return self.any(found, f"no {kind} is sequenced")

    def by_key(self) -> str:
        """A sequenced approval that an SSH key signed."""
        found = [s.path for r in self.known.records for s in r.trail if s.kind == "signoff.approve"
                 and s.seq is not None and self.known.inventory.files.exists(s.path + SIGNATURE)]  # fmt: skip
        return self.any(found, "no approval was signed with a key")

    def evidence(self, version: Version) -> str:
        """A captured file of *version*."""
        found = [p for p in self.known.inventory.files.paths(f"{version.prefix}evidence/") if self.read(p)]
        return self.any(found, f"{version} has no evidence in the inventory")

    def any(self, choices: list[T], otherwise: str) -> T:
        """One of *choices*, by chance; there being none, the crime is skipped: *otherwise* says why."""
        if not choices:
            raise Skipped(otherwise)
        return self.chance.choice(choices)

    def log_key(self) -> LogSigner:
        """The log's own key."""
        if self.signer is None:
            raise Skipped("whoever runs the drill does not hold the log's key")
        return self.signer

    def one_byte(self, raw: bytes, of: Callable[[int], bool] = lambda byte: True) -> bytes:
        """*raw* with one byte, for which *of* holds, replaced by its neighbour."""
        at = self.any([i for i, byte in enumerate(raw) if of(byte)], "no byte fits")
        return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]

    def stranger(self) -> Path:
        """A throw-away SSH key that nobody's policy knows."""
        from cryptography.hazmat.primitives import serialization as ser
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        path = self.scratch / "stranger"
        path.touch(mode=0o600)
        key = Ed25519PrivateKey.generate()
        path.write_bytes(key.private_bytes(ser.Encoding.PEM, ser.PrivateFormat.OpenSSH, ser.NoEncryption()))
        return path

    def restated(self, path: str, **changes: Any) -> tuple[str, bytes]:
        """The statement at *path* with other words in its predicate: its new path and bytes."""
        data: dict[str, Any] = json.loads(self.read(path))
        data["predicate"].update(changes)
        raw = canonical.dumps(data)
        folder, _, name = path.rpartition("/")
        stem = name.removesuffix(".json").rpartition(".")[0]
        return f"{folder}/{stem}.{canonical.sha256(raw)[:8]}.json", raw


def chained(entries: list[Leaf]) -> list[Leaf]:
    """*entries* with place and link made right again."""
    done: list[Leaf] = []
    for seq, leaf in enumerate(entries):
        prev = canonical.sha256(done[-1].line()) if done else "0" * 64
        done.append(Leaf(leaf.kind, prev, leaf.record, seq, leaf.sha256, leaf.size))
    return done
