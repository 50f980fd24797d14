"""The callbacks' own code on stand-ins for the base classes; `test_frameworks.py` runs the real ones."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from cognify import callbacks
from cognify.running.record import NAME, RUN_ID


@pytest.fixture(autouse=True)
def _frameworks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Modules of the frameworks' names that hold a base class and nothing else."""
    base = type("Base", (), {"params": None, "model": None})
    places = {
        "transformers": {"TrainerCallback": base}, "pytorch_lightning": {"Callback": base}, "lightning": {},
        "keras": {"callbacks": SimpleNamespace(Callback=base)},
    }  # fmt: skip
    for name, held in places.items():
        module = ModuleType(name)
        vars(module).update(held)
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.delitem(sys.modules, "lightning.pytorch", raising=False)
    monkeypatch.delenv(RUN_ID, raising=False)
    yield
    for name in callbacks._MADE:
        vars(callbacks).pop(name, None)


def told(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / NAME).read_text(encoding="utf-8")))


def test_a_trainer(tmp_path: Path) -> None:
    """Its arguments; of each evaluation the results, and none under a wrong split's name."""
    args = SimpleNamespace(output_dir=str(tmp_path), to_dict=lambda: {"learning_rate": 0.5, "hub_token": "x"})
    state = SimpleNamespace(is_world_process_zero=True, global_step=4, max_steps=4)
    callback = callbacks.CognifyCallback()
    callback.on_evaluate(args, state, None, metrics={"eval_loss": 9.0})
    callback.on_train_end(args, state, None)
    callback.on_train_begin(args, state, None)
    callback.on_evaluate(args, state, None, metrics={"eval_loss": 1.0, "eval_runtime": 3.0, "epoch": 1.0})
    callback.on_predict(args, state, None, metrics={"test_loss": 2.0, "eval_loss": 2.0})
    callback.on_train_end(args, state, None)
    record = told(tmp_path)
    assert record["params"] == {"learning_rate": 0.5}
    assert {m["name"]: m["value"] for m in record["metrics"]} == {"eval_loss": 1.0, "test_loss": 2.0}
    assert record["outcome"] == "finished"


def test_a_trainer_that_stops_early_and_one_that_is_not_the_first(tmp_path: Path) -> None:
    """How far it came is told; another process writes nothing."""
    args = SimpleNamespace(output_dir=str(tmp_path / "a"), to_dict=dict)
    callback = callbacks.CognifyCallback(str(tmp_path / "b"))
    callback.on_train_begin(args, SimpleNamespace(is_world_process_zero=False), None)
    assert not (tmp_path / "b").exists()
    state = SimpleNamespace(is_world_process_zero=True, global_step=1, max_steps=4)
    callback.on_train_begin(args, state, None)
    callback.on_train_end(args, state, None)
    assert told(tmp_path / "b")["outcome"] == "stopped after 1 of 4 steps"


def test_lightning(tmp_path: Path) -> None:
    """Settings, validation and test without the sanity check; how it ended."""
    trainer = SimpleNamespace(
        is_global_zero=True, default_root_dir=str(tmp_path), max_epochs=2, max_steps=-1, sanity_checking=True,
        global_step=8, callback_metrics={"val_loss": 0.5, "train_loss": 0.1}, interrupted=False,
    )  # fmt: skip
    module = SimpleNamespace(hparams={"lr": 0.1})
    callback = callbacks.LightningCallback()
    callback.on_validation_end(trainer, module)
    callback.on_fit_end(trainer, module), callback.on_exception(trainer, module, ValueError())
    callback.on_fit_start(trainer, module)
    callback.on_validation_end(trainer, module)
    assert told(tmp_path)["metrics"] == []
    trainer.sanity_checking = False
    callback.on_validation_end(trainer, module), callback.on_test_end(trainer, module)
    callback.on_fit_end(trainer, module)
    record = told(tmp_path)
    assert (record["params"]["lr"], record["params"]["max_epochs"]) == (0.1, 2)
    assert [m["name"] for m in record["metrics"]] == ["val_loss"]
    callback.on_exception(trainer, module, ValueError("secret"))
    assert told(tmp_path)["outcome"] == "failed with ValueError"
    trainer.is_global_zero = False
    other = callbacks.LightningCallback(str(tmp_path / "other"))
    other.on_fit_start(trainer, module), other.on_fit_end(trainer, module)
    assert not (tmp_path / "other").exists()


def test_keras(tmp_path: Path) -> None:
    """Settings of fit and optimizer, and the last validation; the training loss while it changes is none."""
    callback = callbacks.KerasCallback(str(tmp_path))
    callback.params = {"epochs": 2, "steps": 4}
    callback.model = SimpleNamespace(optimizer=SimpleNamespace(get_config=lambda: {"learning_rate": 0.25}))
    callback.on_train_begin()
    callback.on_epoch_end(0, {"loss": 1.0, "val_loss": 0.75})
    callback.on_epoch_end(1, None)
    callback.on_train_end()
    record = told(tmp_path)
    assert record["params"] == {"epochs": 2, "steps": 4, "optimizer_learning_rate": 0.25}
    assert record["metrics"] == [{"name": "val_loss", "value": 0.75, "step": 1}]
    bare = callbacks.KerasCallback(str(tmp_path / "bare"))
    bare.on_train_begin(), bare.on_train_end()
    assert told(tmp_path / "bare")["params"] == {}
