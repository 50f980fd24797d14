"""Policy versions and their place in history: each came alone, and with the quorum of the one before.

Part of step 7: it needs the order of the log.
"""

from __future__ import annotations

from itertools import takewhile

from cognify.errors import CognifyError
from cognify.records import policy as policies
from cognify.records.loosening import lowered
from cognify.records.policy import Policy
from cognify.verification.examination import Examination

_ISOLATE = "bring the policy, its trust files and its statements in a change of their own"
_REMOVE = "remove the file; a policy changes by its own statements: `cognify policy propose`"
_STATEMENT = "statements/policy.update."


def judge_adoptions(x: Examination) -> str | None:
    """Hold every policy version after the first against history; returns the commit of the first at fault.

    A version that took effect came in a change of its own. One that did not yet has what it needs to
    do so with the next seal, or it may not lie here.
    """
    assert x.proceedings is not None
    at_fault = None
    for number in sorted(set(x.policies) - {1}):
        before = len(x.findings)
        if number > x.proceedings.in_force:
            _pending(x, number)
        commit = _introduced(x, number)
        if commit is not None:
            _isolated(x, x.policies[number], commit)
        if len(x.findings) > before and at_fault is None:
            at_fault = commit or ""
    return at_fault


def _pending(x: Examination, number: int) -> None:
    assert x.proceedings is not None
    path = policies.file_name(number)
    stated = x.proceedings.adoptions.get(number)
    if number > x.proceedings.in_force + 1 or stated is None or not (stated.agreed or stated.proved):
        x.fault("policy-update-missing", path, "no statement puts it in force", _REMOVE)
        return
    for lack in x.proceedings.lacking(number):
        x.fault(lack.id, path, lack.what, lack.fix)


def _introduced(x: Examination, number: int) -> str | None:
    """The first-parent commit that brought these very bytes to where they took effect, or are about to.

    None where there is no history to look at; empty where the policy took effect without its bytes.
    """
    repository, tip = x.source.repository, x.source.commit
    if repository is None or tip is None or x.hidden:
        return None  # a package or a work tree: its history is not here
    path = policies.file_name(number)
    try:
        start = x.adopted.get(number, tip)
        blob = repository.entry(tip, path)
        line = repository.first_parents(start)
        held = list(takewhile(lambda commit: repository.entry(commit, path) == blob, line))
    except CognifyError:
        return None  # step 2 has said that the sealed commit cannot be read
    return held[-1] if held else ""


def _isolated(x: Examination, policy: Policy, commit: str) -> None:
    """A change that brings a policy brings nothing that could profit from it."""
    assert x.source.repository is not None
    path = policies.file_name(policy.version)
    if not commit:
        x.fault("policy-pr-not-isolated", path, "it took effect where its bytes did not lie", _ISOLATE)
        return
    for status, changed in x.source.repository.changes(commit):
        own = changed == path or changed in policy.trust or changed.startswith(_STATEMENT)
        if status != "A" or not own:
            x.fault(
                "policy-pr-not-isolated", path, f"the change that brings it also touches {changed}", _ISOLATE
            )
            return


def note_lowered(x: Examination) -> None:
    """Say where a policy in force asks less than the one before it: allowed, and never silent."""
    assert x.proceedings is not None
    for number in range(2, x.proceedings.in_force + 1):
        for sentence in lowered(x.policies[number - 1], x.policies[number]):
            x.note("assurance-lowered", policies.file_name(number), sentence,
                   "the quorum of the version before agreed to it; judge whether you do")  # fmt: skip
