"""A real small fine-tune, through `cognify run` and through the callback: the two cards agree."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import trainers
from tests.e2e.conftest import Installed
from tests.scenario import Scene

# A logistic model on two features, whose weights begin at those of an earlier one. Nothing but Python.
PLAIN = """\
import json, math, os, random
{begin}
rows = [json.loads(line) for line in open("data/train.jsonl")]
test = [json.loads(line) for line in open("data/test.jsonl")]
weights, rate, epochs, seed = json.load(open("base/weights.json")), 0.5, 20, 7
os.makedirs("out", exist_ok=True)

def probability(row):
    return 1 / (1 + math.exp(-sum(w * row[k] for w, k in zip(weights, ("x", "y"))) - weights[2]))

random.seed(seed)
for epoch in range(epochs):
    random.shuffle(rows)
    for row in rows:
        error = row["label"] - probability(row)
        weights[:] = [w + rate * error * v for w, v in zip(weights, (row["x"], row["y"], 1.0))]
right = sum((probability(row) > 0.5) == bool(row["label"]) for row in test)
json.dump(weights, open("out/weights.json", "w"))
with cognify.record("out") as run:
    run.params(learning_rate=rate, epochs=epochs, seed=seed)
    run.dataset("data/train.jsonl", role="train")
    run.dataset("data/test.jsonl", role="test")
    run.metric("accuracy", right / len(test), dataset="test", n=len(test))
assert right / len(test) > 0.9
"""

# A causal language model of a few thousand weights, made here, trained by the real Trainer.
TRAINER = """\
import json, os, torch
from transformers import GPT2Config, GPT2LMHeadModel, Trainer, TrainingArguments
from cognify.callbacks import CognifyCallback

torch.manual_seed(0)
def rows(name):
    held = [[ord(c) % 64 for c in (json.loads(line)["text"] + " " * 16)[:16]] for line in open(name)]
    return [{"input_ids": r, "labels": r} for r in held]

config = GPT2Config(vocab_size=64, n_positions=16, n_embd=16, n_layer=1, n_head=2, bos_token_id=0, eos_token_id=1)
arguments = TrainingArguments(
    "out", num_train_epochs=2, per_device_train_batch_size=4, learning_rate=1e-2, seed=7, report_to=[],
    use_cpu=True, eval_strategy="epoch", save_strategy="no", disable_tqdm=True, hub_token=os.environ.get("TOKEN"),
)
trainer = Trainer(
    model=GPT2LMHeadModel(config), args=arguments, train_dataset=rows("data/train.jsonl"),
    eval_dataset=rows("data/test.jsonl"), callbacks=[CognifyCallback()],
)
trainer.train()
trainer.save_model("out")
trainer.save_state()
"""
OWN = {"run_id", "started_at", "ended_at", "procedure", "x-exit_code", "x-outcome", "metrics_log_digest"}
"""What is each run's own (the Trainer logs how long each step took), or known to the wrapper alone."""


