"""The recorded demo runs and, where they lie beside the repository, the fixture runs: true values."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cognify import drafting, privacy
from cognify.readers import walk
from cognify.records import card, schema
from cognify.records.lock import Artifact, Citation, Lock

ROOT = Path(__file__).parents[3]
DEMO = ROOT / "cognify/demo/runs"
FIXTURES = ROOT.parent / "shared/fixtures/runs"
VERSIONS = ("1.0.0", "1.1.0", "1.2.0")
RUNS = (
    "bc-filestore", "credit-croissant", "credit-mlflow", "credit-s3", "docs-inspect",
    "digits-wandb/wandb/offline-run-20261123_082345-zeaajz03", "digits-wandb/data", "docs-lmeval", "docs-sft",
    "iris-comet", "topic-minilm", "wine-dvc",
)  # fmt: skip
beside = pytest.mark.skipif(
    not FIXTURES.is_dir(), reason="fixture runs are not here; the values of real tools go untested"
)


def told(version: str) -> dict[str, str]:
    """The README's true values of one recorded run."""
    rows = [line.strip("| \n").split(" | ") for line in (DEMO / "README.md").read_text().splitlines()]
    column = VERSIONS.index(version) + 1
    return {row[0]: row[column].strip("`") for row in rows if len(row) == 4 and row[0] != "value"}


def run(entries: list[dict[str, Any]], dataset: str, metric: str, tool: str | None = None) -> Any:
    found = [e for e in entries if (e["dataset"], e["metric"], e.get("tool")) == (dataset, metric, tool)
             and "slice" not in e]  # fmt: skip
    assert found, (dataset, metric)
    assert len({(entry["value"], entry["n"]) for entry in found}) == 1
    return found[0]


