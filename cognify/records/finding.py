"""A finding: what a check or the verification saw. Data, never an exception."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cognify.errors import CognifyError


class Severity(StrEnum):
    """How much a finding weighs: an error stops a proposal, a note never changes an exit code."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Explanation:
    """What a person signed about a finding: it is shown beside it for ever, and takes nothing away."""

    name: str
    role: str
    text: str
    path: str

    def __str__(self) -> str:
        return f"{self.name} as {self.role}: {self.text}"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One fault: its stable id, where it lies, what it is, and how to mend it.

    `exit` is the published code that the fault alone leads to in `verify`: 3 when something
    contradicts the record, 4 when something that was configured is missing or unreadable.
    `pointer` is the place in the card that it is about, if it is about one; `explained` is what
    people signed about it.
    """

    where: str
    id: str
    what: str
    fix: str
    severity: Severity = Severity.ERROR
    exit: int = 3
    pointer: str = ""
    explained: tuple[Explanation, ...] = ()

    @property
    def contradicts(self) -> bool:
        """Whether it says that the record is not what it promises; a note says nothing of the kind."""
        return self.exit == 3 and self.severity is Severity.ERROR

    @classmethod
    def of(cls, error: CognifyError, *, where: str | None = None) -> Finding:
        """The finding that *error* is when a procedure meets it."""
        exit_code = 4 if error.exit_code == 4 else 3
        place = error.where or where or ""
        return cls(place, error.fault, error.what, error.fix or "", exit=exit_code)

    def as_json(self) -> dict[str, Any]:
        """The shape that every `--format json` report uses."""
        told: dict[str, Any] = {
            "id": self.id, "severity": self.severity.value, "where": self.where, "what": self.what,
            "fix": self.fix,
        }  # fmt: skip
        if self.pointer:
            told["pointer"] = self.pointer
        if self.explained:
            told["explained"] = [
                {"by": one.name, "role": one.role, "text": one.text, "statement": one.path}
                for one in self.explained
            ]
        return told
