"""What needs somebody: the reason, in one sentence, since or by when, and the next command.

Attention is no verdict and changes none: an approval that ended, or a review that is late, leaves what
was sealed sealed. One function for each kind of reason; a new one joins `_LOOKED_FOR` and `REASONS`.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from cognify.records.finding import Severity
from cognify.records.policy import Policy
from cognify.register import dates, watching
from cognify.register.cells import plain
from cognify.register.entry import Entry, day

REASONS = {
    "does-not-verify": "Something contradicts the record, or cannot be verified.",
    "needs-reapproval": "A key that a sign-off rested on is not believed any more, or signed bytes changed.",
    "monitoring-breach": "A signed report found a limit breached, and no later report answers it.",
    "open-rejection": "Somebody rejected the version, and has not taken that back.",
    "condition-unacknowledged": "An approval is on a condition that nobody has taken on.",
    "sign-off-missing": "A proposed version lacks a sign-off that its tier asks for, or one does not count.",
    "approval-expired": "An approval has ended: by its last day, or, while nothing is sealed, by its age.",
    "validation-ended": "The day until which the validation holds has passed.",
    "review-overdue": "The day of the next review has passed.",
    "exception-ended": "An exception has ended, and no other in the same words stands.",
    "agreement-ended": "A data-use agreement on the card has ended.",
    "finding-overdue": "A finding or an action of the validation is open after its day.",
    "monitoring-overdue": "The period after which a monitoring report is due has passed without one.",
    "cadence-unreadable": "How often the model is monitored is said in words that name no length of time.",
    "statement-pending": "A statement is merged and not in the log yet.",
    "approval-ending": "An approval ends soon.",
    "validation-ending": "The day until which the validation holds is near.",
    "review-due": "The next review is due soon.",
    "exception-ending": "An exception ends soon.",
    "agreement-ending": "A data-use agreement on the card ends soon.",
    "finding-due": "A finding or an action of the validation is due soon.",
    "policy-ended": "The policy has ended, and nothing more can be sealed under it.",
    "policy-ending": "The policy ends soon.",
}
"""Every reason by its id, the gravest first: attention is listed in this order."""
_SETTLED = ("closed", "accepted")
_ORDER = {reason: place for place, reason in enumerate(REASONS)}


@dataclass(frozen=True, slots=True)
class Attention:
    """One reason: its id, a sentence, and the next command.

    `day` is since when it holds or by when something is due (`due`); None where no day is known.
    """

    reason: str
    sentence: str
    command: str
    day: date | None = None
    due: bool = False

    @property
    def when(self) -> str:
        """Since or by when, in words; empty where no day is known."""
        return f"{'by' if self.due else 'since'} {self.day}" if self.day else ""

    def as_json(self) -> dict[str, Any]:
        """The published shape."""
        own = {"since": None, "by": None, "by" if self.due else "since": str(self.day) if self.day else None}
        return {"reason": self.reason, "what": self.sentence, **own, "next": self.command}


def of(entry: Entry) -> tuple[Attention, ...]:
    """What needs somebody about *entry*, the gravest first; nothing falls due for what ended, or a draft."""
    return ordered(one for look in _LOOKED_FOR for one in look(entry))


def ordered(found: Iterator[Attention]) -> tuple[Attention, ...]:
    """*found* as it is listed: by reason, then by day; nothing twice."""
    once = dict.fromkeys(found)
    return tuple(sorted(once, key=lambda one: (_ORDER[one.reason], one.day or date.min, one.sentence)))


def ends(
    kind: str, what: str, last: date, today: date, soon: timedelta, command: str
) -> Iterator[Attention]:  # fmt: skip
    """That *what* ended, or ends within *soon*: *kind* is the first word of both reasons' ids."""
    past = "expired" if kind == "approval" else "ended"
    if last < today:
        yield Attention(f"{kind}-{past}", f"{what} ended on {last}", command, last + timedelta(days=1))
    elif last - today <= soon:
        yield Attention(f"{kind}-ending", f"{what} ends on {last}", command, last, due=True)


def command(entry: Entry, verb: str, *more: str) -> str:
    """A line to paste: names that a shell would read otherwise are quoted; capitals are to be filled in."""
    place = entry.version
    return " ".join(["cognify", verb, *map(shlex.quote, (place.model, place.version, *more))])


