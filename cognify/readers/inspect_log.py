"""Logs of Inspect AI, `.eval` archives and `.json`: scores with their conditions, never the samples.

A log holds every prompt and answer. What is kept is its header: of an archive the member
`header.json`, byte for byte; of a JSON log the same parts, cut out of it token by token.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cognify.errors import ReplayError
from cognify.readers import members, taking, walk
from cognify.readers.reading import Claim, LeftOut, Material, Original, Reading, Report
from cognify.replay import jsontree

KNOWN = 2
"""The newest version of the log format that this reader knows (inspect-ai 0.3.285)."""
_HEADER = "header.json"
_PARTS = ("version", "status", "eval", "plan", "results", "stats", "error", "invalidated")
_SNIFF = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*\{\s*"version"\s*:\s*[0-9]+\s*,\s*"status"\s*:\s*"[a-z]+"\s*,\s*"eval"\s*:'
)
_LIMITS = (
    "limit", "sample_id", "epochs", "message_limit", "token_limit", "turn_limit", "time_limit",
    "working_limit", "cost_limit", "fail_on_error",
)  # fmt: skip
_SAMPLING = ("temperature", "top_p", "top_k", "max_tokens", "seed", "num_choices", "reasoning_effort")
_ERRORS = ("stderr", "bootstrap_stderr")
_MEANS = ("accuracy", "mean")
_RIGHT_OR_WRONG = ("answer", "choice", "exact", "includes", "match", "pattern")
"""Scorers that know right and wrong only; others may give a sample a part of it."""
_GRADED = "model_graded"
_LOCAL = ("hf", "vllm", "llama-cpp-python", "ollama", "sglang", "transformer_lens")
"""Providers that are told a model by its path, or a name in front of which only they stand."""
_MAX_RESULTS = 500


class _InspectLog:
    name = "inspect"
    version = 2

    def finds(self, source: Path) -> tuple[Path, ...]:
        """Every `.eval` file, and every JSON file that begins like a log."""
        return tuple(
            path for path in walk.files(source)
            if path.suffix == ".eval" or (path.suffix == ".json" and _begins_like_one(path))
        )  # fmt: skip

    def read(self, found: Path, source: Path) -> Reading:
        """Every metric of every score of a log that ended well."""
        origin = walk.relative(found, source)
        whole = taking.hashed(self, found, source, "application/zip" if found.suffix == ".eval" else "")
        raw, rule = self._header(found, source)
        if raw is None:
            return Reading((whole,), notes=(f"{origin}: {rule}",))
        data = taking.parsed(raw, origin)
        kept = self._kept(origin, raw, rule, whole)
        refusal = _refusal(data)
        if refusal:
            reports = (Report(kept.origin, origin, left_out=tuple(_unfinished(data))),)
            return Reading((whole, kept), notes=(f"{origin}: {refusal}",), reports=reports)
        notes: list[str] = []
        claims = list(_results(data, origin, kept.origin, notes))
        if len(claims) > _MAX_RESULTS * 20:
            raise taking.unreadable(f"more than {_MAX_RESULTS} results in one log", origin)
        report = _report(data, origin, kept.origin, {claim.pointer.rpartition("/")[0] for claim in claims})
        return Reading(
            (whole, kept), tuple(claims), notes=(*notes, *_course(data, origin)), reports=(report,)
        )

    def _header(self, found: Path, source: Path) -> tuple[bytes | None, str]:
        """The header and the rule that it was cut out by, or None and why there is none."""
        if found.suffix != ".eval":
            raw = taking.read(found, source)
            if len(raw) > taking.MAX_JSON:
                return None, f"a log of {len(raw)} bytes; write it as .eval to have it read"
            return _cut(raw, walk.relative(found, source)), "without-samples"
        if _HEADER not in members.names(found, source):
            return None, "it has no header: the evaluation was killed before its end"
        return members.read(found, source, _HEADER), "header-only"

    def _kept(self, origin: str, raw: bytes, rule: str, whole: Material) -> Material:
        from dataclasses import replace

        kept = taking.material(self, f"observed/{origin}.header.json", raw, "application/json", observed=True)
        return replace(kept, original=Original((rule,), whole.sha256, whole.size))


def _begins_like_one(path: Path) -> bool:
    try:
        with open(path, "rb") as file:
            return _SNIFF.match(file.read(512)) is not None
    except OSError:
        return False  # whoever takes the file in says that it cannot be read


def _cut(raw: bytes, origin: str) -> bytes:
    """The log without its samples: each part as it stands, token by token."""
    try:
        tree = jsontree.tree(raw)
    except ReplayError as error:
        raise taking.unreadable(f"half-written or not JSON: {error.what}", origin) from None
    if tree.twice:
        raise taking.unreadable(f"the key {min(tree.twice)!r} is there twice", origin)
    parts = {name: node for name, node in (tree.keyed or {}).items() if name in _PARTS}
    lines = [b'"%s": %s' % (name.encode(), raw[node.start : node.end]) for name, node in parts.items()]
    return b"{\n" + b",\n".join(lines) + b"\n}\n"


def _refusal(data: Any) -> str:
    """Why nothing is reported of the log, or nothing."""
    if not isinstance(data, dict) or not isinstance(data.get("eval"), dict):
        return "not a log of Inspect"
    version, status = data.get("version"), data.get("status")
    if isinstance(version, int) and version > KNOWN:
        return f"log format {version}; this reader knows up to {KNOWN}, so nothing is reported of it"
    if status != "success":
        done = taking.inside(data, "results", "completed_samples")
        of = f", {done} samples were done" if taking.is_number(done) else ""
        return f"the evaluation ended with the status {status}{of}; its scores are not reported"
    if data.get("invalidated") is True:
        return "somebody invalidated this log; its scores are not reported"
    if not isinstance(taking.inside(data, "results", "scores"), list):
        return "it holds no scores"
    return ""


def _unfinished(data: Any) -> Iterator[LeftOut]:
    """What is said of a log whose scores are not reported."""
    task = taking.inside(data, "eval", "task")
    if not isinstance(task, str) or not task.strip() or data.get("status") == "success":
        invalidated = isinstance(task, str) and task.strip() and data.get("invalidated") is True
        if invalidated:
            yield LeftOut(str(task), "invalidated")
        return
    done, total = (taking.inside(data, "results", f"{part}_samples") for part in ("completed", "total"))
    known = isinstance(done, int) and isinstance(total, int) and 0 <= done <= total
    yield LeftOut(task, "unfinished", n=total - done if known else None, of=total if known else None)


def _report(data: Mapping[str, Any], origin: str, kept: str, places: set[str]) -> Report:
    shares, means, left_out = set[str](), set[str](), list[LeftOut]()
    task = str(taking.inside(data, "eval", "task") or "")
    total, done = (taking.inside(data, "results", f"{part}_samples") for part in ("total", "completed"))
    size = taking.inside(data, "eval", "dataset", "samples")
    epochs = taking.inside(data, "eval", "config", "epochs") or 1
    if isinstance(total, int) and isinstance(done, int) and done < total:
        left_out.append(LeftOut(task, "errored", n=total - done, of=total))
    if isinstance(size, int) and isinstance(total, int) and isinstance(epochs, int) and total < size * epochs:
        left_out.append(LeftOut(task, "skipped", n=size * epochs - total, of=size * epochs))
    for number, score in enumerate(data["results"]["scores"]):
        if not isinstance(score, dict) or not isinstance(score.get("metrics"), dict):
            continue
        without = score.get("unscored_samples")
        if isinstance(without, int) and without > 0:
            left_out.append(LeftOut(task, "unscored", str(score.get("name") or ""), without))
        for key in score["metrics"]:
            place = taking.pointer("evaluation", "runs", f"[{origin} {number} {key}]")
            if not taking.is_number(taking.inside(score, "metrics", key, "value")):
                left_out.append(LeftOut(task, "not-a-number", key))
            elif key == "accuracy" and epochs == 1 and score.get("name") in _RIGHT_OR_WRONG:
                shares.add(place)
            means |= {place} if key in _MEANS else set()
    return Report(
        kept, origin, weights=_weights(data), items=dict.fromkeys(places, origin),
        proportions=frozenset(shares), means=frozenset(means),
        left_out=tuple(entry for entry in left_out if entry.test.strip()),
    )  # fmt: skip


def _weights(data: Mapping[str, Any]) -> str:
    """What was evaluated: the path that the provider was told, or the model's name."""
    path = taking.inside(data, "eval", "model_args", "model_path")
    model = taking.inside(data, "eval", "model")
    if isinstance(path, str) and path.strip():
        return path
    provider, _, name = model.partition("/") if isinstance(model, str) else ("", "", "")
    return name if name and provider in _LOCAL else str(model or "")


