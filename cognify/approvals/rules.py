"""The rules of one kind each: what must hold before a statement of it stands, and what it then does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from cognify.approvals import adoption, after, keys
from cognify.approvals.adoption import Adoption
from cognify.approvals.course import Course, Entered, excluded
from cognify.approvals.refusing import RESTORE, Refusal, holders
from cognify.errors import ConfigurationError
from cognify.inventory import Version, named, report_of
from cognify.records import manifest, plan
from cognify.records import policy as policies
from cognify.records.statement import VERSION_KINDS, Statement

if TYPE_CHECKING:
    from cognify.approvals.proceedings import Proceedings

LONGEST_EXCEPTION = timedelta(days=366)
CONDITION = "condition-unacknowledged"
"""The one finding whose explanation does something: it takes the condition of an approval on."""

_ON_CONDITION = ("signoff.approve", "finding.explain")
"""What may say `conditions`; what takes conditions on is refused by its own rule if it does."""

Rule = Callable[["Proceedings", Statement], tuple[Refusal, ...]]
Effect = Callable[["Proceedings", Entered], None]


def of(known: Proceedings, statement: Statement, path: str) -> tuple[Refusal, ...]:
    """Why *statement*, of a kind that is judged, may not stand at *path*; empty if it may."""
    if statement.conditions and statement.kind not in _ON_CONDITION:
        return (Refusal("condition-misplaced", f"a {statement.kind} on a condition, which nobody can take on",
                        "state it without one: only approvals are given on conditions"),)  # fmt: skip
    own = _JUDGED[statement.kind][0]
    if statement.kind in VERSION_KINDS:
        return (*_of_the_version(known, statement, path), *own(known, statement))
    if path.startswith("models/"):
        return (Refusal("subject-mismatch", f"a {statement.kind} among statements about a version",
                        "statements about the inventory lie in statements/"),)  # fmt: skip
    return own(known, statement)


def take_effect(known: Proceedings, entered: Entered) -> None:
    """Let *entered*, which no rule refuses, do what its kind does."""
    statement = entered.verified.statement
    if statement.kind in VERSION_KINDS:
        version = Version(statement.model, statement.version)
        known.course(version).history.append(entered)
        known.records.setdefault(statement.record, version)
    _JUDGED[statement.kind][1](known, entered)


def _of_the_version(known: Proceedings, statement: Statement, path: str) -> tuple[Refusal, ...]:
    try:
        version = named(statement.model, statement.version)
    except ConfigurationError as error:
        return (Refusal(error.fault, error.what, error.fix or ""),)
    if not _is_about(statement, version) or not path.startswith(version.statements):
        return (
            Refusal("subject-mismatch", f"a statement about {statement.subject}, not about what "
                    "it lies beside", "a statement serves the version that it names"),
        )  # fmt: skip
    refusals = [
        Refusal("parent-after-child", f"it acts on the statement {parent[:8]}, which "
                "does not come before it", "sequence the statements in their order")
        for parent in statement.parents if parent not in known.entered
    ]  # fmt: skip
    # One record id, one version: a seal of the one must never read as a seal of another.
    course, owner = known.course(version), known.records.get(statement.record, version)
    if course.history and course.history[0].verified.statement.record != statement.record:
        refusals.append(Refusal("record-mismatch", "it names another record id", RESTORE))
    elif owner != version:
        refusals.append(Refusal("record-mismatch", f"its record id is the one of {owner}",
                                "capture it anew: every version has an id of its own"))  # fmt: skip
    return tuple(refusals)


def _is_about(statement: Statement, version: Version) -> bool:
    """Whether its subject is what a statement of its kind is about: what was run, planned, or signed off."""
    if statement.kind == "run.record":
        return statement.subject.startswith(f"{version.prefix}evidence/")
    if statement.kind == "monitor.report":
        report = report_of(statement.subject)
        return report is not None and (report.model, report.version) == version
    name = plan.NAME if statement.kind == "plan.register" else manifest.NAME
    return statement.subject == version.prefix + name


def _course(known: Proceedings, entered: Entered) -> Course:
    statement = entered.verified.statement
    return known.course(Version(statement.model, statement.version))


# ---- the inventory ----


def _genesis(known: Proceedings, statement: Statement) -> tuple[Refusal, ...]:
    if known.genesis is not None:
        return (Refusal("genesis-mismatch", "a second genesis", RESTORE),)
    policy = known.policy
    bound = (statement.subject, statement.digest) == (policies.file_name(1), policy.sha256)
    if not bound or dict(policy.trust) != dict(statement.predicate["trust"]):
        return (Refusal("genesis-mismatch", "it binds another policy or other trust files",
                        RESTORE),)  # fmt: skip
    if policy.change is not None and statement.role != policy.change.role:
        return (Refusal("role-not-held-at-seq", f"a genesis is signed as {policy.change.role}",
                        f"ask a holder: {holders(policy, policy.change.role)}"),)  # fmt: skip
    return ()


def _begin(known: Proceedings, entered: Entered) -> None:
    known.genesis = entered


def _update(known: Proceedings, statement: Statement) -> tuple[Refusal, ...]:
    newer = known.policies.get(known.in_force + 1)
    return adoption.refusals(statement, known.policy, newer)


def _agree(known: Proceedings, entered: Entered) -> None:
    stated = known.adoptions.setdefault(known.in_force + 1, Adoption())
    stated.enter(entered, in_force=known.in_force)


def _about_the_policy(known: Proceedings, statement: Statement) -> tuple[Refusal, ...]:
    if (statement.subject, statement.digest) == (policies.file_name(known.in_force), known.policy.sha256):
        return ()
    return (Refusal("subject-mismatch", f"a {statement.kind} is about the policy in force, not "
                    f"{statement.subject}", "state it again with cognify"),)  # fmt: skip


def _key(known: Proceedings, statement: Statement) -> tuple[Refusal, ...]:
    return _about_the_policy(known, statement) or keys.refusals(
        statement, known.policy, known.policies.values()
    )


def _compromised(known: Proceedings, statement: Statement) -> tuple[Refusal, ...]:
    since, seen = keys.since(statement), statement.after.size
    if since > seen:
        # Else what it takes along would depend on what happens to be sequenced beside it.
        return (Refusal("since-ahead", f"place {since} is still to come: its signer had seen {seen} leaves",
                        "name a place that was reached; to stop it from now on, retire it"),)  # fmt: skip
    return _key(known, statement)


def _retire(known: Proceedings, entered: Entered) -> None:
    stated = entered.verified.statement
    fate = keys.Fate(stated.predicate["holder"], retired_at=entered.seq)
    known.fates.setdefault(keys.mark(stated), fate)


def _compromise(known: Proceedings, entered: Entered) -> None:
    stated = entered.verified.statement
    key, since = keys.mark(stated), keys.since(stated)
    known.fates[key] = keys.Fate(stated.predicate["holder"], compromised_since=since)
    known.declared.append(entered)
    known.distrust(key, since)
    known.disbelieve()
    for adopted in known.adoptions.values():
        adopted.distrust(key, since)
    known.exceptions = [e for e in known.exceptions if not e.signed_by(key, since)]
    for by in known.redactions.values():
        for person in [p for p, e in by.items() if e.signed_by(key, since)]:
            del by[person]


def _as_owner(known: Proceedings, statement: Statement) -> tuple[Refusal, ...]:
    change = known.policy.change
    if change is None:
        return (Refusal("no-rule", f"under policy {known.in_force} nobody may state a {statement.kind}",
                        "the policy names who may: `policy_change`"),)  # fmt: skip
    if statement.role != change.role:
        asked = holders(known.policy, change.role)
        return (Refusal("role-not-asked", f"a {statement.kind} is stated as {change.role}, not as "
                        f"{statement.role}", f"ask a holder: {asked}"),)  # fmt: skip
    return ()


def _exception(known: Proceedings, statement: Statement) -> tuple[Refusal, ...]:
    stated = datetime.fromisoformat(statement.predicate["stated_at"]).date()
    if date.fromisoformat(statement.expires) - stated > LONGEST_EXCEPTION:
        return (Refusal("exception-unbounded", "an exception ends, within a year of its grant",
                        "name its last day: --expires DATE"),)  # fmt: skip
    return _about_the_policy(known, statement) or _as_owner(known, statement)


def _grant(known: Proceedings, entered: Entered) -> None:
    known.exceptions.append(entered)


def _redaction(known: Proceedings, statement: Statement) -> tuple[Refusal, ...]:
    target = statement.predicate["target"]
    if (statement.subject, statement.digest) != (target["name"], target["sha256"]):
        return (Refusal("subject-mismatch", "its subject is not the file that it redacts",
                        "state it again with cognify"),)  # fmt: skip
    return _as_owner(known, statement)


def _redact(known: Proceedings, entered: Entered) -> None:
    stated = entered.verified.statement
    known.redactions.setdefault(stated.digest, {})[stated.person] = entered


# ---- one version ----


def _plan(known: Proceedings, statement: Statement) -> tuple[Refusal, ...]:
    if plan.digest(statement.predicate["thresholds"]) != statement.digest:
        return (Refusal("subject-digest-mismatch", "its subject is not the digest of its thresholds",
                        "state it again with cognify"),)  # fmt: skip
    course = known.course(Version(statement.model, statement.version))
    if course.begun or course.sealed_digest:
        return (Refusal("plan-too-late", "thresholds are registered before the version is proposed",
                        "register them for the next version"),)  # fmt: skip
    return ()


def _run(known: Proceedings, statement: Statement) -> tuple[Refusal, ...]:
    if known.course(Version(statement.model, statement.version)).sealed_digest:
        return (Refusal("already-sealed", "the version is sealed: no run can become part of it",
                        "a run belongs to a version that is not sealed yet"),)  # fmt: skip
    return ()


def _noted(known: Proceedings, entered: Entered) -> None:
    """It stands in the version's history: `Course` looks there for runs and plans, the trail shows it."""


