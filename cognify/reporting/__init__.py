"""Findings and verdicts as text, JSON, or GitHub annotations. Returns text; prints nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from cognify.errors import DOCS, one_line, printable
from cognify.records.finding import Finding, Severity

if TYPE_CHECKING:  # each command loads what it reports on, and nothing of what others do
    from cognify.gating import Admission
    from cognify.verification import Verification
    from cognify.verification.receipt import Comparison

_MARKS = {True: "ok  ", False: "FAIL", None: " -- "}
_ANSWERS = {
    "admitted": "ADMITTED", "refused": "REFUSED", "fail": "REFUSED: the inventory does not verify;",
    "incomplete": "REFUSED: the inventory cannot be verified;",
}  # fmt: skip
_VERDICTS = {
    "pass": "PASS: nothing contradicts the record",
    "fail": "FAIL: the record was changed, or was never what it says",
    "incomplete": "CANNOT VERIFY: something that was configured is missing",
}


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around findings that are written one after the other, and in place of none."""

    start: str = ""
    between: str = ""
    end: str = ""
    none: str = ""


_FRAMES = {
    "json": Frame('{\n "findings": [\n', ",\n", "\n ]\n}\n", '{\n "findings": []\n}\n'),
    "text": Frame(none="no findings\n"),
    "github": Frame(),
}


def findings(found: Sequence[Finding], form: str) -> str:
    """*found* in the shape `check --format` asks for: text, json or github."""
    around = frame(form)
    if not found:
        return around.none
    return around.start + around.between.join(finding(f, form) for f in found) + around.end


def frame(form: str) -> Frame:
    """What `findings` puts around the findings themselves in the shape *form*."""
    return _FRAMES[form]


def finding(found: Finding, form: str) -> str:
    """One finding as `findings` gives it: for those that are too many to be held at once."""
    if form == "json":
        # On one line: with indentation the encoder is one in Python, and takes five times as long.
        return f"  {json.dumps(found.as_json(), ensure_ascii=False)}"
    return _annotation(found) if form == "github" else _finding(found)


def _finding(finding: Finding) -> str:
    head, fix, more = _told(finding.severity.value, finding.id, finding.what, finding.fix)
    said = "".join(f"{one_line(f'  said:  {explanation}')}\n" for explanation in finding.explained)
    return f"{head}{one_line(finding.where)}\n{fix}{said}{more}"


@lru_cache(maxsize=8192)
def _told(severity: str, id: str, what: str, fix: str) -> tuple[str, str, str]:
    """What stands around the place and the explanations; many findings differ in nothing else."""
    head = f"{one_line(f'{severity}[{id}]: {what}')}\n  where: "
    mend = f"{one_line(f'  fix:   {fix}')}\n" if fix else ""
    return head, mend, f"{one_line(f'  more:  {DOCS}#{id}')}\n"


def _annotation(finding: Finding) -> str:
    """A GitHub workflow command (docs: "Workflow commands for GitHub Actions")."""
    level = {"error": "error", "warning": "warning", "note": "notice"}[finding.severity.value]
    said = "".join(f"; explained by {explanation}" for explanation in finding.explained)
    file, _, rest = finding.where.partition(":")
    line = rest.split(":")[0] if rest.split(":")[0].isdecimal() else "1"
    message = _escaped(f"{finding.what}; {finding.fix}{said}", "%\r\n")
    return f"::{level} file={_escaped(file)},line={line},title={finding.id}::{message}\n"


def _escaped(text: str, characters: str = "%\r\n:,") -> str:
    # A line break in a record must not be able to start a workflow command of its own; colons and
    # commas end a property, and mean nothing in the message.
    return "".join(f"%{ord(c):02X}" if c in characters else c for c in text)


def comparison(result: Comparison, form: str) -> str:
    """What two receipts say together, with both signed notes where they contradict each other."""
    if form == "json":
        return json.dumps(result.as_json(), indent=1, ensure_ascii=False) + "\n"
    lines = ["FAIL: the receipts contradict each other" if result.findings
             else "PASS: the receipts do not contradict each other", ""]  # fmt: skip
    lines += [_finding(f) for f in result.findings]
    lines += [kept.render().decode() for kept in result.proof]
    lines += ["  not proven:", *(f"    - {sentence}" for sentence in result.not_proven)]
    return printable("\n".join(lines) + "\n")


