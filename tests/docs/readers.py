"""The manual's page on readers: what each one reads, and which fields of the card it can fill.

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
    "data-files": Source("tables: CSV, TSV, JSON lines, Parquet, also gzipped and in shards", {
        "data.datasets": "role id digest records", "data.datasets.features": "name type"}),
    "croissant": Source("Croissant metadata 1.0 and 1.1", {
        "data.datasets": f"{_DATA} license source origin"}),
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
    "mlflow-files": Source("MLflow file stores", {
        "evaluation.runs": "dataset metric value",
        "training": "run_id started_at ended_at code_commit framework hyperparameters seeds"}),
    "environment": Source("`requirements.txt`, `pip freeze` and the like", {
        "training": "environment_digest framework"}),
    "code": Source("the Git work tree that the run lies in", {"training": "code_commit code_dirty"}),
    "sklearn-report": Source("`classification_report*.json` of scikit-learn", {
        "evaluation.runs": "metric value n slice"}),
    "lm-eval": Source("`results_*.json` of lm-evaluation-harness", {
        "evaluation.runs": f"{_RUN} stderr conditions tool tool_version executed_at",
        "model": "parameters_total"}),
    "inspect": Source("logs of Inspect AI, `.eval` and JSON (format 2)", {
        "evaluation.runs": f"{_RUN} stderr conditions tool tool_version executed_at"}),
    "baseline": Source("`baseline*.json`", {"evaluation.baseline": "model dataset metric value n"}),
    "subgroups": Source("a CSV with the columns attribute, group, metric, n, value", {
        "evaluation.subgroups": "attribute group metric n value",
        "evaluation.intersectional": "attributes groups metric n value"}),
    "linking": Source("several of these together: which data a report is about", {
        "evaluation.runs": "dataset", "evaluation.subgroups": "dataset",
        "evaluation.intersectional": "dataset", "model": "parameters_total"}),
}  # fmt: skip
ANY = ("mapping",)
"""Readers that may fill whatever a machine may."""


def page(says: str) -> str:
    lines = [says.format(source="tests/docs/readers.py"), _HEAD]
    lines += [f"| `{name}` | {source.reads} |\n" for name, source in SOURCES.items()]
    lines.append("| `mapping` | what `cognify-mapping.yaml` says, see below |\n")
    lines.append(_COVERAGE)
    for field in fields():
        by = [name for name, source in SOURCES.items() if field.name in source.names()]
        lines += [f"| `{field.name}` | {', '.join(by)} |\n"] if by else []
    return "".join([*lines, _REST])


_HEAD = """\
# What capture reads

`cognify capture MODEL VERSION SOURCE…` asks every reader about every file; nobody has to say which tool wrote it.
Several readers feed one card.
No reader needs the tool that wrote its files, opens a pickle, follows a link, or uses the network.
What no reader knows is listed by digest.

A value is `measured` where it stands in bytes that were hashed, `computed` where Cognify worked it out from them, and `declared` where a tool merely says so.
Where two sources differ the better evidenced value is taken, and a note names both.
A reader that meets a format newer than it knows says so, and the file is kept all the same.

| reader | reads |
|---|---|
"""
_COVERAGE = """
## Which fields each can fill

Fields that no reader can fill are left out; `mapping` can fill all that a machine may.

| field | readers |
|---|---|
"""
_REST = """
## Outputs of your own making

Put `cognify-mapping.yaml` at the top of the folder that you capture.
It lies with the run, and is kept among the evidence, so that a record shows by which mapping it was filled.

```yaml
mapping: 1
files:
  - file: out/final.json
    values:
      /training/seeds/seed: /rng
      /training/hyperparameters/learning_rate: {at: /steps/lr, via: number}
      /evaluation/runs/[bleu]/dataset: {text: newstest-2026}
      /evaluation/runs/[bleu]/metric: {text: BLEU-4}
      /evaluation/runs/[bleu]/value: /bench/2026-11/0/scores/bleu~14
      /evaluation/runs/[bleu]/n: /bench/2026-11/0/scores/items
```

* `file` is a path in the folder, with `*` and `?` for any characters; a pattern that fits several files fills an entry of a list for each.
* On the left stands a JSON Pointer into the card (`cognify schema card` prints every field). In a list, `[key]` names an entry: the same key means the same entry. A result needs `dataset`, `metric` and `value`.
* On the right stands where the value is: a JSON Pointer into JSON or YAML, or any [locator](formats.md#the-lock-and-replay-grammar-1) such as `csv-where:split=test&metric=f1#value`, `csv:1/name`, `jsonl:3#/a`, `json-key:/scores/bleu`, `line-after:seed: `. In a pointer `~1` stands for `/` and `~0` for `~`.
* `{at: …, via: …}` names a transform; without it the field says which: numbers for numbers, text for text.
* `{text: …}` is a text that stands in no file. It is cited from the mapping, as declared.
* `class: declared` marks what a file merely asserts, `optional: true` what may be missing.

A mapping that does not fit is refused, with line and column, and with what stands at that place instead:

```console
error[mapping-unfit]: out/final.json, json:/rang: there is no 'rang'
  where: cognify-mapping.yaml:5:29
  fix:   at the top there are: bench, rng, steps; mend `at` or `via`, or say `optional: true` where it may be missing
```

Fields that a person answers are never mapped.

## Readers of other distributions

A distribution brings readers by the entry point group `cognify.readers`:

```toml
[project.entry-points."cognify.readers"]
seeds = "acme_reader:Seeds"
```

The entry point names a class, or an object, with `name`, `version`, `finds(source)` and `read(found, source)`, as `cognify/readers/reading.py` says.
A reader says where a value stands and how it is transformed, never the value itself.
The materials that it hands over must be files of the source, byte for byte, or lie under `observed/`.
A plugin that cannot be imported or fails gives a note with its name and version, and costs only its own values.
The lock names distribution and version beside every file that a plugin looked into (`plugins`).
"""