def _contradicted(entry: Entry) -> Iterator[Attention]:
    own = [f for f in entry.record.findings if f.severity is Severity.ERROR]
    if own and entry.record.state != "needs-reapproval":
        yield Attention("does-not-verify", f"[{own[0].id}] {own[0].what}", "cognify verify")


def _distrusted(entry: Entry) -> Iterator[Attention]:
    if entry.record.state != "needs-reapproval":
        return
    changed = any(f.severity is Severity.ERROR for f in entry.record.findings)
    unproposed = any(lack.id == "not-proposed" for lack in entry.record.lacks)
    verb = "propose" if changed or unproposed else "approve"
    fallen = sum(a.distrusted for a in entry.record.approvals)
    why = f"{fallen} of its approvals fell with a key" if fallen else "what was signed stands no more"
    yield Attention("needs-reapproval", f"{why}; its bytes need their sign-offs again", command(entry, verb))


def _breached(entry: Entry) -> Iterator[Attention]:
    if not entry.in_use:
        return
    again = command(entry, "monitor", "SOURCE", "--from", "DAY", "--to", "DAY")
    for place, report in entry.record.breaches.items():
        limit = next(held.limit for held in report.held if held.limit.place == place)
        what = f"{limit.metric} ({limit}) was breached in use, {report.first} to {report.last}"
        yield Attention("monitoring-breach", what, again, day(report.last))


def _lacking(entry: Entry) -> Iterator[Attention]:
    """What keeps a version from being sealed, or sealed again."""
    verbs = {"open-rejection": "propose", "condition-unacknowledged": "state acknowledge"}
    for lack in entry.record.lacks if entry.record.state in ("proposed", "needs-reapproval") else ():
        reason = lack.id if lack.id in _ORDER else "sign-off-missing"
        yield Attention(reason, lack.what, command(entry, verbs.get(reason, "approve")))


def _rejected(entry: Entry) -> Iterator[Attention]:
    """Rejections after the seal: they change no state, and say that somebody would not sign it now."""
    for stated in entry.record.rejections if entry.in_use and entry.record.state == "sealed" else ():
        what = f"{stated.name} rejected it as {stated.role}, and it is sealed: hear them, or withdraw it"
        yield Attention("open-rejection", what, command(entry, "log"), day(stated.stated_at))


