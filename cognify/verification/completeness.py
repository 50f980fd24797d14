"""Steps 5 and 6: leaves and statements match both ways; sealed bytes, names and modes stand."""

from __future__ import annotations

from cognify import canonical
from cognify.errors import CognifyError, SurroundingsError, VerificationError
from cognify.git import Repository
from cognify.inventory import BUNDLE, SIGNATURE, Version, version_of
from cognify.records import manifest
from cognify.records import statement as statements
from cognify.records.leaf import Leaf
from cognify.verification.examination import Examination, SealClaim
from cognify.verification.removed import note_removed
from cognify.verification.tags import judge_tags

_RESTORE = "restore it from a clone, a mirror or a package made before the change"
_ASK = "ask whoever runs the sequencer why: what was sealed in between did not take it into account"


def step_5_completeness(x: Examination) -> None:
    """Every leaf has its statement, every sequenced statement its leaf."""
    here = _statements_here(x)
    if x.log_broken:
        return  # step 2 has said why nothing can be held against the log
    for leaf in x.log.leaves:
        path = here.get(leaf.sha256)
        if path is not None:
            x.statements[leaf.sha256] = path
            continue
        left_out = leaf.record not in (*x.record_ids, x.source.expects, "inventory")
        if x.source.partial and left_out:
            continue
        x.fault("leaf-file-missing", f"log/leaves:{leaf.seq + 1}",
                f"no {leaf.kind} with digest {leaf.sha256[:12]} is there", _RESTORE)  # fmt: skip
    _without_leaf(x, here)
    _batches(x)
    note_removed(x)
    if x.source.partial:
        others = {leaf.record for leaf in x.log.leaves} - set(x.record_ids) - {"inventory"}
        if x.source.expects not in x.record_ids:
            x.fault("leaf-file-missing", "package.json", "no statement about the record it names is here",
                    _RESTORE)  # fmt: skip
        x.not_proven.append("that the pages in this package say what its record says: read them beside it")
        if others:
            x.not_proven.append(f"anything about {len(others)} other records, which this package leaves out")


def _statements_here(x: Examination) -> dict[str, str]:
    """Digest to path of every statement; a file that cannot be one is a fault."""
    here: dict[str, str] = {}
    logged, named = {leaf.sha256 for leaf in x.log.leaves}, list[tuple[bool, str, Version]]()
    for path in x.statement_paths():
        digest = x.sha256(path)
        version = version_of(path)
        try:
            stated = x.parsed(path).statement
        except CognifyError:
            here.setdefault(digest, path)
            continue  # judged in step 7, or missing its leaf here
        # Statements about a version lie in its folder, and all others in the inventory's own.
        about = (stated.model, stated.version) if stated.kind in statements.VERSION_KINDS else None
        at_home = about == ((version.model, version.version) if version else None)
        if digest in here:
            # A copy: the one that lies where it belongs is the statement, the other is judged alone.
            x.pending.append(here[digest] if at_home else path)
        if at_home or digest not in here:
            here[digest] = path
        if version is not None and stated.record != "inventory":
            named.append((digest not in logged, stated.record, version))
    # What is sequenced says first which folder a record id stands for: a file that anybody may add
    # must not draw the eyes to another folder.
    for _, record, version in sorted(named, key=lambda entry: entry[0]):
        x.record_ids.setdefault(record, version)
    here.update(_automation_here(x))
    return here


def _automation_here(x: Examination) -> dict[str, str]:
    """Digest to path of what automation stated; a person's statement has no place there."""
    here: dict[str, str] = {}
    for path, raw in x.stored.statements().items():
        try:
            kind = statements.parse(raw, where=path).kind
        except CognifyError:
            kind = "seal"  # judged where seals are read, or missing its leaf
        if kind in statements.AUTOMATION_KINDS:
            here[canonical.sha256(raw)] = path
        else:
            x.fault("unlisted-file", path, f"a {kind} among what automation states", _RESTORE)
    return here


def _batches(x: Examination) -> None:
    """A seal sequences what its own commit holds, and nothing that the seal before passed over."""
    repository = x.source.repository
    if repository is None or x.hidden:
        return
    seals = iter(x.seals)
    last, seal = None, next(seals, None)
    before, then = None, _At(repository, seal.commit) if seal else None
    for leaf in x.log.leaves:
        while seal is not None and seal.seq < leaf.seq:
            last, seal = seal, next(seals, None)
            before, then = then, _At(repository, seal.commit) if seal else None
        path = x.statements.get(leaf.sha256, "log/")
        if seal is None or then is None or path.startswith("log/"):
            continue
        try:
            if then.id(path) is None:
                x.fault("seal-mismatch", seal.path, f"it sequences {path}, which its commit does not hold",
                        _RESTORE)  # fmt: skip
            else:
                _as_sequenced(x, seal, then, path)
            if last is not None and before is not None and before.id(path) is not None:
                x.fault("statement-passed-over", path, "it was merged before the log was sealed at "
                        f"{last.seq + 1} leaves, and sequenced only later", _ASK)  # fmt: skip
        except SurroundingsError:
            continue  # step 2 has said that the sealed commit cannot be read
        except VerificationError as error:
            x.caught(error)


