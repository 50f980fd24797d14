"""Report on a sealed version in use: what was seen is held against the limits that were approved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cognify import canonical, replay, strictyaml
from cognify.drafting import Drafted
from cognify.errors import ApprovalRefused, ConfigurationError
from cognify.inventory import Report, Version
from cognify.records import manifest, monitoring
from cognify.records.monitoring import BREACH, WARNING, WITHIN, Held, Limit
from cognify.records.statement import Statement
from cognify.stating.desk import Desk, Prepared, Signer, envelope, ready, refuse, said_by

MEANING = "I report what {version} did in use from {first} to {last}. Against the approved limits: {outcome}."
OUTCOMES = {
    WITHIN: "every one holds",
    WARNING: "none is breached, and there is reason for a warning",
    BREACH: "at least one is breached",
}


@dataclass(frozen=True, slots=True)
class Watched:
    """What is reported on: the sealed record, its digest, and the limits of its card."""

    version: Version
    sealed: str
    record: str
    limits: tuple[Limit, ...]


def watched(desk: Desk, version: Version) -> Watched:
    """*version* as it was sealed, with its limits.

    Raises:
        ApprovalRefused: `not-sealed`; `subject-digest-mismatch`, its card is not the sealed one.
        ConfigurationError: `monitoring-without-limits`, nothing was approved to hold results against.
    """
    course = desk.proceedings.course(version)
    if not course.sealed_digest:
        raise ApprovalRefused(
            f"{version} is not sealed", where=version.prefix, id="not-sealed",
            fix="what was never approved has no limits to be held against: have it approved and sealed",
        )  # fmt: skip
    raw = desk.tree.read(version.manifest)
    listed = manifest.parse(raw, where=version.manifest)
    card = desk.tree.read(version.card)
    if (canonical.sha256(raw), canonical.sha256(card)) != (course.sealed_digest, listed.get("card.yaml")):
        raise ApprovalRefused(
            "its card is not the one that was sealed", where=version.card,
            fix="restore it: `git checkout` of a commit that verifies", id="subject-digest-mismatch",
        )  # fmt: skip
    limits = monitoring.limits(replay.exact(strictyaml.read(card, where=version.card), ""))
    if not limits:
        raise ConfigurationError(
            f"the card of {version} has no limits: neither levels of monitored metrics, nor thresholds",
            where=f"{version.card}#/monitoring/metrics",
            fix="let the next version state them: monitoring.metrics[].threshold, or evaluation.thresholds",
            id="monitoring-without-limits",
        )  # fmt: skip
    return Watched(version, course.sealed_digest, course.history[0].verified.statement.record, limits)


def held(about: Watched, drafted: Drafted, place: Report) -> tuple[Held, ...]:
    """The results of the drafted report against the limits."""
    report = replay.exact(strictyaml.read(drafted.card, where=place.card), "")
    return monitoring.judge(about.limits, report)


def report(
    desk: Desk, about: Watched, place: Report, signer: Signer, role: str, period: tuple[str, str],
    frozen: bytes, outcome: str, *, comment: str, at: datetime,
) -> Prepared:  # fmt: skip
    """The statement about the report of which *frozen* is the manifest.

    Raises:
        ApprovalRefused: a rule refuses it.
    """
    first, last = period
    meaning = MEANING.format(version=about.version, first=first, last=last, outcome=OUTCOMES[outcome])
    predicate: dict[str, Any] = {
        **envelope(desk.examination, desk.policy, meaning, at),
        **said_by(signer, role, comment),
        "from": first,
        "model": about.version.model,
        "outcome": outcome,
        "record": about.record,
        "to": last,
        "version": about.version.version,
    }
    stated = Statement("monitor.report", place.manifest, canonical.sha256(frozen), predicate)
    prepared = ready(stated, about.version.statements)
    refuse(desk, prepared)
    return prepared
