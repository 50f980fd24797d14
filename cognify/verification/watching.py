"""Monitoring reports of sealed versions: their bytes, their citations, and the outcome worked out again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cognify import replay, strictyaml
from cognify.approvals import Entered
from cognify.errors import CognifyError
from cognify.inventory import Report, Version, report_of
from cognify.records import lock, manifest, monitoring
from cognify.verification import reading
from cognify.verification.examination import Examination
from cognify.verification.reading import Outside
from cognify.verification.result import Reported

_RESTORE = "restore it from a clone, a mirror or a package made before the change"
_AGAIN = "capture it again with `cognify monitor`, and let whoever answers for it sign that"


def reports(x: Examination, version: Version, reported: tuple[Entered, ...]) -> Iterator[Outside]:
    """Examine what was reported on *version*; yields what of the evidence lies outside."""
    x.reports[version] = []
    card: Any = None
    for entered in reported:
        statement = entered.verified.statement
        place = report_of(statement.subject)
        assert place is not None  # the rules of its kind have asked
        if not _unchanged(x, place, statement.digest):
            continue
        read = reading.read(x.source.files, x.digests, place)
        x.findings.extend(read.faults)
        yield from read.outside
        if read.faults or not read.has_card:
            continue
        if card is None:
            card = _numbers(x, version.card)
        _judged(x, entered, place, card)


def _unchanged(x: Examination, place: Report, digest: str) -> bool:
    """Whether the bytes that were signed lie here, all of them and nothing else."""
    files, before = x.source.files, len(x.findings)
    if not files.exists(place.manifest) or x.sha256(place.manifest) != digest:
        x.fault("subject-digest-mismatch", place.manifest, "not the report that was signed", _RESTORE)
        return False
    try:
        listed = manifest.parse(files.read(place.manifest), where=place.manifest)
    except CognifyError as error:
        x.caught(error)
        return False
    for path, expected in listed.items():
        full = place.prefix + path
        if not files.exists(full) or x.sha256(full) != expected:
            x.fault("subject-digest-mismatch", full, "not the bytes that were signed", _RESTORE)
    for path in files.paths(place.prefix):
        if path != place.manifest and path.removeprefix(place.prefix) not in listed:
            x.fault("subject-digest-mismatch", path, "it was added after the report was signed", _RESTORE)
    return len(x.findings) == before


def _judged(x: Examination, entered: Entered, place: Report, card: Any) -> None:
    """The report is of its schema, about what its statement is about, and comes to the outcome stated."""
    statement, report = entered.verified.statement, _numbers(x, place.card)
    problems = monitoring.problems(report, place.card)
    if problems:
        worst = problems[0]
        x.fault("report-schema", f"{place.card}#{worst.pointer}", worst.what, _AGAIN)
        return
    if not _all_cited(x, place, report):
        return
    course = x.proceedings.courses[Version(place.model, place.version)] if x.proceedings else None
    said = {
        "model": statement.model, "version": statement.version,
        "sealed": course.sealed_digest if course else "",
        "from": statement.predicate["from"], "to": statement.predicate["to"],
    }  # fmt: skip
    for key, value in said.items():
        if report[key] != value:
            what = f"it says {report[key]}, its statement {value}"
            x.fault("subject-mismatch", f"{place.card}#/{key}", what, _AGAIN)
            return
    held = monitoring.judge(monitoring.limits(card), report)
    outcome, stated = monitoring.outcome(held), str(statement.predicate["outcome"])
    if not held or outcome != stated:
        found = f"held against the card that was sealed it is {outcome}" if held else "the card has no limits"
        x.fault("monitoring-outcome", entered.path, f"it says {stated}; {found}", _AGAIN)
        return
    if outcome == monitoring.BREACH:
        x.note(
            "monitoring-breach", place.card,
            f"{place.model} {place.version} was in breach of a limit between {said['from']} and {said['to']}",
            "ask what followed; `cognify gate` refuses it until a later report is none",
        )  # fmt: skip
    whole = Reported(
        entered.path, entered.sha256, place.prefix, entered.verified.person.name, entered.seq,
        statement.predicate["from"], statement.predicate["to"], outcome, held,
    )  # fmt: skip
    x.reports[Version(place.model, place.version)].append(whole)


def _all_cited(x: Examination, place: Report, report: Any) -> bool:
    """Whether each value cites evidence: into a card a person may write, into a report nobody may."""
    cites = lock.parse(x.source.files.read(place.lock), where=place.lock)
    told = ((at, value) for name in ("data", "evaluation") for at, value in
            replay.leaves(report.get(name, {}), f"/{name}"))  # fmt: skip
    bare = [at for at, _ in told if cites.cited(at) is None]
    for at in bare:
        x.fault(
            "number-without-citation",
            f"{place.card}#{at}",
            "a report states a value without evidence",
            _AGAIN,
        )
    return not bare


def _numbers(x: Examination, path: str) -> Any:
    """What the YAML file at *path* says, its numbers exact; nothing where it cannot be read."""
    try:
        return replay.exact(strictyaml.read(x.source.files.read(path), where=path), "")
    except CognifyError:
        return None
