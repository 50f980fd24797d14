"""State something: prepare the exact bytes, check that this person may, sign, and write both files.

What is signed is shown before it is signed; what was refused leaves nothing behind.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cognify import canonical, privacy, strictyaml
from cognify.approvals import Proceedings, standing
from cognify.errors import ApprovalRefused, ConfigurationError, RecordError, SurroundingsError
from cognify.git import Repository
from cognify.inventory import BUNDLE, LOG_BRANCH, SIGNATURE, Inventory, Version, WorkTree, is_statement
from cognify.ledger import tip
from cognify.records import plan
from cognify.records import policy as policies
from cognify.records import statement as statements
from cognify.records.policy import Person, Policy
from cognify.records.statement import Statement
from cognify.verification.examination import Examination, Source
from cognify.verification.procedure import survey
from cognify.verification.reading import thresholds

MEANINGS: Mapping[str, str] = {
    "record.propose": "I propose {version} for sign-off at tier {tier}. Its bytes are complete as "
    "they stand, and I have named everyone who contributed.",
    "signoff.approve": "As {role} I reviewed {version} exactly as its bytes stand, and I approve it.",
    "signoff.reject": "As {role} I reviewed {version} exactly as its bytes stand, and I reject it.",
    "signoff.withdraw": "As {role} I withdraw what I stated about {version} before.",
    "genesis": "I begin this inventory under policy 1 and the trust files that it binds.",
}


_MOST_PARENTS = 1024
"""What the statement's schema allows."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement ready to be shown and signed: its bytes, and where they will lie."""

    statement: Statement
    path: str
    raw: bytes
    sha256: str

    @property
    def namespace(self) -> str:
        """The SSHSIG namespace to sign it in."""
        return statements.namespace(self.statement.kind)


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs, and the mark of the key or login that they do it with: the statement names both."""

    person: Person
    mark: str


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything known when a person sits down to sign: files, log, policy, what was stated before."""

    tree: WorkTree
    inventory: Inventory
    examination: Examination
    proceedings: Proceedings

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.proceedings.policy

    def signer(self, mark: str, *, newer: Policy | None = None) -> Signer:
        """Whose key or login *mark* stands for, by the policy in force, else by *newer*.

        Raises:
            ApprovalRefused: `identity-not-a-person`, `key-compromised`, `key-not-valid-at`.
        """
        person = self.policy.holder(mark) or (newer.holder(mark) if newer else None)
        place = policies.file_name(self.policy.version)
        if person is None:
            raise ApprovalRefused(
                f"nobody in policy {self.policy.version} signs with {mark}", where=place,
                fix="sign with a key or login exactly as the policy lists it", id="identity-not-a-person",
            )  # fmt: skip
        for refusal in self.proceedings.distrusts(mark, person.id):
            raise ApprovalRefused(refusal.what, where=place, fix=refusal.fix, id=refusal.id)
        return Signer(person, mark)


def sit_down(tree: WorkTree, repository: Repository, *, at: datetime) -> Desk:
    """Open the desk over the work tree: the log as it is, and every statement merged or drafted.

    Raises:
        SurroundingsError: `log-missing`, so that nothing can be embedded in what is signed.
        ApprovalRefused: the log or the inventory's foundations do not verify: nothing is signed on
            them.
    """
    log = tip(repository)
    if log is None:
        raise SurroundingsError(
            "the log branch is not here", where=LOG_BRANCH,
            fix="fetch it: `git fetch origin cognify-log:cognify-log`", id="log-missing",
        )  # fmt: skip
    examination = survey(Source(tree, log, log_commit=log.commit), at)
    for found in examination.findings:
        if found.id == "sigstore-missing":
            # Else what others signed with their logins would seem not to be there.
            raise SurroundingsError(found.what, where=found.where, fix=found.fix, id=found.id)
    if examination.proceedings is None or examination.log_broken:
        first = examination.findings[0]
        raise ApprovalRefused(
            f"the inventory does not verify: {first.what}",
            where=first.where, fix=first.fix or "run `cognify verify`", id=first.id,
        )  # fmt: skip
    return Desk(tree, Inventory(tree), examination, examination.proceedings)


def record_id(desk: Desk, version: Version) -> tuple[str, str]:
    """The record id and tier that the card states.

    Raises:
        RecordError: `tier-missing`, the card does not say both.
    """
    card = strictyaml.load(desk.tree.read(version.card), where=version.card)
    section = card.get("record") if isinstance(card, dict) else None
    said: Mapping[str, Any] = section if isinstance(section, dict) else {}
    if not isinstance(said.get("id"), str) or said.get("tier") not in policies.TIERS:
        raise RecordError(
            "the card does not state its record id and tier",
            where=f"{version.card}#/record",
            fix=f"set record.tier to one of {', '.join(policies.TIERS)}",
            id="tier-missing",
        )
    return str(said["id"]), str(said["tier"])


