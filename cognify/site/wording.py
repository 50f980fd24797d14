"""The words of a page: what a state means, in one sentence, and in which colour it is said."""

from __future__ import annotations

from dataclasses import dataclass

from cognify.approvals.rules import CONDITION
from cognify.records.finding import Finding, Severity
from cognify.verification import Verification, VerifiedRecord
from cognify.verification.result import Stated

_CHANGED = "subject-digest-mismatch"


@dataclass(frozen=True, slots=True)
class Banner:
    """The first thing a page says: a word, a sentence, and the tone both are set in."""

    word: str
    tone: str
    sentence: str


def bar(result: Verification) -> Banner | None:
    """What every page says first while the inventory does not verify; None while it does."""
    count = sum(finding.severity is Severity.ERROR for finding in result.findings)
    found = f"{count} finding{'s' if count != 1 else ''}"
    if result.verdict == "fail":
        return Banner(
            "Does not verify", "broken",
            f"{found}: something contradicts the record. Rely on nothing here until it is explained.",
        )  # fmt: skip
    if result.verdict == "incomplete":
        return Banner(
            "Cannot be verified", "unsure",
            f"{found}: something that was configured is missing, so nothing here is confirmed.",
        )  # fmt: skip
    return None


def banner(result: Verification, record: VerifiedRecord) -> Banner:
    """What the page of *record* says first: its state, unless something contradicts it."""
    own = errors(record)
    voided = record.state == "needs-reapproval" and all(f.id == _CHANGED for f in own)
    if any(f.exit == 3 for f in own) and not voided:
        return Banner("Does not verify", "broken", _broken(record))
    if own and not voided:
        return Banner(
            "Cannot be verified", "unsure",
            "Something that this record rests on is missing. It may be whole; nobody can tell from here.",
        )  # fmt: skip
    state = _state(result, record)
    if result.exit_code and state.tone == "sealed":
        return Banner(
            state.word, "unsure",
            f"{state.sentence} But the inventory as a whole does not verify, so this is not confirmed.",
        )  # fmt: skip
    return state


def errors(record: VerifiedRecord) -> tuple[Finding, ...]:
    """The findings about *record* that change the verdict."""
    return tuple(f for f in record.findings if f.severity is Severity.ERROR)


def _broken(record: VerifiedRecord) -> str:
    if record.state == "sealed":
        return "It was sealed, and what lies here now is not what was sealed or signed. Do not rely on it."
    return "Something contradicts this record. Do not rely on anything on this page."


def _state(result: Verification, record: VerifiedRecord) -> Banner:
    if record.state == "sealed":
        return Banner(
            "Sealed", "sealed",
            f"The log sealed exactly these bytes at leaf {record.sealed_at}. "
            "One changed byte in the card or its evidence breaks the seal, and whoever verifies it sees it.",
        )  # fmt: skip
    if record.state == "proposed":
        return Banner(
            "Proposed", "proposed",
            "Proposed for sign-off with exactly these bytes. It is not sealed: do not rely on it yet.",
        )  # fmt: skip
    if record.state == "needs-reapproval":
        return Banner(
            "Needs re-approval", "void",
            "Bytes changed after people signed, or a key that they signed with is not believed any more. "
            "Nobody's approval covers what is shown here.",
        )  # fmt: skip
    if record.state in ("withdrawn", "superseded"):
        return Banner(
            record.state.capitalize(), "past",
            "It was sealed once, and must not be used any more. It is kept so that the trail stays whole.",
        )  # fmt: skip
    where = f"commit {result.commit[:12]}" if result.commit else "the package"
    return Banner(
        "Draft", "draft",
        f"Nothing on this page is signed. It shows files as they lie in {where}; nobody stands by them yet.",
    )  # fmt: skip


def states(records: tuple[VerifiedRecord, ...], result: Verification) -> tuple[tuple[Banner, int], ...]:
    """How many of *records* are in which state: the worst first, each with the banner's words."""
    order = ("broken", "unsure", "void", "draft", "proposed", "sealed", "past")
    found: dict[tuple[str, str], tuple[Banner, int]] = {}
    for record in records:
        shown = banner(result, record)
        _, count = found.get((shown.tone, shown.word), (shown, 0))
        found[shown.tone, shown.word] = (shown, count + 1)
    return tuple(found[key] for key in sorted(found, key=lambda key: (order.index(key[0]), key[1])))


KINDS = {
    "genesis": "began the inventory",
    "policy.update": "signed the next policy",
    "run.record": "signed the record of a run",
    "plan.register": "registered thresholds",
    "record.propose": "proposed it",
    "signoff.approve": "approved it",
    "signoff.reject": "rejected it",
    "signoff.withdraw": "withdrew their sign-off",
    "finding.explain": "explained a finding",
    "amend": "amended it",
    "supersede": "superseded it",
    "model.withdraw": "withdrew the model",
    "monitor.report": "reported on monitoring",
    "exception.grant": "granted an exception",
    "key.retire": "retired a key",
    "key.compromise": "declared a key compromised",
    "redact": "agreed to a removal",
    "seal": "sealed what was due",
    "heartbeat": "found nothing new",
}
"""What a statement of each kind did, as the trail tells it."""


def did(stated: Stated) -> str:
    """What *stated* did, as the trail tells it."""
    if stated.kind == "finding.explain" and any(text.startswith(CONDITION) for _, text in stated.details):
        return "took on the conditions of approvals"
    return KINDS.get(stated.kind, stated.kind)


STATES = {
    "not_applicable": "does not apply",
    "held_elsewhere": "held elsewhere",
    "not_available": "not available",
    "withheld": "withheld",
    "pending": "pending",
}

COVERAGE = {
    "unread": "not read",
    "present": "present",
    "partial": "partial",
    "missing": "missing",
    "not_applicable": "not applicable",
    "held_elsewhere": "held elsewhere",
}

COVERAGE_HEADS = {
    "present": "the record holds what the row asks for",
    "partial": "it holds a part of it",
    "missing": "it holds nothing of it",
    "not_applicable": "the row does not reach the model, for the reason on its page",
    "held_elsewhere": "another system is said to hold it",
}
"""What a cell of the matrix means."""

MARKS = {
    "measured": "Replayed from a file that was captured byte for byte.",
    "computed": "Computed by Cognify from a file's bytes.",
    "derived": "Calculated from other values of this card.",
    "declared": "Somebody's system says so; its bytes were never hashed in full.",
    "human": "A person wrote it. Nothing but the sign-offs stands behind it.",
    "identity": "Given by Cognify itself: a name, a number, a format.",
    "unattributed": "A machine's value that cites nothing. Treat it as unproven.",
}
"""What stands behind a value of each class."""
