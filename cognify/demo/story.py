"""Three versions of one model, two people who sign, one who tampers."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from cognify import strictyaml
from cognify.demo import steps
from cognify.demo.stage import Cast, Stage

MODEL = "memo-triage"
PEOPLE = {"mara": "Mara Voss", "ines": "Ines Okafor", "tomas": "Tomas Lind"}
POLICY = """\
# Who may do what. `cognify init` adds the inventory's id and the digests of the trust files.
version: 1
profile: bank
people:
  mara:
    name: Mara Voss
    roles: [developer]
    keys: [{{ssh: "{mara}"}}]
  ines:
    name: Ines Okafor
    roles: [model-risk, policy-owner]
    keys: [{{ssh: "{ines}"}}]
  tomas:
    name: Tomas Lind
    roles: [compliance]
    keys: [{{ssh: "{tomas}"}}]
exclusive_roles: [[developer, model-risk], [developer, compliance], [model-risk, compliance]]
signoff:
  - tiers: [low, medium, high]
    all_of: [{{role: model-risk, min: 1}}, {{role: compliance, min: 1}}]
    not: [author, trainer, evidence-author]
    max_age_days: 30
policy_change: {{role: policy-owner, min: 1}}
"""
CAST = Cast(PEOPLE, POLICY, "groesse-lending.example")

EXPLAINED = {
    "1.1.0": (
        "field-gone",
        "This run's folder holds no copy of the base, so nothing was there to hash. It names the same base.",
    )
}
"""What a check asks about a version, and what Mara signs in answer."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the demo made and found, for its last screen."""

    folder: Path
    genesis: str
    verdict: dict[str, Any]
    citations: int
    seeded: tuple[str, ...]
    caught: tuple[str, ...]


def tell(folder: Path, say: Callable[[str], None]) -> Told:
    """Play the whole story in the new folder *folder*; *say* gets one line at a time.

    Raises:
        ConfigurationError: `folder-not-empty`.
        SurroundingsError: `demo-stopped`, a step did not end as it must.
    """
    steps.refuse_full(folder)
    stage = Stage(folder, CAST, say)
    genesis = steps.begin(stage, "Größe Lending models", by="ines")
    citations = 0
    with as_file(files("cognify.demo") / "runs") as runs:
        for version, base in (("1.0.0", ""), ("1.1.0", "1.0.0"), ("1.2.0", "1.1.0")):
            citations += _capture(stage, say, version, base, runs / version)
            seeded = _sign(stage, say, version)
    verdict = _verify(stage, say, genesis)
    _publish(stage, say)
    caught = _tamper(stage, say)
    return Told(folder, genesis, verdict, citations, seeded, caught)


def _capture(stage: Stage, say: Callable[[str], None], version: str, base: str, run: Path) -> int:
    say(f"\nMara's fine-tune {version} has left its files. Cognify reads them; Mara answers the rest.")
    carry = ["--base", base] if base else ["--tier", "low"]
    return steps.capture(stage, MODEL, version, [run], carry, answered(version))


def answered(version: str) -> dict[str, Any]:
    """What the demo's people answer for *version*, by pointer."""
    told: Any = strictyaml.load((files("cognify.demo") / "answers.yaml").read_bytes(), where="answers.yaml")
    return {**told["every"], **told[version]}


def _sign(stage: Stage, say: Callable[[str], None], version: str) -> tuple[str, ...]:
    seeded = version == "1.2.0"
    asked = EXPLAINED.get(version)
    found = stage.cognify(
        "check", f"models/{MODEL}/{version}", "--format", "json", expect=int(seeded or asked is not None)
    )
    serious = [f for f in json.loads(found.out)["findings"] if f["severity"] != "note"]
    for finding in serious:
        say(f"  {finding['severity']}[{finding['id']}]: {finding['what']}")
        say(f"    where: {finding['where']}\n    fix:   {finding['fix']}")
    steps.propose(stage, MODEL, version)
    if asked:
        steps.explain(stage, MODEL, version, *asked)
        stage.cognify("check", f"models/{MODEL}/{version}")
    condition = "An analyst decides every case."
    approvals = (("ines", "model-risk", condition), ("tomas", "compliance", ""))
    steps.seal(stage, MODEL, version, () if seeded else approvals)
    return tuple(finding["what"] for finding in serious)


def _verify(stage: Stage, say: Callable[[str], None], genesis: str) -> dict[str, Any]:
    say("\nAnyone can ask where a number comes from, and whether the record still is what was signed.")
    done = stage.cognify("why", MODEL, "1.1.0", _accuracy(stage))
    for line in done.out.splitlines()[:6]:
        say(f"  {line}")
    stage.cognify("verify", "--genesis", genesis, "--receipt", str(stage.folder / "receipt"))
    done = stage.cognify("verify", "--genesis", genesis, "--format", "json")
    verdict: dict[str, Any] = json.loads(done.out)
    return verdict


def _accuracy(stage: Stage) -> str:
    """Where the card of 1.1.0 says how accurate it is on the holdout."""
    card = stage.inventory / "models" / MODEL / "1.1.0" / "card.yaml"
    data: Any = strictyaml.load(card.read_bytes(), where="card.yaml")
    runs = data["evaluation"]["runs"]
    at = next(i for i, run in enumerate(runs) if (run["dataset"], run["metric"]) == ("test", "accuracy"))
    return f"/evaluation/runs/{at}/value"


def _publish(stage: Stage, say: Callable[[str], None]) -> None:
    say("\nA site for those who browse, a package for those who check.")
    stage.cognify("site", "build", "-o", str(stage.folder / "site"))
    stage.cognify("package", MODEL, "1.1.0", "-o", str(stage.folder / "package.zip"))
    stage.cognify("package", MODEL, "1.0.0", "-o", str(stage.folder / "package-1.0.0.zip"))
    stage.cognify("verify", str(stage.folder / "package.zip"))


def _tamper(stage: Stage, say: Callable[[str], None]) -> tuple[str, ...]:
    say("\nSomeone with every right on the repository makes the sealed accuracy a little better.")
    copy = stage.folder / "tampered"
    shutil.copytree(stage.inventory, copy, symlinks=True)
    card = copy / "models" / MODEL / "1.1.0" / "card.yaml"
    card.write_bytes(card.read_bytes().replace(b"value: 0.8425", b"value: 0.9425", 1))
    stage.git("commit", "--quiet", "--all", "-m", "Fix a typo", cwd=copy)
    done = stage.cognify("verify", "--format", "json", cwd=copy, expect=3)
    findings = json.loads(done.out)["findings"]
    caught = tuple(f"{f['id']}: {f['what']}" for f in findings if f["severity"] == "error")
    for line in caught:
        say(f"  {line}")
    return caught
