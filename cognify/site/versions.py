"""One version, gathered for its page from a verification and the very bytes that it judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from cognify.checks.draft import Draft
from cognify.errors import CognifyError
from cognify.records.finding import Finding, Severity
from cognify.records.lock import Artifact
from cognify.site import commands, wording
from cognify.site.citing import Cited, cite
from cognify.site.coverage import Covered, covered
from cognify.site.questions import Changes, Questions, changes
from cognify.site.results import Results, results, thresholds
from cognify.site.sheet import Section, Sheet, Value
from cognify.site.wording import Banner
from cognify.verification import Verification, VerifiedRecord
from cognify.verification.afterwards import with_statements

_BRIEF = ("/model/description", "/use/intended_purpose")
_LIMITS = ("/use/intended_users", "/use/decision_role", "/use/out_of_scope")


@dataclass(frozen=True, slots=True)
class File:
    """A file that values cite, with its notes in the card's order; no artifact for what was derived."""

    artifact: str
    name: str
    sha256: str
    held: bool
    notes: tuple[Cited, ...]


@dataclass(frozen=True)
class Page:
    """Everything that the page of one version shows, read and judged; templates only lay it out."""

    result: Verification
    record: VerifiedRecord
    banner: Banner
    sheet: Sheet | None = None
    cited: Mapping[str, Cited] = field(default_factory=dict)
    artifacts: Mapping[str, Artifact] = field(default_factory=dict)
    coverage: tuple[Covered, ...] = ()
    unreadable: tuple[Finding, ...] = ()
    asked: tuple[Finding, ...] = ()
    changes: Changes | None = None

    @property
    def model(self) -> str:
        """The model's name."""
        return self.record.version.model

    @property
    def version(self) -> str:
        """The version's name."""
        return self.record.version.version

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the verification found about this version, the grave first."""
        ranks = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
        return tuple(sorted(self.record.findings, key=lambda f: (ranks[f.severity], f)))

    @property
    def sections(self) -> tuple[Section, ...]:
        """The card, less what the results show; a state in place of results stays, with its reason."""
        shown = {table.pointer for table in self.results}
        return self.sheet.sections(without=shown.__contains__) if self.sheet else ()

    @property
    def results(self) -> tuple[Results, ...]:
        """The tables of results."""
        return results(self.sheet) if self.sheet else ()

    @property
    def thresholds(self) -> tuple[tuple[Value, str, Value], ...]:
        """The limits that were set for them."""
        return thresholds(self.sheet) if self.sheet else ()

    @property
    def brief(self) -> str:
        """What the model is and what it is for, in one paragraph, as far as the card says."""
        return " ".join(value.text for value in self._given(_BRIEF))

    @property
    def limits(self) -> tuple[Value, ...]:
        """What a reader must know before the rest: its limits, and what it decides."""
        return self._given(_LIMITS)

    def _given(self, pointers: tuple[str, ...]) -> tuple[Value, ...]:
        found = (self.sheet.value(pointer) for pointer in pointers) if self.sheet else ()
        return tuple(value for value in found if value is not None and not value.state)

    def marks(self) -> tuple[tuple[str, int], ...]:
        """How many values of each class the card has, in the order of `wording.MARKS`."""
        counts = Counter(value.mark for value in self.sheet.values()) if self.sheet else Counter()
        return tuple((mark, counts[mark]) for mark in (*wording.MARKS, "stated") if counts[mark])

    @property
    def stated_tier(self) -> str:
        """The tier, where no proposal has stated it: what the card says, and that only the card says so."""
        value = self.sheet.value("/record/tier") if self.sheet else None
        return f"{value.text}, says the card" if value is not None and value.text else "none stated"

    @property
    def standing(self) -> int:
        """How many different people stand by it now."""
        return len({a.stated.person for a in self.record.approvals if a.stands})

    def notes(self) -> tuple[File, ...]:
        """The citations by file, in the order of the lock; calculated values last."""
        by_file: dict[str, list[Cited]] = {id: [] for id in (*self.artifacts, "")}
        for cited in self.cited.values():
            by_file[cited.artifact].append(cited)
        return tuple(
            File(id, notes[0].file, notes[0].sha256, notes[0].held, tuple(notes))
            for id, notes in by_file.items()
            if notes
        )

    def commands(self, *, packed: bool) -> tuple[commands.Command, ...]:
        """How to check this version with stock tools, from the inventory's root or a package's."""
        return commands.for_version(self.result, self.record, packed=packed)


def page(result: Verification, record: VerifiedRecord, questions: Questions) -> Page:
    """The page of *record*. What cannot be read is said on it; nothing is read from a work tree."""
    draft = Draft(result.inventory, record.version)
    shown = wording.banner(result, record)
    if draft.unreadable:
        return Page(result, record, shown, unreadable=draft.unreadable)

    def read(artifact: Artifact) -> bytes | None:
        try:
            return draft.artifact_bytes(artifact)
        except CognifyError:
            return None

    cited = cite(draft.card, draft.lock, read)
    sheet = Sheet(draft.card, cited, _faults(record, cited))
    data = with_statements(draft.data, record, result.log.root)
    frameworks = covered(result.inventory, data)
    return Page(
        result, record, shown, sheet, cited, draft.lock.artifacts, frameworks,
        asked=questions.of(record.version), changes=changes(result, draft),
    )  # fmt: skip


def _faults(record: VerifiedRecord, cited: Mapping[str, Cited]) -> dict[str, tuple[str, ...]]:
    """What was found about single values of the card, by pointer."""
    found: dict[str, tuple[str, ...]] = {}
    for finding in record.findings:
        place, _, pointer = finding.where.partition("#")
        if pointer and place == record.version.card:
            found[pointer] = (*found.get(pointer, ()), finding.what)
    for pointer, citation in cited.items():
        if citation.fault:
            found.setdefault(pointer, (citation.fault,))
    return found
