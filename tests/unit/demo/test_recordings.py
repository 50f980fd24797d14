"""The recorded fine-tunes are whole, small, free of machine traces, and told truly."""

from __future__ import annotations

import csv
import hashlib
import json
import math
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

DEMO = Path(__file__).parents[3] / "cognify/demo"
RUNS, RECORD = DEMO / "runs", DEMO / "record"
VERSIONS = ("1.0.0", "1.1.0", "1.2.0")
BUDGET = 3_500_000
EVERY_VERSION = (
    "base/config.json",
    "data/test.csv",
    "data/train.jsonl",
    "data/validation.jsonl",
    "environment.txt",
    "mlflow.db",
    "outputs/adapter_config.json",
    "outputs/adapter_model.safetensors",
    "outputs/all_results.json",
    "outputs/eval_results.json",
    "outputs/test_results.json",
    "outputs/train_results.json",
    "outputs/trainer_state.json",
    "outputs/training_args.bin",
    "reports/baseline.json",
    "reports/classification_report.json",
)
CHECKPOINT = ("adapter_config.json", "adapter_model.safetensors", "trainer_state.json")
CODE = ("memos.py", "pretrain.py", "train.py", "record.py", "describe.py", "requirements.txt",
        "tasks/credit_memo_decision.yaml")  # fmt: skip


def read(version: str, name: str) -> Any:
    return json.loads((RUNS / version / name).read_text(encoding="utf-8"))


def table(heading: str) -> list[list[str]]:
    """Cells of the README's table under `heading`, without its head, backticks dropped."""
    text = (RUNS / "README.md").read_text(encoding="utf-8")
    section = text.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines[2:]]


def told(version: str) -> dict[str, str]:
    return {row[0]: row[1 + VERSIONS.index(version)] for row in table("True values")}


def query(version: str, sql: str) -> list[tuple[Any, ...]]:
    """Rows of a version's MLflow store, opened so that nothing is written beside it."""
    where = f"file:{RUNS / version / 'mlflow.db'}?mode=ro&immutable=1"
    with closing(sqlite3.connect(where, uri=True)) as database:
        return database.execute(sql).fetchall()


def data_rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        if path.suffix == ".csv":
            return list(csv.DictReader(file))
        return [json.loads(line) for line in file]


def adapter_parameters(path: Path) -> int:
    blob = path.read_bytes()
    header = json.loads(blob[8 : 8 + int.from_bytes(blob[:8], "little")])
    header.pop("__metadata__", None)
    return sum(math.prod(tensor["shape"]) for tensor in header.values())


@pytest.mark.parametrize("version", VERSIONS)
def test_a_version_holds_what_a_run_leaves_and_nothing_else(version: str) -> None:
    """The listed files, one checkpoint, one lm-eval result; no database journal."""
    run = RUNS / version
    found = {path.relative_to(run).as_posix() for path in run.rglob("*") if path.is_file()}
    best = read(version, "outputs/trainer_state.json")["best_model_checkpoint"]
    expected = {*EVERY_VERSION, *(f"{best}/{name}" for name in CHECKPOINT)}
    if version == "1.0.0":
        expected.add("base/model.safetensors")
    if version != "1.2.0":
        expected.add("reports/subgroups.csv")
    (harness,) = run.glob("lm_eval/results_*.json")
    assert found == expected | {harness.relative_to(run).as_posix()}


def test_the_seeded_mistake_is_there() -> None:
    """1.2.0 has no subgroup report; the two versions before it have one."""
    has = [(RUNS / version / "reports/subgroups.csv").exists() for version in VERSIONS]
    assert has == [True, True, False]


def test_all_recordings_stay_within_the_size_budget() -> None:
    """A wheel carries them, so together they stay under 3.5 MB."""
    sizes = [path.stat().st_size for path in RUNS.rglob("*") if path.is_file()]
    assert len(sizes) > 50
    assert sum(sizes) < BUDGET


