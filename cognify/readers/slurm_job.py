"""One job as SLURM's commands tell of it: in JSON (data_parser 0.0.37 to 0.0.44), in columns, in pairs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from cognify.readers import taking

COMPLETED = "COMPLETED"
KNOWN = "data_parser v0.0.37 to v0.0.44"
_ENDED = frozenset({
    COMPLETED, "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY", "BOOT_FAIL", "DEADLINE",
    "PREEMPTED",
})  # fmt: skip
_FIRST, _LAST = 37, 44
_PARSER = re.compile(r"v0\.0\.([0-9]{1,4})\Z")
_ID = re.compile(r"[0-9]{1,12}(?:_[0-9]{1,9})?\Z")
_STATE = re.compile(r"[A-Z_]{2,30}")
_SIZE = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,6})?)([KMGT]?)\Z")
_MIB = {"": 1, "M": 1, "G": 1024, "T": 1024 * 1024}
_COUNT = re.compile(r"[0-9]{1,12}\Z")
_GPU = re.compile(r"gpu(?::(?P<type>[A-Za-z0-9_.-]{1,60}))?\Z")
_PAIR = re.compile(r"(?:^|\s)([A-Za-z]+)=(\S*)")
_ZONED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(?:Z|[+-][0-9]{2}:?[0-9]{2})\Z")
_LOCAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T")


class NewerFormat(Exception):
    """An answer of a data_parser that this version does not know; its text names it."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job: when it ran (milliseconds since 1970), how it ended, what was allocated to it.

    `hardware` has the counts `nodes`, `allocated_cpus`, `allocated_gpus`, `allocated_memory_mib`, and
    the text `gpu_type`, each where it was told. `zoneless` says that times were left out, because nobody
    can tell of which zone they are.
    """

    id: str
    state: str
    started: int | None = None
    ended: int | None = None
    exit_code: int | None = None
    hardware: Mapping[str, int | str] = field(default_factory=dict)
    zoneless: bool = False


def is_answer(head: bytes) -> bool:
    """Whether a file that begins so is an answer in JSON of one of SLURM's commands."""
    return b'"meta"' in head and (b"data_parser" in head or b"Slurm OpenAPI" in head)


def jobs(raw: bytes, where: str, *, is_json: bool) -> list[Job]:
    """Every job in *raw*, without its steps.

    Raises:
        CaptureError: `run-unreadable`: half-written.
        NewerFormat: JSON of a data_parser that is not known.
    """
    if is_json:
        data = taking.parsed(raw, where)
        _require_known(data)
        listed = taking.inside(data, "jobs")
        return [
            job for entry in (listed if isinstance(listed, list) else ())
            if isinstance(entry, dict) and (job := _of_json(entry))
        ]  # fmt: skip
    lines = raw.decode("utf-8", "replace").removeprefix("\ufeff").splitlines()
    lines = [line for line in lines if line.strip()]
    if lines and lines[0].startswith("JobID|"):
        return list(_of_columns(lines, where))
    return [job for block in _blocks(lines) if (job := _of_pairs(block))]


def _require_known(data: Any) -> None:
    meta = taking.inside(data, "meta", "plugin")
    named = str(taking.inside(meta, "data_parser") or taking.inside(meta, "type") or "")
    match = _PARSER.search(named.partition("+")[0])
    if match and not _FIRST <= int(match[1]) <= _LAST:
        raise NewerFormat(f"data_parser {match[0]}")


def _of_json(entry: Mapping[str, Any]) -> Job | None:
    """An entry of sacct says `time` and `tres`, scontrol `start_time` and `tres_alloc_str`."""
    state = _word(taking.inside(entry, "state", "current") or entry.get("job_state"))
    array, task = entry.get("array"), _number(entry.get("array_task_id"))
    parent = _number(entry.get("array_job_id"))
    if isinstance(array, dict):
        parent, task = _number(array.get("job_id")), _number(array.get("task_id"))
    name = f"{parent}_{task}" if parent and task is not None else str(_number(entry.get("job_id")))
    code = entry.get("exit_code")
    code = _number(code.get("return_code") if isinstance(code, dict) and "return_code" in code else code)
    start = _number(taking.inside(entry, "time", "start") or entry.get("start_time"))
    end = _number(taking.inside(entry, "time", "end") or entry.get("end_time"))
    allocated = taking.inside(entry, "tres", "allocated")
    tres = (
        dict(_tres_listed(allocated)) if isinstance(allocated, list) else _tres(entry.get("tres_alloc_str"))
    )
    return _job(name, state, (_milliseconds(start), _milliseconds(end)), code, tres)


def _of_columns(lines: list[str], where: str) -> Iterator[Job]:
    names = lines[0].rstrip("|").split("|")
    for line in lines[1:]:
        cells = line.split("|")
        if len(cells) < len(names):
            raise taking.unreadable("half-written: a line has fewer columns than the first", where)
        row = dict(zip(names, cells, strict=False))
        job = _of_texts(row, ("NNodes", "AllocNodes"), ("AllocCPUS", "NCPUS"), "JobID", "State")
        if job:
            yield job


