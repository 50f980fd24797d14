"""What SLURM says of a job: as sacct and scontrol print it, saved beside the run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognify.errors import CaptureError
from cognify.readers import read_sources, slurm_job

Reads = Callable[..., Any]
_HARDWARE = "/training/hardware"
_TRES = "cpu=16,mem=62.50G,node=2,billing=16,gres/gpu=8,gres/gpu:a100=8"


def _set(number: int) -> dict[str, Any]:
    return {"set": True, "infinite": False, "number": number}


def _answer(*jobs: dict[str, Any], parser: str = "v0.0.41") -> str:
    meta = {"plugin": {"type": "openapi/slurmdbd", "data_parser": f"data_parser/{parser}"}}
    return json.dumps({"meta": meta, "jobs": list(jobs), "warnings": [], "errors": []})


def _job(number: int = 4711, **more: Any) -> dict[str, Any]:
    gres = {"type": "gres", "id": 1001}
    return {
        "job_id": number, "array": {"job_id": 0, "task_id": {"set": False, "infinite": False, "number": 0}},
        "state": {"current": ["COMPLETED"], "reason": "None"}, "user": "mmuster", "nodes": "gpu-node-[01-02]",
        "exit_code": {"status": ["SUCCESS"], "return_code": _set(0)},
        "time": {"start": 1_760_000_000, "end": 1_760_003_600, "elapsed": 3600},
        "tres": {"allocated": [
            {"type": "cpu", "name": "", "id": 1, "count": 16}, {"type": "mem", "name": "", "id": 2, "count": 64_000},
            {"type": "node", "name": "", "id": 4, "count": 2}, {**gres, "name": "gpu", "count": 8},
            {**gres, "name": "gpu:a100", "count": 8},
        ]},
    } | more  # fmt: skip


def _columns(*rows: str) -> str:
    head = "JobID|JobName|User|State|ExitCode|Start|End|NNodes|AllocTRES"
    return "\n".join([head, *rows]) + "\n"


_PAIRS = f"""JobId=4711 JobName=sft
   UserId=mmuster(1000) GroupId=users(100) MCS_label=N/A
   JobState=COMPLETED Reason=None Dependency=(null)
   Requeue=1 Restarts=0 BatchFlag=1 Reboot=0 ExitCode=0:0
   StartTime=1760000000 EndTime=1760003600 Deadline=N/A
   NodeList=gpu-node-[01-02]
   NumNodes=2 NumCPUs=16 NumTasks=2 CPUs/Task=8
   ReqTRES={_TRES}
   AllocTRES={_TRES}
   Command=/export/mmuster/train.sh
"""
_OLD: dict[str, Any] = {
    "state": {"current": "COMPLETED"}, "exit_code": {"status": "SUCCESS", "return_code": 0},
    "array": {"job_id": 0, "task_id": None},
}  # fmt: skip
_LIVE = {
    "job_id": 4711, "job_state": ["COMPLETED"], "exit_code": {"return_code": _set(0)},
    "start_time": _set(1_760_000_000), "end_time": _set(1_760_003_600), "tres_alloc_str": _TRES,
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("sacct.json", _answer(_job())),
        ("sacct-2021.json", _answer(_job(**_OLD), parser="v0.0.37")),
        ("scontrol.json", _answer(_LIVE)),
        ("sacct.txt", _columns(
            f"4711|sft|mmuster|COMPLETED|0:0|1760000000|1760003600|2|{_TRES}",
            "4711.batch|batch||COMPLETED|0:0|1760000000|1760003600|1|cpu=8,mem=32000M,node=1",
        )),
        ("sacct-zoned.txt", _columns(
            f"4711|sft|mmuster|COMPLETED|0:0|2025-10-09T10:53:20+0200|2025-10-09T11:53:20+0200|2|{_TRES}",
        )),
        ("scontrol-4711.txt", _PAIRS),
    ],
)  # fmt: skip
def test_one_job_however_it_was_saved(name: str, text: str, tmp_path: Path, read: Reads) -> None:
    """The same job gives the same values; nobody's name comes with them."""
    (tmp_path / name).write_text(text)
    found = read(tmp_path)
    assert found.values == {
        "/training/run_id": "4711", "/training/started_at": "2025-10-09T08:53:20Z",
        "/training/ended_at": "2025-10-09T09:53:20Z", "/training/x-slurm_state": "COMPLETED",
        "/training/x-slurm_exit_code": 0, f"{_HARDWARE}/nodes": 2, f"{_HARDWARE}/allocated_cpus": 16,
        f"{_HARDWARE}/allocated_gpus": 8, f"{_HARDWARE}/allocated_memory_mib": 64_000,
        f"{_HARDWARE}/gpu_type": "a100",
    }  # fmt: skip
    assert set(found.kinds.values()) == {"declared"}
    assert all(
        b"mmuster" not in (m.raw or b"") and b"gpu-node" not in (m.raw or b"") for m in found.origins.values()
    )


def test_a_job_that_runs_and_one_that_failed(tmp_path: Path, read: Reads) -> None:
    """Of a running job SLURM tells when it will be stopped, which is no end; a failed one is told."""
    (tmp_path / "scontrol.txt").write_text(_PAIRS.replace("COMPLETED", "RUNNING"))
    found = read(tmp_path)
    assert "/training/ended_at" not in found.values
    assert "/training/x-slurm_exit_code" not in found.values
    assert any("has the state RUNNING" in note for note in found.reading.notes)
    (tmp_path / "scontrol.txt").write_text(
        _PAIRS.replace("COMPLETED", "FAILED").replace("ExitCode=0", "ExitCode=137")
    )
    assert read(tmp_path)["/training/x-slurm_exit_code"] == 137


