"""One LoRA fine-tune of the base model on credit memos, and its evaluation.

Run in a folder that holds `recipe.json`, `models/tiny-memo-base/` and `data/`; writes
`outputs/`, `reports/` and whatever MLflow's environment variables ask for. The model
reads `<memo> decision :` and is scored on the next word, one of three; training, this
evaluation and the lm-eval task rank the same three words.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd
import torch
from peft import LoraConfig, get_peft_model
from sklearn.metrics import accuracy_score, classification_report, f1_score
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    DataCollatorForTokenClassification,
    PreTrainedTokenizerBase,
    Trainer,
    TrainingArguments,
    set_seed,
)

LABELS = ("approve", "refer", "decline")
BASE = "models/tiny-memo-base"
SMALLEST_GROUP = 11  # a rate over fewer memos is not reported


def encode(rows: pd.DataFrame, tokenizer: PreTrainedTokenizerBase) -> list[dict[str, list[int]]]:
    """Token ids of each memo with its decision; only the decision is learned."""
    examples = []
    for memo, decision in zip(rows["memo"], rows["decision"], strict=True):
        ids = tokenizer(f"{memo} decision : {decision}")["input_ids"]
        examples.append({"input_ids": ids, "labels": [-100] * (len(ids) - 1) + ids[-1:]})
    return examples


class DecisionScores:
    """From a batch of logits to three scores a memo, and from those to metrics."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        self.tokens = tokenizer.convert_tokens_to_ids(list(LABELS))

    def keep(self, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """The scores of the three words at the place before the decision."""
        before = (labels != -100).int().argmax(dim=1) - 1
        return logits[torch.arange(len(logits)), before][:, self.tokens]

    def metrics(self, prediction: Any) -> dict[str, float]:
        """Accuracy and macro F1, as the Trainer asks for them."""
        labels = np.asarray(prediction.label_ids)
        truth = [self.tokens.index(token) for token in labels[labels != -100]]
        guess = np.asarray(prediction.predictions).argmax(axis=1)
        return {
            "accuracy": float(accuracy_score(truth, guess)),
            "macro_f1": float(f1_score(truth, guess, average="macro")),
        }


def subgroup_rows(test: pd.DataFrame, guess: Sequence[str]) -> list[dict[str, object]]:
    """Accuracy and approval rate for each age band, each region and each crossing."""
    told = test.assign(right=test["decision"] == list(guess), approved=np.array(guess) == "approve")
    told["age_band*region"] = told["age_band"] + "*" + told["region"]
    rows: list[dict[str, object]] = []
    for attribute in ("age_band", "region", "age_band*region"):
        for group, members in told.groupby(attribute, sort=True):
            if len(members) < SMALLEST_GROUP:
                continue
            for metric, column in (("accuracy", "right"), ("approval_rate", "approved")):
                value = round(float(members[column].mean()), 6)
                rows.append(
                    {"attribute": attribute, "group": group, "metric": metric,
                     "n": len(members), "value": value}
                )  # fmt: skip
    return rows


def write_reports(recipe: dict[str, Any], test: pd.DataFrame, guess: Sequence[str]) -> None:
    """The scikit-learn report, and the subgroup table where the recipe asks for it."""
    Path("reports").mkdir()
    report = classification_report(
        test["decision"], list(guess), labels=list(LABELS), output_dict=True, zero_division=0
    )
    Path("reports/classification_report.json").write_text(json.dumps(report, indent=1) + "\n")
    if not recipe["subgroup_report"]:
        return
    rows = subgroup_rows(test, guess)
    with open("reports/subgroups.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_baseline(train: pd.DataFrame, test: pd.DataFrame, base: dict[str, float]) -> None:
    """What the base model without adapter, and always the commonest answer, would score."""
    commonest = train["decision"].mode()[0]
    always = [commonest] * len(test)
    baseline = {
        "baseline": "base model without adapter",
        "model": BASE,
        "data": "data/test.csv",
        "n": len(test),
        "accuracy": base["base_accuracy"],
        "macro_f1": base["base_macro_f1"],
        "majority_label": commonest,
        "majority_accuracy": float(accuracy_score(test["decision"], always)),
        "majority_macro_f1": float(f1_score(test["decision"], always, average="macro")),
    }
    Path("reports/baseline.json").write_text(json.dumps(baseline, indent=1) + "\n")


def arguments(recipe: dict[str, Any]) -> TrainingArguments:
    """The Trainer's settings for this recipe."""
    return TrainingArguments(
        output_dir="outputs",
        run_name=recipe["run_name"],
        learning_rate=recipe["learning_rate"],
        num_train_epochs=recipe["epochs"],
        per_device_train_batch_size=recipe["batch_size"],
        per_device_eval_batch_size=64,
        lr_scheduler_type=recipe["scheduler"],
        warmup_steps=recipe["warmup_steps"],
        weight_decay=0.01,
        seed=recipe["seed"],
        logging_steps=recipe["logging_steps"],
        eval_strategy="epoch",
        save_strategy="epoch",
        save_total_limit=1,
        save_only_model=True,
        load_best_model_at_end=True,
        metric_for_best_model="eval_loss",
        report_to=["mlflow"],
        use_cpu=True,
        disable_tqdm=True,
    )


def log_data(frames: dict[str, pd.DataFrame], files: dict[str, str]) -> None:
    """Name the data of this run to MLflow, one input for each split."""
    for split, frame in frames.items():
        data = mlflow.data.from_pandas(frame, source=files[split], name=f"credit-memos-{split}")
        mlflow.log_input(data, context=split)


def fine_tune(recipe: dict[str, Any]) -> None:
    """Train, evaluate on validation and holdout, and leave everything on disk."""
    files = {"train": "data/train.jsonl", "validation": "data/validation.jsonl"}
    frames = {split: pd.read_json(path, lines=True, dtype=str, convert_dates=False)
              for split, path in files.items()}  # fmt: skip
    files["test"] = "data/test.csv"
    frames["test"] = pd.read_csv(files["test"], dtype=str)
    set_seed(recipe["seed"])
    tokenizer = AutoTokenizer.from_pretrained(BASE)
    encoded = {split: encode(frame, tokenizer) for split, frame in frames.items()}
    scores = DecisionScores(tokenizer)
    lora = LoraConfig(
        r=recipe["rank"],
        lora_alpha=2 * recipe["rank"],
        lora_dropout=0.05,
        target_modules=recipe["target_modules"],
        task_type="CAUSAL_LM",
    )
    trainer = Trainer(
        model=get_peft_model(AutoModelForCausalLM.from_pretrained(BASE), lora),
        args=arguments(recipe),
        train_dataset=encoded["train"],
        eval_dataset=encoded["validation"],
        data_collator=DataCollatorForTokenClassification(tokenizer),
        processing_class=tokenizer,
        compute_metrics=scores.metrics,
        preprocess_logits_for_metrics=scores.keep,
    )
    with mlflow.start_run(run_name=recipe["run_name"]):
        log_data(frames, files)
        trained = trainer.train().metrics | {"train_samples": len(frames["train"])}
        trainer.save_model()
        trainer.save_metrics("train", trained)
        trainer.save_state()
        checked = trainer.evaluate() | {"eval_samples": len(frames["validation"])}
        trainer.save_metrics("eval", checked)
        held_out = trainer.predict(encoded["test"], metric_key_prefix="test")
        trainer.save_metrics("test", held_out.metrics | {"test_samples": len(frames["test"])})
        trainer.log(held_out.metrics)
    guess = [LABELS[n] for n in np.asarray(held_out.predictions).argmax(axis=1)]
    write_reports(recipe, frames["test"], guess)
    with trainer.model.disable_adapter():
        base = trainer.predict(encoded["test"], metric_key_prefix="base").metrics
    write_baseline(frames["train"], frames["test"], base)


if __name__ == "__main__":
    fine_tune(json.loads(Path("recipe.json").read_text()))
