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
from cognify.demo.stage import MODEL, Stage
from cognify.errors import ConfigurationError
from cognify.strictyaml import splice

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
    if folder.exists() and any(folder.iterdir()):
        raise ConfigurationError(
            "the folder is not empty", where=str(folder), fix="name a new folder", id="folder-not-empty"
        )
    stage = Stage(folder, say)
    stage.make()
    genesis = _begin(stage, say)
    citations = 0
    with as_file(files("cognify.demo") / "runs") as runs:
        for version, base in (("1.0.0", ""), ("1.1.0", "1.0.0"), ("1.2.0", "1.1.0")):
            citations += _capture(stage, say, version, base, runs / version)
            seeded = _sign(stage, say, version)
    verdict = _verify(stage, say, genesis)
    _publish(stage, say)
    caught = _tamper(stage, say)
    return Told(folder, genesis, verdict, citations, seeded, caught)


def _begin(stage: Stage, say: Callable[[str], None]) -> str:
    say("\nAn inventory: a Git repository of its own, with a policy that says who may sign what.")
    stage.cognify("init", "inventory", "--name", "Größe Lending models", "--policy", "policy.yaml",
                  "--key", str(stage.key("ines")), cwd=stage.folder)  # fmt: skip
    stage.git("init", "--quiet", "--bare", "origin.git", cwd=stage.folder)
    stage.git("remote", "add", "origin", str(stage.folder / "origin.git"))
    stage.git("push", "--quiet", "-u", "origin", "main", "cognify-log")
    genesis = next((stage.inventory / "statements").glob("genesis.*.json"))
    from cognify.canonical import sha256

    return sha256(genesis.read_bytes())


def _capture(stage: Stage, say: Callable[[str], None], version: str, base: str, run: Path) -> int:
    say(f"\nMara's fine-tune {version} has left its files. Cognify reads them; Mara answers the rest.")
    stage.git("switch", "--quiet", "-c", f"card/{version}")
    carry = ["--base", base] if base else ["--tier", "low"]
    done = stage.cognify("capture", MODEL, version, str(run), *carry)
    for line in done.out.splitlines()[:4]:
        say(f"  {line}")
    card = stage.inventory / "models" / MODEL / version / "card.yaml"
    card.write_bytes(answer(card.read_bytes(), version))
    lock = json.loads(card.with_name("evidence.lock.json").read_text(encoding="utf-8"))
    return len(lock["values"])


def answer(raw: bytes, version: str) -> bytes:
    """The card *raw* with the answers that the demo's people give to what is pending."""
    answers = (files("cognify.demo") / "answers.yaml").read_bytes()
    told: Any = strictyaml.load(answers, where="answers.yaml")
    for pointer, value in {**told["every"], **told[version]}.items():
        document = strictyaml.read(raw, where="card.yaml")
        parent, _, key = pointer.rpartition("/")
        if pointer in document:
            text = splice.emit(value, document.nested_indent(pointer))
            raw = splice.replace(raw, document, pointer, text)
        elif parent in document:
            text = splice.emit(value, document.indent(parent) + 2)
            raw = splice.insert_key(raw, document, parent, key, text)
    return raw


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
    stage.commit(f"Card: {MODEL} {version}", by="mara")
    stage.cognify("propose", MODEL, version, "--key", str(stage.key("mara")), "--yes")
    stage.commit(f"Propose {MODEL} {version}", by="mara")
    if asked:
        stage.cognify("state", "explain", MODEL, version, "--finding", asked[0], "--text", asked[1],
                      "--key", str(stage.key("mara")), "--yes")  # fmt: skip
        stage.cognify("check", f"models/{MODEL}/{version}")
        stage.commit(f"Explain what {MODEL} {version} no longer tells", by="mara")
    if not seeded:
        for person, role in (("ines", "model-risk"), ("tomas", "compliance")):
            more = ["--condition", "An analyst decides every case."] if person == "ines" else []
            stage.cognify(
                "approve", MODEL, version, "--role", role, "--key", str(stage.key(person)), "--yes", *more
            )
            stage.commit(f"Approve {MODEL} {version} as {role}", by=person)
        stage.cognify("state", "acknowledge", MODEL, version, "--key", str(stage.key("mara")), "--yes")
        stage.commit(f"Take on what {MODEL} {version} was approved on", by="mara")
    stage.git("switch", "--quiet", "main")
    stage.git("merge", "--quiet", "--no-ff", "-m", f"Merge card/{version}", f"card/{version}")
    stage.git("push", "--quiet", "origin", "main")
    done = stage.cognify("seal")
    for line in done.out.splitlines():
        if line.startswith(("sealed", "waiting")):
            say(f"  {line}")
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