def _judge(data: Mapping[str, Any], number: int) -> tuple[str | int, ...]:
    """Where the model is named that graded the answers: the scorer's, the role's, or the one evaluated."""
    name = str(taking.inside(data, "results", "scores", number, "scorer") or "")
    if not name.rpartition("/")[2].startswith(_GRADED):
        return ()
    for steps in (
        ("results", "scores", number, "params", "model"), ("eval", "model_roles", "grader", "model"),
        ("eval", "model"),
    ):  # fmt: skip
        if _via(taking.inside(data, *steps)) == "text":
            return steps
    return ()


def _results(data: Mapping[str, Any], origin: str, kept: str, notes: list[str]) -> Iterator[Claim]:
    for number, score in enumerate(data["results"]["scores"]):
        if not isinstance(score, dict) or not isinstance(score.get("metrics"), dict):
            continue
        metrics = {key: taking.inside(score, "metrics", key, "value") for key in score["metrics"]}
        for key, value in metrics.items():
            if not key.strip() or (key in _ERRORS and any(mean in metrics for mean in _MEANS)):
                continue
            if not taking.is_number(value):
                notes.append(f"{origin}: {score.get('name')} {key} is {value!r} and is not reported")
                continue
            place = taking.pointer("evaluation", "runs", f"[{origin} {number} {key}]")
            yield from _metric(data, (number, key), place, kept)
            yield from _conditions(data, number, place, kept)


