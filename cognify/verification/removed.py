"""What was stated, merged, and taken away again before the log sealed it: Git's history remembers."""

from __future__ import annotations

from cognify.errors import CognifyError
from cognify.git import Repository
from cognify.inventory import is_statement
from cognify.records import statement as statements
from cognify.signing import VerifiedStatement, open_beside
from cognify.verification.examination import Examination


def note_removed(x: Examination) -> None:
    """Name every valid statement that was removed from the branch since the last seal.

    An unsequenced file may be removed, and what nobody signed leaves no gap; but a rejection that was
    taken away is something a reader should know. What was removed before an earlier seal is not looked
    for: that seal's own run named it.
    """
    repository, tip = x.source.repository, x.source.commit
    if repository is None or tip is None or x.hidden or x.proceedings is None:
        return
    until = x.seals[-1].commit if x.seals else None
    logged, seen = {leaf.sha256 for leaf in x.log.leaves}, set[str]()
    try:
        for commit in repository.first_parents(tip):
            if commit == until:
                return
            # Against every parent: a merge can drop what it merges, and is pushed without force.
            for number, before in enumerate(repository.parents(commit)):
                for status, path in repository.changes(commit, number):
                    gone = status == "D" and is_statement(path) and not x.source.files.exists(path)
                    if gone and path not in seen:
                        seen.add(path)
                        _note(x, repository, (before, commit), path, logged)
    except CognifyError:
        return  # history that cannot be read is a finding of step 1 or 2


def _note(
    x: Examination, repository: Repository, between: tuple[str, str], path: str, logged: set[str]
) -> None:
    before, commit = between
    verified = _opened(x, repository, before, path)
    if verified is None or verified.sha256 in logged:
        return
    kind, name = verified.statement.kind, verified.person.name
    x.note("statement-removed", path, f"the {kind} of {name} was merged, and removed in commit "
           f"{commit[:12]} before the log was sealed", "ask who removed it and why; "
           f"`git checkout {before[:12]} -- {path}*` brings it back")  # fmt: skip


def _opened(x: Examination, repository: Repository, commit: str, path: str) -> VerifiedStatement | None:
    """The statement that lay at *path* then, if its signature holds."""
    assert x.proceedings is not None
    files = repository.snapshot(commit)
    try:
        stated = statements.parse(files.read(path), where=path)
        policy = x.policies.get(stated.policy_version, x.proceedings.policy)
        return open_beside(files, path, policy=policy, roots=x.sigstore_roots)
    except CognifyError:
        return None