def test_times_without_a_zone_are_left_out(tmp_path: Path, read: Reads) -> None:
    """Nobody can tell of which zone they are, so a note says how to save them."""
    row = f"4711|sft|mmuster|CANCELLED by 1000|0:15|2025-10-09T10:53:20|2025-10-09T11:53:20|2|{_TRES}"
    (tmp_path / "sacct.txt").write_text(_columns(row))
    found = read(tmp_path)
    assert "/training/started_at" not in found.values
    assert found["/training/x-slurm_state"] == "CANCELLED"
    assert any("SLURM_TIME_FORMAT" in note for note in found.reading.notes)


def test_several_jobs(tmp_path: Path, read: Reads) -> None:
    """They are refused, unless the output of one of them lies there; of a requeued job the last start counts."""
    again = _job(time={"start": 1_760_010_000, "end": 1_760_020_000})
    (tmp_path / "sacct.json").write_text(_answer(_job(), again, _job(4712)))
    with pytest.raises(CaptureError) as stop:
        read_sources([tmp_path], keep_data=False)
    assert stop.value.fault == "run-ambiguous"
    (tmp_path / "slurm-4711.out").write_text("epoch 1\n")
    assert read(tmp_path)["/training/started_at"] == "2025-10-09T11:40:00Z"


def test_an_array_goes_by_its_task(tmp_path: Path, read: Reads) -> None:
    """As sacct shows it and as the output file is called."""
    (tmp_path / "sacct.json").write_text(_answer(_job(array={"job_id": 4700, "task_id": _set(3)})))
    (tmp_path / "scontrol.txt").write_text(
        _PAIRS.replace("JobId=4711", "JobId=4711 ArrayJobId=4700 ArrayTaskId=3")
    )
    found = read(tmp_path)
    assert found["/training/run_id"] == "4700_3"
    (tmp_path / "scontrol.txt").write_text(_PAIRS)
    with pytest.raises(CaptureError) as stop:
        read_sources([tmp_path], keep_data=False)
    assert stop.value.fault == "run-ambiguous"


def test_a_job_name_cannot_speak_for_slurm(tmp_path: Path, read: Reads) -> None:
    """What stands twice in what scontrol prints is left out."""
    (tmp_path / "scontrol.txt").write_text(
        _PAIRS.replace("JobName=sft", f"JobName=x AllocTRES={_TRES.replace('8', '9')}")
    )
    assert f"{_HARDWARE}/allocated_gpus" not in read(tmp_path).values


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (_answer(_job(), parser="v0.0.99"), "data_parser v0.0.99; this version knows"),
        (_answer(), "tells of no job"),
        (_answer(_job(state={"current": []})), "tells of no job"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_listed(text: str, note: str, tmp_path: Path, read: Reads) -> None:
    """By digest, with a note."""
    (tmp_path / "sacct.json").write_text(text)
    found = read(tmp_path)
    assert not found.values
    assert any(note in line for line in found.reading.notes)
    assert "sacct.json" in found.origins


@pytest.mark.parametrize(("name", "text"), [
    ("sacct.json", _answer(_job())[:200]), ("sacct.txt", _columns("4711|sft|mmuster|COMPL")),
])  # fmt: skip
def test_half_written(name: str, text: str, tmp_path: Path) -> None:
    """A named refusal."""
    (tmp_path / name).write_text(text)
    with pytest.raises(CaptureError) as stop:
        read_sources([tmp_path], keep_data=False)
    assert stop.value.fault == "run-unreadable"


def test_what_a_script_asks_for(tmp_path: Path, read: Reads) -> None:
    """Options up to the first command, as SLURM reads them; paths and addresses stay in the script."""
    (tmp_path / "train.sbatch").write_text(
        "#!/bin/bash\n#SBATCH --nodes=2\n#SBATCH -c 8\n#SBATCH --gres gpu:a100:4 # all\n"
        "#SBATCH --mail-user=m@example.org\n#SBATCH --output=/export/mmuster/%j.out\n\nsrun python train.py\n"
        "#SBATCH --mem=1G\n"
    )
    (tmp_path / "none.sh").write_text("#!/bin/sh\n#SBATCH --account=x\n")
    (tmp_path / "plain.sh").write_text("#!/bin/sh\necho\n")
    assert read(tmp_path).values == {
        f"{_HARDWARE}/requested_nodes": "2", f"{_HARDWARE}/requested_cpus_per_task": "8",
        f"{_HARDWARE}/requested_gres": "gpu:a100:4",
    }  # fmt: skip


@given(st.sampled_from([_answer(_job()), _columns("1|a|b|FAILED|1:0|1|2|2|cpu=1"), _PAIRS]), st.data())
def test_a_bent_answer_gives_jobs_or_a_refusal(text: str, data: st.DataObject) -> None:
    """Whatever is cut out or put in: nothing else is raised."""
    at = data.draw(st.integers(0, len(text)))
    bent = text[:at] + data.draw(st.text(max_size=5)) + text[at + data.draw(st.integers(0, 9)) :]
    try:
        for job in slurm_job.jobs(bent.encode("utf-8", "replace"), "x", is_json=bent.startswith("{")):
            assert job.id and job.state
    except (CaptureError, slurm_job.NewerFormat):
        pass
