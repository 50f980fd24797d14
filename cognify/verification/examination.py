"""What the nine steps share: what is examined, what was found so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from cognify.approvals import Entered, Proceedings, Refusal
from cognify.errors import CognifyError
from cognify.git import Repository
from cognify.inventory import Files, Inventory, Version
from cognify.ledger import Log, Stored
from cognify.records import manifest
from cognify.records.checkpoint import Checkpoint
from cognify.records.finding import Finding, Severity
from cognify.records.policy import Policy
from cognify.records.statement import Parsed, Statement, read
from cognify.signing.bundle import TRUSTED_ROOT
from cognify.verification.digests import Digests
from cognify.verification.receipt import Receipt
from cognify.verification.result import Reported
from cognify.verification.times import Stamp


@dataclass(frozen=True, slots=True)
class Source:
    """What is verified: the inventory's files, the log's files, and the repository behind them.

    `commit` and `log_commit` are where the files were read, if they come from commits.
    `repository` is None for a package; `partial` then says that other models' statements are
    left out on purpose, so that a leaf without its file is *not proven* instead of a fault;
    `expects` is the record id that must be there all the same, `described` what the package
    says about it, and `tools` its means to verify it that are others than this version ships.
    `past` says that an earlier state is judged: branches and tags, which keep no history, are not.
    """

    files: Files
    log_files: Files | None
    repository: Repository | None = None
    commit: str | None = None
    log_commit: str | None = None
    partial: bool = False
    expects: str = ""
    described: Mapping[str, object] = field(default_factory=dict)
    tools: tuple[str, ...] = ()
    past: bool = False


@dataclass(frozen=True, slots=True)
class SealClaim:
    """What one seal or heartbeat says: at which leaf, for which commit and tree, and what it seals."""

    seq: int
    path: str
    statement: Statement
    commit: str

    @property
    def tree(self) -> tuple[str, int]:
        """Digest of the tree's manifest, and how many files it lists."""
        tree = self.statement.predicate["tree"]
        return tree["sha256"], tree["entries"]

    @property
    def sealed(self) -> tuple[Mapping[str, Any], ...]:
        """The versions that it seals; none for a heartbeat."""
        return tuple(self.statement.predicate.get("sealed", ()))

    @property
    def timestamps(self) -> tuple[str, ...]:
        """The digests of the timestamp tokens that it was stated after."""
        return tuple(self.statement.predicate.get("timestamps", ()))


