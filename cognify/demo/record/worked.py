"""Record the runs of the worked examples: each in a scratch folder, by a clean account, then copied.

    python worked.py --python /tmp/worked-venv/bin/python health insurer bank

Runs in the environment of Cognify itself; the trainings run with *--python*, which has scikit-learn,
MLflow and safetensors (`requirements-worked.txt`). Files are copied as they were written.
`bank` trains nothing: the data of the recorded fine-tune are looked over once more.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import reviewing
from reviewing import Plan

HERE = Path(__file__).resolve().parent
WORKED = HERE.parent / "worked"
AUTHOR = ("Demo Trainer", "trainer@example.org")
THRESHOLDS: dict[str, list[dict[str, Any]]] = {
    "health": [
        {"metric": "recall", "comparator": "at_least", "value": 0.9, "dataset": "test", "slice": "fall"},
        {"metric": "precision", "comparator": "at_least", "value": 0.7, "dataset": "test", "slice": "fall"},
    ],
    "insurer": [
        {"metric": "auc", "comparator": "at_least", "value": 0.75, "dataset": "test"},
        {"metric": "selection_rate", "comparator": "at_most", "value": 0.3, "dataset": "test"},
    ],
}
PLANS = {
    "health": Plan(
        {name: f"data/{name}.csv" for name in ("train", "validation", "test", "external")},
        key="note_id",
        group="patient_id",
        day="written_on",
        groups=("sex", "age_band", "unit"),
        required=("note", "fall", "unit"),
        text="note",
        seed=41,
        demographic={4: ("sex", "sex"), 5: ("age_band", "age")},
        method="by the day of the note: training, then validation, then test; no patient in two of them",
    ),
    "insurer": Plan(
        {name: f"data/{name}.csv" for name in ("train", "validation", "test")},
        key="claim_id",
        group="policy_id",
        day="reported_on",
        groups=("sex", "age_band", "territory"),
        required=("estimate", "territory", "complex"),
        seed=71,
        method="by the day of the report: training, then validation, then test; one claim for each policy",
    ),
    "bank": Plan(
        {"train": "data/train.jsonl", "validation": "data/validation.jsonl", "test": "data/test.csv"},
        key="memo_id",
        group="applicant_id",
        day="written_on",
        groups=("age_band", "region"),
        required=("memo", "decision"),
        text="memo",
        method="by the day of the memo: training, then validation, then test; no applicant in two of them",
        unwanted="sex, marital status, race, religion, origin or public assistance",
        words=(
            "he",
            "she",
            "his",
            "her",
            "mr",
            "mrs",
            "woman",
            "man",
            "married",
            "single",
            "divorced",
            "widow",
            "widowed",
            "husband",
            "wife",
            "black",
            "white",
            "asian",
            "hispanic",
            "christian",
            "muslim",
            "jewish",
            "foreign",
            "immigrant",
            "nationality",
            "welfare",
            "benefits",
        ),
    ),
}
IGNORED = (
    "data/", "model/", "again/", "reports/", "run/", "mlflow.db", "artifacts/", "inventory/", "run.key*",
    "environment.txt", "__pycache__/",
)  # fmt: skip
CODE = {
    "health": ("notes.py", "fall_finder.py"),
    "insurer": ("claims.py", "claim_triage.py"),
}


def environment(work: Path, python: str) -> dict[str, str]:
    """All that a step gets to see of its surroundings."""
    return {
        "PATH": f"{Path(python).parent}:{os.environ['PATH']}",
        "HOME": str(work / "home"),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "USER": "trainer",
        "LOGNAME": "trainer",
        "OMP_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(HERE.parents[2]),
        "DO_NOT_TRACK": "true",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": AUTHOR[0],
        "GIT_AUTHOR_EMAIL": AUTHOR[1],
        "GIT_COMMITTER_NAME": AUTHOR[0],
        "GIT_COMMITTER_EMAIL": AUTHOR[1],
    }


def step(*command: str, folder: Path, env: dict[str, str]) -> str:
    print("+", *command, file=sys.stderr, flush=True)
    return subprocess.run(command, cwd=folder, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout


def repository(name: str, work: Path, env: dict[str, str]) -> Path:
    """The code, and before it the thresholds, each a commit of its own."""
    code = work / name
    shutil.rmtree(code, ignore_errors=True)
    code.mkdir(parents=True)
    (work / "home").mkdir(exist_ok=True)
    (code / ".gitignore").write_text("".join(f"{line}\n" for line in IGNORED))
    (code / "thresholds.json").write_text(json.dumps(THRESHOLDS[name], indent=1) + "\n")
    step("git", "init", "-q", "-b", "main", folder=code, env=env)
    step("git", "add", "-A", folder=code, env=env)
    step("git", "commit", "-q", "-m", "Thresholds, before anything is trained", folder=code, env=env)
    for file in CODE[name]:
        shutil.copyfile(HERE / file, code / file)
    step("git", "add", "-A", folder=code, env=env)
    step("git", "commit", "-q", "-m", "The training", folder=code, env=env)
    return code


def train(name: str, code: Path, env: dict[str, str]) -> None:
    """Data, then one training: under `cognify run` for the health system, by MLflow for the insurer."""
    maker, trainer = CODE[name]
    step("python", maker, folder=code, env=env)
    if name == "health":
        key = str(code / "run.key")
        cognify = (sys.executable, "-m", "cognify")
        step("ssh-keygen", "-qt", "ed25519", "-N", "", "-C", "trainer", "-f", key, folder=code, env=env)
        step(*cognify, "init", "inventory", "--name", "scratch", "--key", key, folder=code, env=env)
        step(
            *cognify,
            "run",
            "fall-finder",
            "1.0.0",
            "--inventory",
            "inventory",
            "--inputs",
            "data",
            "--outputs",
            "model",
            "reports",
            "--run-folder",
            "run",
            "--",
            "python",
            trainer,
            folder=code,
            env=env,
        )
    else:
        step("python", trainer, folder=code, env=env)
        frozen = step("python", "-m", "pip", "freeze", "--all", folder=code, env=env)
        (code / "environment.txt").write_text(frozen, encoding="utf-8")
    commit, at = step(
        "git", "log", "-1", "--format=%H %cI", "--", "thresholds.json", folder=code, env=env
    ).split()
    at = at.replace("+00:00", "Z")
    reviewing.write(
        code / "reports/thresholds.json", {"commit": commit, "at": at, "thresholds": THRESHOLDS[name]}
    )


def keep(name: str, code: Path) -> Path:
    """What the run left, as it lies in the example."""
    run = WORKED / name / "run"
    shutil.rmtree(run, ignore_errors=True)
    run.mkdir(parents=True)
    bundle = str(run.with_name("training-code.bundle"))
    subprocess.run(["git", "bundle", "create", "-q", bundle, "main"], cwd=code, check=True)
    for part in ("data", "model", "reports"):
        shutil.copytree(code / part, run / part)
    if name == "health":
        shutil.copytree(code / "run", run, dirs_exist_ok=True)
    else:
        shutil.copyfile(code / "environment.txt", run / "environment.txt")
        shutil.copyfile(code / "mlflow.db", run / "mlflow.db")
        with closing(sqlite3.connect(run / "mlflow.db", isolation_level=None)) as store:
            store.execute(
                "PRAGMA page_size = 1024"
            )  # MLflow has some fifty small tables, most of a page is air
            store.execute("VACUUM")
    return run


def listed(place: str, at: str, entries: list[dict[str, Any]]) -> dict[str, Any]:
    """Every field of *entries*, which lie at *at* of a file, for the list at *place* of the card."""
    return {
        f"{place}/[{number}]/{field}": f"{at}/{number}/{field}"
        for number, entry in enumerate(entries)
        for field in entry
    }


def circumstances(name: str, run: Path) -> dict[str, Any]:
    """When, by whom and with what each result of the reports was had; the reports themselves do not say."""
    values: dict[str, Any] = {}
    for split in ("validation", "test"):
        file = f"reports/classification_report_{split}.json"
        report = json.loads((run / file).read_text(encoding="utf-8"))
        for row, scores in report.items():
            names = [row] if row == "accuracy" else [f"{row} {s}" for s in scores if s != "support"]
            for metric in names:
                place = f"/evaluation/runs/[{file.replace('/', '~1')} {metric}]"
                if name == "health":  # two of its splits are of one size, so counts do not tell them apart
                    values[f"{place}/dataset"] = f"/reports/{split}/dataset"
                for field in ("executed_at", "executed_by", "tool", "tool_version"):
                    values[f"{place}/{field}"] = f"/{field}"
    return values


def evaluation(name: str, run: Path) -> dict[str, Any]:
    told = json.loads((run / "reports/evaluation.json").read_text(encoding="utf-8"))
    values = circumstances(name, run)
    values["/model/decision_threshold/value"] = "/mark"
    for kind in ("robustness", "reproducibility", "explainability"):
        values |= listed(f"/evaluation/{kind}", f"/{kind}", told.get(kind, []))
        for number in range(len(told.get(kind, []))):
            values[f"/evaluation/{kind}/[{number}]/executed_at"] = "/executed_at"
    if "external" in told:
        values["/evaluation/external/dataset"] = "/external/dataset"
        values["/evaluation/external/process"] = "/external/process"
        results = told["external"]["results"]
        values |= listed("/evaluation/external/results", "/external/results", results)
        for number in range(len(results)):
            place = f"/evaluation/external/results/[{number}]"
            values[f"{place}/dataset"] = "/external/dataset"
            for field in ("executed_at", "executed_by", "tool", "tool_version"):
                values[f"{place}/{field}"] = f"/{field}"
    own = {
        f"test_{name}": f"/{at}"
        for at, name in (("brier", "brier_score"), ("selection", "selection_rate"))
        if at in told
    }
    # MLflow has these two by the same names; a result has one entry, whoever tells of it.
    own |= {f"{one['dataset']}_auc": f"/auc/{number}" for number, one in enumerate(told.get("auc", []))}
    for key, at in own.items():
        place = f"/evaluation/runs/[{key}]"
        for field in ("dataset", "metric", "n"):
            values[f"{place}/{field}"] = f"{at}/{field}"
        values[f"{place}/value"] = (
            {"at": f"{at}/value", "proportion": True} if at == "/selection" else f"{at}/value"
        )
        for field in ("executed_at", "executed_by", "tool", "tool_version"):
            values[f"{place}/{field}"] = f"/{field}"
    values |= listed("/monitoring/drift", "/drift", told.get("drift", []))
    return values


def mapped(name: str, run: Path) -> None:
    """`cognify-mapping.yaml` for what no reader knows."""
    thresholds: dict[str, Any] = {
        f"/evaluation/thresholds_set_at/{field}": f"/{field}" for field in ("commit", "at")
    }
    thresholds |= listed("/evaluation/thresholds", "/thresholds", THRESHOLDS[name])
    model = {f"/model/{field}": f"/{field}" for field in ("type", "task", "architecture")}
    model["/training/gpu_hours"] = "/accelerator_hours"
    files = [
        *reviewing.mapping(run / "review", "review/"),
        ("reports/evaluation.json", evaluation(name, run)),
        ("reports/model.json", model),
        ("reports/thresholds.json", thresholds),
    ]
    if (run / "review/scan.json").exists():
        scan = {f"/data/privacy/scan/{field}": f"/{field}" for field in ("ruleset", "findings")}
        scan["/data/privacy/scan/coverage"] = {"at": "/coverage", "via": "json"}
        files.append(("review/scan.json", scan))
    reviewing.write_mapping(run / "cognify-mapping.yaml", files)


def scan(run: Path) -> None:
    """What Cognify's own scan of the data finds, by class; a scan shows presence and proves no absence."""
    from cognify import __version__
    from cognify.privacy import KINDS, look

    found = {kind: 0 for kind in sorted(KINDS) if len(kind) == 1}
    for file in sorted((run / "data").iterdir()):
        for sight in look(f"data/{file.name}", file.read_bytes()).sights:
            if sight.kind in found:
                found[sight.kind] += 1
    told = {
        "ruleset": f"cognify {__version__}, Safe Harbor classes A to R",
        "findings": found,
        "coverage": {"rows": 1, "columns": 1},
    }
    reviewing.write(run / "review/scan.json", told)


def bank() -> None:
    source, out = HERE.parent / "runs/1.1.0", WORKED / "bank/review"
    shutil.rmtree(out, ignore_errors=True)
    reviewing.review(source, PLANS["bank"], out)
    reviewing.write_mapping(out / "cognify-mapping.yaml", reviewing.mapping(out, ""))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("examples", nargs="+", choices=("bank", "health", "insurer"))
    parser.add_argument("--work", type=Path, default=Path("/tmp/cognify-worked"))
    parser.add_argument("--python", default=sys.executable)
    given = parser.parse_args()
    for name in given.examples:
        if name == "bank":
            bank()
            continue
        env = environment(given.work, given.python)
        code = repository(name, given.work, env)
        train(name, code, env)
        run = keep(name, code)
        reviewing.review(run, PLANS[name], run / "review")
        if name == "health":
            scan(run)
        mapped(name, run)


if __name__ == "__main__":
    main()