def _propose(known: Proceedings, statement: Statement) -> tuple[Refusal, ...]:
    course = known.course(Version(statement.model, statement.version))
    if course.sealed_at is not None or course.sealed_digest not in ("", statement.digest):
        return (Refusal("already-sealed", "a sealed version is not proposed again",
                        "correct it by a new version"),)  # fmt: skip
    strangers = {c["person"] for c in statement.predicate["contributors"]} - set(known.policy.people)
    if strangers:
        return (Refusal("contributor-unknown", f"not in the policy: {', '.join(sorted(strangers))}",
                        "name contributors by their ids in the policy"),)  # fmt: skip
    return ()


def _proposed(known: Proceedings, entered: Entered) -> None:
    _course(known, entered).propose(entered)


def _signoff(known: Proceedings, statement: Statement) -> tuple[Refusal, ...]:
    version = Version(statement.model, statement.version)
    course = known.course(version)
    if course.proposal is None:
        return (Refusal("not-proposed", "there is no proposal to sign off", "run `cognify propose`"),)
    proposal = course.proposal.verified
    if proposal.sha256 not in statement.parents or proposal.statement.digest != statement.digest:
        return (
            Refusal("subject-digest-mismatch", "it is about other bytes than the ones proposed "
                    "last", "review the version as it stands now, and sign that"),
        )  # fmt: skip
    rule = known.policy.rule_for(known.tier(version))
    if rule is None:
        return (Refusal("no-rule", f"no rule for tier {known.tier(version)}",
                        "add a rule in a new policy version"),)  # fmt: skip
    if statement.kind != "signoff.approve":
        return ()
    if course.sealed_at is not None:
        return (Refusal("already-sealed", "it is sealed already", "nothing is left to approve"),)
    refusal = after.not_asked(known, statement) or excluded(course, rule, statement.person)
    return (refusal,) if refusal else ()