def test_every_json_file_parses_without_bare_nan() -> None:
    """No recorded training diverged: strict JSON throughout."""

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    files = list(RUNS.rglob("*.json"))
    assert len(files) > 30
    for path in files:
        json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)


def test_no_file_tells_of_the_machine() -> None:
    """No path of the recording machine and no local package address, in text or binary."""
    traces = tuple(trace.encode() for trace in ("/" + "work/", "/" + "root", "file:" + "//"))
    files = [path for room in (RUNS, RECORD) for path in room.rglob("*") if path.is_file()]
    files = [path for path in files if path.suffix not in {".bundle", ".pyc"}]
    files = [path for path in files if "/." not in path.relative_to(DEMO).as_posix()]
    assert len(files) > 60
    for path in files:
        content = path.read_bytes()
        assert not [trace for trace in traces if trace in content], path


@pytest.mark.parametrize("version", VERSIONS)
def test_the_trackers_tell_only_of_the_neutral_user_and_folder(version: str) -> None:
    """The store's run belongs to `trainer`, and its paths lie in the scratch folder."""
    assert query(version, "SELECT DISTINCT user_id FROM runs") == [("trainer",)]
    places = [place for (place,) in query(version, "SELECT artifact_uri FROM runs")]
    assert all(place.startswith(f"/tmp/cognify-demo/{version}/") for place in places)


