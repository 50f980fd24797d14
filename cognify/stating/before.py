"""What is stated before a version is proposed: its thresholds, and the record of a run that made it."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import Any

from cognify import replay, strictyaml
from cognify.errors import ConfigurationError
from cognify.inventory import Version
from cognify.records import lock, plan
from cognify.records.plan import Threshold
from cognify.records.statement import Statement
from cognify.running import record
from cognify.stating.desk import Desk, Prepared, Signer, envelope, ready, refuse, said_by

MEANINGS = {
    "plan.register": "I register what {version} has to reach. I fix it before its results are known to me.",
    "run.record": "I ran {run} for {version}; its record is what was written then.",
}


def register(
    desk: Desk, version: Version, signer: Signer, role: str, thresholds: tuple[Threshold, ...], *,
    comment: str, at: datetime,
) -> Prepared:  # fmt: skip
    """Register the *thresholds* of *version*, which need not have a card yet.

    Raises:
        ApprovalRefused: `plan-too-late`, or another rule refuses it.
    """
    entries = [threshold.as_json() for threshold in sorted(set(thresholds))]
    subject = version.prefix + plan.NAME, plan.digest(entries)
    extra = {"thresholds": entries}
    return _prepared(desk, "plan.register", version, signer, role, subject, extra, comment, at)


def sign_run(
    desk: Desk, version: Version, signer: Signer, role: str, *, comment: str, at: datetime
) -> Prepared:
    """Sign the record of the run that *version* was captured from.

    Raises:
        ConfigurationError: `run-record-missing`: no run was recorded, or several.
        ApprovalRefused: a rule refuses it.
    """
    artifacts = lock.parse(desk.tree.read(version.lock), where=version.lock).artifacts.values()
    names = sorted({a.path for a in artifacts if a.path and a.origin.rpartition("/")[2] == record.NAME})
    records = {name: json.loads(desk.tree.read(version.prefix + name)) for name in names}
    wrapped = [name for name in names if records[name].get("writer") == record.WRAPPER] or names
    if len(wrapped) != 1:
        raise ConfigurationError(
            f"{len(wrapped)} records of runs are among the evidence of {version}, where one is signed",
            where=f"{version.prefix}evidence/", id="run-record-missing",
            fix="capture one recorded run: `cognify run`, or a callback",
        )  # fmt: skip
    name, run = wrapped[0], str(records[wrapped[0]]["run_id"])
    subject = version.prefix + name, next(a.sha256 for a in artifacts if a.path == name)
    return _prepared(desk, "run.record", version, signer, role, subject, {"run": run}, comment, at)


def _prepared(
    desk: Desk, kind: str, version: Version, signer: Signer, role: str, subject: tuple[str, str],
    extra: dict[str, Any], comment: str, at: datetime,
) -> Prepared:  # fmt: skip
    meaning = MEANINGS[kind].format(version=version, run=extra.get("run", ""))
    predicate = {
        **envelope(desk.examination, desk.policy, meaning, at),
        **extra,
        **said_by(signer, role, comment),
        "model": version.model,
        "record": _record(desk, version),
        "version": version.version,
    }
    prepared = ready(Statement(kind, *subject, predicate), version.statements)
    refuse(desk, prepared)
    return prepared


def _record(desk: Desk, version: Version) -> str:
    """The version's record id: as stated before, else as its card says, else a new one."""
    history = desk.proceedings.course(version).history
    if history:
        return history[0].verified.statement.record
    if not desk.tree.exists(version.card):
        return f"urn:uuid:{uuid.uuid4()}"
    card = strictyaml.load(desk.tree.read(version.card), where=version.card)
    return str(replay.lookup(card, "/record/id"))
