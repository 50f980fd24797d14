"""A finding: what a check or the verification saw. Data, never an exception."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cognify.errors import CognifyError


class Severity(StrEnum):
    """How much a finding weighs: an error stops a proposal, a note never changes an exit code."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One fault: its stable id, where it lies, what it is, and how to mend it.

    `exit` is the published code that the fault alone leads to in `verify`: 3 when something
    contradicts the record, 4 when something that was configured is missing or unreadable.
    """

    where: str
    id: str
    what: str
    fix: str
    severity: Severity = Severity.ERROR
    exit: int = 3

    @classmethod
    def of(cls, error: CognifyError, *, where: str | None = None) -> Finding:
        """The finding that *error* is when a procedure meets it."""
        exit_code = 4 if error.exit_code == 4 else 3
        place = error.where or where or ""
        return cls(place, error.fault, error.what, error.fix or "", exit=exit_code)

    def as_json(self) -> dict[str, str]:
        """The shape that every `--format json` report uses."""
        return {
            "id": self.id,
            "severity": self.severity.value,
            "where": self.where,
            "what": self.what,
            "fix": self.fix,
        }
