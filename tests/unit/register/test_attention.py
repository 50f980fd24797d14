"""What needs somebody: each reason fires on its day and stays silent the day before, or once answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cognify.approvals import Refusal
from cognify.inventory import Version
from cognify.records.finding import Finding, Severity
from cognify.records.monitoring import Held, Limit
from cognify.register import REASONS, Attention, attention
from cognify.register.entry import Entry
from cognify.verification import Approval, Stated, VerifiedRecord
from cognify.verification.result import Reported
from tests import hearing

PLACE = Version("credit-memo", "1.0.0")
TODAY = datetime(2026, 11, 30, 12, tzinfo=UTC)
LIMIT = Limit("ece", "/monitoring/metrics/0", "", (("breach", "below", 0.1),))


def stated(kind: str, person: str = "noor", role: str = "model-risk", **more: Any) -> Stated:
    return Stated(**{
        "kind": kind, "person": person, "name": person.title(), "role": role, "meaning": "I say so.",
        "stated_at": "2026-11-20T09:00:00Z", "path": f"statements/{kind}.json", "sha256": kind * 2, "fingerprint": "k",
        "seq": 3, **more,
    })  # fmt: skip


def approval(**more: Any) -> Approval:
    return Approval(stated("signoff.approve", "ines", **more), "L2", 1, 4)


def report(last: str, outcome: str = "within", seen: bool = True) -> Reported:
    held = Held(LIMIT, "/evaluation/runs/0" if seen else "", "0.2", outcome)
    return Reported("r.json", "a" * 64, f"monitoring/{last}", "Noor", 7, "2026-01-01", last, outcome, (held,))


def entry(
    card: dict[str, Any] | None = None, *, at: datetime = TODAY, review: int | None = None, **record: Any
) -> Entry:
    """A sealed version of tier low whose card is *card*; *record* and the review interval as given."""
    rules = [{**hearing.RULES[0], **({"review_days": review} if review else {})}, hearing.RULES[1]]
    known = {"record": "r", "digest": "d", "tier": "low", "state": "sealed", "independence": "named-contributors",
             "sealed_at": 5, **record}  # fmt: skip
    return Entry(VerifiedRecord(PLACE, **known), hearing.policy(signoff=rules), at, data=card or {})


def reasons(one: Entry) -> list[str]:
    return [found.reason for found in attention.of(one)]


def only(one: Entry) -> Attention:
    (found,) = attention.of(one)
    return found


def on(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00:00Z")


def amended(pointer: str, text: str, **more: Any) -> tuple[Stated, ...]:
    return (
        stated("record.propose", "mara", "engineer"),
        stated("amend", details=((f"at {pointer}", text),), **more),
    )


def test_every_reason_is_tried_here() -> None:
    """None of the published reasons is without a test that expects it by its id."""
    tried = Path(__file__).read_text(encoding="utf-8")
    assert [reason for reason in REASONS if f'"{reason}"' not in tried] == []


def test_nothing_is_due_of_a_version_that_says_nothing() -> None:
    assert reasons(entry()) == []


# What ends on a day: (card or approvals, the reason before, the reason after).
ENDS: dict[str, tuple[dict[str, Any], dict[str, Any], str, str]] = {
    "validation": ({"validation": {"valid_until": "2026-12-10"}}, {}, "validation-ending", "validation-ended"),
    "exception": ({"governance": {"exceptions": [{"what": "x", "expires": "2026-12-10"}]}}, {},
                  "exception-ending", "exception-ended"),
    "agreement": ({"data": {"agreements": [{"id": "dua", "expires": "2026-12-10"}]}}, {},
                  "agreement-ending", "agreement-ended"),
    "approval": ({}, {"approvals": (approval(expires="2026-12-10"),)}, "approval-ending", "approval-expired"),
    "review": ({"validation": {"next_due": "2026-12-10"}}, {}, "review-due", "review-overdue"),
    "finding": ({"validation": {"findings": [{"statement": "s", "status": "open", "due": "2026-12-10"}]}}, {},
                "finding-due", "finding-overdue"),
    "action": ({"validation": {"actions": [{"action": "s", "due": "2026-12-10"}]}}, {}, "finding-due", "finding-overdue"),
}  # fmt: skip


@pytest.mark.parametrize("name", ENDS)
def test_what_ends_is_told_before_and_after(name: str) -> None:
    """Silent until the window opens; near until its last day, that day included; past from the next day on."""
    card, record, near, past = ENDS[name]
    assert reasons(entry(card, at=on("2026-11-09"), **record)) == []
    first = only(entry(card, at=on("2026-11-10"), **record))
    assert (first.reason, first.when) == (near, "by 2026-12-10")
    assert reasons(entry(card, at=on("2026-12-10"), **record)) == [near]
    late = only(entry(card, at=on("2026-12-11"), **record))
    assert (late.reason, late.when) == (past, "since 2026-12-11")


@pytest.mark.parametrize("name", ENDS)
def test_a_window_of_nothing_tells_what_is_past_alone(name: str) -> None:
    card, record, near, past = ENDS[name]
    narrow = timedelta(0)
    assert reasons(replace(entry(card, at=on("2026-12-09"), **record), soon=narrow)) == []
    assert reasons(replace(entry(card, at=on("2026-12-10"), **record), soon=narrow)) == [near]
    assert reasons(replace(entry(card, at=on("2026-12-11"), **record), soon=narrow)) == [past]


@pytest.mark.parametrize("name", ENDS)
@pytest.mark.parametrize("record", [{"state": "withdrawn"}, {"state": "superseded"}, {"state": "draft"}])
def test_what_is_ended_or_a_draft_is_left_alone(name: str, record: dict[str, Any]) -> None:
    """Nobody renews what must not be used, and nobody stands by a draft."""
    card, given, _, _ = ENDS[name]
    assert reasons(entry(card, at=on("2026-12-11"), **{**given, **record})) == []


@pytest.mark.parametrize("lifecycle", [{"retired_on": "2026-12-01"}, {"status": "retired"}])
def test_what_is_retired_is_left_alone(lifecycle: dict[str, str]) -> None:
    card = {"validation": {"next_due": "2026-11-01"}, "lifecycle": lifecycle}
    assert reasons(entry(card, at=on("2026-12-11"))) == []
    planned = {**card, "lifecycle": {"retired_on": "2027-01-01"}}
    assert reasons(entry(planned, at=on("2026-12-11"))) == ["review-overdue"]


def test_the_policy_s_interval_is_reckoned_from_the_last_review() -> None:
    """Approval and validation are reviews; the newer one counts."""
    given = {"approvals": (approval(stated_at="2026-11-01T09:00:00Z"),)}
    assert reasons(entry(review=90, at=on("2026-12-30"), **given)) == []
    assert reasons(entry(review=90, at=on("2026-12-31"), **given)) == ["review-due"]
    assert reasons(entry(review=90, at=on("2027-01-31"), **given)) == ["review-overdue"]
    assert reasons(entry(at=on("2027-01-31"), **given)) == []
    newer = {"validation": {"completed_on": "2027-01-15"}}
    assert reasons(entry(newer, review=90, at=on("2027-01-31"), **given)) == []


def test_a_signed_amendment_answers_a_review() -> None:
    """In a role that signs versions off: `state amend --at /validation/completed_on`, where the card said none."""
    given = {"approvals": (approval(stated_at="2026-01-01T09:00:00Z"),)}
    answer = amended("/validation/completed_on", "2026-11-28")
    assert reasons(entry(review=90, **given)) == ["review-overdue"]
    assert reasons(entry(review=90, trail=answer, **given)) == []


@pytest.mark.parametrize("more", [
    {"person": "mara", "role": "model-risk"},  # who proposed it
    {"role": "engineer"},  # no role that signs off
    {"seq": None},  # not in the log
    {"distrusted": True},  # by a key that is believed no more
])  # fmt: skip
def test_nobody_else_s_word_puts_a_review_off(more: dict[str, Any]) -> None:
    said = amended("/validation/next_due", "2030-01-01", **more)
    found = reasons(entry({"validation": {"next_due": "2026-11-01"}}, trail=said))
    assert "review-overdue" in found
    counted = amended("/validation/next_due", "2030-01-01")
    assert reasons(entry({"validation": {"next_due": "2026-11-01"}}, trail=counted)) == []


def test_a_renewed_exception_is_silent() -> None:
    """The inventory granted one in the same words."""
    card = {"governance": {"exceptions": [{"what": "No second reader", "expires": "2026-11-01"}]}}
    assert reasons(entry(card)) == ["exception-ended"]
    assert reasons(replace(entry(card), renewed={"No second reader": "2027-01-01"})) == []
    assert reasons(replace(entry(card), renewed={"Another": "2027-01-01"})) == ["exception-ended"]


@pytest.mark.parametrize("status", ["closed", "accepted"])
def test_a_settled_finding_is_silent(status: str) -> None:
    found = {"validation": {"findings": [{"statement": "s", "status": status, "due": "2026-11-01"}]}}
    assert reasons(entry(found)) == []
    still = {"validation": {"findings": [{"statement": "s", "status": "open", "due": "2026-11-01"}]}}
    assert only(entry(still)).command.endswith("--at /validation/findings/0/status --text closed")
    assert reasons(entry(still, trail=amended("/validation/findings/0/status", status))) == []
    done = {"validation": {"actions": [{"action": "s", "due": "2026-11-01", "done_on": "2026-10-30"}]}}
    assert reasons(entry(done)) == []


MONTHLY = {"monitoring": {"frequency": "monthly"}, "lifecycle": {"deployed_on": "2026-10-15"}}


def test_monitoring_is_overdue_after_its_period() -> None:
    """Reckoned from the last day of the last report, or from the first day in use."""
    assert reasons(entry(MONTHLY, at=on("2026-11-15"))) == []
    late = only(entry(MONTHLY, at=on("2026-11-16")))
    assert (late.reason, late.when) == ("monitoring-overdue", "since 2026-11-16")
    assert late.command == "cognify monitor credit-memo 1.0.0 SOURCE --from 2026-10-15 --to 2026-11-15"
    assert reasons(entry(MONTHLY, at=on("2026-11-30"), reports=(report("2026-10-31"),))) == []
    again = only(entry(MONTHLY, at=on("2026-12-01"), reports=(report("2026-10-31"),)))
    assert again.command.endswith("--from 2026-11-01 --to 2026-11-30")


def test_a_metric_has_a_cadence_of_its_own() -> None:
    """A report that leaves it out does not answer it."""
    card = {
        "monitoring": {"metrics": [{"metric": "ece", "cadence": "P1M"}]},
        "lifecycle": {"deployed_on": "2026-09-01"},
    }
    told = (report("2026-11-20"),)
    assert reasons(entry(card, reports=told)) == []
    left_out = (report("2026-09-30"), report("2026-11-20", seen=False))
    found = only(entry(card, reports=left_out))
    assert found.sentence == "ece is watched P1M; a report up to 2026-10-30 is not signed"


@pytest.mark.parametrize("lifecycle", [
    {"status": "in_validation"}, {"deployed_on": "2026-12-24"}, {"status": "approved"},
])  # fmt: skip
def test_what_is_not_in_use_is_not_watched(lifecycle: dict[str, str]) -> None:
    old = {"approvals": (approval(stated_at="2026-01-01T09:00:00Z"),)}
    assert reasons(entry({**MONTHLY, "lifecycle": lifecycle}, **old)) == []
    assert reasons(entry({"monitoring": MONTHLY["monitoring"]}, **old)) == ["monitoring-overdue"]


def test_a_cadence_that_cannot_be_read_is_named() -> None:
    card = {"monitoring": {"frequency": "each close of books"}}
    assert "“each close of books”" in only(entry(card)).sentence
    assert only(entry(card)).reason == "cadence-unreadable"
    assert reasons(entry(card, trail=amended("/monitoring/frequency", "monthly"))) == []


def test_a_standing_breach() -> None:
    breach = report("2026-10-31", "breach")
    assert only(entry(reports=(breach,))).reason == "monitoring-breach"
    assert reasons(entry(reports=(breach, report("2026-11-20")))) == []
    assert reasons(entry(reports=(breach,), state="superseded")) == []


@pytest.mark.parametrize(("lack", "reason", "verb"), [
    ("open-rejection", "open-rejection", "propose"), ("quorum-unmet", "sign-off-missing", "approve"),
    ("condition-unacknowledged", "condition-unacknowledged", "state acknowledge"),
    ("approval-expired", "approval-expired", "approve"), ("level-too-low", "sign-off-missing", "approve"),
])  # fmt: skip
def test_what_a_proposed_version_lacks(lack: str, reason: str, verb: str) -> None:
    waiting = {"state": "proposed", "sealed_at": None, "lacks": (Refusal(lack, "it lacks that", "mend it"),)}
    found = only(entry(**waiting))
    assert (found.reason, found.command) == (reason, f"cognify {verb} credit-memo 1.0.0")
    assert reasons(entry(**{**waiting, "state": "draft"})) == []


def test_a_rejection_of_what_is_sealed() -> None:
    """It stands beside the seal until it is taken back."""
    said = (stated("signoff.reject", stated_at="2026-11-25T09:00:00Z"),)
    found = only(entry(rejections=said))
    assert (found.reason, found.when) == ("open-rejection", "since 2026-11-25")
    assert reasons(entry(rejections=said, state="superseded")) == []
    assert reasons(entry()) == []


def test_an_approval_that_grows_too_old_to_count() -> None:
    """Only while nothing is sealed, and in the last third of its age: the policy lets it be 30 days old."""
    young = {
        "approvals": (approval(stated_at="2026-11-01T09:00:00Z"),),
        "state": "proposed",
        "sealed_at": None,
    }
    assert reasons(entry(at=on("2026-11-20"), **young)) == []
    assert only(entry(at=on("2026-11-21"), **young)).when == "by 2026-12-01"
    assert reasons(entry(at=on("2026-12-02"), **young)) == []  # `lacks` says so by then
    assert reasons(entry(at=on("2026-11-21"), approvals=young["approvals"])) == []


def test_the_last_approval_of_a_person_counts() -> None:
    old, new = approval(expires="2026-11-01"), approval(expires="2027-11-01")
    assert reasons(entry(approvals=(old, new))) == []
    assert reasons(entry(approvals=(new, old))) == ["approval-expired"]
    assert reasons(entry(approvals=(replace(old, withdrawn=True),))) == []


def test_a_key_that_is_believed_no_more() -> None:
    fallen = replace(approval(), distrusted=True)
    found = only(entry(state="needs-reapproval", sealed_at=None, approvals=(fallen,)))
    assert (found.reason, found.command) == ("needs-reapproval", "cognify approve credit-memo 1.0.0")
    changed = (Finding("x", "subject-digest-mismatch", "other bytes", "restore"),)
    again = only(entry(state="needs-reapproval", findings=changed))
    assert again.command == "cognify propose credit-memo 1.0.0"


def test_what_does_not_verify() -> None:
    wrong = Finding("models/x", "sealed-bytes-changed", "one byte", "restore it")
    found = only(entry(findings=(wrong,)))
    assert (found.reason, found.sentence) == ("does-not-verify", "[sealed-bytes-changed] one byte")
    assert reasons(entry(findings=(replace(wrong, severity=Severity.NOTE),))) == []


def test_a_statement_that_waits_for_the_log() -> None:
    assert only(entry(trail=(stated("amend", seq=None),))).command == "cognify seal"
    assert reasons(entry(trail=(stated("amend"),))) == []


def test_the_policy_and_exceptions_of_the_inventory() -> None:
    window, today = timedelta(days=30), date(2026, 11, 30)
    for expires, expected in (
        ("2026-12-31", []),
        ("2026-12-30", ["policy-ending"]),
        ("2026-11-29", ["policy-ended"]),
    ):
        found = attention.of_policy(hearing.policy(expires=expires), today, window)
        assert [one.reason for one in found] == expected
    (granted,) = attention.of_exception("a; rm -rf", "2026-12-01", today, window)
    assert granted.command == "cognify state except --what 'a; rm -rf' --expires DATE"


def test_names_are_quoted_for_a_shell() -> None:
    """A folder may be called anything; the next command is made to be pasted."""
    one = replace(entry(trail=(stated("x", seq=None),)).record, version=Version("a;b", "$(c)"), trail=(),
                  state="proposed", sealed_at=None, lacks=(Refusal("quorum-unmet", "x", "y"),))  # fmt: skip
    assert only(replace(entry(), record=one)).command == "cognify approve 'a;b' '$(c)'"


def test_the_gravest_reason_comes_first() -> None:
    card = {"validation": {"next_due": "2026-12-10"}, "monitoring": {"frequency": "now and then"}}
    found = entry(card, reports=(report("2026-10-31", "breach"),), trail=(stated("amend", seq=None),))
    assert reasons(found) == ["monitoring-breach", "cadence-unreadable", "statement-pending", "review-due"]


@pytest.mark.parametrize("hostile", [
    {"validation": {"next_due": 7, "findings": "x", "actions": [{"due": {}}]}, "data": {"agreements": [{"expires": 3}]}},
    {"validation": {"state": "pending", "reason": "?", "by": "ines"}, "governance": {"exceptions": {"state": "withheld"}}},
    {"monitoring": {"frequency": ["monthly"], "metrics": [3, {"cadence": 9}]}, "governance": {"exceptions": [{}]}},
    {"validation": [1], "monitoring": "x", "governance": 3, "data": None, "lifecycle": []},
])  # fmt: skip
def test_a_card_may_hold_anything(hostile: dict[str, Any]) -> None:
    """A draft's shape was never checked: nothing breaks on it."""
    assert set(reasons(entry(hostile))) <= set(REASONS)
