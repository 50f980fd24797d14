"""`cleaned`: a reading without what trackers note of a machine and its user, and what that leaves true.

A citation is made on the scrubbed bytes, and must give what the original gave.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from cognify import canonical, privacy, replay
from cognify.errors import CaptureError, CognifyError
from cognify.readers.reading import Claim, Material, Original, Reading
from cognify.records.lock import Citation
from cognify.records.settings import Scrub

_ROWS = frozenset({
    "text/csv", "text/tab-separated-values", "application/jsonl", "application/vnd.apache.parquet",
})  # fmt: skip
_ASIDE = "scrubbed/"


def rules_of(declared: Iterable[Scrub]) -> tuple[privacy.Rule, ...]:
    """The default rules, and those that `cognify.yaml` declares."""
    more = (
        privacy.Rule(
            rule.name,
            keys=_any_of(rule.keys) if rule.keys else None,
            pattern=re.compile(rule.pattern) if rule.pattern else None,
            files=rule.files,
        )
        for rule in declared
    )  # fmt: skip
    return (*privacy.DEFAULTS, *more)


def _any_of(keys: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(map(re.escape, keys))})\Z", re.IGNORECASE)


def cleaned(reading: Reading, rules: tuple[privacy.Rule, ...]) -> Reading:
    """*reading* scrubbed by *rules*: materials, their names, and the claims on them.

    Of a file whose own digest is cited the scrubbed copy goes under `scrubbed/`, and the file
    itself stays outside, so that the digest is still the file's.

    Raises:
        CaptureError: `scrub-changes-value`: a rule would change what a citation says.
    """
    materials, moved = list[Material](), dict[str, str]()
    for material in reading.materials:
        clean = _scrubbed(material, rules)
        if clean is not material:
            mine = [claim for claim in reading.claims if claim.origin == material.origin]
            if any(map(_of_the_file, mine)):
                materials.append(replace(material, keep=False))
                moved[material.origin] = _aside(material.origin, reading)
                clean = replace(clean, origin=moved[material.origin])
            for claim in mine:
                if not _of_the_file(claim):
                    _hold(claim, material, clean)
        materials.append(clean)
    claims = (
        claim if _of_the_file(claim) else replace(claim, origin=moved.get(claim.origin, claim.origin))
        for claim in reading.claims
    )  # fmt: skip
    return _renamed(replace(reading, materials=tuple(materials), claims=tuple(claims)))


def _aside(origin: str, reading: Reading) -> str:
    """Where the scrubbed copy goes by; a file of the run that bears that name already makes way."""
    name = _ASIDE + origin
    while any(material.origin == name for material in reading.materials):
        name = _ASIDE + name
    return name


def _of_the_file(claim: Claim) -> bool:
    """Whether a claim is about the file as a whole: its digest, its size."""
    return claim.at.startswith("bytes:")


def _scrubbed(material: Material, rules: tuple[privacy.Rule, ...]) -> Material:
    if (
        material.raw is None
        or not material.keep
        or (material.observed and material.origin.startswith("datasets/"))
    ):
        return material
    due = [rule for rule in rules if rule.files] if material.media in _ROWS else rules
    raw, used = privacy.scrub(material.raw, material.media, material.origin, due)
    if not used:
        return material
    before = material.original or Original((), material.sha256, material.size)
    original = replace(before, rules=tuple(sorted({*before.rules, *used})))
    return replace(material, raw=raw, sha256=canonical.sha256(raw), size=len(raw), original=original)


def _hold(claim: Claim, before: Material, after: Material) -> None:
    """Refuse a rule that changes what *claim* says; one that said nothing before may say nothing."""
    assert before.raw is not None
    assert after.raw is not None
    citation = Citation(claim.kind, claim.via, "", claim.at)
    try:
        said, _ = replay.value_of(citation, before.raw)
    except CognifyError:
        return
    try:
        says, _ = replay.value_of(citation, after.raw)
    except CognifyError:
        says = None
    if not replay.same(said, says):
        rules = ", ".join(after.original.rules) if after.original else ""
        raise CaptureError(
            f"the rules that scrub ({rules}) would change what {claim.pointer} cites",
            where=privacy.shown_path(before.origin),
            fix="narrow the rule by `files` or `keys` in cognify.yaml, or rename what the run left",
            id="scrub-changes-value",
        )  # fmt: skip


def _renamed(reading: Reading) -> Reading:
    """Host names out of the names of files, too."""
    names: dict[str, str] = {}
    for origin in (material.origin for material in reading.materials):
        name = privacy.scrub_name(origin)
        alike = sum(known == name or known.startswith(f"{name}~") for known in names.values())
        names[origin] = f"{name}~{alike + 1}" if alike else name
    return replace(
        reading,
        materials=tuple(replace(m, origin=names[m.origin]) for m in reading.materials),
        claims=tuple(replace(c, origin=names[c.origin]) for c in reading.claims),
    )
