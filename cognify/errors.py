"""The one exception tree: what went wrong, where, and how to mend it.

Every stop that a person can mend is a `CognifyError`.
Its id names the fault, is stable, and has a page in the manual; its exit code is published.
Everything else that escapes is our bug: exit 5 and a report to paste.
"""

from __future__ import annotations

from typing import Any, ClassVar

DOCS = "https://cognify.dev/errors/"

EXIT_OK = 0
EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_VERIFICATION_FAILED = 3
EXIT_CANNOT_VERIFY = 4
EXIT_BUG = 5
EXIT_INTERRUPTED = 130


def printable(text: str) -> str:
    """*text* for a terminal: what is foreign may name a file, and may not move the cursor."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def one_line(text: str) -> str:
    """*text* as one line: what is foreign may not begin one, and so speak for Cognify or to a CI system."""
    return printable(" ".join(text.split("\n")))


class CognifyError(Exception):
    """A stop that a person can mend: it says what, where, and what to do next.

    `id` is the class's own unless a narrower fault is named with *id*;
    `records.finding.FAULTS` lists every id there is.
    """

    id: ClassVar[str] = "error"
    exit_code: ClassVar[int] = EXIT_USAGE

    def __init__(self, what: str, *, where: str | None, fix: str | None, id: str | None = None) -> None:
        super().__init__(what)
        self.what, self.where, self.fix = what, where, fix
        self.fault = id or type(self).id

    def __reduce__(self) -> tuple[Any, ...]:
        """For an error that another process met: what it says, where, and how to mend it."""
        return _again, (type(self), self.what, self.where, self.fix, self.fault)

    def __str__(self) -> str:
        lines = [f"error[{self.fault}]: {self.what}"]
        if self.where:
            lines.append(f"  where: {self.where}")
        if self.fix:
            lines.append(f"  fix:   {self.fix}")
        lines.append(f"  more:  {DOCS}#{self.fault}")
        return "\n".join(map(one_line, lines))


def _again(kind: type[CognifyError], what: str, where: str | None, fix: str | None, id: str) -> CognifyError:
    return kind(what, where=where, fix=fix, id=id)


class ConfigurationError(CognifyError):
    """The call, `cognify.yaml` or the set-up asks for something that cannot be done."""

    id = "usage"
    exit_code = EXIT_USAGE


class FrameworkError(ConfigurationError):
    """A framework pack is missing, malformed or contradicts itself."""

    id = "framework-malformed"


class RecordError(CognifyError):
    """A record that a command was asked to work on cannot be used as it stands."""

    id = "record-unreadable"
    exit_code = EXIT_USAGE


class MalformedRecord(RecordError):
    """Bytes that are not what their format allows; the id names which rule they break."""

    id = "record-unreadable"


class CaptureError(RecordError):
    """Training output that cannot be captured: missing, half-written, or not what it claims."""

    id = "capture-failed"


class ReplayError(RecordError):
    """A citation that cannot be evaluated on the bytes it cites."""

    id = "citation-unreplayable"


class VerificationError(CognifyError):
    """The record contradicts what it promises."""

    id = "verification-failed"
    exit_code = EXIT_VERIFICATION_FAILED


class DigestMismatch(VerificationError):
    """Bytes are not the bytes that were named by digest."""

    id = "digest-mismatch"


class SignatureInvalid(VerificationError):
    """A signature that does not hold for these bytes, this purpose and this person."""

    id = "signature-invalid"


class ApprovalRefused(VerificationError):
    """The policy lets no one, or not this person, sign this now."""

    id = "approval-refused"


class LedgerInconsistent(VerificationError):
    """The log contradicts itself, its checkpoint, or what was remembered of it."""

    id = "log-inconsistent"


class SurroundingsError(CognifyError):
    """Git, a key, the disk or the network is not as the command needs it."""

    id = "surroundings"
    exit_code = EXIT_CANNOT_VERIFY
