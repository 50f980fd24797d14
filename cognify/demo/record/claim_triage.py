"""Train and evaluate the claim triage: will a motor claim turn out complex?

A logistic regression over what is known on the day of the report, tracked by MLflow. The share of
claims that goes to senior adjusters is fixed beforehand; the mark follows from it on the validation set.
"""

from __future__ import annotations

import csv
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import sklearn
from safetensors.numpy import save_file
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, classification_report, roc_auc_score

SEED = 7301
C, MAX_ITER = 1.0, 500
CAPACITY = 0.25
SMALLEST = 11
NUMBERS = (
    "injury_reported",
    "vehicles",
    "days_to_report",
    "police_report",
    "estimate",
    "vehicle_age",
    "airbag",
    "towed",
    "earlier_claims",
)
PLACES = ("city", "coast", "hills")


def rows(name: str) -> list[dict[str, str]]:
    with Path(f"data/{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(found: list[dict[str, str]], *, places: bool = True) -> np.ndarray[Any, Any]:
    """What the model sees: neither sex nor age band."""
    return np.array(
        [
            [float(row[name]) if name != "estimate" else np.log(float(row[name]) + 1) for name in NUMBERS]
            + [float(row["territory"] == place) for place in (PLACES if places else ())]
            for row in found
        ]
    )


def truth(found: list[dict[str, str]]) -> np.ndarray[Any, Any]:
    return np.array([row["complex"] == "1" for row in found])


class Triage:
    """Scaled columns into a logistic regression."""

    def __init__(self, train: list[dict[str, str]], *, places: bool = True) -> None:
        self.places = places
        x = table(train, places=places)
        self.mean, self.scale = x.mean(0), x.std(0)
        self.model = LogisticRegression(C=C, max_iter=MAX_ITER, random_state=SEED)
        self.model.fit((x - self.mean) / self.scale, truth(train))

    def scores(self, found: list[dict[str, str]]) -> np.ndarray[Any, Any]:
        x = (table(found, places=self.places) - self.mean) / self.scale
        return self.model.predict_proba(x)[:, 1]

    def save(self, path: Path) -> str:
        path.parent.mkdir(parents=True, exist_ok=True)
        save_file(
            {
                "coefficients": self.model.coef_[0].astype(np.float32),
                "intercept": self.model.intercept_.astype(np.float32),
                "mean": self.mean.astype(np.float32),
                "scale": self.scale.astype(np.float32),
            },
            path,
        )
        return hashlib.sha256(path.read_bytes()).hexdigest()


def write(name: str, data: Any) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def of_group(said: np.ndarray[Any, Any], true: np.ndarray[Any, Any]) -> list[tuple[str, int, float]]:
    yes, no = int(true.sum()), int((~true).sum())
    return [
        ("accuracy", len(true), float((said == true).mean())),
        ("selection_rate", len(true), float(said.mean())),
        ("recall", yes, float((said & true).sum() / max(yes, 1))),
        ("false_positive_rate", no, float((said & ~true).sum() / max(no, 1))),
    ]


def subgroups(found: list[dict[str, str]], said: np.ndarray[Any, Any], true: np.ndarray[Any, Any]) -> None:
    lines = ["attribute,group,metric,n,value"]
    for names in (("sex",), ("age_band",), ("territory",), ("sex", "age_band")):
        keys = ["*".join(row[name] for name in names) for row in found]
        for group in sorted(set(keys)):
            of = np.array([key == group for key in keys])
            lines += [
                f"{'*'.join(names)},{group},{metric},{n},{value:.6f}"
                for metric, n, value in of_group(said[of], true[of])
                if n >= SMALLEST
            ]
    lines += [
        f"{entry['attribute']},{entry['group']},impact_ratio,{entry['n']},{entry['ratio']}"
        for entry in impact(found, said)
    ]
    Path("reports/subgroups.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def impact(found: list[dict[str, str]], said: np.ndarray[Any, Any]) -> list[dict[str, Any]]:
    """How often each group is sent to senior adjusters, over the group that is sent most often."""
    told = []
    for name in ("sex", "age_band"):
        rates = {
            group: float(said[np.array([row[name] == group for row in found])].mean())
            for group in sorted({row[name] for row in found})
        }
        top = max(rates.values())
        told += [
            {
                "attribute": name,
                "group": group,
                "ratio": round(rate / top, 4),
                "n": sum(row[name] == group for row in found),
            }
            for group, rate in rates.items()
        ]
    return told


def stress(model: Triage, at: float, test: list[dict[str, str]]) -> list[dict[str, Any]]:
    true, told = truth(test), []
    plain = model.scores(test) >= at
    for name, change in (
        ("estimates ten percent higher", {"estimate": lambda v: str(float(v) * 1.1)}),
        ("estimates ten percent lower", {"estimate": lambda v: str(float(v) * 0.9)}),
        ("every claim reported one day later", {"days_to_report": lambda v: str(int(v) + 1)}),
    ):
        changed = [{k: change[k](v) if k in change else v for k, v in row.items()} for row in test]
        said = model.scores(changed) >= at
        moved = float((said != plain).mean())
        told.append(
            {
                "test": f"{name}: share of claims that change queue",
                "metric": "changed_share",
                "value": round(moved, 6),
                "n": len(true),
                "result": "pass" if moved <= 0.05 else "finding",
            }
        )
    return told


def main() -> None:
    mlflow.set_tracking_uri("sqlite:///mlflow.db")
    experiment = mlflow.create_experiment("claim-triage", artifact_location="artifacts")
    with mlflow.start_run(experiment_id=experiment, run_name="claim-triage-2.0.0"):
        mlflow.log_params({"C": C, "max_iter": MAX_ITER, "penalty": "l2", "seed": SEED, "capacity": CAPACITY})
        sets = {name: rows(name) for name in ("train", "validation", "test")}
        model = Triage(sets["train"])
        digest = model.save(Path("model/model.safetensors"))
        scores = {name: model.scores(found) for name, found in sets.items()}
        at = round(float(np.quantile(scores["validation"], 1 - CAPACITY)), 4)
        executed = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        true = {name: truth(found) for name, found in sets.items()}
        said = {name: scores[name] >= at for name in sets}
        names = {True: "complex", False: "plain"}
        for name in ("validation", "test"):
            told = classification_report(
                [names[bool(v)] for v in true[name]], [names[bool(v)] for v in said[name]], output_dict=True
            )
            write(f"reports/classification_report_{name}.json", told)
            mlflow.log_metric(f"{name}_auc", float(roc_auc_score(true[name], scores[name])))
        subgroups(sets["test"], said["test"], true["test"])
        injury = np.array([row["injury_reported"] == "1" for row in sets["test"]])
        write(
            "reports/baseline.json",
            {
                "baseline": "rule in use: a claim with a reported injury goes to a senior adjuster",
                "data": "data/test.csv",
                "n": len(injury),
                "accuracy": float((injury == true["test"]).mean()),
                "recall": float((injury & true["test"]).sum() / true["test"].sum()),
                "selection_rate": float(injury.mean()),
            },
        )
        without = Triage(sets["train"], places=False)
        bare = without.scores(sets["test"]) >= np.quantile(without.scores(sets["validation"]), 1 - CAPACITY)
        recall = float((bare & true["test"]).sum() / true["test"].sum())
        mean = float(scores["test"].mean())
        write(
            "reports/evaluation.json",
            {
                "executed_at": executed,
                "executed_by": "claim_triage.py, as the account trainer",
                "tool": "scikit-learn",
                "tool_version": sklearn.__version__,
                "weights": digest,
                "mark": at,
                "auc": [
                    {
                        "dataset": name,
                        "metric": "auc",
                        "value": float(roc_auc_score(true[name], scores[name])),
                        "n": len(true[name]),
                    }
                    for name in ("validation", "test")
                ],
                "brier": {
                    "dataset": "test",
                    "metric": "brier_score",
                    "value": float(brier_score_loss(true["test"], scores["test"])),
                    "n": len(true["test"]),
                },
                "selection": {
                    "dataset": "test",
                    "metric": "selection_rate",
                    "value": float(said["test"].mean()),
                    "n": len(true["test"]),
                },
                "calibration": {"mean_score": mean, "share_complex": float(true["test"].mean())},
                "impact_ratios": impact(sets["test"], said["test"]),
                "without_territory": {
                    "impact_ratios": impact(sets["test"], bare),
                    "recall": recall,
                    "selection_rate": float(bare.mean()),
                },
                "robustness": stress(model, at, sets["test"]),
                "explainability": [
                    {
                        "test": "coefficient times scaled value, with the intercept, sums to the log-odds "
                        "of every claim of the test set",
                        "n": len(sets["test"]),
                        "result": "pass" if explained(model, sets["test"]) else "fail",
                    }
                ],
                "reproducibility": [
                    {
                        "test": "trained twice in one process from the same data and seed",
                        "result": "pass"
                        if Triage(sets["train"]).save(Path("again/model.safetensors")) == digest
                        else "fail",
                    }
                ],
                "drift": [
                    {
                        "metric": f"mean score on {name}",
                        "value": float(scores[name].mean()),
                        "at": executed,
                        "n": len(sets[name]),
                    }
                    for name in ("train", "validation", "test")
                ],
            },
        )
        write(
            "reports/model.json",
            {
                "type": "binary classifier",
                "task": "tell motor claims that will turn out complex from plain ones",
                "architecture": "logistic regression over nine numbers and the territory",
                "accelerator_hours": 0.0,
                "coefficients": {
                    name: round(float(v), 4)
                    for name, v in zip(
                        (*NUMBERS, *(f"territory {p}" for p in PLACES)), model.model.coef_[0], strict=True
                    )
                },
            },
        )


def explained(model: Triage, test: list[dict[str, str]]) -> bool:
    parts = (table(test) - model.mean) / model.scale * model.model.coef_[0]
    log_odds = np.log(model.scores(test) / (1 - model.scores(test)))
    return bool(np.allclose(parts.sum(1) + model.model.intercept_[0], log_odds))


if __name__ == "__main__":
    main()
