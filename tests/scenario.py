"""A small real inventory for tests: real git, real ssh-keygen, the real command line.

`Scene` is one inventory on disk with its people and keys. `sealed_scene` is built once per session
and copied for each test: version 1.0.0 is sealed, 1.1.0 is proposed and has one of two approvals.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cognify.canonical as canonical

MODEL = "credit-memo"
PEOPLE = {"mara": "Mara Voß", "ines": "Inés Okafor", "tomas": "Tomas Lind", "noor": "Noor Ahmadi"}
POLICY = """\
version: 1
profile: bank
people:
  mara:
    name: Mara Voß
    roles: [engineer]
    keys: [{{ssh: "{mara}"}}]
  ines:
    name: Inés Okafor
    roles: [model-risk, policy-owner]
    keys: [{{ssh: "{ines}"}}, {{ssh: "{ines2}"}}]
  tomas:
    name: Tomas Lind
    roles: [compliance]
    keys: [{{ssh: "{tomas}"}}]
  noor:
    name: Noor Ahmadi
    roles: [model-risk]
    keys: [{{ssh: "{noor}"}}]
exclusive_roles: [[engineer, model-risk], [engineer, compliance], [model-risk, compliance]]
signoff:
  - tiers: [low, medium]
    all_of: [{{role: model-risk, min: 1}}, {{role: compliance, min: 1}}]
    not: [author, trainer, evidence-author]
    max_age_days: 30
  - tiers: [high]
    all_of: [{{role: model-risk, min: 2}}, {{role: compliance, min: 1}}]
    not: [author, trainer, evidence-author]
policy_change: {{role: policy-owner, min: 1}}
"""
RESULTS = '{"accuracy": 0.8425, "dataset": "holdout", "n": 400, "note": "größe"}\n'
NONE = "{state: not_available, reason: The captured run left nothing that says this., by: cognify}"
CARD = """\
# yaml-language-server: $schema=https://cognify.dev/schemas/card/v1.json
card: 1
record:
  id: {record}
  version: 1
  schema_version: https://cognify.dev/schemas/card/v1.json
  tier: {tier}
  created_at: "2026-11-23T09:00:00Z"
parties:
  developer: Größe Lending AG
  contact: models@example.org
model:
  name: credit-memo
  version: {version}
  description: Reads a credit memo and proposes a decision.  # written by Mara
  type: classifier
  task: triage of credit memos
  architecture: {NONE}
  parameters_total: {NONE}
  license: {{state: withheld, reason: Internal use only., by: mara}}
  artifacts: {NONE}
  base: {NONE}
  adaptation: {{method: {NONE}}}
use:
  intended_purpose: Sort incoming memos for a human analyst.
  intended_users: Credit analysts.
  decision_role: informs
  out_of_scope: Deciding without a human.
  risk_classification: {{class: {tier}, reasoning: A person decides each case.}}
  oversight: {{measures: An analyst reads each memo.}}
data:
  datasets: {NONE}
  splits: {{method: {NONE}}}
training:
  run_id: {NONE}
  code_commit: {NONE}
  framework: {NONE}
  hyperparameters: {NONE}
  seeds: {NONE}
  started_at: {NONE}
  ended_at: {NONE}
evaluation:
  runs:
    - dataset: holdout
      metric: accuracy
      value: 0.8425
      "n": 400
risk:
  limitations: [{{statement: Short memos are read badly.}}]
change:
  log:
    - {{version: {version}, date: "2026-11-23", summary: First version.}}
governance:
  frameworks: [model-card@mitchell-2019-v2]
  roles: [{{role: engineer, name: Mara Voß}}]