def _blocks(lines: list[str]) -> list[str]:
    """One text for each job; a name that begins a line so would have to hold a line break."""
    blocks: list[list[str]] = []
    for line in lines:
        if line.startswith("JobId=") or not blocks:
            blocks.append([])
        blocks[-1].append(line)
    return ["\n".join(block) for block in blocks]


def _of_pairs(block: str) -> Job | None:
    """A key that stands there twice is left out: the name of a job may hold anything."""
    pairs = _PAIR.findall(block)
    counts = Counter(name for name, _ in pairs)
    row = {name: value for name, value in pairs if counts[name] == 1}
    if row.get("ArrayJobId") and _COUNT.match(row.get("ArrayTaskId", "")):
        row["JobId"] = f"{row['ArrayJobId']}_{row['ArrayTaskId']}"
    row.setdefault("AllocTRES", row.get("TRES", ""))
    row["Start"], row["End"] = row.get("StartTime", ""), row.get("EndTime", "")
    return _of_texts(row, ("NumNodes",), ("NumCPUs",), "JobId", "JobState")


def _of_texts(
    row: Mapping[str, str], nodes: tuple[str, ...], cpus: tuple[str, ...], name: str, state: str
) -> Job | None:
    tres = _tres(row.get("AllocTRES"))
    for key, columns in (("node", nodes), ("cpu", cpus)):
        said = next((row[column] for column in columns if _COUNT.match(row.get(column, ""))), "")
        if said:
            tres.setdefault(key, int(said))
    code = row.get("ExitCode", "").partition(":")[0]
    times = [row.get("Start", ""), row.get("End", "")]
    return _job(
        row.get(name, ""), _word(row.get(state)), (_moment(times[0]), _moment(times[1])),
        int(code) if _COUNT.match(code) else None, tres, zoneless=any(map(_LOCAL.match, times)),
    )  # fmt: skip


def _job(
    name: str, state: str, times: tuple[int | None, int | None], code: int | None,
    tres: Mapping[str, int | str], *, zoneless: bool = False,
) -> Job | None:  # fmt: skip
    """The job, without an end or an exit code while it has not ended: scontrol tells when it must."""
    if not _ID.match(name) or not state:
        return None
    over = state in _ENDED
    hardware = {
        card: tres[key] for card, key in (
            ("nodes", "node"), ("allocated_cpus", "cpu"), ("allocated_gpus", "gpu"),
            ("allocated_memory_mib", "mem"), ("gpu_type", "type"),
        ) if tres.get(key)
    }  # fmt: skip
    told = any(times)
    return Job(name, state, times[0], times[1] if over else None, code if over else None, hardware,
               zoneless and not told)  # fmt: skip


def _tres(text: Any) -> dict[str, int | str]:
    """`cpu=8,mem=4000M,node=3,gres/gpu=2,gres/gpu:a100=2`: what was allocated, memory in MiB."""
    pairs = (part.partition("=") for part in text.split(",")) if isinstance(text, str) else ()
    return dict(_counted((name.removeprefix("gres/"), value) for name, _, value in pairs))


def _tres_listed(allocated: list[Any]) -> Iterator[tuple[str, int | str]]:
    parts = []
    for entry in allocated:
        kind, name, count = (taking.inside(entry, key) for key in ("type", "name", "count"))
        number = _number(count)
        if isinstance(kind, str) and number is not None:
            parts.append((name if kind == "gres" and isinstance(name, str) else kind, str(number)))
    return _counted(parts)


def _counted(pairs: Any) -> Iterator[tuple[str, int | str]]:
    """Counts by kind; the sum over the types of GPUs where no count of all of them was told."""
    whole, types = None, dict[str, int]()
    for name, value in pairs:
        size, gpu = _SIZE.match(value), _GPU.match(name)
        if size is None:
            continue
        if gpu and gpu["type"]:
            types[gpu["type"]] = int(Decimal(size[1]))
        elif gpu:
            whole = int(Decimal(size[1]))
        elif name == "mem" and size[2] in _MIB:
            yield "mem", int(Decimal(size[1]) * _MIB[size[2]])
        elif name in ("cpu", "node") and not size[2]:
            yield name, int(Decimal(size[1]))
    if whole is not None or types:
        yield "gpu", sum(types.values()) if whole is None else whole
    if types:
        yield "type", ", ".join(sorted(types))


def _number(value: Any) -> int | None:
    """A count as each version writes it: by itself, or as `{"set": true, "number": 4}`."""
    if isinstance(value, dict):
        value = value.get("number") if value.get("set") and not value.get("infinite") else None
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53 else None


def _word(value: Any) -> str:
    """The state alone: a list of flags begins with it, `CANCELLED by 1000` names a user."""
    value = value[0] if isinstance(value, list) and value else value
    match = _STATE.match(value) if isinstance(value, str) else None
    return match[0] if match else ""


def _milliseconds(seconds: int | None) -> int | None:
    return seconds * 1000 if seconds and seconds < 2**40 else None


def _moment(text: str) -> int | None:
    if _COUNT.match(text):
        return _milliseconds(int(text))
    if not _ZONED.match(text):
        return None
    try:
        return int(datetime.fromisoformat(text).timestamp()) * 1000
    except (ValueError, OverflowError):
        return None