@dataclass(slots=True)
class Examination:
    """One run of the procedure.

    `new_receipt` says that there is none yet, and that one will be kept from now on.
    `resuming` is set by sealing alone: the leaves that a killed run left without a checkpoint are
    then examined as if they were signed, since they are about to be. `log_broken` says that no
    order of statements could be established, and `hidden` that history is cut off: what would
    only follow from that is not reported again. `signed_after` is the latest trusted time after which
    the log is known to have been signed: how fresh it is. `adopted` is the sealed commit with which
    each policy version after the first took effect.
    """

    source: Source
    at: datetime
    genesis: str | None = None
    receipt: Receipt | None = None
    new_receipt: bool = False
    resuming: bool = False
    log_broken: bool = False
    hidden: bool = False
    findings: list[Finding] = field(default_factory=list)
    not_proven: list[str] = field(default_factory=list)
    stored: Stored = field(default_factory=lambda: Stored(Log(()), None, None))
    checkpoint: Checkpoint | None = None
    policies: dict[int, Policy] = field(default_factory=dict)
    genesis_found: str = ""
    statements: dict[str, str] = field(default_factory=dict)
    pending: list[str] = field(default_factory=list)
    proceedings: Proceedings | None = None
    seals: list[SealClaim] = field(default_factory=list)
    adopted: dict[int, str] = field(default_factory=dict)
    stamps: list[Stamp] = field(default_factory=list)
    witnessed_at: datetime | None = None
    signed_after: datetime | None = None
    clock: datetime | None = None
    recomputed: dict[int, dict[Version, tuple[Refusal, ...]]] = field(default_factory=dict)
    record_ids: dict[str, Version] = field(default_factory=dict)
    states: dict[Version, str] = field(default_factory=dict)
    reports: dict[Version, list[Reported]] = field(default_factory=dict)
    _inventory: Inventory | None = None
    digests: Digests = field(default_factory=Digests)
    _versions: tuple[Version, ...] | None = None
    _statement_paths: tuple[str, ...] | None = None
    _parsed: dict[str, Parsed] = field(default_factory=dict)
    _manifests: dict[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def inventory(self) -> Inventory:
        """The inventory that is examined."""
        if self._inventory is None or self._inventory.files is not self.source.files:
            self._inventory = Inventory(self.source.files)
        return self._inventory

    def versions(self) -> tuple[Version, ...]:
        """Every version there is, in path order; listed once."""
        if self._versions is None:
            self._versions = self.inventory.versions()
        return self._versions

    def statement_paths(self) -> tuple[str, ...]:
        """Every statement there is, in path order; listed once."""
        if self._statement_paths is None:
            self._statement_paths = self.inventory.statement_paths()
        return self._statement_paths

    def sha256(self, path: str) -> str:
        """The digest of the file at *path*, taken once."""
        return self.digests.of(self.source.files, path)

    def parsed(self, path: str) -> Parsed:
        """The statement at *path*, parsed once; what it says is not believed yet.

        Raises:
            MalformedRecord: see `statement.read`.
        """
        if path not in self._parsed:
            self._parsed[path] = read(self.source.files.read(path), where=path)
        return self._parsed[path]

    def manifest(self, version: Version) -> Mapping[str, str]:
        """The MANIFEST.sha256 of *version*, parsed once.

        Raises:
            MalformedRecord: see `manifest.parse`.
        """
        path = version.manifest
        if path not in self._manifests:
            self._manifests[path] = manifest.parse(self.source.files.read(path), where=path)
        return self._manifests[path]

    @property
    def sigstore_roots(self) -> frozenset[str | None]:
        """The digests by which the policies bind Sigstore's trusted root.

        Any of them: step 4 holds the file itself against the policy in force, and a newer root
        still names the services of before.
        """
        return frozenset(policy.trust.get(TRUSTED_ROOT) for policy in self.policies.values())

    @property
    def log(self) -> Log:
        """The leaves that the newest checkpoint covers."""
        size = self.checkpoint.size if self.checkpoint else 0
        return self.stored.log.first(size)

    def named(self, seq: int) -> list[Stamp]:
        """The stamps that were there when a seal up to *seq* was stated: it or one before it names them.

        So whatever embeds a checkpoint over that seal was stated after them. Not whatever lies there
        today: anybody can have an old checkpoint stamped anew, and a token that comes later would
        change what a seal had to say.
        """
        if not self.stamps:
            return []
        named = {digest for claim in self.seals if claim.seq <= seq for digest in claim.timestamps}
        return [stamp for stamp in self.stamps if stamp.sha256 in named]

    def fault(self, id: str, where: str, what: str, fix: str, *, exit: int = 3) -> None:
        """Note something that contradicts the record, or (exit 4) keeps it from being verified."""
        self.findings.append(_told(Finding(where, id, what, fix, exit=exit)))

    def note(self, id: str, where: str, what: str, fix: str) -> None:
        """Note something that a reader should know and that changes no verdict."""
        self.findings.append(_told(Finding(where, id, what, fix, Severity.NOTE)))

    def caught(self, error: CognifyError, *, where: str | None = None) -> None:
        """Note an error that a step met."""
        self.findings.append(_told(Finding.of(error, where=where)))

    def met(self, found: Iterable[Finding]) -> None:
        """Note what somebody else found."""
        self.findings.extend(map(_told, found))

    def refused(self, refusals: tuple[Refusal, ...], entered: Entered) -> None:
        """Note why a statement does not stand."""
        for refusal in refusals:
            self.fault(refusal.id, entered.path, refusal.what, refusal.fix)


def log_files(stored: Stored) -> Mapping[str, bytes]:
    """The log branch's files, as a package carries them."""
    if stored.files is None:
        return {}
    return {path: stored.files.read(path) for path in stored.files.paths("log/")}


def _told(finding: Finding) -> Finding:
    """*finding* without credentials and numbers: it may quote a record that should never have held one."""
    from cognify.privacy import OF_A_CARD, masked

    what, where = masked(finding.what, OF_A_CARD), masked(finding.where, OF_A_CARD)
    return replace(finding, what=what, where=where, fix=masked(finding.fix, OF_A_CARD))