"""


@dataclass
class Done:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def ids(self) -> set[str]:
        """Every finding or error id that the command named."""
        found = {line.split("[", 1)[1].split("]", 1)[0] for line in (self.out + self.err).splitlines()
                 if line.startswith("error[")}  # fmt: skip
        try:
            found |= {f["id"] for f in json.loads(self.out)["findings"] if f["severity"] == "error"}
        except (ValueError, KeyError, TypeError):
            pass
        return found

    def json(self) -> Any:
        return json.loads(self.out)


class Scene:
    """One inventory, its people and their keys."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.root = home / "inventory"
        self.environment = {
            "HOME": str(home),
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "GIT_CONFIG_NOSYSTEM": "1",
        } | {k: v for k, v in os.environ.items() if k.startswith("COVERAGE")}

    def key(self, person: str) -> Path:
        return self.home / "keys" / person

    def public(self, person: str) -> str:
        return " ".join(self.key(person).with_suffix(".pub").read_text().split()[:2])

    def cognify(self, *arguments: str, cwd: Path | None = None, **env: str) -> Done:
        """Run the command line as its user would."""
        done = subprocess.run(
            [sys.executable, "-m", "cognify", *arguments],
            cwd=cwd or self.root,
            env={**self.environment, **env},
            capture_output=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    def must(self, *arguments: str, **env: str) -> Done:
        done = self.cognify(*arguments, **env)
        assert done.code == 0, f"{arguments}: {done.code}\n{done.out}\n{done.err}"
        return done

    def git(self, *arguments: str, cwd: Path | None = None, stdin: bytes | None = None) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=cwd or self.root, env=self.environment, capture_output=True,
            check=False, input=stdin,
        )  # fmt: skip
        assert done.returncode == 0, f"git {arguments}: {done.stderr.decode()}"
        return done.stdout.decode().strip()

    def commit(self, message: str = "change") -> str:
        self.git("add", "--all", "--force")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def path(self, version: str, name: str = "") -> Path:
        return self.root / "models" / MODEL / version / name

    def statement(self, version: str, kind: str, person: str = "") -> Path:
        found = sorted(self.path(version, "statements").glob(f"{kind}.{person}*.json"))
        assert found, f"no {kind} of {version}"
        return found[0]

    def write_version(self, version: str, *, tier: str = "low", record: str) -> None:
        """A version as a capture would leave it: one evidence file, two cited values."""
        folder = self.path(version)
        (folder / "evidence").mkdir(parents=True)
        (folder / "evidence" / "results.json").write_text(RESULTS)
        (folder / "card.yaml").write_text(CARD.format(version=version, tier=tier, record=record, NONE=NONE))
        self.write_lock(version)

    def write_lock(self, version: str, results: str = RESULTS) -> None:
        raw = results.encode()
        cite = {"class": "measured", "from": "a01"}
        lock = {
            "artifacts": {
                "a01": {
                    "bytes": len(raw), "extractor": "sklearn-report", "extractor_version": 1,
                    "media": "application/json", "origin": "results.json",
                    "path": "evidence/results.json", "sha256": canonical.sha256(raw),
                }
            },
            "generator": {"name": "cognify", "version": "0.1.0"},
            "lock": 1, "model": MODEL, "replay": 1,
            "values": {
                "/evaluation/runs/0/dataset": {**cite, "at": "json:/dataset", "raw": '"holdout"', "via": "text"},
                "/evaluation/runs/0/metric": {**cite, "at": "json-key:/accuracy", "raw": "accuracy", "via": "text"},
                "/evaluation/runs/0/n": {**cite, "at": "json:/n", "raw": "400", "via": "integer"},
                "/evaluation/runs/0/value": {**cite, "at": "json:/accuracy", "raw": "0.8425", "via": "number"},
            },
            "version": version,
        }  # fmt: skip
        self.path(version, "evidence.lock.json").write_bytes(canonical.pretty(lock))

    def propose(self, version: str, person: str = "mara", *more: str) -> None:
        self.must("propose", MODEL, version, "--key", str(self.key(person)), "--yes", *more)
        self.commit(f"propose {version}")

    def approve(self, version: str, person: str, *more: str) -> None:
        self.must("approve", MODEL, version, "--key", str(self.key(person)), "--yes", *more)
        self.commit(f"approve {version}")

    def seal(self) -> Done:
        return self.must("seal")

    def next_policy(
        self, *changes: tuple[str, str], approve: tuple[str, ...] = (), commit: bool = True
    ) -> None:
        """The next policy version: the last one's text with *changes*, signed by Ines and *approve*."""
        text = (self.home / "policy.yaml").read_text()
        number = int(text.split("version: ", 1)[1].split("\n", 1)[0])
        for old, new in ((f"version: {number}\n", f"version: {number + 1}\n"), *changes):
            assert old in text, old
            text = text.replace(old, new, 1)
        (self.home / "policy.yaml").write_text(text)
        self.must(
            "policy", "propose", str(self.home / "policy.yaml"), "--key", str(self.key("ines")), "--yes"
        )
        for person in approve:
            self.must("policy", "approve", "--key", str(self.key(person)), "--yes")
        if commit:
            self.commit(f"policy {number + 1}")

    def mark(self, person: str) -> str:
        """The fingerprint of *person*'s key."""
        from cognify.records.policy import Key

        return Key(self.public(person)).mark

    def verify(self, *arguments: str) -> Done:
        return self.cognify("verify", *arguments, "--format", "json")

    def copy(self, home: Path) -> Scene:
        shutil.copytree(self.home, home, symlinks=True)
        return Scene(home)


def found(
    home: Path, *, policy: str = POLICY, scene: Scene | None = None, more: tuple[str, ...] = ()
) -> Scene:
    """An inventory that was just begun: genesis is sealed, nothing else is there."""
    scene = scene or Scene(home)
    (home / "keys").mkdir(parents=True)
    for person in ("mara", "ines", "ines2", "tomas", "noor", "eve"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", person, "-f", str(scene.key(person))],
            check=True,
        )
    (home / ".gitconfig").write_text(
        "[user]\n\tname = Mara Voß\n\temail = mara@example.org\n[init]\n\tdefaultBranch = main\n"
        "[commit]\n\tgpgsign = false\n"
    )
    keys = {name: scene.public(name) for name in ("mara", "ines", "ines2", "tomas", "noor")}
    (home / "policy.yaml").write_text(policy.format(**keys))
    done = scene.cognify(
        "init", str(scene.root), "--name", "acme", "--policy", str(home / "policy.yaml"),
        "--key", str(scene.key("ines")), *more, cwd=home,
    )  # fmt: skip
    assert done.code == 0, done.err
    return scene


def sealed(home: Path) -> Scene:
    """1.0.0 sealed; 1.1.0 proposed, approved by model risk, and sequenced."""
    scene = found(home)
    fill(scene)
    return scene


def fill(scene: Scene) -> None:
    """1.0.0 sealed; 1.1.0 proposed, approved by model risk, and sequenced, in a new inventory."""
    scene.write_version("1.0.0", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a01")
    scene.commit("capture 1.0.0")
    scene.propose("1.0.0")
    scene.approve("1.0.0", "ines", "--role", "model-risk")
    scene.approve("1.0.0", "tomas")
    scene.seal()
    scene.write_version("1.1.0", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a02")
    scene.commit("capture 1.1.0")
    scene.propose("1.1.0")
    scene.approve("1.1.0", "ines", "--role", "model-risk")
    scene.seal()


def policy_with(scene: Scene, old: str, new: str) -> list[str]:
    """The arguments of `init` for the scene's policy with *old* replaced by *new* throughout."""
    text = (scene.home / "policy.yaml").read_text()
    assert old in text
    file = scene.home / "second.yaml"
    file.write_text(text.replace(old, new))
    return ["--policy", str(file), "--key", str(scene.key("ines"))]
