"""Logs of Inspect AI: real ones where they lie beside the repository, and every way to be damaged."""

from __future__ import annotations

import json
import struct
import sys
import zlib
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cognify.errors import CaptureError
from cognify.readers import members, read_sources

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Make = Callable[[Mapping[str, object]], Path]
Reads = Callable[..., Any]
FIXTURE = Path(__file__).parents[4] / "shared/fixtures/runs/docs-inspect"
beside = pytest.mark.skipif(not FIXTURE.is_dir(), reason="fixture runs are not here; real logs go untested")

LOG: dict[str, Any] = {
    "version": 2, "status": "success",
    "eval": {
        "task": "t", "task_version": 1, "model": "m/one", "dataset": {"name": "set", "samples": 9},
        "config": {"limit": 5, "epochs": 2, "token_limit": 100}, "packages": {"inspect_ai": "0.3.285"},
        "revision": {"commit": "783b40f", "dirty": True},
    },
    "plan": {"config": {"temperature": 0.5, "max_tokens": None}},
    "results": {
        "total_samples": 5, "completed_samples": 4,
        "scores": [
            {"name": "f", "reducer": "mean", "scored_samples": 3, "unscored_samples": 1,
             "metrics": {"mean": {"value": 0.75}, "stderr": {"value": 0.125}, "std": {"value": float("nan")}}},
            {"name": "g", "metrics": {"stderr": {"value": 0.5}, "": {"value": 1}}}, 7,
        ],
    },
    "stats": {"started_at": "2026-11-23T10:30:57+02:00"},
    "samples": [{"input": "what nobody should copy"}],
}  # fmt: skip


def packed(name: str, raw: bytes, *, method: int = 93, size: int | None = None, crc: int | None = None,
           flags: int = 0, body: bytes | None = None, times: int = 1) -> bytes:  # fmt: skip
    """An archive with one member, as Inspect writes it, or bent as asked."""
    if body is None:
        body = zstd.compress(raw) if method == 93 else raw
        if method == 8:
            deflate = zlib.compressobj(wbits=-15)
            body = deflate.compress(raw) + deflate.flush()
    size, crc, called = (
        len(raw) if size is None else size,
        zlib.crc32(raw) if crc is None else crc,
        name.encode(),
    )
    common = struct.pack("<HHHHHLLLHH", 20, flags, method, 0, 33, crc, len(body), size, len(called), 0)
    local = b"PK\x03\x04" + common + called + body
    entry = b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHLL", 0, 0, 0, 0, 0) + called
    end = b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, times, times, len(entry) * times, len(local), 0)
    return local + entry * times + end


def archive(log: Mapping[str, Any], **how: Any) -> bytes:
    return packed("header.json", json.dumps({k: v for k, v in log.items() if k != "samples"}).encode(), **how)


@beside
def test_the_recorded_logs(read: Reads) -> None:
    """Both formats say the same; the samples are not among what is kept."""
    found = read(FIXTURE)
    runs = [e for e in found.entries("/evaluation/runs") if e.get("tool") == "inspect_ai"]
    assert len(runs) == 2
    for entry in runs:
        assert (entry["dataset"], entry["metric"], entry["n"]) == ("mc", "accuracy", 24)
        assert entry["value"] == Decimal("0.20833333333333334")
        assert entry["stderr"] == Decimal("0.0846811296559438")
        assert (entry["conditions/task"], entry["conditions/task_version"]) == ("docs_mc", 3)
        assert entry["conditions/model"] == "mockllm/model"
        assert entry["tool_version"] == "0.3.285"
        assert "783b40fba1032c9226140e2f66ae06f4c370810e".startswith(entry["conditions/evaluation_commit"])
    kept = [m for m in found.origins.values() if m.origin.startswith("observed/logs/")]
    assert len(kept) == 2
    for material in kept:
        raw = (FIXTURE / material.origin.removeprefix("observed/").removesuffix(".header.json")).read_bytes()
        assert material.original is not None and material.original.size == len(raw)
        assert b"os.setresuid_epoch" not in material.raw and b'"choices"' not in material.raw


