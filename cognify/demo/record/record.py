"""Record the demo: three fine-tunes of one small model, each in a folder of its own.

Makes a Git repository from the files beside this one, one commit and tag per recipe;
then, for each version, clones it at its tag, makes the data, trains, evaluates, and
copies what the demo needs to `runs/<version>/`. Files are copied as the tools wrote
them; only the MLflow database is compacted (VACUUM). Steps run as user `trainer` in a
neutral folder with a bare environment, so that nothing of this machine is written.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

from describe import write_readme

HERE = Path(__file__).resolve().parent
BASE = "models/tiny-memo-base"
AUTHOR = ("Demo Trainer", "trainer@example.org")
PAGE = 1024  # MLflow has some fifty small tables and indexes; with 4 KiB pages most is air
CODE = ("memos.py", "pretrain.py", "train.py", "record.py", "describe.py", "requirements.txt",
        "README.md", "tasks/credit_memo_decision.yaml")  # fmt: skip
IGNORED = ("data/", "models/", "outputs/", "reports/", "lm_eval/", "mlruns/", "mlflow.db",
           "environment.txt", "__pycache__/")  # fmt: skip

_SHARED: dict[str, Any] = {
    "target_modules": ["q_proj", "v_proj"],
    "batch_size": 16,
    "warmup_steps": 5,
    "logging_steps": 10,
}
RECIPES: dict[str, dict[str, Any]] = {
    "1.0.0": _SHARED | {
        "run_name": "memo-triage-1.0.0", "train_records": 240, "rank": 4, "epochs": 8,
        "learning_rate": 5e-3, "scheduler": "linear", "seed": 101, "subgroup_report": True,
    },
    "1.1.0": _SHARED | {
        "run_name": "memo-triage-1.1.0", "train_records": 1000, "rank": 8, "epochs": 10,
        "learning_rate": 3e-3, "scheduler": "cosine", "seed": 111, "subgroup_report": True,
    },
    "1.2.0": _SHARED | {
        "run_name": "memo-triage-1.2.0", "train_records": 1200, "rank": 8, "epochs": 8,
        "learning_rate": 4e-3, "scheduler": "cosine", "seed": 121, "subgroup_report": False,
    },
}  # fmt: skip
COMMITTED = {
    "1.0.0": "2026-09-07T09:00:00+00:00",
    "1.1.0": "2026-10-12T09:00:00+00:00",
    "1.2.0": "2026-11-16T09:00:00+00:00",
}


def environment(work: Path) -> dict[str, str]:
    """All that a step gets to see of its surroundings."""
    return {
        "PATH": f"{Path(sys.executable).parent}:{work / 'bin'}",
        "HOME": str(work / "home"),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "USER": "trainer",
        "LOGNAME": "trainer",
        "OMP_NUM_THREADS": "2",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "HF_HUB_OFFLINE": "1",
        "HF_DATASETS_OFFLINE": "1",
        "DO_NOT_TRACK": "true",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_TRACKING_URI": "sqlite:///mlflow.db",
        "MLFLOW_EXPERIMENT_NAME": "memo-triage",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": AUTHOR[0],
        "GIT_AUTHOR_EMAIL": AUTHOR[1],
        "GIT_COMMITTER_NAME": AUTHOR[0],
        "GIT_COMMITTER_EMAIL": AUTHOR[1],
    }


def step(*command: str, folder: Path, env: dict[str, str], into: Path | None = None) -> None:
    """Run one command to its end; its standard output may go to a file."""
    print("+", *command, file=sys.stderr, flush=True)
    result = subprocess.run(command, cwd=folder, env=env, check=True, stdout=subprocess.PIPE)
    if into is not None:
        into.write_bytes(result.stdout)


def make_repository(code: Path, env: dict[str, str]) -> None:
    """The training code's history: the same files, one recipe after another."""
    code.mkdir()
    for name in CODE:
        (code / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(HERE / name, code / name)
    (code / ".gitignore").write_text("".join(f"{line}\n" for line in IGNORED))
    step("git", "init", "-q", "-b", "main", folder=code, env=env)
    for version, recipe in RECIPES.items():
        (code / "recipe.json").write_text(json.dumps(recipe, indent=1) + "\n")
        dated = env | {
            "GIT_AUTHOR_DATE": COMMITTED[version],
            "GIT_COMMITTER_DATE": COMMITTED[version],
        }
        step("git", "add", "-A", folder=code, env=env)
        step("git", "commit", "-q", "-m", f"Recipe for {version}", folder=code, env=dated)
        step("git", "tag", f"v{version}", folder=code, env=env)


def train_version(version: str, work: Path, env: dict[str, str]) -> Path:
    """One clean clone at the version's tag, in which everything is made and measured."""
    run = work / version
    step("git", "clone", "-q", "code", version, folder=work, env=env)
    step("git", "checkout", "-q", "-B", "main", f"v{version}", folder=run, env=env)
    step("git", "remote", "remove", "origin", folder=run, env=env)
    database = sqlite3.connect(run / "mlflow.db")
    database.execute(f"PRAGMA page_size = {PAGE}")
    database.execute("VACUUM")
    database.close()
    python = sys.executable
    step(python, "memos.py", folder=run, env=env)
    if (work / BASE).is_dir():
        shutil.copytree(work / BASE, run / BASE)
    else:
        step(python, "pretrain.py", folder=run, env=env)
        shutil.copytree(run / BASE, work / BASE)
    step(python, "train.py", folder=run, env=env)
    step(
        python, "-m", "lm_eval", "run", "--model", "hf",
        "--model_args", f"pretrained={BASE},peft=outputs,dtype=float32", "--device", "cpu",
        "--tasks", "credit_memo_decision", "--include_path", "tasks", "--batch_size", "64",
        "--output_path", "lm_eval/results.json", folder=run, env=env,
    )  # fmt: skip
    freeze = (python, "-m", "pip", "freeze", "--disable-pip-version-check")
    step(*freeze, folder=run, env=env, into=run / "environment.txt")
    return run


def collect(run: Path, kept: Path, *, with_weights: bool) -> None:
    """Copy what the demo keeps of one run; the base weights only where asked for."""
    best = json.loads((run / "outputs/trainer_state.json").read_text())["best_model_checkpoint"]
    adapter = ("trainer_state.json", "adapter_config.json", "adapter_model.safetensors")
    results = (f"{split}_results.json" for split in ("train", "eval", "test", "all"))
    wanted = [
        *(f"outputs/{name}" for name in (*adapter, *results, "training_args.bin")),
        *(f"outputs/{Path(best).name}/{name}" for name in adapter),
        *("data/train.jsonl", "data/validation.jsonl", "data/test.csv"),
        *(str(path.relative_to(run)) for path in sorted(run.glob("reports/*"))),
        *(str(path.relative_to(run)) for path in sorted(run.glob("lm_eval/results_*.json"))),
        *("environment.txt", "mlflow.db"),
    ]
    moved = {name: name for name in wanted} | {f"{BASE}/config.json": "base/config.json"}
    if with_weights:
        moved[f"{BASE}/model.safetensors"] = "base/model.safetensors"
    if list(run.glob("mlflow.db-*")):
        raise SystemExit(f"{run}/mlflow.db was not closed cleanly")
    for source, target in moved.items():
        (kept / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(run / source, kept / target)
    database = sqlite3.connect(kept / "mlflow.db")
    database.execute("VACUUM")
    database.close()


def main() -> None:
    """Record all three versions, or stop at the first step that fails."""
    parser = argparse.ArgumentParser(description="Record the demo's three fine-tunes.")
    parser.add_argument("--work", type=Path, default=Path("/tmp/cognify-demo"))
    parser.add_argument("--runs", type=Path, default=HERE.parent / "runs")
    chosen = parser.parse_args()
    work, runs = chosen.work.resolve(), chosen.runs.resolve()
    for folder in (work, runs):
        if folder.exists():
            raise SystemExit(f"{folder} is there already: move it away first")
    (work / "home").mkdir(parents=True)
    (work / "bin").mkdir()
    (work / "bin/git").symlink_to(shutil.which("git") or "git")  # nothing else is on the path
    env = environment(work)
    make_repository(work / "code", env)
    for version in RECIPES:
        collect(train_version(version, work, env), runs / version, with_weights=version == "1.0.0")
    bundle = ("git", "bundle", "create", "-q", str(runs / "training-code.bundle"))
    step(*bundle, "HEAD", "main", "--tags", folder=work / "code", env=env)
    write_readme(runs)


if __name__ == "__main__":
    main()
