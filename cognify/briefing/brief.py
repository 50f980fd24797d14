"""What changed since the last approved version, by how much it matters, and who has to look.

Only verified bytes are the basis; the version itself may be a draft. The class of each change comes
from rules that were declared before (`records.materiality`), never from what the card says of itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cognify import replay, strictyaml
from cognify.errors import ConfigurationError
from cognify.inventory import Version
from cognify.records import card as cards
from cognify.records import delta as deltas
from cognify.records import materiality
from cognify.records.alignment import Change
from cognify.records.delta import Delta, Said
from cognify.records.ordering import natural
from cognify.records.policy import Quorum, Rule
from cognify.strictyaml import Document
from cognify.verification import Approval, Verification, VerifiedRecord

_APPROVED = ("sealed", "superseded")
_LONGEST_CHAIN = 50


@dataclass(frozen=True, slots=True)
class Carried:
    """A text that stands as it stood in the version before; `since` is the first version that has it."""

    change: Change
    since: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A role that has to sign, how many holders of it, and who of them has; `choice`: or another one."""

    role: str
    min: int
    choice: bool
    holders: tuple[str, ...]
    signed_by: tuple[str, ...]


@dataclass(frozen=True)
class Brief:
    """What changed in `version` since `against`, which is None where nothing was approved before.

    `affirmed_by` are the approvals of `against` that stand: whoever last signed what was left as it was.
    """

    version: Version
    state: str
    against: VerifiedRecord | None
    delta: Delta
    carried: tuple[Carried, ...]
    affirmed_by: tuple[Approval, ...]
    said: tuple[Said, ...]
    tier: str
    depth: str
    asked: tuple[Asked, ...]

    @property
    def disputed(self) -> tuple[Said, ...]:
        """Where the card calls immaterial what the rules call material."""
        return deltas.disputed(self.delta, self.said)


def approved_before(result: Verification, version: Version) -> VerifiedRecord | None:
    """The version of the same model that was sealed last before *version*, and is not withdrawn."""
    own = result.record(version)
    bound = _order(own) if own and own.sealed_at is not None else None
    found = [
        record for record in _sealed(result, version.model)
        if record.version != version and (bound is None or _order(record) < bound)
    ]  # fmt: skip
    return found[-1] if found else None


def _order(record: VerifiedRecord) -> tuple[int, Any]:
    """Its place among what was sealed; of several that one seal holds, the name tells which came before."""
    return record.sealed_at or 0, natural(record.version.version)


def _sealed(result: Verification, model: str) -> list[VerifiedRecord]:
    """The versions of *model* that stand approved, in the order in which they were sealed."""
    found = (r for r in result.records if r.version.model == model and r.state in _APPROVED and r.trusted)
    return sorted((r for r in found if r.sealed_at is not None), key=_order)


def brief(result: Verification, version: Version, card: Document, *, against: Version | None = None) -> Brief:
    """What changed in *card*, that of *version*, since *against*, else since the last approved version.

    A card that is not the one that is merged is a draft, and nobody signed it.

    Raises:
        ConfigurationError: `record-missing`, the inventory has no *against*; `usage`, it is *version*.
        MalformedRecord: the card of *against* cannot be read.
    """
    before = _named(result, version, against) if against else approved_before(result, version)
    now = replay.exact(card, "")
    rules, depth = materiality.declared(result.policy.data if result.policy else {})
    was = _card(result, before.version) if before else {}
    found = deltas.delta(was, now, rules) if before else Delta((), ())
    record = result.record(version)
    tier = _tier(record, now, before)
    # What was signed are the bytes that are merged: of others nobody signed anything.
    files = result.inventory.files
    merged = files.exists(version.card) and files.read(version.card) == card.raw
    standing = record if record and merged else None
    rule = result.policy.rule_for(tier) if result.policy else None
    return Brief(
        version, standing.state if standing else "draft", before, found,
        _carried(result, before, found) if before else (),
        tuple(a for a in before.approvals if a.stands) if before else (),
        deltas.said(now, version.version), tier, depth[found.gravest] if before else _FIRST,
        _asked(result, rule, standing),
    )  # fmt: skip


_FIRST = "the whole record: nothing of this model was approved before"


def _named(result: Verification, version: Version, against: Version) -> VerifiedRecord:
    if against == version:
        raise ConfigurationError(
            f"{version} cannot be held against itself", where="--against", fix="name another version",
            id="usage",
        )  # fmt: skip
    record = result.record(against)
    if record is None or not result.inventory.files.exists(against.card):
        raise ConfigurationError(
            f"no card of {against} is merged", where="--against",
            fix="name a version that `cognify status` lists", id="record-missing",
        )  # fmt: skip
    return record


def _card(result: Verification, version: Version) -> Mapping[str, Any]:
    document = strictyaml.read(result.inventory.files.read(version.card), where=version.card)
    data: Mapping[str, Any] = replay.exact(document, "")
    return data


def _tier(record: VerifiedRecord | None, card: Mapping[str, Any], before: VerifiedRecord | None) -> str:
    """The tier that rules: the card's, or that of the version before where that is higher."""
    section = card.get("record")
    own = section.get("tier") if isinstance(section, Mapping) else None
    told = [record.tier if record else "", own, before.tier if before else ""]
    known = [tier for tier in told if tier in cards.TIERS]
    return max(known, key=cards.TIERS.index) if known else cards.TIERS[-1]


def _carried(result: Verification, before: VerifiedRecord, found: Delta) -> tuple[Carried, ...]:
    """How far back each text of *found* that did not change stands as it is."""
    chain = [r for r in _sealed(result, before.version.model) if _order(r) < _order(before)]
    since = {change.was_at: before.version.version for change in found.prose}
    places = {change.was_at: change.was_at for change in found.prose}
    newer = _card(result, before.version)
    for record in reversed(chain[-_LONGEST_CHAIN:]):
        older = _card(result, record.version)
        same = {change.now_at: change.was_at for change in deltas.delta(older, newer).prose}
        places = {first: same[at] for first, at in places.items() if at in same}
        since |= dict.fromkeys(places, record.version.version)
        newer = older
        if not places:
            break
    return tuple(Carried(change, since[change.was_at]) for change in found.prose)


def _asked(result: Verification, rule: Rule | None, record: VerifiedRecord | None) -> tuple[Asked, ...]:
    if rule is None or result.policy is None:
        return ()
    standing = [a.stated for a in record.approvals if a.stands and not a.waits] if record else []

    def asked(quorum: Quorum, choice: bool) -> Asked:
        assert result.policy is not None
        signed = dict.fromkeys(stated.name for stated in standing if stated.role == quorum.role)
        holders = tuple(person.name for person in result.policy.holders(quorum.role))
        return Asked(quorum.role, quorum.min, choice, holders, tuple(signed))

    return (*(asked(q, False) for q in rule.all_of), *(asked(q, True) for q in rule.any_of))


def gravest(found: Brief) -> str:
    """The gravest class of *found*, `first` where nothing was approved before."""
    return found.delta.gravest if found.against else "first"
