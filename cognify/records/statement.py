"""What a person, or automation, states: in-toto Statement v1 with one subject. Pure.

A statement about a version has MANIFEST.sha256 as its subject, so that names and contents are
bound through it; one about the inventory names the file it concerns.
The bytes that are signed are RFC 8785; a statement that is not byte-for-byte its own canonical
form is refused, so two readers can never see two meanings in one signature.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cognify import canonical
from cognify.errors import MalformedRecord
from cognify.records import schema, sshkey

TYPE = "https://in-toto.io/Statement/v1"
PREDICATE = "https://cognify.dev/predicate/"
MAX_BYTES = 256 * 1024

VERSION_KINDS = frozenset(
    {
        "run.record", "plan.register", "record.propose", "signoff.approve", "signoff.reject",
        "signoff.withdraw", "finding.explain", "amend", "supersede", "model.withdraw",
        "monitor.report",
    }
)  # fmt: skip
INVENTORY_KINDS = frozenset(
    {"genesis", "policy.update", "exception.grant", "key.retire", "key.compromise", "redact"}
)
AUTOMATION_KINDS = frozenset({"seal", "heartbeat", "control.snapshot"})
CLAIM_KINDS = frozenset({"seal", "heartbeat"})
SIGNOFF_KINDS = frozenset({"signoff.approve", "signoff.reject", "signoff.withdraw"})
KINDS = VERSION_KINDS | INVENTORY_KINDS | AUTOMATION_KINDS

_TOKEN = object()
_HEX = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True, slots=True)
class Anchor:
    """The last checkpoint that the signer had seen: the lower bound of the statement's time."""

    origin: str
    size: int
    root: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A parsed statement. Parsed is not verified: see `signing.open_statement`."""

    kind: str
    subject: str
    digest: str
    predicate: Mapping[str, Any]

    @property
    def inventory(self) -> str:
        """The id of the inventory that the statement belongs to."""
        return str(self.predicate["inventory"])

    @property
    def person(self) -> str:
        """Who states it, by the policy's id; empty for automation."""
        return str(self.predicate.get("person", ""))

    @property
    def role(self) -> str:
        """As what they state it."""
        return str(self.predicate.get("role", ""))

    @property
    def signer(self) -> str:
        """The key or login that signs it, by its mark (`policy.Person.marks`); empty for automation."""
        return str(self.predicate.get("signer", ""))

    @property
    def model(self) -> str:
        """The model; empty for a statement about the inventory."""
        return str(self.predicate.get("model", ""))

    @property
    def version(self) -> str:
        """The model's version; empty for a statement about the inventory."""
        return str(self.predicate.get("version", ""))

    @property
    def record(self) -> str:
        """The opaque record id that the leaf carries; `inventory` for the inventory itself."""
        return str(self.predicate.get("record", "inventory"))

    @property
    def meaning(self) -> str:
        """The sentence that the person agreed to."""
        return str(self.predicate["meaning"])

    @property
    def parents(self) -> tuple[str, ...]:
        """SHA-256 of the statements that this one acts on."""
        return tuple(self.predicate.get("parents", ()))

    @property
    def policy_version(self) -> int:
        """The policy version that the statement cites."""
        return int(self.predicate["policy"]["version"])

    @property
    def policy_sha256(self) -> str:
        """The digest of the policy file that the statement cites."""
        return str(self.predicate["policy"]["sha256"])

    @property
    def after(self) -> Anchor:
        """The checkpoint that the signer had seen."""
        after = self.predicate["after"]
        return Anchor(after["origin"], after["size"], after["root"])

    @property
    def conditions(self) -> tuple[str, ...]:
        """What the approval depends on."""
        return tuple(self.predicate.get("conditions", ()))

    @property
    def expires(self) -> str:
        """The day the statement ends (ISO 8601 date), or empty."""
        return str(self.predicate.get("expires", ""))

    def as_json(self) -> dict[str, Any]:
        """The in-toto Statement as data."""
        return {
            "_type": TYPE,
            "predicate": {**self.predicate, "kind": self.kind},
            "predicateType": f"{PREDICATE}{self.kind}/v1",
            "subject": [{"digest": {"sha256": self.digest}, "name": self.subject}],
        }

    def to_bytes(self) -> bytes:
        """The RFC 8785 bytes that are signed, stored, and named by digest."""
        return canonical.dumps(self.as_json())

    def file_name(self, sha256: str) -> str:
        """Where the statement lies in its `statements/` folder: kind, person, eight digits."""
        middle = f".{self.person}" if self.person else ""
        return f"{self.kind}{middle}.{sha256[:8]}.json"


