"""What people signed about the findings of a version: shown beside them, never in their place.

An explanation counts for the very bytes that it was signed over. Its signature is judged by the policy
that it cites; one that is known not to stand, because its key was stolen or its person had left, is
not shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from cognify import canonical, privacy
from cognify.checks.draft import Draft
from cognify.errors import CognifyError
from cognify.inventory import is_statement
from cognify.records import policy as policies
from cognify.records import statement as statements
from cognify.records.finding import Explanation, Finding
from cognify.records.statement import Statement
from cognify.signing import open_beside
from cognify.signing.bundle import TRUSTED_ROOT

KIND = "finding.explain"
_Said = Mapping[tuple[str, str], tuple[Explanation, ...]]


def attached(draft: Draft, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """*findings*, each with the explanations that people signed about it."""
    paths = [p for p in draft.inventory.files.paths(f"{draft.version.statements}{KIND}.") if is_statement(p)]
    if not paths or not any(finding.pointer for finding in findings):
        return findings
    standing = draft.around.standing(draft.version)
    if standing is not None:
        paths = [p for p in paths if canonical.sha256(draft.inventory.files.read(p)) in standing]
    said = _explanations(draft, paths)
    return tuple(
        replace(finding, explained=said[key]) if (key := (finding.id, finding.pointer)) in said else finding
        for finding in findings
    )


def _explanations(draft: Draft, paths: list[str]) -> _Said:
    digest = canonical.sha256(draft.inventory.manifest_bytes(draft.version))
    found = dict[tuple[str, str], tuple[Explanation, ...]]()
    for path in paths:
        for statement, explanation in _opened(draft, path):
            if statement.digest == digest and statement.subject == draft.version.manifest:
                key = (statement.predicate["finding"]["id"], statement.predicate["finding"]["where"])
                found[key] = (*found.get(key, ()), explanation)
    return found


def _opened(draft: Draft, path: str) -> Iterator[tuple[Statement, Explanation]]:
    """The statement at *path*, if its signature holds under the policy that it cites; else nothing."""
    files = draft.inventory.files
    try:
        parsed = statements.read(files.read(path), where=path)
        place = policies.file_name(parsed.statement.policy_version)
        raw = files.read(place)
        if canonical.sha256(raw) != parsed.statement.policy_sha256:
            return
        policy = policies.parse(raw, where=place)
        opened = open_beside(files, path, parsed, policy=policy, roots={policy.trust.get(TRUSTED_ROOT)})
    except CognifyError:
        return  # the verification says so
    text = privacy.masked(str(opened.statement.predicate["explanation"]))
    yield opened.statement, Explanation(opened.person.name, opened.statement.role, text, path)