def _metric(data: Mapping[str, Any], named: tuple[int, str], place: str, kept: str) -> Iterator[Claim]:
    number, key = named
    score, base = data["results"]["scores"][number], ("results", "scores", number)
    dataset = taking.inside(data, "eval", "dataset", "name")
    known = isinstance(dataset, str) and dataset.strip() and taking.relative_path(dataset)
    yield Claim(f"{place}/dataset", kept, "json:/eval/dataset/name" if known else "json:/eval/task", "text")
    yield Claim(f"{place}/metric", kept, f"json-key:{taking.pointer(*base, 'metrics', key)}", "text")
    yield Claim(f"{place}/value", kept, f"json:{taking.pointer(*base, 'metrics', key, 'value')}", "number")
    if taking.is_number(score.get("scored_samples")):
        yield Claim(f"{place}/n", kept, f"json:{taking.pointer(*base, 'scored_samples')}", "integer")
    elif taking.is_number(taking.inside(data, "results", "completed_samples")):
        yield Claim(f"{place}/n", kept, "json:/results/completed_samples", "integer")
    for error in _ERRORS:
        if key in _MEANS and taking.is_number(taking.inside(score, "metrics", error, "value")):
            at = f"json:{taking.pointer(*base, 'metrics', error, 'value')}"
            yield Claim(f"{place}/stderr", kept, at, "number")
            break
    packages = taking.inside(data, "eval", "packages")
    if isinstance(packages, dict) and isinstance(packages.get("inspect_ai"), str):
        yield Claim(f"{place}/tool", kept, "json-key:/eval/packages/inspect_ai", "text")
        yield Claim(f"{place}/tool_version", kept, "json:/eval/packages/inspect_ai", "text")
    judge = _judge(data, number)
    if judge:
        yield Claim(f"{place}/judge", kept, f"json:{taking.pointer(*judge)}", "text")
    if isinstance(taking.inside(data, "stats", "started_at"), str):
        yield Claim(f"{place}/executed_at", kept, "json:/stats/started_at", "utc")


def _conditions(data: Mapping[str, Any], number: int, place: str, kept: str) -> Iterator[Claim]:
    """The limits that were set, what was asked of the model, and how many samples there were."""
    at: dict[str, tuple[str | int, ...]] = {
        "task": ("eval", "task"), "task_version": ("eval", "task_version"), "model": ("eval", "model"),
        "scorer": ("results", "scores", number, "name"), "reducer": ("results", "scores", number, "reducer"),
        "samples": ("results", "total_samples"), "dataset_size": ("eval", "dataset", "samples"),
        "evaluation_commit": ("eval", "revision", "commit"),
        "evaluation_dirty": ("eval", "revision", "dirty"),
        **{name: ("eval", "config", name) for name in _LIMITS},
        **{name: ("plan", "config", name) for name in _SAMPLING},
    }  # fmt: skip
    for name, steps in at.items():
        via = _via(taking.inside(data, *steps))
        if via:
            yield Claim(f"{place}/conditions/{name}", kept, f"json:{taking.pointer(*steps)}", via)


def _via(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if taking.is_number(value):
        return "number"
    if isinstance(value, str):
        return "text" if value.strip() and not taking.is_private(value) else ""
    return "json" if isinstance(value, list) and value and all(map(_via, value)) else ""


def _course(data: Mapping[str, Any], origin: str) -> Iterator[str]:
    """What a person should know beside the scores."""
    total, done = (taking.inside(data, "results", f"{part}_samples") for part in ("total", "completed"))
    if taking.is_number(total) and taking.is_number(done) and done < total:
        yield f"{origin}: {total - done} of {total} samples failed and are in no score"
    for score in data["results"]["scores"]:
        without = score.get("unscored_samples") if isinstance(score, dict) else None
        if taking.is_number(without) and without:
            yield f"{origin}: {without} samples have no score by {score.get('name')}"
    if taking.inside(data, "eval", "config", "limit") is not None:
        yield f"{origin}: a limit of samples was set; no full score"
    if taking.inside(data, "eval", "revision", "dirty") is True:
        yield f"{origin}: the evaluation's code had changes that were not committed"


INSPECT = _InspectLog()
