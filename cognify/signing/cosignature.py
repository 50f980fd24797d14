"""Witnesses: what C2SP tlog-cosignature (`cosignature/v1`) and tlog-policy say, and who is believed.

A cosignature states that, at a time, this was the largest tree of the log that the witness had
seen, and that it continued every one before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from cognify.errors import LedgerInconsistent, MalformedRecord
from cognify.records.checkpoint import NoteSignature, SignedNote
from cognify.signing import ed25519
from cognify.signing.note import ED25519, key_hash, parse_vkey

COSIGNATURE = b"\x04"
MOST = 64
"""How many witnesses, groups and logs a policy may name (tlog-policy asks for at least 32)."""
_LATEST = datetime(9999, 12, 31, tzinfo=UTC).timestamp()


@dataclass(frozen=True, slots=True)
class Witness:
    """One witness: what the policy file calls it, its key name, its key, and where to ask it."""

    label: str
    name: str
    public: bytes
    url: str | None

    def cosigned(self, note: SignedNote, *, where: str) -> datetime | None:
        """When this witness cosigned *note*, latest first; None if it did not.

        Raises:
            LedgerInconsistent: `witness-bad-signature`, a line that claims to be by its key and
                does not verify (signed-note, "Verifying": that rejects the whole note).
        """
        id = key_hash(self.name, COSIGNATURE, self.public)
        mine = [s for s in note.signatures if (s.name, s.key_hash) == (self.name, id)]
        return max((self._time(line, note, where) for line in mine), default=None)

    def _time(self, line: NoteSignature, note: SignedNote, where: str) -> datetime:
        seconds = int.from_bytes(line.signature[:8], "big")
        message = b"cosignature/v1\ntime %d\n" % seconds + note.text
        if seconds > _LATEST or not ed25519.holds(self.public, line.signature[8:], message):
            raise LedgerInconsistent(
                f"the line of the witness {self.name} does not verify", where=where,
                fix="take the checkpoint from another clone or a package, and compare",
                id="witness-bad-signature",
            )  # fmt: skip
        return datetime.fromtimestamp(seconds, UTC)


@dataclass(frozen=True, slots=True)
class Group:
    """So many of these members (labels of witnesses or groups) must have cosigned."""

    need: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WitnessPolicy:
    """Whom a checkpoint must be cosigned by: witnesses, groups of them, and the quorum's label."""

    logs: tuple[tuple[str, bytes], ...]
    witnesses: tuple[Witness, ...]
    groups: Mapping[str, Group]
    quorum: str

    def since(self, times: Mapping[str, datetime]) -> datetime | None:
        """Since when the quorum is met, given who cosigned when (by label); None if it is not.

        With `quorum none` it is met by nobody, and proves no time.
        """
        return self._since(self.quorum, times)

    def _since(self, label: str, times: Mapping[str, datetime]) -> datetime | None:
        group = self.groups.get(label)
        if group is None:
            return times.get(label)
        # The k-th latest: so many vouch for it, and no member more can push the time later.
        found = [time for member in group.members if (time := self._since(member, times))]
        return sorted(found, reverse=True)[group.need - 1] if len(found) >= group.need else None

    @property
    def demands(self) -> bool:
        """Whether any cosignature is asked for at all."""
        return self.quorum != "none"


def parse_policy(raw: bytes, *, where: str) -> WitnessPolicy:
    """The witness policy in *raw* (C2SP tlog-policy, "Policy file syntax and structure").

    Raises:
        MalformedRecord: `witness-policy` for the syntax, `bad-key` for a key.
    """
    parsed = _Parsing(where)
    if any((octet < 0x20 and octet not in b"\t\n") or octet == 0x7F for octet in raw):
        raise parsed.fault(0, "a control character")
    if raw and not raw.endswith(b"\n"):
        raise parsed.fault(raw.count(b"\n") + 1, "the last line has no newline")
    # Latin-1 keeps every octet apart: names are opaque octets here, not text.
    for number, line in enumerate(raw.decode("latin-1").split("\n"), 1):
        words = [word for word in re.split(r"[ \t]+", line) if word]
        if words and not words[0].startswith("#"):
            parsed.line(number, words)
    if parsed.quorum is None:
        raise parsed.fault(0, "there is no quorum line")
    return WitnessPolicy(tuple(parsed.logs), tuple(parsed.witnesses.values()), parsed.groups, parsed.quorum)


class _Parsing:
    """A witness policy while it is read, line by line."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.logs: list[tuple[str, bytes]] = []
        self.witnesses: dict[str, Witness] = {}
        self.groups: dict[str, Group] = {}
        self.members: set[str] = set()
        self.quorum: str | None = None

    def line(self, number: int, words: list[str]) -> None:
        match words:
            case ["log", vkey, *rest] if len(rest) < 2:
                self._log(number, vkey)
            case ["witness", label, vkey, *rest] if len(rest) < 2:
                self._witness(number, label, vkey, rest[0] if rest else None)
            case ["group", label, need, *members] if members:
                self._group(number, label, need, members)
            case ["quorum", label]:
                self._quorum(number, label)
            case _:
                raise self.fault(number, f"not a line of a witness policy: {' '.join(words)[:60]!r}")
        if max(len(self.logs), len(self.witnesses), len(self.groups)) > MOST:
            raise self.fault(number, f"more than {MOST} logs, witnesses or groups")

    def _log(self, number: int, vkey: str) -> None:
        log = parse_vkey(_text(vkey), algorithm=ED25519, where=f"{self.where}:{number}")
        if any(log[1] == other for _, other in self.logs):
            raise self.fault(number, "the same log key twice")
        self.logs.append(log)

    def _witness(self, number: int, label: str, vkey: str, url: str | None) -> None:
        self._fresh(number, label)
        name, public = parse_vkey(_text(vkey), algorithm=COSIGNATURE, where=f"{self.where}:{number}")
        if any(public == other.public for other in self.witnesses.values()):
            raise self.fault(number, "the same witness key twice")
        self.witnesses[label] = Witness(label, name, public, _text(url) if url else None)

    def _group(self, number: int, label: str, need: str, members: list[str]) -> None:
        self._fresh(number, label)
        for member in members:
            if member not in self.witnesses and member not in self.groups:
                raise self.fault(number, f"no witness or group is called {member} above")
            if member in self.members:
                raise self.fault(number, f"{member} is a member twice")
            self.members.add(member)
        asked = {"any": 1, "all": len(members)}.get(need)
        if asked is None and re.fullmatch(r"[1-9][0-9]{0,3}", need, re.ASCII):
            asked = int(need)
        if asked is None or asked > len(members):
            raise self.fault(number, f"{need} of {len(members)} members")
        self.groups[label] = Group(asked, tuple(members))

    def _quorum(self, number: int, label: str) -> None:
        if self.quorum is not None:
            raise self.fault(number, "a second quorum line")
        if label != "none" and label not in self.witnesses and label not in self.groups:
            raise self.fault(number, f"no witness or group is called {label} above")
        self.quorum = label

    def _fresh(self, number: int, label: str) -> None:
        if label == "none" or label in self.witnesses or label in self.groups:
            raise self.fault(number, f"the name {label} is taken")

    def fault(self, number: int, what: str) -> MalformedRecord:
        return MalformedRecord(
            f"not a witness policy: {what}", where=f"{self.where}:{number}" if number else self.where,
            fix="write it in the syntax of C2SP tlog-policy", id="witness-policy",
        )  # fmt: skip


def _text(word: str) -> str:
    return word.encode("latin-1").decode("utf-8", "replace")