def verification(result: Verification, form: str) -> str:
    """The verdict, the nine steps, every record, every finding, and what is not proven."""
    if form == "json":
        return json.dumps(result.as_json(), indent=1, ensure_ascii=False) + "\n"
    lines = [f"{_VERDICTS[result.verdict]}", ""]
    lines += [f"  {_MARKS[step.passed]} {step.number} {step.title}" for step in result.steps]
    if any(step.passed is None for step in result.steps):
        lines.append(
            "  steps marked -- could not be judged, nor could the states below: the log does not hold"
        )
    lines += [
        "",
        f"  genesis {result.genesis}",
        f"  log     {result.log.size} leaves, root {result.log.root}",
    ]
    if result.log.checkpoint_time:
        lines.append(f"  time    that log existed by {result.log.checkpoint_time}")
    if result.log.signed_after:
        lines.append(f"  fresh   it was signed after {result.log.signed_after}")
    if result.log.pending:
        lines.append(f"  pending {result.log.pending} statements are merged and not sequenced yet")
    lines.append("")
    for record in result.records:
        lines.append(f"  {record.version!s:<32} {record.state:<17} {record.digest[:16]}")
        for approval in record.approvals:
            stated = approval.stated
            withdrawn = " (withdrawn)" if approval.withdrawn else ""
            withdrawn += " (its key is not believed any more)" if approval.distrusted else ""
            lines.append(
                f"      {stated.name} as {stated.role}: {approval.level} {approval.sentence}{withdrawn}"
            )
            lines += [f"        {approval.when}"] if approval.when else []
            lines += [f"        condition: {condition}" for condition in stated.conditions]
            if approval.acknowledged_by:
                lines.append(f"        taken on by {approval.acknowledged_by}")
            elif approval.waits:
                lines.append("        which nobody has acknowledged")
    for exception in result.exceptions:
        what = dict(exception.details)["what"]
        lines.append(f"  exception until {exception.expires}, granted by {exception.name}: {what}")
    if any(record.independence == "self" for record in result.records):
        lines += ["", "  SOLO PROFILE: one person approves their own work; nothing here is independent"]
    serious = [f for f in result.findings if f.severity is not Severity.NOTE]
    notes = [f for f in result.findings if f.severity is Severity.NOTE]
    return _closed(lines, [*serious, *notes], result.not_proven)


def admission(answer: Admission, form: str) -> str:
    """Whether the named files may be used: by which record, on which conditions, or why not."""
    if form == "json":
        return json.dumps(answer.as_json(), indent=1, ensure_ascii=False) + "\n"
    record, place = answer.record, "no record"
    if record:
        sealed = "" if record.sealed_at is None else f", sealed at leaf {record.sealed_at}"
        place = f"{record.version}{sealed}"
    lines = [f"{_ANSWERS[answer.verdict]}  {place}", ""]
    for named in answer.named:
        there = answer.places.get(named.path)
        lines.append(f"  {named.sha256[:16]}  {named.path}" + (f"  is {there}" if there else ""))
    for approval in answer.conditional:
        stated = approval.stated
        lines += [f"  condition of {stated.name} as {stated.role}: {c}" for c in stated.conditions]
        lines.append(f"    taken on by {approval.acknowledged_by}" if approval.acknowledged_by
                     else "    which nobody has acknowledged")  # fmt: skip
    serious = [f for f in answer.findings if f.severity is not Severity.NOTE]
    return _closed(lines, serious, answer.not_proven)


def _closed(lines: Sequence[str], found: Sequence[Finding], not_proven: Sequence[str]) -> str:
    """*lines*, each kept to itself, then the findings, then what is not proven."""
    last = ["", "  not proven:", *(f"    - {sentence}" for sentence in not_proven)]
    findings = ["", *(_finding(f).rstrip() for f in found)]
    return "\n".join([*map(one_line, lines), *findings, *map(one_line, last), ""])
