"""The next policy version: bound to the one in force, agreed to by its quorum, its new keys proven."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cognify import canonical, strictyaml
from cognify.approvals.adoption import new_keys
from cognify.errors import ApprovalRefused, ConfigurationError
from cognify.records import policy as policies
from cognify.records.policy import Policy
from cognify.records.statement import Statement
from cognify.stating.desk import Desk, Prepared, Signer, envelope, ready, refuse, said_by

AGREES = "I put policy {version} in force, exactly as its bytes stand."
PROVES = "I hold the new key that policy {version} lists for me."


@dataclass(frozen=True, slots=True)
class Draft:
    """The next policy version: parsed, and the files that it comes with."""

    policy: Policy
    raw: bytes
    files: dict[str, bytes]


def draft(desk: Desk, text: bytes) -> Draft:
    """Bind *text*, as a person wrote it, to the version in force and to every file under `trust/`.

    Raises:
        MalformedRecord: it is not a policy.
        ConfigurationError: `already-proposed`, the next version lies there, other or signed.
        ApprovalRefused: it cannot follow the version in force; nothing was written.
    """
    older, tree = desk.policy, desk.tree
    signers = policies.signers_file(older.version + 1)
    trust = {path: canonical.sha256(tree.read(path)) for path in tree.paths("trust/") if path != signers}
    place = policies.file_name(older.version + 1)
    keys = policies.allowed_signers(
        policies.parse(bind(text, older.inventory, trust, older.sha256), where=place)
    )
    raw = bind(text, older.inventory, {**trust, signers: canonical.sha256(keys)}, older.sha256)
    # What a run that was killed left of this very proposal, signed by nobody, is written again.
    if tree.exists(place) and (tree.read(place) != raw or older.version + 1 in desk.proceedings.adoptions):
        raise ConfigurationError(
            f"policy {older.version + 1} is proposed already", where=place, id="already-proposed",
            fix="approve it; or remove it with its statements and trust files, and propose anew",
        )  # fmt: skip
    parsed = policies.parse(raw, where=place)
    broken = policies.broken_succession(_earlier(desk), parsed)
    if broken is not None:
        raise ApprovalRefused(
            broken[1], where=place, id=broken[0],
            fix=f"begin from {policies.file_name(older.version)}, and write version: {older.version + 1}",
        )  # fmt: skip
    desk.examination.policies[parsed.version] = parsed
    return Draft(parsed, raw, {place: raw, signers: keys})


def _earlier(desk: Desk) -> tuple[Policy, ...]:
    known = desk.examination.policies
    return tuple(known[number] for number in range(1, desk.policy.version + 1))


def bind(text: bytes, inventory: str, trust: dict[str, str], previous: str | None = None) -> bytes:
    """*text* with what a person does not write at its end: id, trust files, the version before.

    Raises:
        ConfigurationError: `policy-bound`, it says some of that already.
    """
    data = strictyaml.load(text, where="policy")
    if isinstance(data, dict) and data.keys() & {"inventory", "trust", "previous"}:
        raise ConfigurationError(
            "the policy names an inventory, trust files or a version before it already", where="policy",
            fix="leave `inventory`, `trust` and `previous` out: they are added", id="policy-bound",
        )  # fmt: skip
    lines = [f'previous: {{sha256: "{previous}"}}\n'] if previous else []
    lines += [f"inventory: {inventory}\n", "trust:\n"]
    lines += [f'  {path}: {{sha256: "{digest}"}}\n' for path, digest in sorted(trust.items())]
    return (text if text.endswith(b"\n") else text + b"\n") + "".join(lines).encode()


def pending(desk: Desk) -> Policy:
    """The next policy version as it lies in the work tree.

    Raises:
        ApprovalRefused: there is none, or it cannot follow the version in force.
    """
    place = policies.file_name(desk.policy.version + 1)
    found = desk.examination.policies.get(desk.policy.version + 1)
    if found is not None:
        return found
    fault = next((f for f in desk.examination.findings if f.where == place), None)
    raise ApprovalRefused(
        fault.what if fault else "no next policy version is proposed here", where=place,
        fix=fault.fix if fault else "`cognify policy propose FILE`, or switch to the branch that brings it",
        id=fault.id if fault else "policy-missing",
    )  # fmt: skip


def update(desk: Desk, newer: Policy, mark: str, *, comment: str, at: datetime) -> Prepared:
    """Agree to *newer* with a key or login of the version in force, or prove to hold a new one.

    Raises:
        ApprovalRefused: the key does neither.
    """
    older = desk.policy
    person = older.holder(mark)
    if person is not None and older.change is not None:
        return _prepare(desk, newer, older, Signer(person, mark), older.change.role, AGREES, comment, at)
    holder = newer.holder(mark)
    if holder is None or (holder.id, mark) not in new_keys(older, newer):
        raise ApprovalRefused(
            f"this key is neither of policy {older.version} nor new in policy {newer.version}",
            where=policies.file_name(newer.version), fix="sign with a key that one of them lists",
            id="identity-not-a-person",
        )  # fmt: skip
    return _prepare(desk, newer, newer, Signer(holder, mark), holder.roles[0], PROVES, comment, at)


def _prepare(
    desk: Desk, newer: Policy, cited: Policy, signer: Signer, role: str, meaning: str, comment: str,
    at: datetime,
) -> Prepared:  # fmt: skip
    said = meaning.format(version=newer.version)
    predicate: dict[str, Any] = {
        **envelope(desk.examination, cited, said, at),
        **said_by(signer, role, comment),
    }
    stated = Statement("policy.update", policies.file_name(newer.version), newer.sha256, predicate)
    prepared = ready(stated, "statements/")
    refuse(desk, prepared)
    return prepared
