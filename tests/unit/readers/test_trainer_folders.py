"""What the Trainer and PEFT leave: finished, crashed, diverged, half-written, ambiguous."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cognify.errors import CaptureError

STATE = {
    "global_step": 20, "max_steps": 20, "num_train_epochs": 2, "train_batch_size": 4, "total_flos": 10.0,
    "log_history": [
        {"step": 10, "loss": 1.5, "grad_norm": 0.4, "learning_rate": 0.00015},
        {"step": 10, "eval_loss": 1.25, "eval_accuracy": 0.5, "eval_runtime": 0.1},
        {"step": 20, "eval_loss": 1.125, "eval_accuracy": 0.75},
        {"step": 20, "train_loss": 1.4, "train_runtime": 3.0},
    ],
}  # fmt: skip
ADAPTER = {"peft_type": "LORA", "r": 8, "base_model_name_or_path": "org/base", "revision": None}
Make = Callable[[Any], Path]
Reads = Callable[..., Any]


def test_a_crashed_training_says_so(read: Reads, source: Make) -> None:
    """Steps short of the plan are told, and the decayed learning rate of the log is no setting."""
    found = read(source({"outputs/trainer_state.json": {**STATE, "global_step": 13}}))
    assert found.noted("stopped after 13 of 20 steps")
    assert "/training/hyperparameters/learning_rate" not in found
    assert found["/training/hyperparameters/num_train_epochs"] == 2


def test_without_result_files_the_last_logged_evaluation_counts(read: Reads, source: Make) -> None:
    """It is the last one's value, cited from the log by its place, and its step is told."""
    found = read(source({"outputs/trainer_state.json": STATE}))
    runs = {e["metric"]: e for e in found.entries("/evaluation/runs")}
    assert runs["accuracy"] == {"dataset": "eval", "metric": "accuracy", "value": Decimal("0.75")}
    assert runs["loss"]["value"] == Decimal("1.125")
    assert found.noted("step 20")


def test_only_a_checkpoint_is_left(read: Reads, source: Make) -> None:
    """The newest by number, not by text; the older one is only listed."""
    old, new = {**STATE, "max_steps": 9}, {**STATE, "global_step": 100, "max_steps": 300}
    found = read(
        source({"out/checkpoint-20/trainer_state.json": old, "out/checkpoint-100/trainer_state.json": new})
    )
    assert found["/training/hyperparameters/max_steps"] == 300
    assert found.noted("only checkpoint-100")
    assert found.origins["out/checkpoint-20/trainer_state.json"].raw is None


def test_the_final_state_counts_before_a_checkpoint(read: Reads, source: Make) -> None:
    """The root's state is the training's, whatever a checkpoint says."""
    found = read(
        source(
            {
                "out/trainer_state.json": STATE,
                "out/checkpoint-999/trainer_state.json": {**STATE, "max_steps": 1},
            }
        )
    )
    assert found["/training/hyperparameters/max_steps"] == 20


@pytest.mark.parametrize("key", ["grad_norm", "eval_loss"])
def test_a_diverged_training_reports_no_loss(key: str, read: Reads, source: Make) -> None:
    """NaN in a gradient or a validation loss: the filtered loss, 0.0, is not believed."""
    state = f'{{"global_step": 20, "max_steps": 20, "log_history": [{{"loss": 0.0, "{key}": NaN}}]}}'
    results = {"train_loss": 0.01, "train_samples": 9}
    found = read(source({"o/trainer_state.json": state, "o/train_results.json": results}))
    assert found.noted("diverged")
    assert found.entries("/evaluation/runs") == []


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_a_metric_that_is_no_number_is_noted(word: str, read: Reads, source: Make) -> None:
    """Never 0, never a value, never silent."""
    found = read(source({"o/eval_results.json": f'{{"eval_loss": {word}, "eval_accuracy": 0.5}}'}))
    assert [e["metric"] for e in found.entries("/evaluation/runs")] == ["accuracy"]
    assert found.noted("eval_loss", word)