@pytest.mark.parametrize("form", ["eval", "json", "stored", "deflated"])
def test_conditions_limits_and_errors(form: str, source: Make, read: Reads) -> None:
    """What was limited, failed or went unscored is said; a metric that is no number is not reported."""
    if form == "json":
        found = read(source({"logs/a.json": LOG}))
    else:
        method = {"eval": 93, "stored": 0, "deflated": 8}[form]
        found = read(source({"logs/a.eval": archive(LOG, method=method)}))
    mean, lone = found.entries("/evaluation/runs")
    conditions = {k.removeprefix("conditions/"): v for k, v in mean.items() if k.startswith("conditions/")}
    assert conditions == {
        "task": "t", "task_version": 1, "model": "m/one", "scorer": "f", "reducer": "mean", "samples": 5,
        "dataset_size": 9, "limit": 5, "epochs": 2, "token_limit": 100, "temperature": Decimal("0.5"),
        "evaluation_commit": "783b40f", "evaluation_dirty": True,
    }  # fmt: skip
    assert (mean["dataset"], mean["metric"], mean["value"], mean["n"]) == ("set", "mean", Decimal("0.75"), 3)
    assert mean["stderr"] == Decimal("0.125")
    assert mean["executed_at"] == "2026-11-23T08:30:57Z"
    assert (lone["metric"], lone["n"]) == ("stderr", 4)
    for words in (("std is 'NaN'",), ("1 of 5 samples failed",), ("1 samples have no score by f",),
                  ("a limit of samples",), ("not committed",)):  # fmt: skip
        assert found.noted("logs/a.", *words)
    assert not any(b"nobody should copy" in (m.raw or b"") for m in found.origins.values())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"version": 3}, "knows up to 2"),
        ({"status": "cancelled"}, "the status cancelled, 4 samples were done"),
        ({"status": "error", "results": None}, "the status error; its"),
        ({"invalidated": True}, "somebody invalidated"),
        ({"results": {"scores": None}}, "holds no scores"),
    ],
)
def test_a_log_that_gives_no_score(change: dict[str, Any], says: str, source: Make, read: Reads) -> None:
    """It is captured all the same, its header kept, and the reason said."""
    found = read(source({"a.eval": archive({**LOG, **change})}))
    assert not found.values
    assert found.noted("a.eval", says)
    assert "observed/a.eval.header.json" in found.origins


def test_a_killed_evaluation(source: Make, read: Reads) -> None:
    """Without a header there is nothing to report; the file is listed by digest."""
    found = read(source({"a.eval": packed("_journal/start.json", b"{}")}))
    assert found.noted("a.eval", "killed")
    assert found.origins["a.eval"].raw is None


BOMB = zstd.compress(bytes(1 << 22))


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (archive(LOG)[:-30], "not a ZIP"),
        (b"\x80\x04}q\x00.", "not a ZIP"),
        (archive(LOG, method=12), "method 12"),
        (archive(LOG, flags=1), "encrypted"),
        (archive(LOG, crc=7), "damaged"),
        (archive(LOG, size=1 << 40 & 0xFFFFFFFF or 1 << 31), "larger than"),
        (archive(LOG, body=b"no frame"), "damaged"),
        (archive(LOG, body=BOMB, size=10), "damaged"),
        (archive(LOG, method=8, body=b"\xff\xff"), "damaged"),
        (packed("header.json", b"[]"), "no such"),
        (packed("header.json", b"{"), "half-written"),
        (b"PK" + archive(LOG)[2:40] + archive(LOG)[60:], ""),
    ],
)  # fmt: skip
def test_archives_that_lie(raw: bytes, says: str, source: Make) -> None:
    """Bombs, locks, damage: a named refusal, or a note for what is no log; never more memory than said."""
    run = source({"a.eval": raw})
    if says == "no such":
        assert any("not a log of Inspect" in note for note in read_sources([run], keep_data=False).notes)
        return
    with pytest.raises(CaptureError) as stop:
        read_sources([run], keep_data=False)
    assert stop.value.fault == "run-unreadable"
    assert says in stop.value.what


def test_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is there twice is none; several frames are one member; too many are refused."""
    path = tmp_path / "a.zip"
    path.write_bytes(packed("../up", b"1", times=2))
    with pytest.raises(CaptureError, match="2 members"):
        members.read(path, tmp_path, "../up")
    path.write_bytes(packed("x", b"ab", body=zstd.compress(b"a") + zstd.compress(b"b")))
    assert members.read(path, tmp_path, "x") == b"ab"
    path.write_bytes(packed("x", b"ab", body=zstd.compress(b"a" * 9)[:-3]))
    with pytest.raises(CaptureError, match="damaged"):
        members.read(path, tmp_path, "x")
    monkeypatch.setattr(members, "MAX_MEMBERS", 0)
    with pytest.raises(CaptureError, match="more than 0"):
        members.names(path, tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        '{"version": 2, "status": "success", "eval": {"task": ',
        '{"version": 2, "status": "success", "eval": {}, "eval": {}}',
        '{"version": 2, "status": "success", "eval": ' + "[" * 500,
    ],
)
def test_json_logs_that_are_damaged(text: str, source: Make) -> None:
    """Half-written, ambiguous or too deep: refused by name."""
    with pytest.raises(CaptureError) as stop:
        read_sources([source({"log.json": text})], keep_data=False)
    assert stop.value.fault == "run-unreadable"


def test_too_large_a_json_log(source: Make, read: Reads, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is listed by digest, and the other format is named."""
    from cognify.readers import taking

    monkeypatch.setattr(taking, "MAX_JSON", 100)
    found = read(source({"log.json": LOG}))
    assert found.noted("log.json", "as .eval")
    assert found.origins["log.json"].raw is None


def test_other_json_is_not_taken_for_a_log(source: Make, read: Reads) -> None:
    """Only what begins like one."""
    found = read(source({"a.json": {"version": 2, "eval": {}}, "b.json": {"status": "success"}}))
    assert {m.extractor for m in found.origins.values()} == {"plain"}