def test_the_readme_lists_every_data_file_with_its_digest_and_count() -> None:
    """Each row recomputed from the bytes; none missing, none invented."""
    rows = {name: (int(count), digest) for name, count, digest in table("Data files")}
    files = [path for version in VERSIONS for path in (RUNS / version / "data").iterdir()]
    assert rows == {
        path.relative_to(RUNS).as_posix(): (
            len(data_rows(path)),
            hashlib.sha256(path.read_bytes()).hexdigest(),
        )
        for path in files
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_the_readme_tells_the_true_values(version: str) -> None:
    """What the table says of a version is what its files say."""
    row = told(version)
    state = read(version, "outputs/trainer_state.json")
    report = read(version, "reports/classification_report.json")
    adapter = RUNS / version / "outputs/adapter_model.safetensors"
    (harness,) = (RUNS / version).glob("lm_eval/results_*.json")
    score = json.loads(harness.read_text())["results"]["credit_memo_decision"]["acc,none"]
    assert row["LoRA rank"] == str(read(version, "outputs/adapter_config.json")["r"])
    assert row["adapter parameters"] == str(adapter_parameters(adapter))
    assert row["epochs"] == str(state["num_train_epochs"])
    assert row["steps"] == f"{state['global_step']} of {state['max_steps']}"
    assert row["train loss"] == str(read(version, "outputs/train_results.json")["train_loss"])
    assert row["eval loss"] == str(read(version, "outputs/eval_results.json")["eval_loss"])
    assert row["test loss"] == str(read(version, "outputs/test_results.json")["test_loss"])
    assert row["test accuracy"] == str(report["accuracy"])
    assert row["test macro F1"] == str(report["macro avg"]["f1-score"])
    assert row["lm-eval acc"] == str(score)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_readme_tells_of_the_tracked_run(version: str) -> None:
    """One MLflow run, finished, with the commit that the bundle tags for this version."""
    row = told(version)
    runs = query(version, "SELECT run_uuid, name, status FROM runs")
    assert runs == [(row["MLflow run id"], row["MLflow run name"], row["MLflow status"])]
    assert row["MLflow status"] == "FINISHED"
    rate = query(version, "SELECT value FROM params WHERE key = 'learning_rate'")
    assert rate == [(row["learning rate"],)]
    commit = query(version, "SELECT value FROM tags WHERE key = 'mlflow.source.git.commit'")
    assert commit == [(row["code commit"],)]
    bundle = (RUNS / "training-code.bundle").read_bytes().split(b"\n\n", 1)[0].decode()
    assert f"{row['code commit']} refs/tags/v{version}" in bundle.splitlines()


@pytest.mark.parametrize("version", VERSIONS)
def test_four_sources_agree_about_the_holdout(version: str) -> None:
    """Trainer, scikit-learn, lm-eval and MLflow measured one model on one file."""
    accuracy = read(version, "reports/classification_report.json")["accuracy"]
    trainer = read(version, "outputs/test_results.json")
    (harness,) = (RUNS / version).glob("lm_eval/results_*.json")
    results = json.loads(harness.read_text())
    (tracked,) = query(version, "SELECT value FROM latest_metrics WHERE key = 'test_accuracy'")
    assert trainer["test_accuracy"] == accuracy
    assert results["results"]["credit_memo_decision"]["acc,none"] == pytest.approx(accuracy)
    assert tracked[0] == pytest.approx(accuracy)
    count = len(data_rows(RUNS / version / "data/test.csv"))
    assert trainer["test_samples"] == count >= 200
    assert results["n-samples"]["credit_memo_decision"] == {"original": count, "effective": count}


def test_the_story_holds() -> None:
    """Plausible scores above both baselines; 1.1.0 clearly better than 1.0.0."""
    reports = [read(version, "reports/classification_report.json") for version in VERSIONS]
    accuracy = [report["accuracy"] for report in reports]
    macro = [report["macro avg"]["f1-score"] for report in reports]
    assert all(0.6 <= value <= 0.97 for value in accuracy)
    assert accuracy[1] - accuracy[0] >= 0.03
    assert macro[1] - macro[0] >= 0.03
    for version, value in zip(VERSIONS, accuracy, strict=True):
        baseline = read(version, "reports/baseline.json")
        assert value > max(baseline["accuracy"], baseline["majority_accuracy"])


@pytest.mark.parametrize("version", VERSIONS[:2])
def test_subgroups_are_big_enough_and_cover_the_holdout(version: str) -> None:
    """At least eleven memos in every group; each attribute's groups add up to the holdout."""
    rows = data_rows(RUNS / version / "reports/subgroups.csv")
    holdout = len(data_rows(RUNS / version / "data/test.csv"))
    assert list(rows[0]) == ["attribute", "group", "metric", "n", "value"]
    assert all(int(row["n"]) >= 11 and 0 <= float(row["value"]) <= 1 for row in rows)
    for attribute in ("age_band", "region", "age_band*region"):
        for metric in ("accuracy", "approval_rate"):
            wanted = (attribute, metric)
            sizes = [int(row["n"]) for row in rows if (row["attribute"], row["metric"]) == wanted]
            assert sum(sizes) == holdout


@pytest.mark.parametrize("version", VERSIONS)
def test_splits_are_apart(version: str) -> None:
    """No memo text and no applicant in two splits, and the splits follow one another in time."""
    names = ("train.jsonl", "validation.jsonl", "test.csv")
    splits = [data_rows(RUNS / version / "data" / name) for name in names]
    for column in ("memo", "applicant_id"):
        seen = [{row[column] for row in split} for split in splits]
        assert sum(map(len, seen)) == len(set().union(*seen))
    dates = [[row["written_on"] for row in split] for split in splits]
    spans = [(min(days), max(days)) for days in dates]
    assert spans[0][1] < spans[1][0] <= spans[1][1] < spans[2][0]


def test_the_code_beside_the_runs_is_the_code_that_made_them(tmp_path: Path) -> None:
    """The bundle's newest commit holds the recording scripts byte for byte."""
    bundle = RUNS / "training-code.bundle"
    clone = ("git", "clone", "-q", "-b", "main", str(bundle), str(tmp_path / "code"))
    subprocess.run(clone, check=True, capture_output=True)
    for name in CODE:
        assert (tmp_path / "code" / name).read_bytes() == (RECORD / name).read_bytes(), name