def test_results_of_several_splits_in_one_file_are_not_believed(read: Reads, source: Make) -> None:
    """`all_results.json` alone may hold one split's values under another's names."""
    found = read(source({"o/all_results.json": {"eval_loss": 1.5, "test_loss": 2.5}}))
    assert found.entries("/evaluation/runs") == []
    assert found.noted("all_results.json", "not used")


def test_results_of_one_split_in_the_joint_file_are_believed(read: Reads, source: Make) -> None:
    """With one split there is nothing to confuse."""
    found = read(source({"o/all_results.json": {"eval_loss": 1.5, "eval_samples": 7, "epoch": 1}}))
    (entry,) = found.entries("/evaluation/runs")
    assert entry == {"dataset": "eval", "metric": "loss", "value": Decimal("1.5"), "n": 7}


@pytest.mark.parametrize("name", ["trainer_state.json", "test_results.json", "adapter_config.json"])
@pytest.mark.parametrize("keep", [0, 1, 7, -1])
def test_a_half_written_file_stops_the_capture(name: str, keep: int, read: Reads, source: Make) -> None:
    """A file cut short by an interrupted run is named; there is no reading without it."""
    whole = '{"global_step": 20, "peft_type": "LORA", "x": [1, 2]}'
    with pytest.raises(CaptureError) as stop:
        read(source({f"out/{name}": whole[:keep]}))
    assert stop.value.fault == "run-unreadable"
    assert stop.value.where == f"out/{name}"


@pytest.mark.parametrize(
    "content", ['{"a": 1, "a": 2}', "[1]", "[" * 100_000, b"\xff\xfe{}", '{"a": 1e99999999999999999999}']
)
def test_a_state_that_is_none_stops_the_capture(content: object, read: Reads, source: Make) -> None:
    """Twice one key, another shape, endless nesting, another encoding, a number beyond all numbers."""
    with pytest.raises(CaptureError) as stop:
        read(source({"trainer_state.json": content}))
    assert stop.value.fault == "run-unreadable"


def test_two_trainings_are_not_one(read: Reads, source: Make) -> None:
    """Nothing says which of two output folders the version is, so none is taken."""
    with pytest.raises(CaptureError) as stop:
        read(source({"a/trainer_state.json": STATE, "b/trainer_state.json": STATE}))
    assert stop.value.fault == "run-ambiguous"
    assert "a, b" in stop.value.what


@pytest.mark.parametrize(
    ("path", "id"),
    [("org/base", "org/base"), ("models/local", "models/local"), ("/home/zoë/models/größe", "größe"),
     ("C:\\models\\tiny", "tiny"), ("../elsewhere/base/", "base"), ("~/base", "base")],
)  # fmt: skip
def test_a_base_model_by_its_name_and_not_its_place(path: str, id: str, read: Reads, source: Make) -> None:
    """An absolute path says where somebody works; its last step is the model's name."""
    found = read(source({"adapter_config.json": {**ADAPTER, "base_model_name_or_path": path}}))
    assert found["/model/base/id"] == id


def test_a_revision_is_claimed_where_there_is_one(read: Reads, source: Make) -> None:
    """Null is no revision, and is told."""
    assert "/model/base/revision" not in read(source({"adapter_config.json": ADAPTER}))
    found = read(source({"adapter_config.json": {**ADAPTER, "revision": "a1b2"}}))
    assert found["/model/base/revision"] == "a1b2"


def test_target_modules_as_one_pattern(read: Reads, source: Make) -> None:
    """PEFT also takes one text, `all-linear`, in place of a list; null settings are no values."""
    config = {**ADAPTER, "target_modules": "all-linear", "lora_dropout": None, "modules_to_save": []}
    found = read(source({"adapter_config.json": config}))
    assert found["/training/hyperparameters/target_modules"] == "all-linear"
    assert "/training/hyperparameters/lora_dropout" not in found
    assert "/training/hyperparameters/modules_to_save" not in found
