"""What is stated after sealing, and about the inventory itself: amendments, ends, keys, exceptions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cognify import canonical
from cognify.approvals import Entered
from cognify.approvals.rules import CONDITION
from cognify.errors import ApprovalRefused, ConfigurationError
from cognify.inventory import Version
from cognify.records import policy as policies
from cognify.records.policy import Key, Login, Person
from cognify.records.statement import Statement
from cognify.stating.desk import Desk, Prepared, Signer, envelope, ready, refuse, said_by

MEANINGS = {
    "finding.explain": "I explain what was found in {version} at {where}, and answer for what I say.",
    "amend": "I amend {version}: what was sealed stays as it is, and reads with what I say here.",
    "supersede": "{version} is superseded by {by}.",
    "model.withdraw": "{version} is withdrawn: it may not be used from now on.",
    "exception.grant": "I grant this exception until {expires}, and answer for it.",
    "key.retire": "From here on the key {key} of {holder} signs nothing more.",
    "key.compromise": "The key {key} of {holder} is not believed from place {since} of the log on.",
    "redact": "I agree that {name} is removed; its digest stays.",
}
_TAKEN_ON = "I have read the conditions on which {version} was approved, and take them on."


def about_version(
    desk: Desk, kind: str, version: Version, signer: Signer, role: str, extra: dict[str, Any], *,
    comment: str, at: datetime,
) -> Prepared:  # fmt: skip
    """State *kind* (amend, supersede, model.withdraw) about *version* as it was sealed.

    Raises:
        ApprovalRefused: `not-sealed`, or a rule of the kind refuses it.
    """
    course = desk.proceedings.course(version)
    if not course.sealed_digest:
        raise ApprovalRefused(
            f"{version} is not sealed", where=version.prefix,
            fix="before it is sealed, reject it or propose it anew", id="not-sealed",
        )  # fmt: skip
    by = extra.get("by", {})
    meaning = MEANINGS[kind].format(version=version, by=f"{by.get('model')} {by.get('version')}")
    predicate = {
        **envelope(desk.examination, desk.policy, meaning, at),
        **extra,
        **said_by(signer, role, comment),
        "model": version.model,
        "record": course.history[0].verified.statement.record,
        "version": version.version,
    }
    return _refused(
        desk, Statement(kind, version.manifest, course.sealed_digest, predicate), version.statements
    )


def acknowledge(
    desk: Desk, version: Version, signer: Signer, role: str, *, comment: str, at: datetime
) -> tuple[Prepared, tuple[Entered, ...]]:
    """Take on every condition of the approvals of *version* that nobody has taken on; and which those are.

    Raises:
        ApprovalRefused: `nothing-to-acknowledge`, `acknowledged-by-another`, or another rule refuses it.
    """
    course = desk.proceedings.course(version)
    waiting = course.open_conditions()
    if not waiting:
        raise ApprovalRefused(
            f"no approval of {version} waits for a condition to be acknowledged", where=version.statements,
            fix="nothing is to be done; `cognify status` says what is still needed",
            id="nothing-to-acknowledge",
        )  # fmt: skip
    named = ", ".join(sorted(e.path.rpartition("/")[2] for e in waiting))
    predicate = {
        **envelope(desk.examination, desk.policy, _TAKEN_ON.format(version=version), at),
        **said_by(signer, role, comment),
        "explanation": "Each condition is known to me, and I see to it that it is kept.",
        "finding": {"id": CONDITION, "where": named},
        "model": version.model,
        "parents": sorted(entered.sha256 for entered in waiting),
        "record": course.history[0].verified.statement.record,
        "version": version.version,
    }
    digest = waiting[0].verified.statement.digest
    stated = Statement("finding.explain", version.manifest, digest, predicate)
    return _refused(desk, stated, version.statements), waiting


def explain(
    desk: Desk, version: Version, signer: Signer, role: str, finding: tuple[str, str], text: str, *,
    comment: str, at: datetime,
) -> Prepared:  # fmt: skip
    """Explain *finding*, its id and the pointer that it is about, in the bytes of *version* as they stand.

    Nothing is taken away by it: the finding is shown with it for ever.

    Raises:
        ApprovalRefused: `not-proposed`, or the bytes are not the ones that were proposed last or sealed
            (`subject-digest-mismatch`).
    """
    course = desk.proceedings.course(version)
    digest = canonical.sha256(desk.inventory.manifest_bytes(version))
    proposals = [e for e in course.history if e.verified.statement.kind == "record.propose"]
    if not proposals:
        raise ApprovalRefused(
            "nothing is proposed, so its bytes may change under the explanation", where=version.prefix,
            fix="run `cognify propose` first", id="not-proposed",
        )  # fmt: skip
    id, where = finding
    predicate = {
        **envelope(desk.examination, desk.policy, MEANINGS["finding.explain"].format(
            version=version, where=where), at),
        **said_by(signer, role, comment),
        "explanation": text,
        "finding": {"id": id, "where": where},
        "model": version.model,
        # So that no order of sequencing can put it before what it is about.
        "parents": sorted(e.sha256 for e in proposals if e.verified.statement.digest == digest)[-1:],
        "record": proposals[0].verified.statement.record,
        "version": version.version,
    }  # fmt: skip
    return _refused(
        desk, Statement("finding.explain", version.manifest, digest, predicate), version.statements
    )


def about_inventory(
    desk: Desk, kind: str, signer: Signer, role: str, extra: dict[str, Any], *, comment: str, at: datetime,
    words: dict[str, Any], subject: tuple[str, str] | None = None,
) -> Prepared:  # fmt: skip
    """State *kind* about the inventory: about the policy in force, unless *subject* names another file."""
    name, digest = subject or (policies.file_name(desk.policy.version), desk.policy.sha256)
    predicate = {
        **envelope(desk.examination, desk.policy, MEANINGS[kind].format(**words), at),
        **extra,
        **said_by(signer, role, comment),
    }
    return _refused(desk, Statement(kind, name, digest, predicate), "statements/")


def key_named(desk: Desk, mark: str) -> tuple[Person, Key | Login]:
    """The person and the key or login, of any policy version, that *mark* stands for.

    Raises:
        ConfigurationError: `key-unknown`.
    """
    for policy in desk.proceedings.policies.values():
        person = policy.holder(mark)
        if person is not None:
            return person, next(way for way in person.ways if way.mark == mark)
    raise ConfigurationError(
        f"no policy lists a key or login {mark}", where=None,
        fix="take it from `cognify policy show`", id="key-unknown",
    )  # fmt: skip


def affected(desk: Desk, mark: str, since: int) -> tuple[str, ...]:
    """The statements that fall when the key *mark* is not believed from *since* on, in sentences."""
    said = []
    for version, course in sorted(desk.proceedings.courses.items(), key=lambda item: str(item[0])):
        for entered in course.history:
            if entered.signed_by(mark, since):
                stated = entered.verified.statement
                place = "not sequenced yet" if entered.seq is None else f"leaf {entered.seq}"
                said.append(f"{version}: {stated.kind} by {stated.person} as {stated.role}, {place}")
    return tuple(said)


def _refused(desk: Desk, stated: Statement, folder: str) -> Prepared:
    prepared = ready(stated, folder)
    refuse(desk, prepared)
    return prepared
