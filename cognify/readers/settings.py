"""What a tracker's parameters, metrics and contexts mean, and which of them a card should hold."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cognify.readers import taking
from cognify.readers.reading import MEASURED, Claim

if TYPE_CHECKING:
    from cognify.readers.mlflow import Run

# Of the 120 to 150 arguments of a Trainer, those that shape the result.
_TRAINER = (
    "adam_beta1", "adam_beta2", "adam_epsilon", "assistant_only_loss", "beta", "bf16",
    "completion_only_loss", "dataloader_drop_last", "fp16", "full_determinism",
    "gradient_accumulation_steps", "gradient_checkpointing", "greater_is_better", "group_by_length",
    "label_smoothing_factor", "learning_rate", "load_best_model_at_end", "logging_nan_inf_filter",
    "loss_type", "lr_scheduler_type", "max_grad_norm", "max_length", "max_prompt_length",
    "max_seq_length", "max_steps", "metric_for_best_model", "neftune_noise_alpha", "num_train_epochs",
    "optim", "packing", "per_device_eval_batch_size", "per_device_train_batch_size", "tf32",
    "train_sampling_strategy", "warmup_ratio", "warmup_steps", "weight_decay",
)  # fmt: skip
_IS_TRAINER = "per_device_train_batch_size"
_SEEDS = re.compile(r"(?:.*_)?(?:seed|random_state)\Z")
_NUMBER = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\Z")
_INTEGER = re.compile(r"-?[0-9]{1,15}\Z")
_PACE = re.compile(r".*(?:_runtime|_per_second|_num_tokens|_samples)\Z")
_ROLES = {
    "train": "train", "training": "train", "validation": "validation", "eval": "validation",
    "val": "validation", "valid": "validation", "dev": "validation", "test": "test",
    "external": "external", "calibration": "calibration",
}  # fmt: skip
EVALUATED = (
    "accuracy_score", "f1_score", "log_loss", "max_error", "mean_absolute_error",
    "mean_absolute_percentage_error", "mean_squared_error", "precision_recall_auc", "precision_score",
    "r2_score", "recall_score", "roc_auc", "root_mean_squared_error",
)  # fmt: skip
SPLITS = ("train", "training", "eval", "validation", "val", "valid", "dev", "test")
_MAX_PARAMS = 200
_MAX_TEXT = 200


def of_params(run: Run, origin: str, at: Callable[[str], str], kind: str = MEASURED) -> Iterator[Claim]:
    """Parameters as hyperparameters and seeds; secrets, paths and empty settings are left out."""
    trainer = _IS_TRAINER in run.params
    for name in named(run.params):
        via = "" if taking.is_secret(name) or is_seed(name) else _via(run.params[name])
        if via and not (name == "max_steps" and run.params[name].startswith("-")):
            place = taking.pointer("training", "hyperparameters", name)
            yield Claim(place, origin, at(name), via, kind)
    for name in sorted(run.params):
        if is_seed(name) and _INTEGER.match(run.params[name]):
            place = taking.pointer("training", "seeds", name)
            yield Claim(place, origin, at(name), "integer", kind)
    if trainer and _via(run.params.get("transformers_version", "")):
        # Written while the run went on, unlike the version in a config.json.
        place = "/training/framework/transformers"
        yield Claim(place, origin, at("transformers_version"), "text", kind)


def named(params: Mapping[str, object]) -> list[str]:
    """The names that a card should hold: of a Trainer's arguments those that shape the result."""
    if _IS_TRAINER in params:
        return [name for name in _TRAINER if name in params]
    return sorted(params)[:_MAX_PARAMS]


def is_seed(name: str) -> bool:
    """Whether a parameter's name is that of a seed."""
    return _SEEDS.match(name) is not None


def _via(text: str) -> str:
    """The transform that fits a parameter's text, or nothing for one that is left out."""
    if not text.strip() or text == "None" or len(text) > _MAX_TEXT or taking.is_private(text):
        return ""
    if text in ("True", "False"):
        return "boolean"
    if _NUMBER.match(text):
        return "number"
    if text[0] in "[(":
        inner = text[1:-1].strip()
        scalars = inner and not re.search(r"[\[\](){}]|\bNone\b", inner) and "/" not in inner
        return "python-literal" if scalars else ""
    return "" if text[0] in "{<" else "text"


def is_trainer(run: Run) -> bool:
    """Whether the parameters are those of a transformers Trainer."""
    return _IS_TRAINER in run.params


def is_pace(key: str) -> bool:
    """Whether a metric says how fast something was, or how much, and not how good."""
    return _PACE.match(key) is not None


def split_of(key: str, run: Run) -> str | None:
    """The split that a metric's name tells; None for one that tells none, or may tell a wrong one."""
    split, mark, metric = key.partition("_")
    if not mark or not metric or _PACE.match(key) or split not in SPLITS:
        return None
    if key == "train_loss" and _IS_TRAINER in run.params:
        return None  # the Trainer's result files say it with its count
    # While another split is evaluated TRL writes `eval_*` too, so beside it they may be of either.
    others = any(other.startswith("test_") for other in run.metrics)
    return None if split == "eval" and others else split


def role(context: str) -> str | None:
    """The role of a data set that a tracker's context names, or None."""
    return _ROLES.get(context)


def dataset_key(source: str, name: str) -> str:
    """The key of a data set's entry: the stem of its file, as the reader of data files names it."""
    try:
        known = json.loads(source)
    except (ValueError, RecursionError):
        return name
    path: Any = None
    if isinstance(known, dict):
        path = next((known[k] for k in ("uri", "data_files", "path") if isinstance(known.get(k), str)), None)
    stem = path.replace("\\", "/").rpartition("/")[2].partition(".")[0] if path else ""
    return stem or name


def course(run: Run, runs: list[Run], origin: str) -> Iterator[str]:
    """What a person should know of the choice of the run and of how it ended."""
    if run.status not in ("FINISHED", "3"):
        yield f"{origin}: the run {run.name or run.id} has the status {run.status}"
    others = [other for other in runs if other.id != run.id]
    if others:
        names = ", ".join(other.name or other.id for other in others[:10])
        yield f"{origin}: of {len(runs)} runs {run.name or run.id} is taken; not used: {names}"