def role_of(desk: Desk, person: Person, role: str | None, version: Version | None) -> str:
    """The role in which *person* signs: the one asked for, or the only one that fits.

    Raises:
        ConfigurationError: `role-ambiguous`, several fit and none was named.
    """
    if role is not None:
        return role
    fitting = person.roles
    if version is not None:
        rule = desk.policy.rule_for(desk.proceedings.tier(version))
        asked = {q.role for q in (*rule.all_of, *rule.any_of)} if rule else set()
        fitting = tuple(r for r in person.roles if r in asked) or person.roles
    if len(fitting) > 1:
        raise ConfigurationError(
            f"{person.name} holds {', '.join(fitting)}",
            where=None, fix="say in which role you sign: --role ROLE", id="role-ambiguous",
        )  # fmt: skip
    return fitting[0]


def propose(
    desk: Desk,
    version: Version,
    signer: Signer,
    *,
    role: str,
    contributors: tuple[tuple[str, str], ...],
    manifest: bytes,
    comment: str,
    at: datetime,
) -> Prepared:
    """Propose *version* with the bytes that *manifest* freezes. Whoever proposes is a contributor."""
    _, tier = record_id(desk, version)
    own = tuple((signer.person.id, part) for part in ("author", "evidence-author", "trainer"))
    named = sorted(set(own if not contributors else (own[0], *contributors)))
    extra: dict[str, Any] = {
        "contributors": [{"part": part, "person": who} for who, part in named],
        "tier": tier,
    }
    _refuse_unplanned(desk, version)
    _refuse_again(desk, version, canonical.sha256(manifest), {**extra, "comment": comment})
    # It acts on everything stated before, so that no order of sequencing can put it earlier.
    before = sorted(entered.sha256 for entered in desk.proceedings.course(version).history)
    if before:
        extra["parents"] = before[-_MOST_PARENTS:]
    return _prepare(desk, "record.propose", version, signer, role, manifest, extra, comment, at)


def _refuse_unplanned(desk: Desk, version: Version) -> None:
    """Thresholds that were registered before are the card's, or it is not proposed."""
    registered = desk.proceedings.course(version).plan
    if registered is None:
        return
    held = thresholds(strictyaml.read(desk.tree.read(version.card), where=version.card))
    difference = plan.difference(plan.registered(registered.verified.statement.predicate), held)
    if difference:
        raise ApprovalRefused(
            difference, where=f"{version.card}#/evaluation/thresholds", id="thresholds-not-as-planned",
            fix="let the card hold what was registered, or register anew: `cognify state plan`",
        )  # fmt: skip


def _refuse_again(desk: Desk, version: Version, digest: str, extra: Mapping[str, Any]) -> None:
    """A second proposal of the very same would only void the sign-offs that were given."""
    course = desk.proceedings.course(version)
    if course.proposal is None or course.open_rejections():
        return
    last = course.proposal.verified.statement
    same = all(last.predicate.get(key, "") == value for key, value in extra.items())
    if same and last.digest == digest and last.policy_version == desk.policy.version:
        raise ConfigurationError(
            f"these very bytes of {version} are proposed already", where=course.proposal.path,
            fix="nothing is to be done; a second proposal would void the approvals given so far",
            id="already-proposed",
        )  # fmt: skip


def sign_off(
    desk: Desk,
    kind: str,
    version: Version,
    signer: Signer,
    *,
    role: str,
    comment: str,
    conditions: tuple[str, ...],
    expires: str,
    at: datetime,
) -> Prepared:
    """Approve, reject or withdraw: about the bytes that were proposed last, and only about them."""
    course = desk.proceedings.course(version)
    if course.proposal is None:
        raise ApprovalRefused(
            f"{version} is not proposed", where=version.prefix,
            fix="its engineer runs `cognify propose` first", id="not-proposed",
        )  # fmt: skip
    manifest = desk.inventory.manifest_bytes(version)
    stored = desk.tree.read(version.manifest)
    if manifest != stored or canonical.sha256(stored) != course.proposal.verified.statement.digest:
        raise ApprovalRefused(
            "the files are not the ones that were proposed", where=version.prefix,
            fix="restore them, or let the engineer propose again", id="subject-digest-mismatch",
        )  # fmt: skip
    if kind == "signoff.approve":
        _refuse_twice(desk, version, signer.person, (role, conditions, expires), at)
    parents = [course.proposal.sha256]
    if kind == "signoff.withdraw":
        parents = [
            e.sha256 for e in (*course.approvals, *course.rejections)
            if e.verified.person.id == signer.person.id and e.sha256 not in course.withdrawn
        ]  # fmt: skip
    extra: dict[str, Any] = {"parents": sorted(parents)}
    if conditions:
        extra["conditions"] = list(conditions)
    if expires:
        extra["expires"] = expires
    return _prepare(desk, kind, version, signer, role, stored, extra, comment, at)