def _approved(known: Proceedings, entered: Entered) -> None:
    _course(known, entered).approvals.append(entered)


def _rejected(known: Proceedings, entered: Entered) -> None:
    _course(known, entered).rejections.append(entered)


def _withdraw(known: Proceedings, statement: Statement) -> tuple[Refusal, ...]:
    named_here = [known.entered[p].verified.statement for p in statement.parents if p in known.entered]
    sign_offs = [s for s in named_here if s.kind in ("signoff.approve", "signoff.reject")]
    if not sign_offs:
        return (Refusal("nothing-to-withdraw", f"no sign-off of {statement.person} is named",
                        "a person withdraws their own approval or rejection"),)  # fmt: skip
    mine = (statement.person, statement.model, statement.version)
    if any((s.person, s.model, s.version) != mine for s in sign_offs):
        return (Refusal("withdrawal-not-own", f"{statement.person} names a sign-off that is not theirs "
                        "or not of this version", "each person withdraws their own"),)  # fmt: skip
    return ()


def _withdrawn(known: Proceedings, entered: Entered) -> None:
    _course(known, entered).withdrawals.append(entered)


def _explain(known: Proceedings, statement: Statement) -> tuple[Refusal, ...]:
    if statement.predicate["finding"]["id"] != CONDITION:
        return after.explained(known, statement)
    course = known.course(Version(statement.model, statement.version))
    if course.proposal is None:
        return (Refusal("not-proposed", "there is no proposal whose approvals had conditions",
                        "run `cognify propose`"),)  # fmt: skip
    proposal = course.proposal.verified
    if proposal.person.id != statement.person:
        return (Refusal("acknowledged-by-another", f"{proposal.person.id} proposed it and takes conditions "
                        f"on, not {statement.person}", f"let {proposal.person.name} state it"),)  # fmt: skip
    if proposal.statement.digest != statement.digest:
        return (Refusal("subject-digest-mismatch", "it is about other bytes than the ones proposed last",
                        "acknowledge the conditions of what is proposed now"),)  # fmt: skip
    on_condition = {a.sha256 for a in course.approvals if a.verified.statement.conditions}
    qualified = statement.conditions or statement.expires
    if qualified or not statement.parents or not on_condition.issuperset(statement.parents):
        return (Refusal("nothing-to-acknowledge", "it has conditions or an end of its own" if qualified else
                        "it names no approval, or one that is not given on a condition",
                        "state it with `cognify state acknowledge`"),)  # fmt: skip
    return ()