class Training:
    """A folder with code and data, a sealed inventory, and the installed command."""

    def __init__(self, home: Path, binary: Path, sealed: Scene, script: str, python: str) -> None:
        self.inventory = sealed.copy(home / "home")
        self.binary, self.python, self.code = binary, python, home / "code"
        self.environment = {
            **Installed(home / "home", binary).environment,
            "COGNIFY_INVENTORY": str(self.inventory.root),
        }
        for name, count in (("train", 40), ("test", 12)):
            path = self.code / f"data/{name}.jsonl"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("".join(self._row(n) for n in range(count)))
        (self.code / "base").mkdir()
        (self.code / "base/weights.json").write_text("[0.1, -0.1, 0.0]")
        (self.code / "train.py").write_text(script)
        git = ["git", "-c", "user.name=z", "-c", "user.email=z@example.org"]
        for words in (["init", "-q"], ["add", "train.py"], ["commit", "-qm", "one"]):
            subprocess.run([*git, *words], cwd=self.code, check=True)

    @staticmethod
    def _row(n: int) -> str:
        x, y = (n % 7) / 7 - 0.4, (n % 5) / 5 - 0.4
        return json.dumps({"x": x, "y": y, "text": f"memo {n % 9} größe", "label": int(x + y > 0)}) + "\n"

    def wrapped(self, version: str, **more: str) -> None:
        words = [
            "run",
            "memo",
            version,
            "--tier",
            "low",
            "--inputs",
            "data",
            "base",
            "--outputs",
            "out",
            "--",
        ]
        self._must([str(self.binary), *words, self.python, "train.py"], self.code, **more)

    def alone(self, version: str, **more: str) -> None:
        self._must([self.python, "train.py"], self.code, **more)
        folders = [str(self.code / name) for name in ("out", "data", "base")]
        self._must(
            [str(self.binary), "capture", "memo", version, *folders, "--tier", "low"], self.inventory.root
        )

    def _must(self, words: list[str], folder: Path, **more: str) -> None:
        done = subprocess.run(
            words, cwd=folder, env={**self.environment, **more}, capture_output=True, check=False,
            stdin=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    def card(self, version: str) -> dict[str, Any]:
        from cognify import strictyaml

        return dict(
            strictyaml.load((self.inventory.root / f"models/memo/{version}/card.yaml").read_bytes(), where="")
        )

    def check(self) -> None:
        self._must([str(self.binary), "fill", "--check", "models/memo"], self.inventory.root)


def agree(one: dict[str, Any], other: dict[str, Any]) -> None:
    """The two cards say the same, but for what is each run's own."""
    assert {k: v for k, v in one["training"].items() if k not in OWN} == {
        k: v for k, v in other["training"].items() if k not in OWN
    }
    assert one["training"]["run_id"] != other["training"]["run_id"]
    assert one["data"] == other["data"]
    assert without_reports(one["evaluation"]) == without_reports(other["evaluation"])


def without_reports(value: Any) -> Any:
    """An evaluation without the digests of its reports: a record of a run bears that run's id."""
    if isinstance(value, dict):
        return {key: without_reports(part) for key, part in value.items() if key != "report_digest"}
    return [without_reports(part) for part in value] if isinstance(value, list) else value


def test_two_cards_of_one_training_in_plain_python(
    tmp_path: Path, installed: Path, sealed_scene: Scene
) -> None:
    """Base weights are tuned twice; wrapper and context manager tell data, code, settings and result alike."""
    python = str(installed.parent / "python")
    training = Training(tmp_path, installed, sealed_scene, PLAIN.format(begin="import cognify"), python)
    training.wrapped("4.0.0")
    training.alone("4.0.1")
    one, other = training.card("4.0.0"), training.card("4.0.1")
    agree(one, other)
    assert one["training"]["seeds"] == {"seed": 7}
    assert one["training"]["framework"]["python"] == sys.version.split()[0]
    assert [d["role"] for d in one["data"]["datasets"]] == ["train", "test"]
    assert one["training"]["code_dirty"] is False
    training.check()


@pytest.mark.slow
def test_two_cards_of_one_training_with_the_trainer(
    tmp_path: Path, installed: Path, sealed_scene: Scene
) -> None:
    """A real transformers Trainer on a model made here: both ways give one card; its token is in neither."""
    python = trainers.needed("torch", "transformers", "accelerate")
    training = Training(tmp_path, installed, sealed_scene, TRAINER, python)
    more = trainers.environment(TOKEN="hf_" + "q7W8e9R0t1Y2u3I4o5P6a7S8d9F0g1H2j3")
    for name in ("PYTHONPATH", "HF_HUB_OFFLINE", "CUDA_VISIBLE_DEVICES", "TOKENIZERS_PARALLELISM"):
        training.environment[name] = more[name]
    training.wrapped("4.0.0", TOKEN=more["TOKEN"])
    training.alone("4.0.1", TOKEN=more["TOKEN"])
    one, other = training.card("4.0.0"), training.card("4.0.1")
    agree(one, other)
    settings = one["training"]["hyperparameters"]
    assert (str(settings["learning_rate"]), settings["num_train_epochs"]) == ("0.01", 2)
    assert one["training"]["seeds"]["seed"] == 7
    assert {"torch", "transformers", "python"} <= one["training"]["framework"].keys()
    assert {r["metric"] for r in one["evaluation"]["runs"]} >= {"loss"}
    held = b"".join(p.read_bytes() for p in training.inventory.root.rglob("*") if p.is_file())
    assert more["TOKEN"].encode() not in held
    training.check()
