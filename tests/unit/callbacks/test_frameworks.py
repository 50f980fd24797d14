"""The callbacks in the frameworks that they are for, on models of a few weights; `make trainers` gets them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests import trainers

LIGHTNING = """\
import sys, torch, lightning
from cognify.callbacks import LightningCallback

class Model(lightning.LightningModule):
    def __init__(self, lr=0.1, hub_token="geheim-123"):
        super().__init__(); self.save_hyperparameters(); self.layer = torch.nn.Linear(2, 1)
    def loss(self, batch): return ((self.layer(batch[0]) - batch[1]) ** 2).mean()
    def training_step(self, batch, i):
        if "break" in sys.argv: raise ValueError("secret words")
        return self.loss(batch)
    def validation_step(self, batch, i): self.log("val_loss", self.loss(batch))
    def configure_optimizers(self): return torch.optim.SGD(self.parameters(), lr=self.hparams.lr)

rows = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.ones(8, 2), torch.ones(8, 1)), batch_size=4)
trainer = lightning.Trainer(
    max_epochs=2, accelerator="cpu", logger=False, enable_checkpointing=False, enable_progress_bar=False,
    callbacks=[LightningCallback("out")], default_root_dir="root",
)
trainer.fit(Model(), rows, rows)
"""
KERAS = """\
import keras, numpy
from cognify.callbacks import KerasCallback

model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.25), loss="mse")
x, y = numpy.ones((8, 2)), numpy.ones((8, 1))
model.fit(x, y, epochs=2, verbose=0, validation_data=(x, y), callbacks=[KerasCallback("out")])
"""
BROKEN = """\
from transformers import TrainerState, TrainerControl, TrainingArguments
from cognify.callbacks import CognifyCallback
callback = CognifyCallback("/proc/nowhere")
arguments = TrainingArguments("out", use_cpu=True, report_to=[])
callback.on_train_begin(arguments, TrainerState(), TrainerControl())
callback.on_evaluate(arguments, TrainerState(), TrainerControl(), metrics={"eval_loss": 1.0})
callback.on_train_end(None, None, None)
print("went on")
"""


def trained(
    folder: Path, script: str, *modules: str, words: tuple[str, ...] = (), code: int = 0
) -> dict[str, Any]:
    python = trainers.needed(*modules)
    (folder / "train.py").write_text(script)
    done = subprocess.run(
        [python, "train.py", *words],
        cwd=folder,
        env=trainers.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    if not (folder / "out/cognify-run.json").exists():
        return {"said": done.stdout + done.stderr}
    return dict(json.loads((folder / "out/cognify-run.json").read_text()))


@pytest.mark.slow
def test_lightning(tmp_path: Path) -> None:
    """Settings of module and trainer, and the last validation."""
    record = trained(tmp_path, LIGHTNING, "torch", "lightning")
    assert record["params"]["lr"] == 0.1
    assert record["params"]["max_epochs"] == 2
    assert [m["name"] for m in record["metrics"]] == ["val_loss"]
    assert record["outcome"] == "finished"
    assert "geheim" not in json.dumps(record)


@pytest.mark.slow
def test_lightning_that_breaks(tmp_path: Path) -> None:
    """The error is the training's; its class is written."""
    record = trained(tmp_path, LIGHTNING, "torch", "lightning", words=("break",), code=1)
    assert record["outcome"] == "failed with ValueError"
    assert "secret words" not in json.dumps(record)


@pytest.mark.slow
def test_keras(tmp_path: Path) -> None:
    """Settings of optimizer and fit, and the last validation."""
    record = trained(tmp_path, KERAS, "torch", "keras")
    assert record["params"]["optimizer_learning_rate"] == pytest.approx(0.25)
    assert record["params"]["epochs"] == 2
    assert [m["name"] for m in record["metrics"]] == ["val_loss"]
    assert record["outcome"] == "finished"


@pytest.mark.slow
def test_a_callback_that_cannot_write(tmp_path: Path) -> None:
    """It logs, and the training goes on."""
    said = trained(tmp_path, BROKEN, "torch", "transformers")["said"]
    assert "went on" in said
    assert "the training goes on" in said
