"""A worked example: one recorded run of one firm, its card filled as people would, signed and sealed.

Each lies in `worked/NAME/`: `example.yaml` says what is captured and who signs, `policy.yaml` who the
people are, `answers.yaml` what they answer, `README.md` what is honest about it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from cognify import strictyaml
from cognify.demo import steps
from cognify.demo.answering import dated
from cognify.demo.stage import Cast, Stage
from cognify.strictyaml import splice

NAMES = ("bank", "health", "insurer")


@dataclass(frozen=True, slots=True)
class Worked:
    """What an example made: its verdict, what each pack is evidenced by, and what was left open.

    `coverage` has a row for each pack: its id, and how many rows are present, partial, missing, not
    applicable, held elsewhere. `gaps` are the findings that are no mere notes, those that were explained
    among them.
    """

    folder: Path
    model: str
    version: str
    genesis: str
    verdict: Mapping[str, Any]
    citations: int
    coverage: tuple[tuple[str, Mapping[str, int]], ...]
    gaps: tuple[Mapping[str, str], ...]


def work(name: str, folder: Path, say: Callable[[str], None], *, at: datetime) -> Worked:
    """Play the example *name* in the new folder *folder*, and publish it: a site and a package.

    Raises:
        ConfigurationError: `folder-not-empty`.
        SurroundingsError: `demo-stopped`, a step did not end as it must.
    """
    stage, made = seal(name, folder, say, at=at)
    say("\nA site for those who browse, a package for those who check.")
    stage.cognify("site", "build", "-o", str(stage.folder / "site"))
    stage.cognify("package", made.model, made.version, "-o", str(stage.folder / "package.zip"))
    stage.cognify("verify", str(stage.folder / "package.zip"))
    return made


def seal(name: str, folder: Path, say: Callable[[str], None], *, at: datetime) -> tuple[Stage, Worked]:
    """The example *name* as far as its seal, verified; days that its people name are reckoned from *at*.

    Raises:
        ConfigurationError: `folder-not-empty`.
        SurroundingsError: `demo-stopped`, a step did not end as it must.
    """
    steps.refuse_full(folder)
    home = files("cognify.demo") / "worked" / name
    told: Any = dated(_read(home, "example.yaml"), at.date())
    policy = (home / "policy.yaml").read_text(encoding="utf-8")
    stage = Stage(folder, Cast(told["people"], policy, told["domain"]), say)
    genesis = steps.begin(stage, told["name"], by=told["begins"])
    _adopt(stage, told)
    model, version = told["model"], told["version"]
    say(f"\n{told['run']}")
    with as_file(files("cognify.demo")) as demo:
        sources = [demo / source for source in told["sources"]]
        options = ["--tier", told["tier"], "--custodian", told["custodian"]]
        answers = dated(_read(home, "answers.yaml"), at.date())
        citations = steps.capture(stage, model, version, sources, options, answers)
    gaps = _check(stage, model, version)
    approvals = [(one["by"], one["role"], one.get("condition", "")) for one in told["approvals"]]
    steps.propose(stage, model, version)
    for one in told.get("explanations", ()):
        steps.explain(stage, model, version, one["finding"], one["text"])
    steps.seal(stage, model, version, approvals)
    verdict = _verify(stage, genesis)
    coverage = _coverage(stage, model, version)
    return stage, Worked(stage.folder, model, version, genesis, verdict, citations, coverage, gaps)


def _read(home: Traversable, name: str) -> Any:
    return strictyaml.load((home / name).read_bytes(), where=name)


def _adopt(stage: Stage, told: Mapping[str, Any]) -> None:
    """Adopt the packs, and say what other systems of the firm hold."""
    stage.say(f"\nThe firm adopts {len(told['frameworks'])} packs, and says what is held elsewhere.")
    path = stage.inventory / "cognify.yaml"
    document = strictyaml.read(path.read_bytes(), where="cognify.yaml")
    edits = splice.replacement(document, "/frameworks", splice.emit(told["frameworks"], 2))
    if told["elsewhere"]:
        edits += splice.insertion(document, "", splice.emit(told["elsewhere"], 2), key="elsewhere")
    path.write_bytes(splice.apply(document.raw, edits))
    stage.commit("Adopt the packs that reach us", by=told["begins"])
    stage.git("push", "--quiet", "origin", "main")


def _check(stage: Stage, model: str, version: str) -> tuple[Mapping[str, str], ...]:
    """What is left open; an example without honest gaps would be none, so `check` ends with 1."""
    found = stage.cognify("check", f"models/{model}/{version}", "--format", "json", expect=1)
    serious = [f for f in json.loads(found.out)["findings"] if f["severity"] != "note"]
    stage.say(f"  {len(serious)} warnings are left, and no error")
    return tuple(serious)


def _verify(stage: Stage, genesis: str) -> Mapping[str, Any]:
    stage.say("\nVerified, as anyone can who knows the genesis.")
    receipt = str(stage.folder / "receipt")
    done = stage.cognify("verify", "--genesis", genesis, "--receipt", receipt, "--format", "json")
    verdict: Mapping[str, Any] = json.loads(done.out)
    return verdict


def _coverage(stage: Stage, model: str, version: str) -> tuple[tuple[str, Mapping[str, int]], ...]:
    done = stage.cognify("coverage", model, version, "--format", "json")
    return tuple((pack["id"], pack["counts"]) for pack in json.loads(done.out)["frameworks"])