def namespace(kind: str) -> str:
    """The SSHSIG namespace of *kind*: a signature for one purpose never serves another."""
    return f"{kind}.v1@cognify.dev"


@dataclass(frozen=True, slots=True)
class Parsed:
    """A statement with the very bytes that say it and their digest. Only `read` makes one.

    So that what was parsed to find its place need not be parsed again to verify its signature.
    """

    statement: Statement
    raw: bytes
    sha256: str
    _made_by: object

    def __post_init__(self) -> None:
        if self._made_by is not _TOKEN:
            raise TypeError("only statement.read makes a Parsed")


def read(raw: bytes, *, where: str) -> Parsed:
    """`parse`, and the bytes and their digest beside it."""
    return Parsed(parse(raw, where=where), raw, canonical.sha256(raw), _TOKEN)


def parse(raw: bytes, *, where: str) -> Statement:
    """The statement that *raw* is, if it is canonical and complete.

    Raises:
        MalformedRecord: `json-…` and `not-jcs` for the bytes, `digest-format` and `digest-algo`
            for the subject, `statement-schema` for everything else.
    """
    data: Any = canonical.loads_canonical(raw, where=where, max_bytes=MAX_BYTES)
    _check_subject(data, where)
    problems = schema.validate("statement", data, where, without_floats=True)
    if problems:
        raise _malformed("statement-schema", f"{problems[0].pointer}: {problems[0].what}", where)
    predicate = dict(data["predicate"])
    kind = predicate.pop("kind")  # the schema has tied it to predicateType
    _check_days(predicate, where)
    key = predicate.get("key")
    if isinstance(key, str) and not sshkey.is_whole(key):
        raise _malformed("statement-schema", "/predicate/key: not an SSH public key", where)
    subject = data["subject"][0]
    return Statement(kind, subject["name"], subject["digest"]["sha256"], predicate)


def _check_subject(data: object, where: str) -> None:
    # in-toto lets a digest set match if *any* digest does; here sha256 is the one that counts,
    # so a set without it, or with others beside it, is refused before the schema looks.
    subjects = data.get("subject") if isinstance(data, dict) else None
    for subject in subjects if isinstance(subjects, list) else ():
        digest = subject.get("digest") if isinstance(subject, dict) else None
        if not isinstance(digest, dict):
            continue
        if set(digest) != {"sha256"}:
            raise _malformed("digest-algo", f"a digest by {sorted(digest)}, not sha256", where)
        if not isinstance(digest["sha256"], str) or not _HEX.match(digest["sha256"]):
            raise _malformed("digest-format", "a sha256 that is not 64 lower-case digits", where)


def _check_days(predicate: Mapping[str, Any], where: str) -> None:
    # A pattern lets the 30th of February through; expiry is computed from these two.
    try:
        datetime.fromisoformat(predicate["stated_at"])
        date.fromisoformat(predicate.get("expires", "2000-01-01"))
    except ValueError:
        raise _malformed("statement-schema", "/predicate: a day that does not exist", where) from None


def _malformed(id: str, what: str, where: str) -> MalformedRecord:
    return MalformedRecord(
        what, where=where, fix="state it again with cognify; never edit a statement", id=id
    )
