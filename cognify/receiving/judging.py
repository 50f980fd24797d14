"""The judgement of a push: memory (nothing is taken back), then verification of what would be there.

What is accepted without the whole verification is decided in `plain`, and only ever accepted there;
every refusal is one that `verify` would make, or the host's own memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cognify import canonical, verification
from cognify.errors import CognifyError
from cognify.git import Part, Repository, Snapshot, changes
from cognify.inventory import LOG_BRANCH, is_statement
from cognify.ledger.log import CHECKPOINT, LEAVES
from cognify.receiving.plain import plain
from cognify.receiving.push import HEADS, LOG, Push, Update, described
from cognify.records import settings
from cognify.records.checkpoint import parse_note
from cognify.records.finding import Finding, Severity
from cognify.verification import Source
from cognify.verification.procedure import prepare

OF_TIME = frozenset({"stale", "freshness-unknown", "timestamp-missing", "witness-quorum-unmet"})
"""What becomes so by waiting, and is mended by a push: the hook must not stand in its way."""
OF_TAGS = frozenset({"tag-not-logged"})
"""What a tag does that stands here already: else whoever may push a tag could stop all other pushes."""
_AGAIN = "fetch, and bring your change on top of what is there"
_NEVER = "nothing is ever taken back here: state the correction, or make a new version"


@dataclass(frozen=True, slots=True)
class Judged:
    """Why a push is refused (empty: it is accepted), and whether it took the whole verification."""

    refusals: tuple[Finding, ...]
    whole: bool = False

    @property
    def exit_code(self) -> int:
        """0 accepted, 3 it contradicts the record, 4 it cannot be judged here."""
        return 3 if any(f.exit == 3 for f in self.refusals) else 4 if self.refusals else 0


def receive(repository: Repository, updates: tuple[Update, ...], *, at: datetime) -> Judged:
    """Whether the push of *updates* may be accepted; *repository* sees the objects that it brings.

    What stands there now is taken as accepted by the same judgement, or verified when the hook was
    installed. Branches that are neither the protected one nor the log are not looked at.
    """
    push = Push.of(repository, updates)
    found = list(_foreign_refs(push))
    protected = push.protected()
    found += _pointer(push, protected)
    whole = False
    for branch in protected or ((HEADS + "main",) if LOG in push.moves else ()):
        if branch in push.moves or LOG in push.moves:
            judged = _inventory(push, branch, at)
            found += judged.refusals
            whole = whole or judged.whole
    return Judged(tuple(dict.fromkeys(found)), whole)


def _foreign_refs(push: Push) -> list[Finding]:
    """Refs that would make others see something else than what is judged."""
    said = {
        "refs/replace/": ("replace-ref", "it would make plain git show other bytes than are stored"),
        "refs/remotes/": ("ref-forbidden", "verify would take it for a branch of origin's"),
    }  # fmt: skip
    return [
        Finding(ref, id, what, "push branches and tags only")
        for ref, new in push.moves.items() if new is not None
        for prefix, (id, what) in said.items() if ref.startswith(prefix)
    ]  # fmt: skip


def _pointer(push: Push, protected: tuple[str, ...]) -> list[Finding]:
    """HEAD's branch, where it is not the protected one, says which is: it keeps saying so."""
    if not protected or push.head in protected or push.head not in push.moves:
        return []
    said = described(push.repository, push.after(push.head))
    if said is not None and HEADS + said.branch in protected:
        return []
    if said is None and push.before(push.head) is None and push.after(push.head) is None:
        return []
    what = f"clones begin here, and its cognify.yaml no longer names {protected[0].removeprefix(HEADS)}"
    return [Finding(push.head, "branch-changed", what, _AGAIN)]


def _inventory(push: Push, branch: str, at: datetime) -> Judged:
    gone = [_deleted(ref) for ref in (branch, LOG) if push.before(ref) and not push.after(ref)]
    commit, log = push.after(branch), push.after(LOG)
    if gone or commit is None:
        both = f"push both at once: `git push --atomic origin main {LOG_BRANCH}`"
        missing = Finding(branch, "branch-missing", "a log, and no inventory that it is of", both, exit=4)
        return Judged(tuple(gone or [missing]))
    before, same = push.before(branch), log is not None and log == push.before(LOG)
    # Asked first: to walk all of a long history takes longer than to judge one record.
    if same and before and log and plain(push.repository, before, commit, log):
        return Judged(())
    found = [_not_ahead(ref) for ref in (branch, LOG) if not _ahead(push, ref)]
    return Judged((*found, *_taken_back(push), *_verified(push, branch, at)), whole=True)


