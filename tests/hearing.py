"""Statements in memory: made, signed by emulated security keys, opened and admitted one by one."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

from cognify import canonical
from cognify.approvals import Entered, Proceedings, Refusal, unmet
from cognify.inventory import Version
from cognify.records import policy as policies
from cognify.records.policy import Key, Policy
from cognify.signing import open_statement
from tests.hardware import SecurityKey

INVENTORY = "urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0aaa"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ROLES = {
    "mara": ["engineer"], "ines": ["model-risk", "owner"], "noor": ["model-risk"], "zoe": ["model-risk"],
    "tomas": ["compliance"], "both": ["model-risk", "compliance"],
}  # fmt: skip
RULES: list[dict[str, Any]] = [
    {"tiers": ["low"], "all_of": [{"role": "model-risk", "min": 1}, {"role": "compliance", "min": 1}],
     "not": ["author", "trainer", "evidence-author"], "max_age_days": 30},
    {"tiers": ["high"], "all_of": [{"role": "model-risk", "min": 2}, {"role": "compliance", "min": 1}]},
]  # fmt: skip


@cache
def key(person: str) -> SecurityKey:
    return SecurityKey.ed25519()


def policy(**changes: Any) -> Policy:
    people = {
        id: {"name": f"{id.title()} Größe", "roles": roles, "keys": [{"ssh": key(id).public}]}
        for id, roles in ROLES.items()
    }
    data = {"version": 1, "inventory": INVENTORY, "people": people, "signoff": RULES, **changes}
    return policies.parse(canonical.dumps(data), where="policy/0001.yaml")


class Hearing:
    """Proceedings under one policy, and the people who speak in them."""

    def __init__(self, **changes: Any) -> None:
        self.policy = policy(**changes)
        self.proceedings = Proceedings(INVENTORY, {1: self.policy})
        self.count = 0
        self.admitted(self.genesis())

    def statement(self, kind: str, person: str, role: str, **more: Any) -> Entered:
        """A signed statement of *person*; `model`, `version`, `digest`, `path`, `at` place it."""
        self.count += 1
        model, version = more.pop("model", "credit-memo"), more.pop("version", "1.0.0")
        subject = more.pop("subject", f"models/{model}/{version}/MANIFEST.sha256")
        digest, path = more.pop("digest", "1" * 64), more.pop("path", None)
        about = {} if kind == "genesis" else {
            "model": model, "version": version,
            "record": f"urn:uuid:00000000-0000-4000-8000-{canonical.sha256(f'{model} {version}'.encode())[:12]}",
        }  # fmt: skip
        predicate = {
            "after": {"origin": "cognify.dev/log/x", "root": "A" * 43 + "=", "size": 0},
            "inventory": INVENTORY, "kind": kind, "meaning": f"Ich habe {self.count} Größen geprüft.",
            "person": person, "policy": {"sha256": self.policy.sha256, "version": 1}, "role": role,
            "signer": Key(key(person).public).mark,
            "stated_at": "2026-11-23T09:00:00Z", **about, **more,
        }  # fmt: skip
        raw = canonical.dumps({
            "_type": "https://in-toto.io/Statement/v1", "predicate": predicate,
            "predicateType": f"https://cognify.dev/predicate/{kind}/v1",
            "subject": [{"digest": {"sha256": digest}, "name": subject}],
        })  # fmt: skip
        signature = key(person).sign(raw, f"{kind}.v1@cognify.dev")
        verified = open_statement(raw, signature, policy=self.policy, where="x.json")
        folder = subject.rpartition("/")[0] if kind != "genesis" else ""
        name = verified.statement.file_name(verified.sha256)
        return Entered(verified, path or f"{folder}/statements/{name}".lstrip("/"), self.count)

    def of_the_inventory(
        self, kind: str, person: str, role: str, *, subject: str, digest: str, cited: Policy | None = None,
        path: str | None = None, **more: Any,
    ) -> Entered:  # fmt: skip
        """A signed statement about the inventory, under *cited* or the policy in force."""
        self.count += 1
        policy = cited or self.policy
        predicate = {
            "after": {"origin": "cognify.dev/log/x", "root": "A" * 43 + "=", "size": 0},
            "inventory": INVENTORY, "kind": kind, "meaning": f"Ich habe {self.count} Größen geprüft.",
            "person": person, "policy": {"sha256": policy.sha256, "version": policy.version}, "role": role,
            "signer": Key(key(person).public).mark,
            "stated_at": "2026-11-23T09:00:00Z", **more,
        }  # fmt: skip
        raw = canonical.dumps({
            "_type": "https://in-toto.io/Statement/v1", "predicate": predicate,
            "predicateType": f"https://cognify.dev/predicate/{kind}/v1",
            "subject": [{"digest": {"sha256": digest}, "name": subject}],
        })  # fmt: skip
        signature = key(person).sign(raw, f"{kind}.v1@cognify.dev")
        verified = open_statement(raw, signature, policy=policy, where="x.json")
        return Entered(
            verified, path or f"statements/{verified.statement.file_name(verified.sha256)}", self.count
        )

    def seal_another(self, version: str) -> str:
        """Propose, sign off and seal *version*; returns its record id."""
        proposal = self.proposal(version=version)
        self.admitted(proposal)
        self.admitted(self.signoff("noor", version=version))
        self.admitted(self.signoff("tomas", "compliance", version=version))
        self.count += 1
        self.proceedings.seal(Version("credit-memo", version), "1" * 64, self.count)
        return proposal.verified.statement.record

    def genesis(self, person: str = "ines", role: str = "owner", **more: Any) -> Entered:
        return self.statement("genesis", person, role, **{
            "subject": "policy/0001.yaml", "digest": self.policy.sha256, "trust": {}, **more,
        })  # fmt: skip

    def proposal(self, person: str = "mara", *, tier: str = "low", **more: Any) -> Entered:
        named = more.pop("contributors", ((person, "author"),))
        contributors = [{"part": part, "person": who} for who, part in named]
        return self.statement(
            "record.propose", person, "engineer", tier=tier, contributors=contributors, **more
        )

    def signoff(
        self, person: str, role: str = "model-risk", *, kind: str = "approve", **more: Any
    ) -> Entered:
        version = Version(more.get("model", "credit-memo"), more.get("version", "1.0.0"))
        proposal = self.proceedings.course(version).proposal
        parents = more.pop("parents", (proposal,) if proposal else ())
        digest = proposal.verified.statement.digest if proposal else "1" * 64
        return self.statement(f"signoff.{kind}", person, role, **{
            "digest": digest, "parents": sorted(p.sha256 for p in parents), **more,
        })  # fmt: skip

    def admit(self, entered: Entered) -> list[str]:
        """The ids under which *entered* is refused; empty if it was admitted."""
        return [refusal.id for refusal in self.proceedings.admit(entered)]

    def admitted(self, *statements: Entered) -> Entered:
        for entered in statements:
            assert self.admit(entered) == []
        return statements[-1]

    def lacks(self, version: str = "1.0.0", *, at: datetime = NOON) -> list[str]:
        """The ids of what still keeps *version* from being sealed."""
        return [refusal.id for refusal in self.refusals(version, at=at)]

    def refusals(self, version: str = "1.0.0", *, at: datetime = NOON) -> tuple[Refusal, ...]:
        place = Version("credit-memo", version)
        return unmet(self.proceedings.course(place), self.policy, self.proceedings.tier(place), at=at)
