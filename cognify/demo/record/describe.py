"""Write `runs/README.md`: every number in it is read from the recorded files."""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
from pathlib import Path
from typing import Any

DATA = ("train.jsonl", "validation.jsonl", "test.csv")

_TOP = """# Three recorded fine-tunes

What three real LoRA fine-tunes of one tiny model left on disk. The model reads a credit memo and
answers `approve`, `refer` or `decline`. The memos are invented by a seeded generator; nobody is
described in them. How they were made: `../record/README.md`. This file was written from the
recorded files by `../record/describe.py`.

- **1.0.0**: the first model. Few records, rank 4.
- **1.1.0**: more records, rank 8, more epochs. Better on the same holdout.
- **1.2.0**: retrained on newer memos too, with another learning rate, fewer epochs and another
  seed. Its evaluation was run without the subgroup report, so `1.2.0/reports/subgroups.csv` does
  not exist. That is the mistake the demo is about.

All three start from the same base weights, kept once: `1.0.0/base/model.safetensors`.
"""

_BOTTOM = """
## What lies in a version

| path | written by |
|---|---|
| `outputs/` | Trainer and PEFT; the adapter equals that of `checkpoint-*`, the best one |
| `base/` | transformers: configuration of the base model |
| `data/` | the splits as they were read: one after another in time, no shared applicant |
| `reports/classification_report.json` | scikit-learn, on `data/test.csv` |
| `reports/subgroups.csv` | pandas, on `data/test.csv`; groups under 11 memos left out |
| `reports/baseline.json` | base model without adapter, commonest label; `data/test.csv` |
| `lm_eval/results_*.json` | lm-eval, multiple choice over the same three words |
| `mlflow.db` | MLflow, SQLite store, one run |
| `environment.txt` | `pip freeze` of the training environment |

`training-code.bundle` is the training code with its history (`git clone training-code.bundle`);
the commits above are tagged `v1.0.0`, `v1.1.0` and `v1.2.0` in it.
The absolute paths in `mlflow.db` are the scratch folder `/tmp/cognify-demo`; the user is `trainer`.
"""


def records(path: Path) -> int:
    """How many records a JSONL or CSV file holds, counted by parsing it."""
    with path.open(newline="", encoding="utf-8") as file:
        if path.suffix == ".csv":
            return sum(1 for _ in csv.DictReader(file))
        return sum(1 for line in file if line.strip() and json.loads(line))


def adapter_parameters(path: Path) -> int:
    """Numbers in a safetensors file, from its header."""
    blob = path.read_bytes()
    header = json.loads(blob[8 : 8 + int.from_bytes(blob[:8], "little")])
    header.pop("__metadata__", None)
    total = 0
    for tensor in header.values():
        count = 1
        for side in tensor["shape"]:
            count *= side
        total += count
    return total


def mlflow_run(path: Path) -> dict[str, str]:
    """Name, status and code commit of the only run in the store."""
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    ((run, name, status),) = database.execute("SELECT run_uuid, name, status FROM runs").fetchall()
    ((commit,),) = database.execute(
        "SELECT value FROM tags WHERE run_uuid = ? AND key = 'mlflow.source.git.commit'", (run,)
    ).fetchall()
    params = dict(database.execute("SELECT key, value FROM params WHERE run_uuid = ?", (run,)))
    database.close()
    return {"run": run, "name": name, "status": status, "commit": commit,
            "learning_rate": params["learning_rate"]}  # fmt: skip


def true_values(version: Path) -> dict[str, Any]:
    """One column of the table."""

    def read(name: str) -> Any:
        return json.loads((version / name).read_text())

    state, adapter = read("outputs/trainer_state.json"), read("outputs/adapter_config.json")
    report, tracked = read("reports/classification_report.json"), mlflow_run(version / "mlflow.db")
    (harness,) = version.glob("lm_eval/results_*.json")
    score = json.loads(harness.read_text())["results"]["credit_memo_decision"]
    baseline = read("reports/baseline.json")
    subgroups = version / "reports/subgroups.csv"
    return {
        "learning rate": tracked["learning_rate"],
        "LoRA rank": adapter["r"],
        "LoRA alpha": adapter["lora_alpha"],
        "LoRA targets": ", ".join(sorted(adapter["target_modules"])),
        "adapter parameters": adapter_parameters(version / "outputs/adapter_model.safetensors"),
        "epochs": state["num_train_epochs"],
        "steps": f"{state['global_step']} of {state['max_steps']}",
        "best checkpoint": state["best_model_checkpoint"],
        "train loss": read("outputs/train_results.json")["train_loss"],
        "eval loss": read("outputs/eval_results.json")["eval_loss"],
        "eval accuracy": read("outputs/eval_results.json")["eval_accuracy"],
        "test loss": read("outputs/test_results.json")["test_loss"],
        "test accuracy": report["accuracy"],
        "test macro F1": report["macro avg"]["f1-score"],
        "lm-eval acc": score["acc,none"],
        "base model's test accuracy": baseline["accuracy"],
        "commonest label's test accuracy": baseline["majority_accuracy"],
        "subgroup rows": records(subgroups) if subgroups.exists() else "no file",
        "MLflow run name": tracked["name"],
        "MLflow run id": tracked["run"],
        "MLflow status": tracked["status"],
        "code commit": tracked["commit"],
    }


def write_readme(runs: Path) -> None:
    """The README of a finished recording."""
    versions = sorted(path for path in runs.iterdir() if path.is_dir())
    columns = [true_values(version) for version in versions]
    head = f"| value | {' | '.join(version.name for version in versions)} |"
    lines = ["", "## True values", "", head, "|---" * (len(versions) + 1) + "|"]
    for key in columns[0]:
        cells = " | ".join(f"`{column[key]}`" for column in columns)
        lines.append(f"| {key} | {cells} |")
    lines += ["", "## Data files", "", "| file | records | SHA-256 |", "|---|---|---|"]
    for path in (version / "data" / name for version in versions for name in DATA):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        lines.append(f"| `{path.relative_to(runs).as_posix()}` | {records(path)} | `{digest}` |")
    (runs / "README.md").write_text(_TOP + "\n".join(lines) + "\n" + _BOTTOM)
