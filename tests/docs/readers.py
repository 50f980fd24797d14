"""The manual's page of coverage: what each reader reads, and which fields of the card it can fill.

The unit tests of the readers hold the table to what they find (`tests/unit/readers/conftest.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cognify.records.card import fields


@dataclass(frozen=True, slots=True)
class Source:
    """One reader: what it reads, and by dotted prefix the last names of the fields that it can fill."""

    reads: str
    fills: Mapping[str, str]

    def names(self) -> frozenset[str]:
        return frozenset(f"{prefix}.{name}" for prefix, last in self.fills.items() for name in last.split())


_RUN = "dataset metric value n"
_DATA = "role id version digest"
_TRACKED = "framework hyperparameters seeds started_at metrics_log_digest"
SOURCES: Mapping[str, Source] = {
    "hf-config": Source("`config.json` of transformers", {"model": "architecture type"}),
    "peft": Source("`adapter_config.json` of PEFT", {
        "model": "task", "model.adaptation": "method", "model.base": "id revision",
        "training": "framework hyperparameters"}),
    "safetensors": Source("safetensors weights, by header", {
        "model": "parameters_total parameters_trainable", "model.base": "digest",
        "model.artifacts": "path digest bytes format parameters"}),
    "gguf": Source("GGUF models (versions 2 and 3), by header", {
        "model": "architecture license parameters_total", "model.base": "id revision provider",
        "model.artifacts": "path digest bytes format parameters"}),
    "opaque": Source("weights in other formats (PyTorch, pickle, joblib, ONNX, Keras, …), never opened", {
        "model.artifacts": "path digest bytes format"}),
    "data-files": Source("tables: CSV, TSV, JSON lines, Parquet, also gzipped and in shards", {
        "data.datasets": "role id digest records", "data.datasets.features": "name type"}),
    "croissant": Source("Croissant metadata 1.0 and 1.1", {
        "data.datasets": f"{_DATA} license source origin"}),
    "hf-datasets": Source("folders that `datasets` wrote with `save_to_disk`", {
        "data.datasets": f"{_DATA} records license", "data.datasets.features": "name type"}),
    "s3": Source("saved answers of `aws s3api`: listings, `head-object`, `get-object-attributes`", {
        "data.datasets": f"{_DATA} records"}),
    "dvc": Source("`dvc.lock` (2.0), `dvc.yaml`, `*.dvc`, and the metric files that they name", {
        "data.datasets": "role id version", "evaluation.runs": "metric value n",
        "training": "hyperparameters seeds"}),
    "hf-trainer": Source("output of the transformers and TRL trainers", {
        "evaluation.runs": _RUN, "training": "flops hyperparameters metrics_log_digest"}),
    "mlflow": Source("MLflow databases (SQLite)", {
        "data.datasets": "role id version records", "evaluation.runs": _RUN,
        "training": "run_id started_at ended_at code_commit framework hyperparameters seeds"}),
    "mlflow-server": Source("a run on an MLflow tracking server, over REST (2.0), by its address", {
        "data.datasets": "role id version records", "evaluation.runs": _RUN,
        "training": "run_id started_at ended_at code_commit framework hyperparameters seeds"}),
    "mlflow-files": Source("MLflow file stores", {
        "evaluation.runs": "dataset metric value",
        "training": "run_id started_at ended_at code_commit framework hyperparameters seeds"}),
    "wandb": Source("offline logs and synced folders of Weights & Biases", {
        "data.datasets": "role id version", "evaluation.runs": "dataset metric value",
        "training": f"{_TRACKED} code_commit ended_at hardware run_id"}),
    "comet": Source("offline archives of Comet", {
        "data.datasets": "role id version", "evaluation.runs": "dataset metric value",
        "training": f"{_TRACKED} code_commit code_dirty ended_at run_id"}),
    "tensorboard": Source("events of TensorBoard", {
        "evaluation.runs": "dataset metric value", "training": f"{_TRACKED} ended_at"}),
    "trackio": Source("Trackio stores", {
        "evaluation.runs": "dataset metric value", "training": f"{_TRACKED} run_id"}),
    "cognify-run": Source("`cognify-run.json` of `cognify run` and of the callbacks (format 1)", {
        "data.datasets": "role id digest", "evaluation.runs": _RUN,
        "training": "run_id procedure code_commit code_dirty framework hyperparameters seeds hardware "
                    "started_at ended_at"}),
    "slurm": Source("SLURM's accounting, saved (`sacct --json`, `sacct -P`, `scontrol show job`), and `#SBATCH` lines", {
        "training": "run_id started_at ended_at hardware"}),
    "environment": Source("`pip freeze`, `requirements.txt`, lock files of uv, Poetry, PDM, Pipenv, `environment.yml` of conda", {
        "training": "environment_digest framework"}),
    "code": Source("the Git work tree that the run lies in", {"training": "code_commit code_dirty"}),
    "sklearn-report": Source("`classification_report*.json` of scikit-learn", {
        "evaluation.runs": "metric value n slice"}),
    "lm-eval": Source("`results_*.json` of lm-evaluation-harness", {
        "evaluation.runs": f"{_RUN} stderr direction conditions tool tool_version executed_at",
        "model": "parameters_total"}),
    "inspect": Source("logs of Inspect AI, `.eval` and JSON (format 2)", {
        "evaluation.runs": f"{_RUN} stderr judge conditions tool tool_version executed_at"}),
    "baseline": Source("`baseline*.json`", {"evaluation.baseline": "model dataset metric value n"}),
    "subgroups": Source("a CSV with the columns attribute, group, metric, n, value", {
        "evaluation.subgroups": "attribute group metric n value suppressed",
        "evaluation.intersectional": "attributes groups metric n value suppressed"}),
    "evaluated": Source("several of these together: what stands around each result", {
        "evaluation.runs": "report_digest items_digest direction unit",
        "evaluation.weights": "report report_digest name digests basis relation",
        "evaluation.excluded": "report test metric outcome n of"}),
    "linking": Source("several of these together: which data a report is about", {
        "evaluation.runs": "dataset", "evaluation.subgroups": "dataset",
        "evaluation.intersectional": "dataset", "model": "parameters_total"}),
}  # fmt: skip
ANY = ("mapping",)
"""Readers that may fill whatever a machine may."""


def page(says: str) -> str:
    lines = [says.format(source="tests/docs/readers.py"), _HEAD]
    lines += [f"| `{name}` | {source.reads} |\n" for name, source in SOURCES.items()]
    lines.append("| `mapping` | what `cognify-mapping.yaml` says, see [mapping](mapping.md) |\n")
    lines.append(_COVERAGE)
    for field in fields():
        by = [name for name, source in SOURCES.items() if field.name in source.names()]
        lines += [f"| `{field.name}` | {', '.join(by)} |\n"] if by else []
    return "".join(lines)


_HEAD = """\
# What each reader can fill

`cognify capture MODEL VERSION SOURCE…` asks every reader about every file; nobody has to say which tool wrote it.
Several readers feed one card.
No reader needs the tool that wrote its files, opens a pickle, follows a link, or uses the network, but for the addresses that it is given.
What no reader knows is listed by digest.

A value is `measured` where it stands in bytes that were hashed, `computed` where Cognify worked it out from them, and `declared` where a tool merely says so.
A reader that meets a format newer than it knows says so, and the file is kept all the same.

| reader | reads |
|---|---|
"""
_COVERAGE = """
## Fields

Fields that no reader can fill are left out; `mapping` can fill all that a machine may.

| field | readers |
|---|---|
"""
