"""The steps that every story of the demo takes: begin an inventory, capture, sign, seal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from cognify.canonical import sha256
from cognify.demo.answering import answer
from cognify.demo.stage import Stage
from cognify.errors import ConfigurationError

Approval = tuple[str, str, str]
"""Who approves, in which role, on which condition; an empty one is none."""


def refuse_full(folder: Path) -> None:
    """Let nothing be played over what is there.

    Raises:
        ConfigurationError: `folder-not-empty`.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ConfigurationError(
            "the folder is not empty", where=str(folder), fix="name a new folder", id="folder-not-empty"
        )


def begin(stage: Stage, name: str, *, by: str) -> str:
    """People with keys, an inventory that *by* begins, and its origin; the digest of its genesis."""
    stage.make()
    stage.say("\nAn inventory: a Git repository of its own, with a policy that says who may sign what.")
    stage.cognify("init", "inventory", "--name", name, "--policy", "policy.yaml",
                  "--key", str(stage.key(by)), cwd=stage.folder)  # fmt: skip
    stage.git("init", "--quiet", "--bare", "origin.git", cwd=stage.folder)
    stage.git("remote", "add", "origin", str(stage.folder / "origin.git"))
    stage.git("push", "--quiet", "-u", "origin", "main", "cognify-log")
    genesis = next((stage.inventory / "statements").glob("genesis.*.json"))
    return sha256(genesis.read_bytes())


def capture(
    stage: Stage, model: str, version: str, sources: Iterable[Path], options: Sequence[str],
    answers: Mapping[str, Any],
) -> int:  # fmt: skip
    """Capture *sources* on a branch, and write down what people answer; how many values are cited."""
    stage.git("switch", "--quiet", "-c", f"card/{version}")
    done = stage.cognify("capture", model, version, *map(str, sources), *options)
    for line in done.out.splitlines()[:4]:
        stage.say(f"  {line}")
    card = stage.inventory / "models" / model / version / "card.yaml"
    card.write_bytes(answer(card.read_bytes(), answers))
    lock = json.loads(card.with_name("evidence.lock.json").read_text(encoding="utf-8"))
    return len(lock["values"])


def propose(stage: Stage, model: str, version: str) -> None:
    """Commit the card, and propose exactly its bytes."""
    engineer = stage.cast.engineer
    stage.commit(f"Card: {model} {version}", by=engineer)
    stage.cognify("propose", model, version, "--key", str(stage.key(engineer)), "--yes")
    stage.commit(f"Propose {model} {version}", by=engineer)


def explain(stage: Stage, model: str, version: str, finding: str, text: str) -> None:
    """Answer what `check` asked, signed by the engineer."""
    engineer = stage.cast.engineer
    stage.cognify("state", "explain", model, version, "--finding", finding, "--text", text,
                  "--key", str(stage.key(engineer)), "--yes")  # fmt: skip
    stage.commit(f"Explain {finding} of {model} {version}", by=engineer)


def seal(stage: Stage, model: str, version: str, approvals: Sequence[Approval]) -> None:
    """Approve, take on the conditions, merge, seal; without approvals it stays proposed."""
    engineer = stage.cast.engineer
    for person, role, condition in approvals:
        more = ["--condition", condition] if condition else []
        stage.cognify(
            "approve", model, version, "--role", role, "--key", str(stage.key(person)), "--yes", *more
        )
        stage.commit(f"Approve {model} {version} as {role}", by=person)
    if any(condition for _, _, condition in approvals):
        stage.cognify("state", "acknowledge", model, version, "--key", str(stage.key(engineer)), "--yes")
        stage.commit(f"Take on what {model} {version} was approved on", by=engineer)
    stage.git("switch", "--quiet", "main")
    stage.git("merge", "--quiet", "--no-ff", "-m", f"Merge card/{version}", f"card/{version}")
    stage.git("push", "--quiet", "origin", "main")
    done = stage.cognify("seal")
    for line in done.out.splitlines():
        if line.startswith(("sealed", "waiting")):
            stage.say(f"  {line}")
