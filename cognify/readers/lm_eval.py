"""`results_*.json` of lm-evaluation-harness: one file per invocation, metrics by task."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cognify.readers import taking, walk
from cognify.readers.reading import Claim, LeftOut, Reading, Report

_NAME = re.compile(r"results(?:_[0-9T.:-]{10,40})?\.json\Z")
_MAX_RESULTS = 500
_SHARES = ("acc", "acc_norm", "exact_match")
"""Metrics that count each document as right or wrong; all others may give a document a fraction."""
_STAMP = re.compile(r"results(_[0-9T.:-]{10,40})\.json\Z")


class _LmEval:
    name = "lm-eval"
    version = 2

    def finds(self, source: Path) -> tuple[Path, ...]:
        """Every results file: one invocation does not replace another."""
        return tuple(path for path in walk.files(source) if _NAME.match(path.name))

    def read(self, found: Path, source: Path) -> Reading:
        """Every metric of every task, with its standard error, count and few-shot setting."""
        origin = walk.relative(found, source)
        raw = taking.read(found, source, limit=taking.MAX_JSON)
        data = taking.parsed(raw, origin)
        if not isinstance(data, dict) or not isinstance(data.get("results"), dict):
            return Reading(notes=(f"{origin} is no results file of lm-eval",))
        if "lm_eval_version" not in data and "n-samples" not in data:
            return Reading(notes=(f"{origin} is no results file of lm-eval",))
        notes: list[str] = []
        claims = [
            claim for task, metrics in data["results"].items() if isinstance(metrics, dict)
            for key in metrics
            for claim in _metric(data, (task, key), origin, notes)
        ]  # fmt: skip
        if len(claims) > _MAX_RESULTS * 8:
            raise taking.unreadable(f"more than {_MAX_RESULTS} results in one file", origin)
        config = data.get("config")
        if isinstance(config, dict) and taking.is_number(config.get("model_num_parameters")):
            at = "json:/config/model_num_parameters"
            claims.append(Claim("/model/parameters_total", origin, at, "integer"))
        if isinstance(config, dict) and taking.is_number(config.get("limit")):
            notes.append(f"{origin}: a limit of {config['limit']} records was set; no full score")
        return Reading(
            (taking.material(self, origin, raw, "application/json"),), tuple(claims), notes=tuple(notes),
            reports=(_report(data, found, source),),
        )  # fmt: skip


def _report(data: Mapping[str, Any], found: Path, source: Path) -> Report:
    origin, stamp = walk.relative(found, source), _STAMP.match(found.name)
    shares, means, items, left_out = set[str](), set[str](), dict[str, str](), list[LeftOut]()
    beside = {path.name: path for path in walk.files(source) if path.parent == found.parent}
    for task, metrics in data["results"].items():
        counts = taking.inside(data, "n-samples", task)
        of, n = (taking.inside(counts, name) for name in ("original", "effective"))
        if isinstance(of, int) and isinstance(n, int) and n < of:
            left_out.append(LeftOut(task, "skipped", n=of - n, of=of))
        samples = beside.get(f"samples_{task}{stamp[1] if stamp else ''}.jsonl")
        for key, value in metrics.items() if isinstance(metrics, dict) else ():
            metric = key.partition(",")[0]
            if "," not in key or metric.endswith("_stderr"):
                continue
            place = _place(origin, task, key)
            if not taking.is_number(value):
                left_out.append(LeftOut(task, "not-a-number", metric))
            elif taking.inside(data, "configs", task, "repeats") in (None, 1):
                shares |= {place} if metric in _SHARES else set()
                means |= {place} if _is_mean(data, task, metric) else set()
            if samples is not None:
                items[place] = walk.relative(samples, source)
    return Report(
        origin, origin, weights=_weights(taking.inside(data, "config", "model_args")), items=items,
        proportions=frozenset(shares), means=frozenset(means), left_out=tuple(left_out),
    )  # fmt: skip


def _is_mean(data: Mapping[str, Any], task: str, metric: str) -> bool:
    """Whether the task says that it takes the mean; the errors of other aggregates are resampled."""
    listed = taking.inside(data, "configs", task, "metric_list")
    entries = [
        entry for entry in (listed if isinstance(listed, list) else ())
        if taking.inside(entry, "metric") == metric
    ]  # fmt: skip
    return len(entries) == 1 and entries[0].get("aggregation") == "mean"


def _weights(arguments: Any) -> str:
    """The adapter that was evaluated, or the model; `model_args` is a map, or `name=value,…`."""
    if isinstance(arguments, str):
        arguments = dict(part.partition("=")[::2] for part in arguments.split(","))
    named = (taking.inside(arguments, name) for name in ("peft", "pretrained", "model"))
    return next((name for name in named if isinstance(name, str) and name.strip()), "")


def _place(origin: str, task: str, key: str) -> str:
    return taking.pointer("evaluation", "runs", f"[{origin} {task} {key}]")


def _metric(
    data: Mapping[str, Any], named: tuple[str, str], origin: str, notes: list[str]
) -> Iterator[Claim]:
    task, key = named
    value = data["results"][task][key]
    metric, mark, chosen = key.partition(",")
    if not mark or not metric.strip() or not task.strip() or metric.endswith("_stderr"):
        return
    if not taking.is_number(value):
        notes.append(f"{origin}: {task} {metric} is {value!r} and is not reported")
        return
    place = _place(origin, task, key)
    at = taking.pointer("results", task, key)
    yield Claim(f"{place}/dataset", origin, f"json-key:{taking.pointer('results', task)}", "text")
    yield Claim(f"{place}/metric", origin, f"json-key:{at}", "before(,)")
    yield Claim(f"{place}/value", origin, f"json:{at}", "number")
    count = taking.inside(data, "n-samples", task, "effective")
    if taking.is_number(count):
        yield Claim(f"{place}/n", origin, f"json:{taking.pointer('n-samples', task, 'effective')}", "integer")
    better = taking.inside(data, "higher_is_better", task, metric)
    if isinstance(better, bool):
        at = taking.pointer("higher_is_better", task, metric)
        yield Claim(f"{place}/direction", origin, f"json:{at}", "direction")
    error = f"{metric}_stderr,{chosen}"
    if taking.is_number(taking.inside(data, "results", task, error)):
        yield Claim(f"{place}/stderr", origin, f"json:{taking.pointer('results', task, error)}", "number")
    yield from _conditions(data, task, place, origin)


def _conditions(data: Mapping[str, Any], task: str, place: str, origin: str) -> Iterator[Claim]:
    if taking.is_number(taking.inside(data, "n-shot", task)):
        yield Claim(
            f"{place}/conditions/num_fewshot", origin, f"json:{taking.pointer('n-shot', task)}", "number"
        )
    if taking.is_number(taking.inside(data, "config", "limit")):
        yield Claim(f"{place}/conditions/limit", origin, "json:/config/limit", "number")
    if taking.is_number(taking.inside(data, "versions", task)):
        yield Claim(
            f"{place}/conditions/task_version", origin, f"json:{taking.pointer('versions', task)}", "number"
        )
    if isinstance(data.get("lm_eval_version"), str):
        yield Claim(f"{place}/tool", origin, "json-key:/lm_eval_version", "before(_version)")
        yield Claim(f"{place}/tool_version", origin, "json:/lm_eval_version", "text")
    if taking.is_number(data.get("date")):
        yield Claim(f"{place}/executed_at", origin, "json:/date", "epoch-s")


LM_EVAL = _LmEval()
