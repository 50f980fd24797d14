"""Step 4: genesis, trust files and policy: under which rules everything else is judged."""

from __future__ import annotations

from cognify import canonical
from cognify.approvals import Entered, Proceedings
from cognify.errors import CognifyError
from cognify.inventory import Inventory, is_statement
from cognify.records import policy as policies
from cognify.records import settings
from cognify.records.policy import Policy
from cognify.signing import open_beside
from cognify.verification.examination import Examination

_RESTORE = "restore it from a clone, a mirror or a package made before the change"


def step_4_trust(x: Examination) -> None:
    """Genesis, trust files and the policy's history."""
    if x.genesis is None and x.receipt is None:
        why = "no --genesis digest and no --receipt was given"
        if x.new_receipt:
            why = "the receipt is new, and remembers what it was shown from now on"
        x.not_proven.insert(0, f"that this is your inventory: {why}")
    _policies(x)
    if 1 not in x.policies:
        x.fault("genesis-missing", policies.file_name(1), "there is no usable first policy", _RESTORE)
        return
    x.proceedings = Proceedings(x.inventory.settings.inventory, x.policies, x.source.partial)
    _genesis(x)
    _branch(x)
    _trust_files(x)


def _policies(x: Examination) -> None:
    numbers = x.inventory.policies()
    for expected, (number, path) in enumerate(numbers.items(), 1):
        if number != expected:
            x.fault("policy-gap", path, f"version {expected} is missing", _RESTORE)
            return
        try:
            parsed = policies.parse(x.source.files.read(path), where=path)
        except CognifyError as error:
            x.caught(error)
            return
        if parsed.version != number or parsed.inventory != x.inventory.settings.inventory:
            x.fault(
                "policy-rollback", path, f"it says version {parsed.version} of {parsed.inventory}", _RESTORE
            )
            return
        broken = policies.broken_succession(tuple(x.policies.values()), parsed) if number > 1 else None
        if broken is not None:
            x.fault(broken[0], path, broken[1], "mend the file before it is signed, or restore it")
            return
        x.policies[number] = parsed


def _branch(x: Examination) -> None:
    """The branch that is judged is the one that was named when the log began."""
    if x.source.repository is None or not x.seals:
        return
    try:
        began = Inventory(x.source.repository.snapshot(x.seals[0].commit)).settings
    except CognifyError:
        return  # step 2 has said that the sealed commit cannot be read
    if began.branch != x.inventory.settings.branch:
        x.fault("branch-changed", settings.NAME, f"it names {x.inventory.settings.branch!r}; the log began "
                f"on {began.branch!r}", "restore the line: what it names is what is judged")  # fmt: skip


def _genesis(x: Examination) -> None:
    paths = [p for p in x.source.files.paths("statements/genesis.") if is_statement(p)]
    if len(paths) != 1:
        x.fault("genesis-missing", "statements/", f"{len(paths)} genesis statements; one is needed", _RESTORE)
        return
    path, raw = paths[0], x.source.files.read(paths[0])
    x.genesis_found = canonical.sha256(raw)
    if x.genesis is not None and x.genesis != x.genesis_found:
        x.fault("genesis-mismatch", path, f"its digest is {x.genesis_found}, not the one given",
                "you may be looking at another inventory of the same name")  # fmt: skip
    if x.receipt is not None and x.receipt.genesis != x.genesis_found:
        x.fault("genesis-mismatch", path, "the receipt remembers another genesis",
                "you may be looking at another inventory of the same name")  # fmt: skip
    first = x.log.leaves[0] if x.log.size else None
    # Only before the very first seal is a log without its genesis in order.
    begun = not x.resuming and not x.log_broken
    if (begun and first is None) or (first and (first.kind, first.sha256) != ("genesis", x.genesis_found)):
        x.fault("genesis-mismatch", path, "the log does not begin with it", _RESTORE)
    bound = _bound_policy(path, x)
    if bound is not None and bound != x.policies[1].sha256:
        x.fault(
            "sealed-bytes-changed", policies.file_name(1), "not the policy that the genesis binds", _RESTORE
        )


def _bound_policy(path: str, x: Examination) -> str | None:
    """The digest of the policy that the genesis names, if it is signed by someone of that policy."""
    try:
        verified = open_beside(x.source.files, path, policy=x.policies[1], roots=x.sigstore_roots)
    except CognifyError as error:
        x.caught(error)
        return None
    assert x.proceedings is not None
    refusals = x.proceedings.refusals(verified.statement, path)
    x.refused(refusals, Entered(verified, path, 0))
    return verified.statement.digest


def _trust_files(x: Examination) -> None:
    bound: dict[str, str] = {}
    for policy in x.policies.values():
        bound |= policy.trust
    for path, digest in bound.items():
        if not x.source.files.exists(path):
            x.fault("trust-file-missing", path, "a file that the policy binds is gone", _RESTORE, exit=4)
        elif canonical.sha256(x.source.files.read(path)) != digest:
            x.fault("trust-changed", path, "not the bytes that the policy binds", _RESTORE)
    for policy in x.policies.values():
        _signers(x, policy)
    for path in x.source.files.paths("trust/"):
        if path not in bound:
            x.fault("trust-unbound", path, "a trust file that no policy binds",
                    "remove it, or bind it in a new policy version")  # fmt: skip


def _signers(x: Examination, policy: Policy) -> None:
    """The keys that `ssh-keygen` is given are the ones of the policy, and the policy binds them."""
    path, generated = policies.signers_file(policy.version), policies.allowed_signers(policy)
    if policy.trust.get(path) != canonical.sha256(generated):
        x.fault("trust-changed", path, f"not what policy {policy.version} generates and binds", _RESTORE)