def _deleted(ref: str) -> Finding:
    return Finding(ref, "branch-deleted", "the branch would be deleted", _NEVER)


def _not_ahead(ref: str) -> Finding:
    return Finding(ref, "not-fast-forward", "commits that were accepted would be dropped", _AGAIN)


def _ahead(push: Push, ref: str) -> bool:
    before, after = push.before(ref), push.after(ref)
    return before is None or after is None or push.repository.descends(after, before)


def _taken_back(push: Push) -> list[Finding]:
    """What the log held, it holds: each leaf in its place, every kept file, every signature."""
    before, after = push.before(LOG), push.after(LOG)
    if before is None or after is None or before == after:
        return []
    repository, found = push.repository, list[Finding]()
    was, here = Part(repository, before), Part(repository, after)
    old, new = (p.read(LEAVES) if p.exists(LEAVES) else b"" for p in (was, here))
    if not new.startswith(old):
        shrunk = len(new) < len(old) and old.startswith(new)
        found.append(Finding(LEAVES, "rollback" if shrunk else "consistency-failed",
                             "leaves that were accepted are gone or changed", _NEVER))  # fmt: skip
    for change in changes(repository, before, after):
        if change.after is None:
            found.append(Finding(change.path, "rollback", "the log kept this file, and it is gone", _NEVER))
    return [*found, *_signatures(was, here)]


def _signatures(was: Part, here: Part) -> list[Finding]:
    """A checkpoint of the same size says the same, and keeps every signature that it had."""
    try:
        old, new = (parse_note(part.read(CHECKPOINT), where=CHECKPOINT) for part in (was, here))
    except CognifyError:
        return []  # there was none, or the verification says what is wrong with the new one
    if old.text == new.text and set(old.signatures) - set(new.signatures):
        return [Finding(CHECKPOINT, "rollback", "the checkpoint lost a signature that it had", _NEVER)]
    return []


def _verified(push: Push, branch: str, at: datetime) -> list[Finding]:
    """What `verify` says of the inventory as the push would leave it."""
    repository, commit, log = push.repository, push.after(branch), push.after(LOG)
    assert commit is not None
    try:
        if repository.entry(commit, settings.NAME) is None:
            return [Finding(settings.NAME, "branch-missing", "the branch holds no cognify.yaml", _AGAIN)]
        kept = repository.snapshot(log) if log else None
        source = Source(repository.snapshot(commit), kept, repository, commit, log)
        found: tuple[Finding, ...] = ()
        unsigned = kept is not None and _unsigned(kept)
        if not unsigned or commit != push.before(branch):
            found = verification.verify(source, at=at, genesis=_genesis(push, branch)).findings
        if unsigned:
            # Nobody can take these leaves back, so they are judged as the seal that signs for them will.
            found = (*found, *prepare(source, at).findings)
    except CognifyError as error:
        return [Finding.of(error)]
    return [f for f in found if f.severity is Severity.ERROR and f.id not in OF_TIME | OF_TAGS]


def _unsigned(log: Snapshot) -> bool:
    """Whether leaves wait for their checkpoint: a seal pushes them first, and then signs."""
    if not log.exists(CHECKPOINT) or not log.exists(LEAVES):
        return False
    signed = parse_note(log.read(CHECKPOINT), where=CHECKPOINT).checkpoint(where=CHECKPOINT).size
    return log.read(LEAVES).count(b"\n") > signed


def _genesis(push: Push, branch: str) -> str | None:
    """The digest of the genesis that stands there now; None before there is one."""
    before = push.before(branch)
    if before is None or push.repository.entry(before, "statements") is None:
        return None
    part = Part(push.repository, before, ("statements/",))
    found = [path for path in part.paths("statements/genesis.") if is_statement(path)]
    return canonical.sha256(part.read(found[0])) if found else None