def _approvals(entry: Entry) -> Iterator[Attention]:
    """Ends of the approvals: of several by one person in one role, the last one says until when."""
    last = {(a.stated.person, a.stated.role): a for a in entry.record.approvals if a.stands}
    if not (entry.in_use or entry.record.state == "proposed"):
        return
    sealed = entry.record.state != "proposed"
    for approval in last.values():
        stated, ended = approval.stated, day(approval.stated.expires)
        who = f"the approval by {stated.name} as {stated.role}"
        on = f", on the condition “{'”, “'.join(stated.conditions)}”," if stated.conditions else ""
        again = _next_version(entry) if sealed else command(entry, "approve")
        # Of a proposed version `_lacking` says that it ended: the log will not count it.
        if ended and (sealed or ended >= entry.today):
            yield from ends("approval", who + on, ended, entry.today, entry.soon, again)
        oldest = entry.rule.max_age_days if entry.rule and not sealed else None
        made = day(stated.stated_at)
        if oldest is not None and made and entry.today <= made + timedelta(days=oldest):
            # Said in the last third of its age: from its first day on it would tell nobody anything.
            near = min(entry.soon, timedelta(days=oldest // 3))
            yield from ends("approval", f"{who} (at {oldest} days, says the policy)",
                            made + timedelta(days=oldest), entry.today, near, again)  # fmt: skip


def _next_version(entry: Entry) -> str:
    model, version = map(shlex.quote, entry.version)
    return f"cognify capture {model} NEXT-VERSION SOURCE --base {version}"


def _validation(entry: Entry) -> Iterator[Attention]:
    until = entry.day("validation.valid_until")
    if until and entry.in_use:
        yield from ends("validation", "the validation", until, entry.today, entry.soon,
                        _amend(entry, "/validation/valid_until"))  # fmt: skip


def _amend(entry: Entry, pointer: str, text: str = "DATE") -> str:
    """What a reviewer signs after they have looked: the sealed bytes stay, and read with it."""
    return command(entry, "state amend", "--at", pointer, "--text", text)


def _reviews(entry: Entry) -> Iterator[Attention]:
    if not entry.in_use:
        return
    for dated in dates.reviews_due(entry):
        by_card = dated.by == "validation.next_due"
        again = _amend(entry, "/validation/next_due" if by_card else "/validation/completed_on")
        if dated.day < entry.today:
            since = dated.day + timedelta(days=1)
            yield Attention("review-overdue", f"its review was due on {dated.day} ({dated.by})", again, since)
        elif dated.day - entry.today <= entry.soon:
            said = f"its review is due on {dated.day} ({dated.by})"
            yield Attention("review-due", said, again, dated.day, due=True)


def _exceptions(entry: Entry) -> Iterator[Attention]:
    for _, exception in entry.entries("governance", "exceptions") if entry.in_use else ():
        what, expires = plain(exception.get("what")), exception.get("expires")
        last = day(expires) if isinstance(expires, str) else None
        if last and what not in entry.renewed:
            yield from ends("exception", f"the exception “{what}”", last, entry.today, entry.soon,
                            f"cognify state except --what {shlex.quote(what)} --expires DATE")  # fmt: skip


def _agreements(entry: Entry) -> Iterator[Attention]:
    for _, agreement in entry.entries("data", "agreements") if entry.in_use else ():
        expires, name = agreement.get("expires"), plain(agreement.get("id", "without an id"))
        last = day(expires) if isinstance(expires, str) else None
        if last:
            yield from ends("agreement", f"the agreement {name}", last, entry.today, entry.soon,
                            f"cognify status --uses {shlex.quote(name)}")  # fmt: skip


def _findings(entry: Entry) -> Iterator[Attention]:
    """Findings and actions of the validation: open, with a day."""
    findings = [(at, e, "statement", "status") for at, e in entry.entries("validation", "findings")]
    actions = [(at, e, "action", "done_on") for at, e in entry.entries("validation", "actions")]
    for at, one, words, settled in (*findings, *actions) if entry.in_use else ():
        answer = plain(one.get(settled, ""))
        done = answer in _SETTLED if settled == "status" else day(answer) is not None
        due = day(plain(one.get("due", "")))
        if done or due is None or due - entry.today > entry.soon:
            continue
        late = due < entry.today
        what = f"“{plain(one.get(words, 'no words'))}” {'was' if late else 'is'} due on {due}"
        text = "closed" if settled == "status" else "DATE"
        yield Attention("finding-overdue" if late else "finding-due", what,
                        _amend(entry, f"{at}/{settled}", text),
                        due + timedelta(days=1) if late else due, due=not late)  # fmt: skip


def _monitoring(entry: Entry) -> Iterator[Attention]:
    for watch in watching.watches(entry) if entry.in_use else ():
        if not watch.readable:
            what = f"{watch.pointer} says “{watch.said}”, which names no length of time: nobody is reminded"
            yield Attention("cadence-unreadable", what, _amend(entry, watch.pointer, "monthly"))
        elif watch.due and watch.due < entry.today:
            period = ("--from", str(watch.first), "--to", str(watch.due))
            yield Attention("monitoring-overdue", f"{watch.what} is watched {watch.said}; a report up to "
                            f"{watch.due} is not signed", command(entry, "monitor", "SOURCE", *period),
                            watch.due + timedelta(days=1))  # fmt: skip


def _pending(entry: Entry) -> Iterator[Attention]:
    waiting = sum(stated.seq is None for stated in entry.record.trail)
    if waiting:
        yield pending(waiting)


def pending(count: int) -> Attention:
    """That *count* statements are merged and not in the log yet."""
    waits = "1 statement waits" if count == 1 else f"{count} statements wait"
    return Attention("statement-pending", f"{waits} for the log", "cognify seal")


_LOOKED_FOR: tuple[Callable[[Entry], Iterator[Attention]], ...] = (
    _contradicted, _distrusted, _breached, _lacking, _rejected, _approvals, _validation, _reviews,
    _exceptions, _agreements, _findings, _monitoring, _pending,
)  # fmt: skip


def of_policy(policy: Policy | None, today: date, soon: timedelta) -> Iterator[Attention]:
    """That the policy itself ends: then nothing more can be sealed."""
    last = day(policy.expires) if policy and policy.expires else None
    if last:
        yield from ends("policy", "the policy", last, today, soon, "cognify policy propose FILE")


def of_exception(what: str, expires: str, today: date, soon: timedelta) -> Iterator[Attention]:
    """That an exception of the inventory ends."""
    last = day(expires)
    if last:
        yield from ends("exception", f"the exception “{what}”", last, today, soon,
                        f"cognify state except --what {shlex.quote(what)} --expires DATE")  # fmt: skip