def _refuse_twice(
    desk: Desk, version: Version, person: Person, same: tuple[object, ...], at: datetime
) -> None:
    """An approval that counts is not given again; one with other terms, or for one too old, is."""
    course, rule = desk.proceedings.course(version), desk.policy.rule_for(desk.proceedings.tier(version))
    counted = standing(course, rule, desk.policy, at, desk.examination.log.size)[0] if rule else []
    for entered in (*counted, *course.open_conditions()):
        stated = entered.verified.statement
        if (stated.person, stated.role) == (person.id, same[0]) and stated.conditions and not same[1]:
            # Else a condition would be dropped by approving twice, perhaps by accident.
            raise ConfigurationError(
                f"{person.name} has approved {version} as {stated.role} on a condition", where=entered.path,
                fix="to approve it without, take the first one back: `cognify withdraw`; then approve again",
                id="already-approved",
            )  # fmt: skip
        if stated.person == person.id and (stated.role, stated.conditions, stated.expires) == same:
            raise ConfigurationError(
                f"{person.name} has approved {version} as {stated.role} already", where=entered.path,
                fix="nothing is to be done; `cognify status` says who is still needed",
                id="already-approved",
            )  # fmt: skip


def _prepare(
    desk: Desk, kind: str, version: Version, signer: Signer, role: str, manifest: bytes,
    extra: Mapping[str, Any], comment: str, at: datetime,
) -> Prepared:  # fmt: skip
    record, tier = record_id(desk, version)
    meaning = MEANINGS[kind].format(version=version, role=role, tier=tier)
    predicate = {
        **envelope(desk.examination, desk.policy, meaning, at),
        **extra,
        **said_by(signer, role, comment),
        "model": version.model,
        "record": record,
        "version": version.version,
    }
    stated = Statement(kind, version.manifest, canonical.sha256(manifest), predicate)
    prepared = ready(stated, version.statements)
    refuse(desk, prepared)
    return prepared


def envelope(x: Examination, policy: Policy, meaning: str, at: datetime) -> dict[str, Any]:
    """What every statement says: inventory, policy, the checkpoint seen, the meaning, the clock."""
    log = x.log
    return {
        "after": {
            "origin": x.inventory.settings.origin,
            "root": base64.b64encode(log.root()).decode(),
            "size": log.size,
        },
        "inventory": x.inventory.settings.inventory,
        "meaning": meaning,
        "policy": {"sha256": policy.sha256, "version": policy.version},
        "stated_at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def said_by(signer: Signer, role: str, comment: str) -> dict[str, Any]:
    """What a statement says of whoever makes it: person, role, key or login, and their remark."""
    remark = {"comment": comment} if comment else {}
    return {"person": signer.person.id, "role": role, "signer": signer.mark, **remark}


def ready(stated: Statement, folder: str) -> Prepared:
    """*stated* as bytes with their place, read back as strictly as any verifier will read them."""
    raw = stated.to_bytes()
    sha256 = canonical.sha256(raw)
    path = folder + stated.file_name(sha256)
    return Prepared(statements.parse(raw, where=path), path, raw, sha256)


def refuse(desk: Desk, prepared: Prepared) -> None:
    """Refuse to have signed what would not stand once it is merged, or tells a secret for ever."""
    if privacy.masked(said := prepared.raw.decode(), {privacy.CREDENTIALS}) != said:
        raise ConfigurationError(
            "it holds what looks like a credential, and what is signed is never removed",
            where=prepared.path, fix="say it without; if it is a secret, revoke it", id="secret-found",
        )  # fmt: skip
    refusals = desk.proceedings.refusals(prepared.statement, prepared.path)
    if refusals:
        first = refusals[0]
        raise ApprovalRefused(first.what, where=prepared.path, fix=first.fix, id=first.id)


def write(
    tree: WorkTree,
    prepared: Prepared,
    sign: Callable[[bytes, str], bytes],
    *,
    frozen: Mapping[str, bytes] | None = None,
    suffix: str = SIGNATURE,
) -> tuple[str, ...]:
    """Sign *prepared*, then write what it freezes, its signature and itself; returns the paths.

    *suffix* is what the signature's file is called by: an SSHSIG's or a bundle's.

    The signature is written first: a run that is killed in between leaves a signature without a
    statement, which says nothing, and the next run removes it.
    """
    folder = prepared.path.rpartition("/")[0] + "/"
    for path in tree.paths(folder):
        statement = path.removesuffix(SIGNATURE).removesuffix(BUNDLE)
        if statement != path and is_statement(statement) and not tree.exists(statement):
            tree.remove(path)
    signature = sign(prepared.raw, prepared.namespace)
    # Nothing at all is written before there is a signature: a wrong passphrase freezes no version.
    beside = {**(frozen or {}), prepared.path + suffix: signature}
    for path, raw in {**beside, prepared.path: prepared.raw}.items():
        tree.write(path, raw)
    return prepared.path, prepared.path + suffix, *(frozen or {})