@pytest.mark.parametrize("version", VERSIONS)
def test_the_demo_runs_give_their_true_values(version: str, read: Callable[..., Any]) -> None:
    """What the recording's README says of a run is what the readers find in it."""
    found, true = read(DEMO / version), told(version)
    settings = "/training/hyperparameters"
    assert str(found[f"{settings}/learning_rate"]) == true["learning rate"]
    assert str(found[f"{settings}/lora_r"]) == true["LoRA rank"]
    assert str(found[f"{settings}/lora_alpha"]) == true["LoRA alpha"]
    assert sorted(found[f"{settings}/target_modules"]) == true["LoRA targets"].split(", ")
    assert str(found["/model/parameters_trainable"]) == true["adapter parameters"]
    assert str(found[f"{settings}/num_train_epochs"]) == true["epochs"]
    assert str(found[f"{settings}/max_steps"]) == true["steps"].rpartition(" ")[2]
    assert found["/training/run_id"] == true["MLflow run id"]
    assert found["/training/code_commit"] == true["code commit"]
    assert found.kinds["/training/code_commit"] == "declared"
    runs = found.entries("/evaluation/runs")
    for name, dataset, metric, tool in (
        ("train loss", "train", "loss", None), ("eval loss", "validation", "loss", None),
        ("eval accuracy", "validation", "accuracy", None), ("test loss", "test", "loss", None),
        ("test accuracy", "test", "accuracy", None), ("test macro F1", "test", "macro_f1", None),
        ("test macro F1", "test", "macro avg f1-score", None),
        ("lm-eval acc", "credit_memo_decision", "acc", "lm_eval"),
    ):  # fmt: skip
        assert str(run(runs, dataset, metric, tool)["value"]) == true[name]
    baseline = {
        e["model"]: e["value"] for e in found.entries("/evaluation/baseline") if e["metric"] == "accuracy"
    }
    assert str(baseline["base model without adapter"]) == true["base model's test accuracy"]
    assert str(baseline["majority"]) == true["commonest label's test accuracy"]
    groups = found.entries("/evaluation/subgroups") + found.entries("/evaluation/intersectional")
    assert (str(len(groups)) if groups else "no file") == true["subgroup rows"]
    for entry in found.entries("/data/datasets"):
        path = next((DEMO / version / "data").glob(f"{entry['id']}.*"))
        assert f"{entry['records']} | `{entry['digest']}`" in (DEMO / "README.md").read_text()
        assert entry["digest"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert found.noted("best checkpoint", true["best checkpoint"].rpartition("/")[2])


def test_the_demo_run_is_cited_widely(read: Callable[..., Any]) -> None:
    """At least ninety values, from six artifacts of four media types."""
    found = read(DEMO / "1.1.0")
    cited = [found.origins[claim.origin] for claim in found.reading.claims]
    assert len(found.values) >= 90
    assert len({m.origin for m in cited}) >= 6
    assert len({m.media for m in cited}) >= 4


def test_the_base_weights_count_with_the_adapter(read: Callable[..., Any]) -> None:
    """Where both lie there, the whole is the sum; lm-eval counted the same loaded model."""
    found = read(DEMO / "1.0.0")
    (total,) = (d for d in found.reading.derivations if not d.pointer.endswith("/ci"))
    assert (total.pointer, total.via) == ("/model/parameters_total", "sum")
    (report,) = (DEMO / "1.0.0/lm_eval").glob("results_*.json")
    counted = json.loads(report.read_text())["config"]["model_num_parameters"]
    assert sum(found[pointer] for pointer in total.inputs) == counted
    weights = (DEMO / "1.0.0/base/model.safetensors").read_bytes()
    assert found["/model/base/digest"] == hashlib.sha256(weights).hexdigest()


@pytest.mark.parametrize("version", VERSIONS)
def test_what_the_evidence_allows_is_claimed(version: str, read: Callable[..., Any]) -> None:
    """Of what the lowest tier asks of a machine, only three things are in no file of the runs."""
    found = read(DEMO / version)
    pointers = {re.sub(r"/(?:\[.*?\]|[0-9]+)(?=/|\Z)", "/*", p) for p in found.values}
    pointers |= {d.pointer for d in found.reading.derivations}
    asked = {f.pointer for f in card.fields() if f.owner == "machine" and "low" in f.required}
    given = {p for p in asked if any(q == p or q.startswith(f"{p}/") for q in pointers)}
    missing = {p for p in asked - given if not p.startswith(("/record/", "/model/name", "/model/version"))
               and not p.startswith(("/evaluation/external/", "/evaluation/local/"))}  # fmt: skip
    assert missing == {"/model/base/revision", "/data/splits/method"} & asked


@pytest.mark.parametrize(
    "folder", [*(DEMO / v for v in VERSIONS), *(pytest.param(FIXTURES / r, marks=beside) for r in RUNS)],
    ids=lambda folder: folder.name,
)  # fmt: skip
def test_every_claim_replays_and_fits_a_lock(folder: Path, read: Callable[..., Any]) -> None:
    """Every claim gives a value, in the grammar of the lock's schema, of a field that there is."""
    found = read(folder)
    ids = {origin: f"a{number:02d}" for number, origin in enumerate(found.origins, 10)}
    artifacts = {
        ids[m.origin]: Artifact(m.sha256, m.size, m.media, m.origin, m.extractor, m.extractor_version,
                                uri=m.origin)
        for m in found.reading.materials
    }  # fmt: skip
    values = {f"/{n}": Citation(c.kind, c.via, ids[c.origin], c.at, "x")
              for n, c in enumerate(found.reading.claims)}  # fmt: skip
    lock = json.loads(Lock("m", "1", artifacts, values).to_bytes())
    assert schema.validate("lock", lock, "lock") == ()
    for claim in found.reading.claims:
        assert card.field_at(re.sub(r"/\[.*?\](?=/|\Z)", "/0", claim.pointer)) is not None, claim
    for material in found.reading.materials:
        assert not material.origin.startswith("/")
        assert material.raw is None or hashlib.sha256(material.raw).hexdigest() == material.sha256
        if material.origin.startswith("datasets/") and material.observed:
            assert schema.validate("dataset", json.loads(material.raw or b""), material.origin) == ()


@pytest.mark.parametrize(
    "folder", [*(DEMO / v for v in VERSIONS), *(pytest.param(FIXTURES / r, marks=beside) for r in RUNS)],
    ids=lambda folder: folder.name,
)  # fmt: skip
def test_no_value_tells_of_secrets_machines_or_people(folder: Path, read: Callable[..., Any]) -> None:
    """No token, no absolute path and no user name is claimed, or in what is copied once it is scrubbed."""
    found = read(folder)
    clean = drafting.cleaned(found.reading, drafting.rules_of(()))
    kept = [m for m in clean.materials if m.raw and m.keep and m.media != "application/x-safetensors"]
    texts = [m.raw.decode("utf-8", "replace") for m in kept if m.raw]
    for text in (
        *map(str, found.values.values()),
        *texts,
        *clean.notes,
        *(m.origin for m in clean.materials),
    ):
        assert not re.search(r'FAKE-not-a-real-token|/tmp/|"(?:root|trainer)"|_vm/|\.vm\.|@example', text)
    assert all(privacy.look(m.origin, m.raw or b"").sights == () for m in kept)


@pytest.mark.parametrize(
    "folder", [*(DEMO / v for v in VERSIONS), *(pytest.param(FIXTURES / r, marks=beside) for r in RUNS)],
    ids=lambda folder: folder.name,
)  # fmt: skip
def test_every_file_is_listed_once(folder: Path, read: Callable[..., Any]) -> None:
    """No file goes unmentioned but hidden ones, and none is there twice."""
    found = read(folder)
    files = {
        path.relative_to(folder).as_posix() for path in folder.rglob("*")
        if path.is_file() and not any(walk.hidden(part) for part in path.relative_to(folder).parts[:-1])
    }  # fmt: skip
    own = {m.origin for m in found.reading.materials if m.observed}
    assert {m.origin for m in found.reading.materials} - own == files
    assert len(found.origins) == len(found.reading.materials)


@beside
def test_trl_keys_of_another_split_are_not_believed(read: Callable[..., Any]) -> None:
    """TRL's test values under `eval_` names are left out; the validation's own are reported."""
    found = read(FIXTURES / "docs-sft")
    runs = found.entries("/evaluation/runs")
    (accuracy,) = [e for e in runs if e["metric"] == "mean_token_accuracy"]
    assert accuracy["value"] == Decimal("0.04571032971143722")
    assert run(runs, "test", "loss")["value"] == Decimal("6.8597822189331055")
    assert found.noted("test_results.json", "eval_mean_token_accuracy", "another split")
    assert found["/model/parameters_trainable"] == 3584
    assert sum(found[p] for p in found.reading.derivations[0].inputs) == 205120 + 3584
    assert found["/training/hyperparameters/learning_rate"] == Decimal("0.002")
    assert found["/training/seeds/seed"] == 42
    assert found["/training/code_commit"] == "0863a0bd42d9b96d7a0458d71114a5f60956f7e0"
    assert found.noted("2 runs", "docs-sft-r8 is taken")


@beside
def test_a_classifier_with_two_splits_of_one_size(read: Callable[..., Any]) -> None:
    """Where two splits have as many records, a count names neither, and that is said."""
    found = read(FIXTURES / "topic-minilm")
    runs = found.entries("/evaluation/runs")
    assert run(runs, "eval", "accuracy")["value"] == Decimal("0.6375")
    assert run(runs, "test", "accuracy")["value"] == Decimal("0.5625")
    assert run(runs, "test", "f1_macro")["value"] == Decimal("0.5014208581983517")
    assert found.noted("classification_report.json", "do not tell")
    assert found["/training/hyperparameters/lora_r"] == 4
    assert found["/training/hyperparameters/target_modules"] == ["value", "query"]
    assert found["/model/base/id"] == "sentence-transformers/all-MiniLM-L6-v2"
    assert "/model/base/revision" not in found
    assert found["/training/seeds/seed"] == 5


@beside
def test_mlflow_evaluate_and_autolog(read: Callable[..., Any]) -> None:
    """Unprefixed metrics are of the evaluated data, `training_` ones of the training split."""
    found = read(FIXTURES / "credit-mlflow")
    runs = found.entries("/evaluation/runs")
    assert run(runs, "eval", "roc_auc") == {
        "dataset": "eval", "metric": "roc_auc", "value": Decimal("0.7938095238095239"), "n": 200,
    }  # fmt: skip
    assert run(runs, "eval", "f1_score")["value"] == Decimal("0.6376811594202898")
    (training,) = [e for e in runs if (e["dataset"], e["metric"]) == ("training", "accuracy_score")]
    assert training["value"] == Decimal("0.7716666666666666")
    assert found["/training/hyperparameters/clf__C"] == Decimal("0.3")
    assert found["/training/seeds/clf__random_state"] == 7
    assert found["/data/datasets/[test]/version"] == "78b59797"
    assert found.kinds["/data/datasets/[test]/version"] == "declared"


@beside
def test_the_file_store_of_mlflow(read: Callable[..., Any]) -> None:
    """Of two equal runs the newer is taken; its times, commit and last metric values are its own."""
    found = read(FIXTURES / "bc-filestore")
    assert found["/training/run_id"] == "7d20aa6e6f984239a62620237d089928"
    assert found["/training/code_commit"] == "df5dcb51c09ab47d378c25070c8b8b37fffec3f0"
    assert found["/training/started_at"] == "2026-11-23T08:23:06Z"
    values = {e["metric"]: e["value"] for e in found.entries("/evaluation/runs") if e["dataset"] == "test"}
    assert values == {"accuracy": Decimal("0.986013986013986"), "auc": Decimal("0.9981132075471698")}
    assert found.noted("2 runs", "logreg-C1.0 is taken", "logreg-C0.01")


@beside
def test_lm_eval_on_two_tasks(read: Callable[..., Any]) -> None:
    """A missing standard error, the text `N/A`, is no number; every task has its count."""
    runs = read(FIXTURES / "docs-lmeval").entries("/evaluation/runs")
    assert run(runs, "docs_mc", "acc", "lm_eval")["value"] == Decimal("0.3")
    assert run(runs, "docs_mc", "acc_norm", "lm_eval")["value"] == Decimal("0.2875")
    perplexity = run(runs, "docs_ppl", "word_perplexity", "lm_eval")
    assert perplexity["value"] == Decimal("21365101.31093433")
    assert perplexity["n"] == 80
    assert "stderr" not in perplexity


@beside
@pytest.mark.parametrize("name", [n for n in RUNS if n != "credit-s3" and "/" not in n])
def test_the_data_files_of_real_runs(name: str, read: Callable[..., Any]) -> None:
    """Digest and count of every table in `data/` are those of the run's README."""
    rows = re.findall(
        r"\| `(data/[^`]+)` \| (\d+) \| `([0-9a-f]{64})` \|", (FIXTURES / name / "README.md").read_text()
    )
    entries = read(FIXTURES / name).entries("/data/datasets")
    assert {(str(e["records"]), e["digest"]) for e in entries} >= {(n, digest) for _, n, digest in rows}
    assert rows