class _At:
    """What lay where at one sealed commit: each folder is looked up once, not once for each file."""

    def __init__(self, repository: Repository, commit: str) -> None:
        self._repository, self._commit = repository, commit
        self._folders: dict[str, dict[str, str]] = {}

    def id(self, path: str) -> str | None:
        """The id of what lay at *path*; None if nothing did."""
        folder, _, name = path.rpartition("/")
        if folder not in self._folders:
            self._folders[folder] = self._repository.folder(self._commit, folder)
        return self._folders[folder].get(name)


def _as_sequenced(x: Examination, seal: SealClaim, then: _At, path: str) -> None:
    """The signature beside a sequenced statement is the one that was sequenced.

    A leaf covers the statement alone: with another key of the same person somebody could sign the
    same bytes anew, and what became of the first key would no longer hold.
    """
    entries = getattr(x.source.files, "entries", {})
    for beside in (path + SIGNATURE, path + BUNDLE):
        now = entries[beside].oid if beside in entries else None
        if then.id(beside) != now:
            x.fault("signature-changed", beside, f"not the signature that was there when the log was sealed "
                    f"at {seal.seq + 1} leaves", _RESTORE)  # fmt: skip


def _without_leaf(x: Examination, here: dict[str, str]) -> None:
    leaves = {leaf.sha256 for leaf in x.log.leaves}
    # What a killed run stated of itself is neither missing nor pending: the next run signs for it.
    unsigned = {leaf.sha256 for leaf in x.stored.log.leaves[x.log.size :]}
    sequenced = _sequenced_paths(x)
    for digest, path in sorted(here.items(), key=lambda item: item[1]):
        if digest in leaves or (digest in unsigned and path.startswith("log/")):
            continue
        if path in sequenced or path.startswith("log/"):
            x.fault("statement-not-logged", path, "it lay here when the log was last sealed, and has no leaf",
                    _RESTORE)  # fmt: skip
        else:
            x.pending.append(path)


def _sequenced_paths(x: Examination) -> frozenset[str]:
    """What lay in the tree when the log was last sealed."""
    if not x.seals:
        return frozenset()
    if x.source.partial:
        return frozenset(x.source.files.paths())
    if x.source.repository is None:
        return frozenset()
    try:
        return frozenset(x.source.repository.snapshot(x.seals[-1].commit).entries)
    except CognifyError:
        return frozenset(x.source.files.paths())


def step_6_sealed_bytes(x: Examination) -> None:
    """Sealed bytes, names and modes are unchanged, and nothing lies beside them unlisted."""
    sealed: dict[str, tuple[str, str]] = {}
    for claim in x.seals:
        for entry in claim.sealed:
            sealed[entry["record"]] = (entry["digest"], claim.path)
    shut: dict[Version, str] = {}
    for record, (digest, claimed) in sealed.items():
        version = x.record_ids.get(record)
        if version is None:
            if not x.source.partial:
                x.fault("sealed-bytes-changed", claimed, f"the sealed record {record} is gone", _RESTORE)
            continue
        shut[version] = digest
        _sealed(x, version, digest)
    judge_tags(x, shut)
    _folders(x)


def _sealed(x: Examination, version: Version, digest: str) -> None:
    files = x.source.files
    if not files.exists(version.manifest):
        x.fault(
            "sealed-bytes-changed", version.manifest, "the manifest of a sealed version is gone", _RESTORE
        )
        return
    if x.sha256(version.manifest) != digest:
        x.fault("sealed-bytes-changed", version.manifest, "not the manifest that was sealed", _RESTORE)
    try:
        listed = x.manifest(version)
    except CognifyError as error:
        x.caught(error)
        return
    for path, expected in listed.items():
        full = version.prefix + path
        if not files.exists(full):
            x.fault("sealed-bytes-changed", full, "a sealed file is gone", _RESTORE)
        elif x.sha256(full) != expected:
            x.fault("sealed-bytes-changed", full, "a sealed file was changed", _RESTORE)
    for path in x.inventory.frozen_paths(version):
        if path not in listed:
            x.fault("unlisted-file", version.prefix + path, "it was added after the version was sealed",
                    "remove it; new evidence belongs to a new version")  # fmt: skip


def _folders(x: Examination) -> None:
    """Only what the layout knows may lie in a version's folder, sealed or not."""
    listed = set(x.statement_paths())
    for path in x.source.files.paths("models/"):
        parts = path.split("/", 3)
        if len(parts) < 4:
            x.fault("unlisted-file", path, "a file outside a version's folder", "move or remove it")
            continue
        name = parts[3]
        frozen = name in ("card.yaml", "evidence.lock.json", manifest.NAME) or name.startswith("evidence/")
        if not frozen and path not in listed:
            _signature(x, path, listed)
    for path in x.source.files.paths("statements/"):
        if path not in listed:
            _signature(x, path, listed)


def _signature(x: Examination, path: str, listed: set[str]) -> None:
    """What lies beside statements is a signature of one."""
    if not any(path.endswith(s) and path.removesuffix(s) in listed for s in (SIGNATURE, BUNDLE)):
        x.fault("unlisted-file", path, "a file that the layout does not know", "move or remove it")


def leaf_agrees(leaf: Leaf, statement: statements.Statement, raw: bytes) -> bool:
    """Whether the leaf says the same of a statement as the statement itself."""
    return (leaf.kind, leaf.record, leaf.size) == (statement.kind, statement.record, len(raw))
