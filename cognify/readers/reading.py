"""What a reader says of training output: which files it found, and which card values they give.

A reader never hands over a value. It says where the value stands (`at`), how it becomes a card
value (`via`), and `replay` evaluates that, so that what is captured can be replayed by construction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from cognify import replay
from cognify.errors import CognifyError
from cognify.records.lock import COMPUTED, DECLARED, MEASURED, Citation

FALLBACK, WITNESS = "fallback", "witness"


@dataclass(frozen=True, slots=True)
class Original:
    """What a material was made from by *rules* that took something out: SHA-256 and size of all of it.

    They are empty and 0 where what was taken out is so little that a digest would confirm a guess.
    """

    rules: tuple[str, ...]
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Plugin:
    """The distribution that brought a reader, and its version."""

    distribution: str
    version: str


@dataclass(frozen=True, slots=True)
class Material:
    """A file that a run left, or an observation about one that Cognify wrote itself.

    `origin` is its path relative to the source that was named, with `/`; never an absolute path.
    `raw` is None where only digest and size are taken (`keep` is then meaningless).
    `keep` asks for a copy among the evidence; a copy is refused above the inventory's limit.
    `observed` marks bytes that Cognify wrote (a dataset manifest, the state of the code).
    `original` tells what the bytes were before something was taken out of them, if anything was.
    `custodian` is who holds it, where the source itself says so, as a store does.
    `plugins` names the distributions whose readers looked into it; Cognify's own are not named.
    """

    origin: str
    media: str
    sha256: str
    size: int
    extractor: str
    extractor_version: int
    raw: bytes | None
    keep: bool = True
    run: str | None = None
    observed: bool = False
    original: Original | None = None
    plugins: tuple[Plugin, ...] = ()
    custodian: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One card value: where in which material it stands, and how it is transformed.

    `pointer` is a JSON Pointer into the card in which `[key]` stands for the entry of a list that
    the key names, such as `/evaluation/runs/[sklearn accuracy test]/value`: claims with one key
    fill one entry. `kind` is measured, computed or declared. `weight` is `FALLBACK` for what only
    counts where nothing else fills the field, and `WITNESS` for what never fills it, but may agree
    with what does or contradict it.
    """

    pointer: str
    origin: str
    at: str
    via: str
    kind: str = MEASURED
    weight: str = ""


@dataclass(frozen=True, slots=True)
class Derivation:
    """One card value that is computed from others of the same card, which `inputs` point to."""

    pointer: str
    via: str
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a report gives no result for: a test or a metric of it, why, and how many items of how many."""

    test: str
    outcome: str
    metric: str = ""
    n: int | None = None
    of: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What an evaluation left: the material `origin` that results are cited from, and what is around it.

    `file` is the origin of the report as it was found, `weights` what it calls the model it
    evaluated, often a path; `folder` is the folder that the training which wrote it saved its weights in.
    `items` gives by the place of a result the origin of the file with the outcome of each item.
    `proportions` are the places whose value is a share of `n` records, each counted as yes or no;
    `means` those whose value is the mean over records, with the standard error of that mean.
    """

    origin: str
    file: str
    weights: str = ""
    folder: str | None = None
    items: Mapping[str, str] = field(default_factory=dict)
    proportions: frozenset[str] = frozenset()
    left_out: tuple[LeftOut, ...] = ()
    means: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything one reader found in one source; `notes` are sentences for the person capturing.

    `withheld` are digests, in hex, of files of which something was taken out that they would confirm.
    """

    materials: tuple[Material, ...] = ()
    claims: tuple[Claim, ...] = ()
    derivations: tuple[Derivation, ...] = ()
    notes: tuple[str, ...] = ()
    reports: tuple[Report, ...] = ()
    withheld: tuple[str, ...] = ()


class Reader(Protocol):
    """One kind of training output."""

    name: str
    version: int

    def finds(self, source: Path) -> tuple[Path, ...]:
        """The files or folders at or under *source* that this reader can read, sorted."""
        ...

    def read(self, found: Path, source: Path) -> Reading:
        """What *found* says.

        Raises:
            CaptureError: it is half-written, damaged, or not what its name says.
        """
        ...


def said(claim: Claim, by_origin: Mapping[str, Material]) -> Any:
    """What *claim* gives, as replay will see it; None where it gives nothing."""
    raw = by_origin[claim.origin].raw
    if raw is None:
        return None
    try:
        return replay.value_of(Citation(claim.kind, claim.via, "", claim.at), raw)[0]
    except CognifyError:
        return None


def joined(readings: Iterable[Reading]) -> Reading:
    """All readings as one, in order."""
    listed = list(readings)
    return Reading(
        tuple(m for r in listed for m in r.materials),
        tuple(c for r in listed for c in r.claims),
        tuple(d for r in listed for d in r.derivations),
        tuple(n for r in listed for n in r.notes),
        tuple(report for r in listed for report in r.reports),
        tuple(digest for r in listed for digest in r.withheld),
    )


__all__ = [
    "COMPUTED", "DECLARED", "FALLBACK", "MEASURED", "WITNESS", "Claim", "Derivation", "LeftOut", "Material",
    "Original", "Plugin", "Reader", "Reading", "Report", "joined",
]  # fmt: skip
