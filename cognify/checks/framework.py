"""What do the adopted frameworks ask for that the card does not evidence?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

from cognify import resources, strictyaml
from cognify.checks.draft import Draft
from cognify.errors import CognifyError, FrameworkError
from cognify.inventory import Files, Inventory
from cognify.records import framework
from cognify.records.assessment import Assessment, as_if_signed, assessments
from cognify.records.finding import Finding, Severity
from cognify.records.framework import Coverage, Framework, Requirement

FOLDER = "frameworks/"
"""Where packs lie, in the installation and in an inventory: `frameworks/ID.yaml`."""
_OPEN = (Coverage.MISSING, Coverage.PARTIAL)


@cache
def shipped() -> frozenset[str]:
    """The ids of the packs that ship with this installation."""
    names = resources.listed(FOLDER.rstrip("/"))
    return frozenset(n.removeprefix(FOLDER).removesuffix(".yaml") for n in names if n.endswith(".yaml"))


def load(id: str, files: Files | None = None) -> Framework:
    """The framework pack *id*, such as `model-card@mitchell-2019-v2`: shipped, or else in *files*.

    A pack of an inventory never stands in the place of a shipped one.

    Raises:
        FrameworkError: `framework-unknown`, nobody has a pack of that id; `framework-malformed`.
    """
    name = f"{FOLDER}{id}.yaml"
    if id in shipped():
        return _shipped(id)
    if files is None or name not in files.paths(FOLDER):
        raise _unknown(id)
    return parsed(id, files.read(name))


@cache
def _shipped(id: str) -> Framework:
    return parsed(id, resources.shipped(f"{FOLDER}{id}.yaml"))


@lru_cache(maxsize=64)
def parsed(id: str, raw: bytes) -> Framework:
    """The pack that *raw* is, which has to call itself *id*.

    Raises:
        FrameworkError: `framework-malformed`, or it extends what nobody ships.
        MalformedRecord: it is no strict YAML.
    """
    where = f"{FOLDER}{id}.yaml"
    data = strictyaml.load(raw, where=where)
    extends = data.get("extends") if isinstance(data, dict) else None
    # Only a shipped pack is extended, so that no chain of packs has to be followed.
    pack = framework.parse(data, where, load(extends) if isinstance(extends, str) else None)
    if pack.id != id:
        raise framework.malformed(f"it calls itself {pack.id}", where)
    return pack


def _unknown(id: str) -> FrameworkError:
    return FrameworkError(
        f"no pack is called {id}: neither this installation nor the inventory has {FOLDER}{id}.yaml",
        where="cognify.yaml", fix=f"adopt one that there is, write {FOLDER}{id}.yaml, or install the "
        "Cognify that ships it", id="framework-unknown",
    )  # fmt: skip


class _Open(NamedTuple):
    """A finding about a row, but for its place on the card."""

    pointer: str
    id: str
    what: str
    fix: str
    severity: Severity


@dataclass(frozen=True)
class Adopted:
    """The packs that an inventory adopts, read once; `faults` says which of them cannot be used."""

    packs: tuple[Framework, ...]
    faults: tuple[Finding, ...]
    whole: bool

    @cached_property
    def told(self) -> tuple[tuple[tuple[_Open, ...], ...], ...]:
        """Of each row of each pack what is found where it is missing, and where a part is there.

        Of a row that nobody is asked for there is neither.

        Many cards lack the same rows: what does not differ between them is worded once.
        """
        return tuple(
            tuple(
                tuple(_worded(pack, asked, coverage) for coverage in _OPEN) if _is_asked(asked) else ()
                for asked in pack.requirements
            )
            for pack in self.packs
        )


@lru_cache(maxsize=4)
def adopted(inventory: Inventory) -> Adopted:
    """What *inventory* adopts, as its files stand when it is first asked for."""
    packs, faults = [], list(_shadowed(inventory.files))
    for id in inventory.settings.frameworks:
        try:
            packs.append(load(id, inventory.files))
        except FrameworkError as error:
            faults.append(Finding.of(error, where="cognify.yaml"))
        except CognifyError as error:  # its YAML, or the file as such
            at = error.where or f"{FOLDER}{id}.yaml"
            faults.append(Finding(at, "framework-malformed", error.what, error.fix or ""))
    whole = len(packs) == len(inventory.settings.frameworks)
    unknown = _unknown_requirements(inventory, packs) if whole else ()
    return Adopted(tuple(packs), (*faults, *unknown), whole)


class _Framework:
    ids = (
        "requirement-not-evidenced", "requirement-partly-evidenced", "framework-unknown",
        "framework-malformed", "framework-shadowed", "framework-basis", "requirement-unknown",
    )  # fmt: skip

    def __call__(self, draft: Draft) -> Iterator[Finding]:
        found = adopted(draft.inventory)
        yield from found.faults
        # What is rendered from the statements is not there before anybody has signed.
        all_of = assessments(found.packs, as_if_signed(draft.data), draft.inventory.settings.elsewhere)
        for one, told in zip(all_of, found.told, strict=True):
            yield from _basis(draft, one)
            for coverage, open_ in zip(one.coverage, told, strict=True):
                if open_ and (coverage is Coverage.MISSING or coverage is Coverage.PARTIAL):
                    at = open_[coverage is Coverage.PARTIAL]
                    yield Finding(draft.where(at.pointer), at.id, at.what, at.fix, at.severity)


def _shadowed(files: Files) -> Iterator[Finding]:
    for path in sorted(set(files.paths(FOLDER)) & set(resources.listed(FOLDER.rstrip("/")))):
        yield Finding(
            path, "framework-shadowed",
            "this installation ships a pack of the same id, and the shipped one is used",
            "give the pack an id of the firm's own, and extend the shipped one",
        )  # fmt: skip


def _basis(draft: Draft, found: Assessment) -> Iterator[Finding]:
    standing = found.standing
    if standing.applies and not standing.basis:
        yield Finding(
            draft.where("/governance/applicability"), "framework-basis",
            f"{found.pack.id} leaves this model out ({standing.because}), and nobody says on which basis "
            "it is held against it",
            f"give an entry with framework {found.pack.id}, whether it applies, the reason, and the basis: "
            f"{' or '.join(standing.asked)}; or say that it does not apply",
            Severity.WARNING,
        )  # fmt: skip


def _is_asked(asked: Requirement) -> bool:
    """Whether `check` asks for it: before anybody has signed, nothing of what signing brings."""
    return asked.tier == "must" and not (asked.fields and not asked.of_the_card)


def _worded(pack: Framework, asked: Requirement, coverage: Coverage) -> _Open:
    partial = coverage is Coverage.PARTIAL
    return _Open(
        "/" + asked.of_the_card[0].replace(".", "/") if asked.fields else "",
        "requirement-partly-evidenced" if partial else "requirement-not-evidenced",
        f"{pack.id}/{asked.id} asks: {asked.text} The evidence is {coverage.value}",
        _mend(pack, asked),
        Severity.NOTE if partial else Severity.WARNING,
    )


def _mend(pack: Framework, asked: Requirement) -> str:
    if not asked.fields:
        return f"say under `elsewhere` in cognify.yaml where {pack.id}/{asked.id} is held ({asked.elsewhere})"
    checked = f" ({' and '.join(asked.checks)} has to hold)" if asked.checks else ""
    return (
        f"give {' and '.join(asked.of_the_card)}{checked}, or say with a reason why it does not apply "
        "or where it is held"
    )


def _unknown_requirements(inventory: Inventory, packs: list[Framework]) -> Iterator[Finding]:
    known = {f"{id}/{asked.id}" for pack in packs for id in pack.ids for asked in pack.requirements}
    for held in inventory.settings.elsewhere:
        name = f"{held.pack}/{held.number}"
        if name not in known:
            yield Finding(
                "cognify.yaml", "requirement-unknown",
                f"no adopted pack has the requirement {name}",
                "take the entry out of `elsewhere`, or write the id of the pack and the requirement's number",
                Severity.WARNING,
            )  # fmt: skip


FRAMEWORK = _Framework()
