"""The policy: who the people are, which keys and roles they hold, and who must sign what. Pure.

One immutable file per version, `policy/0001.yaml` and on.
Default-deny: what no rule allows cannot be signed or sealed.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from cognify import canonical, strictyaml
from cognify.errors import MalformedRecord
from cognify.records import assurance, materiality, schema, sshkey
from cognify.records.assurance import Assurance
from cognify.records.statement import INVENTORY_KINDS, VERSION_KINDS

TIERS = ("low", "medium", "high")
SIGNED_KINDS = VERSION_KINDS | INVENTORY_KINDS
_FILE = re.compile(r"policy/([0-9]{4})\.yaml\Z")


@dataclass(frozen=True, slots=True)
class Key:
    """One way a person signs: an SSH public key (`type base64`), touch demanded or not."""

    ssh: str
    touch: bool = False

    @property
    def blob(self) -> str:
        """The key material in base64: what makes two keys the same key, whatever their comments."""
        return self.ssh.split()[1]

    @property
    def mark(self) -> str:
        """The fingerprint, as `ssh-keygen -l` prints it."""
        digest = hashlib.sha256(base64.b64decode(self.blob)).digest()
        return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Login:
    """One way a person signs: who an identity provider says they are, exactly as a certificate does."""

    issuer: str
    identity: str

    @property
    def mark(self) -> str:
        """Identity and issuer in one line."""
        return f"{self.identity} ({self.issuer})"


@dataclass(frozen=True, slots=True)
class Person:
    """A human who signs; counted once, however many keys they hold."""

    id: str
    name: str
    roles: tuple[str, ...]
    keys: tuple[Key, ...]
    logins: tuple[Login, ...] = ()

    @property
    def ways(self) -> tuple[Key | Login, ...]:
        """Every way in which they sign."""
        return (*self.keys, *self.logins)

    @property
    def marks(self) -> tuple[str, ...]:
        """What each of their ways to sign is known by."""
        return tuple(way.mark for way in self.ways)


@dataclass(frozen=True, slots=True)
class Quorum:
    """So many different people in this role."""

    role: str
    min: int


@dataclass(frozen=True, slots=True)
class Rule:
    """What a version of these tiers needs before it may be sealed, and how often it is reviewed then."""

    tiers: tuple[str, ...]
    all_of: tuple[Quorum, ...]
    any_of: tuple[Quorum, ...]
    excluded: tuple[str, ...]
    max_age_days: int | None
    level: str | None
    review_days: int | None = None


@dataclass(frozen=True)
class Policy:
    """One version of the policy, with the digest of the bytes it was read from."""

    version: int
    sha256: str
    previous: str | None
    inventory: str
    profile: str
    expires: str | None
    people: Mapping[str, Person]
    exclusive_roles: tuple[frozenset[str], ...]
    rules: tuple[Rule, ...]
    change: Quorum | None
    trust: Mapping[str, str]
    data: Mapping[str, Any] = field(repr=False, compare=False)

    @cached_property
    def assurance(self) -> Assurance:
        """What it asks of timestamp authorities and witnesses, and how fresh the log must be."""
        return assurance.of(self.data, self.trust)

    def rule_for(self, tier: str) -> Rule | None:
        """The rule that governs *tier*; None means that nothing of that tier can be sealed."""
        return next((rule for rule in self.rules if tier in rule.tiers), None)

    def holders(self, role: str) -> tuple[Person, ...]:
        """Everyone who holds *role*, by id."""
        return tuple(p for _, p in sorted(self.people.items()) if role in p.roles)

    def holder(self, mark: str) -> Person | None:
        """The one person who signs with the key or login that *mark* stands for."""
        return next((p for p in self.people.values() if mark in p.marks), None)

    def person_of_key(self, blob: str) -> Person | None:
        """The one person whose key material *blob* (base64) is."""
        return self._holders.get(blob)

    @cached_property
    def _holders(self) -> Mapping[str, Person]:
        """Key material to the first person who lists it: asked once for every signature."""
        holders: dict[str, Person] = {}
        for person in self.people.values():
            for key in person.keys:
                holders.setdefault(key.blob, person)
        return holders

    def person_of_login(self, login: Login) -> Person | None:
        """The one person whose login this is: identity and issuer, exactly."""
        return next((p for p in self.people.values() if login in p.logins), None)


def file_name(version: int) -> str:
    """The path of policy *version* in the inventory."""
    return f"policy/{version:04d}.yaml"


def signers_file(version: int) -> str:
    """Where the keys of policy *version* lie for `ssh-keygen -Y verify`.

    One file for each version: what was signed under version 1 is checked with the keys of version 1.
    """
    return "trust/allowed_signers" if version == 1 else f"trust/allowed_signers.{version:04d}"


def allowed_signers(policy: Policy) -> bytes:
    """The bytes of `signers_file`, generated: what `ssh-keygen -Y verify` needs to check a statement."""
    namespaces = ",".join(f"{kind}.v1@cognify.dev" for kind in sorted(SIGNED_KINDS))
    lines = [
        f'{person.id} namespaces="{namespaces}" {key.ssh}\n'
        for person in policy.people.values()
        for key in person.keys
    ]
    head = f"# generated from {file_name(policy.version)}; for ssh-keygen -Y verify\n"
    return (head + "".join(sorted(lines))).encode()


def version_of(path: str) -> int | None:
    """The version that a policy path names, or None if it is not one."""
    match = _FILE.match(path)
    return int(match[1]) if match else None


def parse(raw: bytes, *, where: str) -> Policy:
    """The policy in *raw*.

    Raises:
        MalformedRecord: `yaml-…` for the bytes; `policy-schema` for a rule that could not mean
            what it says: a threshold below 1, a role that nobody holds, a key with two owners,
            a person who holds two exclusive roles.
    """
    data: Any = strictyaml.load(raw, where=where)
    problems = schema.validate("policy", data, where)
    if problems:
        raise _malformed(f"{problems[0].pointer}: {problems[0].what}", where)
    policy = _policy(data, canonical.sha256(raw))
    _check_sense(policy, where)
    return policy


def _policy(data: Mapping[str, Any], sha256: str) -> Policy:
    change = data.get("policy_change")
    return Policy(
        version=data["version"],
        sha256=sha256,
        previous=data["previous"]["sha256"] if "previous" in data else None,
        inventory=data["inventory"],
        profile=data.get("profile", "custom"),
        expires=data.get("expires"),
        people={id: _person(id, person) for id, person in data["people"].items()},
        exclusive_roles=tuple(frozenset(roles) for roles in data.get("exclusive_roles", ())),
        rules=tuple(_rule(rule) for rule in data["signoff"]),
        change=Quorum(change["role"], change["min"]) if change else None,
        trust={path: entry["sha256"] for path, entry in data.get("trust", {}).items()},
        data=data,
    )


def _person(id: str, data: Mapping[str, Any]) -> Person:
    keys = tuple(Key(k["ssh"], k.get("touch", False)) for k in data["keys"] if "ssh" in k)
    named = (k["sigstore"] for k in data["keys"] if "sigstore" in k)
    logins = tuple(Login(login["issuer"], login["identity"]) for login in named)
    return Person(id, data["name"], tuple(data["roles"]), keys, logins)


def _rule(data: Mapping[str, Any]) -> Rule:
    return Rule(
        tiers=tuple(data["tiers"]),
        all_of=tuple(Quorum(q["role"], q["min"]) for q in data.get("all_of", ())),
        any_of=tuple(Quorum(q["role"], q["min"]) for q in data.get("any_of", ())),
        excluded=tuple(data.get("not", ())),
        max_age_days=data.get("max_age_days"),
        level=data.get("level"),
        review_days=data.get("review_days"),
    )


def _check_sense(policy: Policy, where: str) -> None:
    try:
        date.fromisoformat(policy.expires or "2000-01-01")
    except ValueError:
        raise _malformed(f"/expires: there is no day {policy.expires}", where) from None
    owners: dict[str | Login, str] = {}
    for person in policy.people.values():
        ways: tuple[str | Login, ...] = (*(key.blob for key in person.keys), *person.logins)
        for way in ways:
            owner = owners.setdefault(way, person.id)
            if owner != person.id:
                raise _malformed(f"{owner} and {person.id} have the same key or login", where)
        for key in person.keys:
            if not sshkey.is_whole(key.ssh):
                raise _malformed(f"a key of {person.id} is not an SSH public key: {key.ssh[:40]}", where)
        for roles in policy.exclusive_roles:
            both = roles.intersection(person.roles)
            if len(both) > 1:
                raise _malformed(f"{person.id} holds {' and '.join(sorted(both))}", where, "exclusive-roles")
    nonsense = assurance.contradiction(policy.assurance, policy.trust) or materiality.nonsense(policy.data)
    if nonsense:
        raise _malformed(nonsense, where)
    tiers = [tier for rule in policy.rules for tier in rule.tiers]
    if len(tiers) != len(set(tiers)):
        raise _malformed("two sign-off rules for one tier", where)
    for rule in policy.rules:
        if not rule.all_of and not rule.any_of:
            raise _malformed("a sign-off rule that asks nobody", where)
    quorums = [q for rule in policy.rules for q in (*rule.all_of, *rule.any_of)]
    for quorum in (*quorums, *((policy.change,) if policy.change else ())):
        if len(policy.holders(quorum.role)) < quorum.min:
            raise _malformed(
                f"{quorum.min} of role {quorum.role} are needed, and fewer people hold it", where
            )


def broken_succession(earlier: Sequence[Policy], newer: Policy) -> tuple[str, str] | None:
    """Why *newer* cannot follow the versions *earlier*: (finding id, what), or None if it can.

    It says nothing about whether anyone agreed to it.
    """
    older = earlier[-1]
    if newer.version != older.version + 1:
        return "policy-gap", f"version {newer.version} cannot follow version {older.version}"
    if newer.inventory != older.inventory:
        return "policy-rollback", f"a policy of {newer.inventory}"
    if newer.previous != older.sha256:
        return "policy-previous-mismatch", f"it follows another version {older.version} than the one here"
    for path, digest in older.trust.items():
        # Write-once: an old statement is checked with the trust material of its own time.
        if newer.trust.get(path) != digest:
            return "trust-changed", f"it drops or changes {path}, which version {older.version} binds"
    for person in newer.people.values():
        for mark in person.marks:
            owners = (known.holder(mark) for known in earlier)
            other = next((owner for owner in owners if owner and owner.id != person.id), None)
            if other is not None:
                return "policy-schema", f"it gives {mark} of {other.id} to {person.id}"
    return None


def _malformed(what: str, where: str, id: str = "policy-schema") -> MalformedRecord:
    return MalformedRecord(what, where=where, fix="mend the policy file before it is signed", id=id)