def _acknowledged(known: Proceedings, entered: Entered) -> None:
    if entered.verified.statement.predicate["finding"]["id"] == CONDITION:
        _course(known, entered).acknowledgements.append(entered)


def _ended(known: Proceedings, entered: Entered) -> None:
    _course(known, entered).ends.append(entered)


_JUDGED: Mapping[str, tuple[Rule, Effect]] = {
    "genesis": (_genesis, _begin),
    "policy.update": (_update, _agree),
    "key.retire": (_key, _retire),
    "key.compromise": (_compromised, _compromise),
    "exception.grant": (_exception, _grant),
    "redact": (_redaction, _redact),
    "plan.register": (_plan, _noted),
    "run.record": (_run, _noted),
    "record.propose": (_propose, _proposed),
    "signoff.approve": (_signoff, _approved),
    "signoff.reject": (_signoff, _rejected),
    "signoff.withdraw": (_withdraw, _withdrawn),
    "finding.explain": (_explain, _acknowledged),
    "amend": (after.after_sealing, _noted),
    "monitor.report": (after.monitored, _noted),
    "supersede": (after.supersede, _ended),
    "model.withdraw": (after.end, _ended),
}
JUDGED = frozenset(_JUDGED)
"""The kinds whose rules are known here; any other is refused, never waved through."""
