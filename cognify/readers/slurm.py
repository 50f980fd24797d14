"""SLURM's accounting, saved: `sacct --json`, `sacct -P`, `scontrol show job`; and batch scripts.

What is saved names the user, the account, the hosts and folders, so it stays outside by digest, and
what is claimed is cited from an observation. All of it is declared: nobody signed such a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from cognify.errors import CaptureError
from cognify.readers import slurm_job, taking, walk
from cognify.readers.reading import DECLARED, FALLBACK, Claim, Material, Original, Reading
from cognify.readers.slurm_job import Job
from cognify.readers.tracker import RULE

_NAMED = re.compile(r"sacct|scontrol|slurm|squeue", re.IGNORECASE)
_SAVED = ("", ".json", ".txt", ".csv", ".psv", ".log")
_SCRIPTS = (".sh", ".bash", ".sbatch", ".slurm", ".job")
_OUTPUT = re.compile(r"slurm-([0-9]{1,12}(?:_[0-9]{1,9})?)\.out\Z")
_LIMIT = 16 * 1024 * 1024
_HEAD = 64 * 1024
_OPTION = re.compile(r"#SBATCH\s+--(?P<name>[a-z-]+)[=\s]\s*(?P<value>[^\s#]+)\s*(?:#.*)?\Z")
_SHORT = re.compile(r"#SBATCH\s+-(?P<name>[A-Za-z])\s*=?\s*(?P<value>[^\s#]+)\s*(?:#.*)?\Z")
_ASKED = (
    "nodes", "ntasks", "ntasks-per-node", "cpus-per-task", "gpus", "gpus-per-node", "gpus-per-task",
    "gres", "mem", "mem-per-cpu", "mem-per-gpu", "constraint",
)  # fmt: skip
_LONG = {"N": "nodes", "n": "ntasks", "c": "cpus-per-task", "G": "gpus", "C": "constraint"}
_SIMPLE = re.compile(r"[A-Za-z0-9_:.,|&()\[\]*+-]{1,100}\Z")


class _Slurm:
    name = "slurm"
    version = 1

    def finds(self, source: Path) -> tuple[Path, ...]:
        """Saved answers of sacct and scontrol, by name and by how they begin; scripts with `#SBATCH`."""
        return tuple(path for path in walk.files(source) if _is_saved(path) or _is_script(path))

    def read(self, found: Path, source: Path) -> Reading:
        """The job that *found* tells of, or what the script asks for.

        Raises:
            CaptureError: `run-unreadable`; `run-ambiguous`: several jobs, and no `slurm-<id>.out`
                that says which one this is.
        """
        if found.suffix.lower() in _SCRIPTS:
            return self._script(found, source)
        where = walk.relative(found, source)
        raw = taking.read(found, source, limit=_LIMIT)
        whole = taking.hashed(self, found, source)
        try:
            jobs = slurm_job.jobs(raw, where, is_json=_begins(raw, b"{"))
        except slurm_job.NewerFormat as newer:
            note = f"{where} is of {newer}; this version knows {slurm_job.KNOWN}: listed by digest, not read"
            return Reading((whole,), notes=(note,))
        if not jobs:
            return Reading((whole,), notes=(f"{where} tells of no job of SLURM",))
        job = _chosen(jobs, _outputs(source), where)
        return self._told(job, where, whole)

    def _told(self, job: Job, where: str, whole: Material) -> Reading:
        seen = taking.observation(self, f"observed/{where}.json", {
            "observed": "slurm-job", "run_id": job.id, "state": job.state, "hardware": dict(job.hardware),
            **({"exit_code": job.exit_code} if job.exit_code is not None else {}),
            **({"started": job.started} if job.started else {}),
            **({"ended": job.ended} if job.ended else {}),
            "files": [{"sha256": whole.sha256, "bytes": whole.size}],
        })  # fmt: skip
        seen = replace(seen, original=Original((RULE,), whole.sha256, whole.size))
        return Reading((whole, seen), tuple(_claims(job, seen.origin)), notes=tuple(_course(job, where)))

    def _script(self, found: Path, source: Path) -> Reading:
        """Paths and addresses stay in the script; what it asks for of the machine is written down."""
        where, whole = walk.relative(found, source), taking.hashed(self, found, source)
        asked = _asked(taking.read(found, source, limit=_LIMIT))
        if not asked:
            return Reading((whole,))
        seen = taking.observation(self, f"observed/{where}.json", {
            "observed": "slurm-script", "requested": asked,
            "files": [{"sha256": whole.sha256, "bytes": whole.size}],
        })  # fmt: skip
        claims = tuple(
            Claim(taking.pointer("training", "hardware", f"requested_{name.replace('-', '_')}"), seen.origin,
                  f"json:{taking.pointer('requested', name)}", "text", DECLARED)
            for name in asked
        )  # fmt: skip
        return Reading((whole, seen), claims)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD)
    except OSError:
        return b""


def _begins(raw: bytes, mark: bytes) -> bool:
    return raw.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(mark)


def _is_saved(path: Path) -> bool:
    if not _NAMED.search(path.name) or path.suffix.lower() not in _SAVED:
        return False
    head = _head(path)
    if path.suffix.lower() == ".json":
        return (b'"jobs"' in head and b'"meta"' in head) or slurm_job.is_answer(head)
    return _begins(head, b"JobId=") or _begins(head, b"JobID|") or slurm_job.is_answer(head)


def _is_script(path: Path) -> bool:
    if path.suffix.lower() not in _SCRIPTS:
        return False
    head = _head(path)
    return head.startswith(b"#!") and any(line.startswith(b"#SBATCH") for line in head.splitlines())


def _asked(raw: bytes) -> dict[str, str]:
    """Options of `#SBATCH` lines before the first command, as SLURM reads them; the last of a name counts."""
    asked: dict[str, str] = {}
    for line in raw.decode(errors="replace").splitlines():
        if line.strip() and not line.startswith("#"):
            break
        match = _OPTION.match(line) or _SHORT.match(line)
        name = _LONG.get(match["name"], match["name"]) if match else ""
        if match and name in _ASKED and _SIMPLE.match(match["value"]):
            asked[name] = match["value"]
    return asked


def _outputs(source: Path) -> frozenset[str]:
    """The jobs whose output lies in the source."""
    return frozenset(match[1] for path in walk.files(source) if (match := _OUTPUT.match(path.name)))


def _chosen(jobs: list[Job], outputs: frozenset[str], where: str) -> Job:
    """The one job, its last start where it was requeued; of several the one whose output lies there."""
    ids = {job.id for job in jobs}
    if len(ids) > 1 and len(ids & outputs) == 1:
        ids &= outputs
    if len(ids) > 1:
        raise CaptureError(
            f"{len(ids)} jobs of SLURM were saved: {', '.join(sorted(ids)[:5])}", where=where,
            fix="save the one that trained, as `sacct -j ID --json` does", id="run-ambiguous",
        )  # fmt: skip
    return max((job for job in jobs if job.id in ids), key=lambda job: job.started or 0)


def _claims(job: Job, origin: str) -> Iterator[Claim]:
    """SLURM has an id and a clock of its own, as each tracker has."""
    yield Claim("/training/run_id", origin, "json:/run_id", "text", DECLARED, FALLBACK)
    for name, moment in (("started", job.started), ("ended", job.ended)):
        if moment:
            yield Claim(f"/training/{name}_at", origin, f"json:/{name}", "epoch-ms", DECLARED, FALLBACK)
    yield Claim("/training/x-slurm_state", origin, "json:/state", "text", DECLARED)
    if job.exit_code is not None:
        yield Claim("/training/x-slurm_exit_code", origin, "json:/exit_code", "integer", DECLARED)
    for name, value in job.hardware.items():
        via = "text" if isinstance(value, str) else "integer"
        yield Claim(f"/training/hardware/{name}", origin, f"json:/hardware/{name}", via, DECLARED)


def _course(job: Job, where: str) -> Iterator[str]:
    if job.state != slurm_job.COMPLETED:
        yield f"{where}: SLURM's job {job.id} has the state {job.state}"
    if job.zoneless:
        yield (
            f"{where}: times without a zone were left out: save `sacct --json`, "
            "or set SLURM_TIME_FORMAT=%s before `sacct -P` or `scontrol show job`"
        )


SLURM = _Slurm()
