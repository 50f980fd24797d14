"""What the transformers Trainer leaves: `trainer_state.json` and one `*_results.json` per split."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cognify.errors import CaptureError
from cognify.readers import taking, walk
from cognify.readers.reading import COMPUTED, Claim, LeftOut, Material, Reading, Report

_RESULTS = re.compile(r"([A-Za-z0-9]{1,40})_results\.json\Z")
_PACE = re.compile(r".*_(runtime|samples|samples_per_second|steps_per_second|num_tokens)\Z")
_NOT_FINITE = ("NaN", "Infinity", "-Infinity")


class _HfTrainer:
    name = "hf-trainer"
    version = 2

    def finds(self, source: Path) -> tuple[Path, ...]:
        """The output folder of the training; of a crashed one, its newest checkpoint.

        Raises:
            CaptureError: `run-ambiguous`: two output folders, and nothing says which one counts.
        """
        if source.is_file():
            return (source,) if _is_ours(source) else ()
        folders = dict.fromkeys(path.parent for path in walk.files(source) if _is_ours(path))
        outside = [f for f in folders if walk.checkpoint(f / "x", source) is None]
        # A folder with only result files may be an evaluation beside the training it belongs to.
        trained = [f for f in outside if (f / "trainer_state.json").is_file()]
        if len(trained) > 1:
            names = ", ".join(walk.relative(folder, source) for folder in trained)
            raise CaptureError(
                f"two trainings lie in one source: {names}", where=str(source.name),
                fix="capture the output folder of the one that this version is", id="run-ambiguous",
            )  # fmt: skip
        if trained or outside:
            return tuple(trained or outside[:1])
        newest = sorted(folders, key=lambda folder: walk.checkpoint(folder / "x", source) or 0)
        return tuple(newest[-1:])

    def read(self, found: Path, source: Path) -> Reading:
        """State and results of one training."""
        names = [found] if found.is_file() else [
            path for path in walk.files(source) if path.parent == found and _is_ours(path)
        ]  # fmt: skip
        materials, claims, notes = list[Material](), list[Claim](), list[str]()
        loaded = {path.name: (path, *self._load(path, source)) for path in names}
        materials = [material for _, material, _ in loaded.values()]
        state = loaded.get("trainer_state.json")
        diverged = False
        if state is not None:
            diverged = _diverged(state[2])
            claims += _of_state(state[2], state[1].origin)
            notes += _course(state[2], state[1].origin, walk.checkpoint(found / "x", source))
        results = {n: entry for n, entry in loaded.items() if n != "trainer_state.json"}
        chosen = _chosen(results, notes)
        for _, material, data in chosen:
            claims += _of_results(data, material.origin, diverged, notes)
        if state is not None and not chosen:
            claims += _of_last_evaluation(state[2], state[1].origin, notes)
        folder = "" if found in (source, source.parent) else walk.relative(found, source)
        folder = folder if found.is_dir() else ""
        told = [entry for entry in loaded.values() if entry in chosen or (entry is state and not chosen)]
        reports = tuple(_report(material, data, folder) for _, material, data in told)
        return Reading(tuple(materials), tuple(claims), notes=tuple(notes), reports=reports)

    def _load(self, path: Path, source: Path) -> tuple[Material, dict[str, Any]]:
        origin = walk.relative(path, source)
        raw = taking.read(path, source, limit=taking.MAX_JSON)
        data = taking.parsed(raw, origin)
        if not isinstance(data, dict):
            raise taking.unreadable("not an object, as the Trainer writes it", origin)
        return taking.material(self, origin, raw, "application/json"), data


def _report(material: Material, data: Mapping[str, Any], folder: str) -> Report:
    lost = tuple(
        LeftOut(key.partition("_")[0], "not-a-number", key.partition("_")[2])
        for key, value in data.items() if "_" in key and value in _NOT_FINITE and not _PACE.match(key)
    )  # fmt: skip
    shares = frozenset(
        taking.pointer("evaluation", "runs", f"[{key}]") for key in data if key.endswith("_accuracy")
    )
    return Report(material.origin, material.origin, folder=folder, proportions=shares, left_out=lost)


def _is_ours(path: Path) -> bool:
    return path.name == "trainer_state.json" or _RESULTS.match(path.name) is not None


def _of_state(state: Mapping[str, Any], origin: str) -> Iterator[Claim]:
    yield Claim("/training/metrics_log_digest", origin, "bytes:sha256", "text", COMPUTED)
    for key in ("num_train_epochs", "max_steps", "train_batch_size"):
        if taking.is_number(state.get(key)):
            place = taking.pointer("training", "hyperparameters", key)
            yield Claim(place, origin, f"json:/{key}", "number")
    if taking.is_number(state.get("total_flos")) and state["total_flos"] > 0:
        yield Claim("/training/flops", origin, "json:/total_flos", "number")


def _course(state: Mapping[str, Any], origin: str, checkpoint: int | None) -> Iterator[str]:
    """What a person should know of how the training went; nothing here is a value of the card."""
    steps, planned = state.get("global_step"), state.get("max_steps")
    if checkpoint is not None:
        yield f"only checkpoint-{checkpoint} holds a state: the training left no final one"
    if isinstance(steps, int) and isinstance(planned, int) and steps < planned:
        yield f"{origin}: the training stopped after {steps} of {planned} steps"
    best = state.get("best_model_checkpoint")
    if isinstance(best, str) and best.strip():
        name = best.replace("\\", "/").rstrip("/").rpartition("/")[2]
        yield f"the best checkpoint was {name}"
    if _diverged(state):
        yield f"{origin}: the training diverged (NaN in grad_norm or a loss); its loss is not reported"


def _diverged(state: Mapping[str, Any]) -> bool:
    """Whether a gradient or a validation loss was NaN.

    `logging_nan_inf_filter` writes `loss: 0.0` for a diverged step, so the loss itself says nothing.
    """
    return any(
        entry.get(key) in _NOT_FINITE
        for entry in _history(state) for key in ("grad_norm", "eval_loss", "loss", "train_loss")
    )  # fmt: skip


def _history(state: Mapping[str, Any]) -> list[dict[str, Any]]:
    history = state.get("log_history")
    return [e for e in history if isinstance(e, dict)] if isinstance(history, list) else []


def _chosen(
    results: Mapping[str, tuple[Path, Material, dict[str, Any]]], notes: list[str]
) -> list[tuple[Path, Material, dict[str, Any]]]:
    """One file per split; `all_results.json` only where it is alone and speaks of one split.

    TRL writes `eval_*` keys while it evaluates another split, so the joined file may hold test
    values under validation names.
    """
    single = {name: entry for name, entry in results.items() if name != "all_results.json"}
    joint = results.get("all_results.json")
    if single or joint is None:
        return list(single.values())
    splits = {key.partition("_")[0] for key in joint[2] if "_" in key and not _PACE.match(key)}
    if len(splits - {"train", "total"}) > 1:
        notes.append(f"{joint[1].origin} mixes several splits under names that may be wrong: not used")
        return []
    return [joint]


def _of_results(data: Mapping[str, Any], origin: str, diverged: bool, notes: list[str]) -> Iterator[Claim]:
    name = _RESULTS.match(origin.rpartition("/")[2])
    own = name[1] if name and name[1] != "all" else ""
    for key, value in data.items():
        split, mark, metric = key.partition("_")
        if not (mark and metric and split) or _PACE.match(key) or split == "total":
            continue
        if own and split != own:
            # Values of one split under the name of another: true numbers, wrong names.
            notes.append(f"{origin}: {key} bears the name of another split and is not reported")
            continue
        if value in _NOT_FINITE or (diverged and key == "train_loss"):
            notes.append(f"{origin}: {key} is {value} of a diverged training and is not reported")
            continue
        if taking.is_number(value):
            yield from _result(key, split, origin, f"/{key}", data)


def _result(key: str, split: str, origin: str, at: str, data: Mapping[str, Any]) -> Iterator[Claim]:
    place = taking.pointer("evaluation", "runs", f"[{key}]")
    yield Claim(f"{place}/dataset", origin, f"json-key:{at}", "before(_)")
    yield Claim(f"{place}/metric", origin, f"json-key:{at}", "after(_)")
    yield Claim(f"{place}/value", origin, f"json:{at}", "number")
    if taking.is_number(data.get(f"{split}_samples")):
        yield Claim(f"{place}/n", origin, f"json:/{split}_samples", "integer")


def _of_last_evaluation(state: Mapping[str, Any], origin: str, notes: list[str]) -> Iterator[Claim]:
    """Without result files: the last evaluation in the log, which is not that of the best model."""
    entries = list(enumerate(_history(state)))
    last = next(((n, e) for n, e in reversed(entries) if "eval_loss" in e), None)
    if last is None:
        return
    number, entry = last
    notes.append(f"{origin}: the evaluation at step {entry.get('step')} is reported, the last one logged")
    for key, value in entry.items():
        if key.startswith("eval_") and not _PACE.match(key) and taking.is_number(value):
            yield from _result(key, "eval", origin, f"/log_history/{number}/{key}", {})


HF_TRAINER = _HfTrainer()
