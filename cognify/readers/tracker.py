"""What a tracker's own store says of one run, whatever the tracker: one observation and its claims.

The stores hold much beside: host and user names, command lines, console output, other runs. They
stay outside by digest; what is claimed is written down as an observation and cited from there.
Numbers are kept as the text that the store has, since a record holds no float.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

from cognify import canonical
from cognify.errors import CognifyError
from cognify.readers import settings, taking
from cognify.readers.data_files import role_of
from cognify.readers.mlflow import Run
from cognify.readers.reading import (
    COMPUTED,
    DECLARED,
    FALLBACK,
    WITNESS,
    Claim,
    Material,
    Original,
    Reader,
    Reading,
)

RULE = "one-run"
MEDIA = "application/vnd.cognify.run+json"
"""A format of Cognify's own: whoever meets it knows that it is no file that the run left."""
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?\Z")
_RUN_ID = re.compile(r"[\w.-]{1,128}\Z", re.ASCII)
_MOST = 10_000
_MAX_TEXT = 4096
_MAX_DEPTH = 8
_EXACT = 2**53
"""From here on an integer is none that every reader of JSON keeps."""
_MAX_DATA = 50
_TOLD = 12
_PROGRESS = frozenset({"epoch", "step", "global_step", "num_tokens", "process duration", "train/epoch",
                       "train/global_step"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Data:
    """A file of a data set as the tracker names it; *version* is the tracker's own digest or word."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Told:
    """One run: `values` are the last value and step by tag, `files` what was read.

    `copied` marks what a tracker took over from another one: it is declared, whatever it says.
    """

    run: Run
    values: Mapping[str, tuple[str, int | None]]
    files: tuple[Material, ...]
    commit: str = ""
    dirty: bool = False
    packages: Mapping[str, str] = field(default_factory=dict)
    hardware: Mapping[str, str | int] = field(default_factory=dict)
    data: tuple[Data, ...] = ()
    copied: bool = False


def reading(reader: Reader, where: str, told: Told, notes: list[str]) -> Reading:
    """The observation of *told* under the name of *where*, with everything that is claimed from it."""
    told = _holdable(told)
    origin = f"observed/{where}.json"
    if told.run.status:
        notes += settings.course(told.run, [told.run], where)
    claims = [*_of_run(told, origin), *_of_data(told, origin), *_of_metrics(told, origin, where, notes)]
    claims += settings.of_params(
        told.run, origin, lambda key: f"json:{taking.pointer('params', key)}", COMPUTED
    )
    if told.copied:
        claims = [replace(claim, kind=DECLARED) for claim in claims]
    seen = replace(taking.observation(reader, origin, _seen(reader, told)), media=MEDIA)
    if told.files:
        whole = told.files[0]
        seen = replace(seen, original=Original((RULE,), whole.sha256, whole.size))
    return Reading((*told.files, seen), tuple(claims), notes=tuple(notes))


def params(config: Mapping[str, Any], prefix: str = "", mark: str = ".", depth: int = 0) -> dict[str, str]:
    """Settings as text by name, nested names joined by *mark*; secrets and places are left out."""
    found: dict[str, str] = {}
    for key, value in config.items():
        name = f"{prefix}{key}"
        if key.startswith("_") or taking.is_secret(key) or len(found) >= _MOST:
            continue
        if isinstance(value, Mapping):
            if depth < _MAX_DEPTH:
                found |= params(value, f"{name}{mark}", mark, depth + 1)
        elif (text := _text(value)) and not taking.is_private(text):
            found[name] = text
    return found


def _text(value: Any) -> str:
    """A setting as `settings` reads it: a scalar's text, a list of scalars as a Python literal."""
    if isinstance(value, list):
        scalars = [item for item in value if isinstance(item, str | int | Decimal)]
        if len(scalars) != len(value) or any(taking.is_private(str(item)) for item in value):
            return ""
        return f"[{', '.join(repr(i) if isinstance(i, str) else str(i) for i in scalars)}]" if value else ""
    return str(value) if isinstance(value, str | int | Decimal) else ""


def number(value: Any) -> str | None:
    """A metric's value as text, also NaN and the infinities; None for what is no number."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    text = str(value)
    return text if _NUMBER.match(text) or not_finite(text) else None


def milliseconds(seconds: str) -> int | None:
    """A time in seconds, as text, in milliseconds; None for what is no time of this age."""
    text = number(seconds)
    if text is None or not_finite(text) or not 0 < Decimal(text) < 2**40:
        return None
    return int(Decimal(text) * 1000)


def not_finite(text: str) -> bool:
    """Whether the text of a number says NaN or infinity."""
    return text.strip("+-").lower() in ("nan", "inf", "infinity")


def _holdable(told: Told) -> Told:
    """Free text from a run that no record could hold is left out."""
    run = told.run
    kept = {k: v for k, v in run.params.items() if _fits(k) and _fits(v)}
    values = {
        tag: (text, step if step is not None and abs(step) < _EXACT else None)
        for tag, (text, step) in list(told.values.items())[:_MOST] if _fits(tag) and len(text) <= _MAX_TEXT
    }  # fmt: skip
    packages = {k: v for k, v in told.packages.items() if _fits(k) and _fits(v)}
    hardware = {k: v for k, v in told.hardware.items() if (_fits(v) if isinstance(v, str) else v < _EXACT)}
    data = tuple(d for d in told.data if _fits(d.name) and _fits(d.version))[:_MAX_DATA]
    id, status = run.id if _RUN_ID.match(run.id) else "", run.status if _fits(run.status) else ""
    started, ended = (at if at and 0 < at < _EXACT else None for at in (run.started, run.ended))
    run = replace(run, id=id, params=kept, status=status, started=started, ended=ended)
    return replace(
        told, run=run, values=values, packages=packages, hardware=hardware,
        data=data, commit=told.commit if _COMMIT.match(told.commit) else "",
    )  # fmt: skip


def _fits(text: str) -> bool:
    if not text.strip() or len(text) > _MAX_TEXT:
        return False
    if text.isascii() and text.isprintable():
        return True
    try:
        canonical.loads(canonical.pretty([text]), where="")
    except CognifyError:
        return False
    return text.isprintable()


def _seen(reader: Reader, told: Told) -> dict[str, Any]:
    run = told.run
    return {
        "observed": f"{reader.name}-run",
        "run_id": run.id,
        "status": run.status,
        "started": run.started or 0,
        "ended": run.ended or 0,
        "params": dict(run.params),
        "metrics": {
            tag: {"value": text, **({"step": step} if step is not None else {})}
            for tag, (text, step) in told.values.items()
        },
        **({"commit": told.commit} if told.commit else {}),
        **({"dirty": True} if told.dirty else {}),
        "packages": dict(told.packages),
        "hardware": dict(told.hardware),
        "data": [{"id": d.name, "version": d.version, "role": role_of(_stem(d.name))} for d in told.data],
        "files": [{"sha256": m.sha256, "bytes": m.size} for m in told.files],
    }


def _of_run(told: Told, origin: str) -> Iterator[Claim]:
    """Each tracker has an id and a clock of its own, so the first that is asked counts."""
    run = told.run
    if run.id:
        yield Claim("/training/run_id", origin, "json:/run_id", "text", COMPUTED, FALLBACK)
    for name, value in (("started", run.started), ("ended", run.ended)):
        if value:
            yield Claim(f"/training/{name}_at", origin, f"json:/{name}", "epoch-ms", COMPUTED, FALLBACK)
    if told.files:
        at = "json:/files/0/sha256"
        yield Claim("/training/metrics_log_digest", origin, at, "text", COMPUTED, FALLBACK)
    if told.commit:
        yield Claim("/training/code_commit", origin, "json:/commit", "text", DECLARED)
    if told.dirty:
        yield Claim("/training/code_dirty", origin, "json:/dirty", "boolean", DECLARED)
    for group, held in (("framework", told.packages), ("hardware", told.hardware)):
        source = "packages" if group == "framework" else group
        for name, text in held.items():
            via = "text" if isinstance(text, str) else "integer"
            at = f"json:{taking.pointer(source, name)}"
            yield Claim(taking.pointer("training", group, name), origin, at, via, COMPUTED)


def _stem(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).name.partition(".")[0] or name


def _of_data(told: Told, origin: str) -> Iterator[Claim]:
    """Data sets by the tracker's names; its digests (MD5, or of some rows) are declared."""
    named: set[str] = set()
    for index, data in enumerate(told.data):
        stem = _stem(data.name)
        if stem in named:
            continue
        named.add(stem)
        place = taking.pointer("data", "datasets", f"[{stem}]")
        yield Claim(f"{place}/role", origin, f"json:/data/{index}/role", "text", COMPUTED, FALLBACK)
        yield Claim(f"{place}/id", origin, f"json:/data/{index}/id", "text", DECLARED, FALLBACK)
        yield Claim(f"{place}/version", origin, f"json:/data/{index}/version", "text", DECLARED)


def _of_metrics(told: Told, origin: str, where: str, notes: list[str]) -> Iterator[Claim]:
    run, unnamed, known = told.run, list[str](), set[str]()
    tags = sorted(told.values, key=lambda tag: ("/" not in tag, tag))
    splits = {tag.partition("/" if "/" in tag else "_")[0] for tag in tags}
    for tag in tags:
        text = told.values[tag][0]
        mark = "/" if "/" in tag else "_"
        split, found, metric = tag.partition(mark)
        if settings.is_pace(tag.replace("/", "_")) or tag.startswith("_"):
            continue
        if tag in _PROGRESS:
            continue
        if not found or not metric.strip() or split not in settings.SPLITS:
            unnamed.append(tag)
            continue
        via = f"after({mark})"
        if settings.is_trainer(run) and split in ("train", "training"):
            # A Trainer logs the last steps under `train/`; its own result is `train/train_loss`.
            if tag not in ("train/train_loss", "train_loss"):
                continue
            metric, via = "loss", "after(/)|after(_)" if mark == "/" else via
        key = f"{split}_{metric}"
        if key in known:
            continue
        known.add(key)
        if not_finite(text):
            notes.append(f"{where}: {tag} is not finite; the training diverged, so it is not reported")
            continue
        yield from _metric(tag, key, (mark, via), origin, mixed=split == "eval" and "test" in splits)
    if unnamed:
        more = f", and {len(unnamed) - _TOLD} more" if len(unnamed) > _TOLD else ""
        names = ", ".join(unnamed[:_TOLD]) + more
        notes.append(f"{where}: metrics that name no split are not reported: {names}")


def _metric(tag: str, key: str, how: tuple[str, str], origin: str, *, mixed: bool) -> Iterator[Claim]:
    """With *mixed*, the value only witnesses: while a test runs, TRL writes `eval_` names, too."""
    place, at = taking.pointer("evaluation", "runs", f"[{key}]"), taking.pointer("metrics", tag)
    mark, via = how
    if not mixed:
        yield Claim(f"{place}/dataset", origin, f"json-key:{at}", f"before({mark})", COMPUTED)
        yield Claim(f"{place}/metric", origin, f"json-key:{at}", via, COMPUTED)
    weight = WITNESS if mixed else ""
    yield Claim(f"{place}/value", origin, f"json:{at}/value", "number", COMPUTED, weight)
