"""The demo, whole: what `make demo` makes is what the README promises."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from cognify import replay, strictyaml
from cognify.errors import ReplayError
from cognify.records import lock as locks
from cognify.records.lock import Citation, Lock

MODEL = "memo-triage"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The demo's folder, made as a stranger would: another home, no git identity, no agent."""
    home = tmp_path_factory.mktemp("demo")
    environment = {"HOME": str(home), "PATH": os.environ["PATH"]}
    environment |= {k: v for k, v in os.environ.items() if k.startswith("COVERAGE")}
    done = subprocess.run(
        [sys.executable, "-m", "cognify", "demo", str(home / "demo")], capture_output=True, text=True,
        env=environment, cwd=home, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    (home / "demo" / "screen.txt").write_text(done.stdout)
    yield home / "demo"


def _lock(demo: Path, version: str) -> tuple[Lock, Path]:
    folder = demo / "inventory/models" / MODEL / version
    return locks.parse((folder / "evidence.lock.json").read_bytes(), where="lock"), folder


def _bytes(demo: Path, folder: Path, path: str) -> bytes:
    return ((demo / "inventory" if path.startswith("datasets/") else folder) / path).read_bytes()


def test_it_ends_with_one_screen(demo: Path) -> None:
    """It says what was proven, what was not, and what to open."""
    screen = (demo / "screen.txt").read_text().partition("=" * 78)[2]
    assert [w for w in ("VERDICT PASS", "proven", "not proven", "open", "genesis") if w not in screen] == []
    for name in ("site/index.html", "package.zip", "inventory/cognify.yaml"):
        assert (demo / name).exists()


def test_two_versions_are_sealed_and_one_is_left_proposed(demo: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cognify", "verify", "--format", "json"],
        cwd=demo / "inventory",
        capture_output=True,
        check=True,
    )
    verdict = json.loads(done.stdout)
    states = {r["version"]: (r["state"], len(r["approvals"])) for r in verdict["records"]}
    assert states == {"1.0.0": ("sealed", 2), "1.1.0": ("sealed", 2), "1.2.0": ("proposed", 0)}
    assert {a["level"] for r in verdict["records"] for a in r["approvals"]} == {"L2"}
    assert verdict["verdict"] == "pass"


def test_check_explains_the_one_seeded_problem(demo: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cognify", "check", "--format", "json"],
        cwd=demo / "inventory",
        capture_output=True,
        check=False,
    )
    serious = [f for f in json.loads(done.stdout)["findings"] if f["severity"] != "note"]
    assert done.returncode == 1
    assert [(f["id"], f["where"].split("/")[2], [said["by"] for said in f.get("explained", ())]) for f in serious] == [
        ("field-gone", "1.1.0", ["Mara Voss"]), ("subgroup-gone", "1.2.0", []), ("requirement-not-evidenced", "1.2.0", []),
    ]  # fmt: skip
    assert "4.7 unitary" in serious[-1]["what"]


def test_every_commit_is_signed(demo: Path) -> None:
    done = subprocess.run(
        ["git", "log", "--format=%H", "main"],
        cwd=demo / "inventory",
        capture_output=True,
        text=True,
        check=True,
    )
    for commit in done.stdout.split():
        raw = subprocess.run(
            ["git", "cat-file", "commit", commit], cwd=demo / "inventory", capture_output=True, check=True
        )
        assert b"-----BEGIN SSH SIGNATURE-----" in raw.stdout


@pytest.mark.parametrize("version", ["1.0.0", "1.1.0", "1.2.0"])
def test_there_is_enough_evidence(demo: Path, version: str) -> None:
    """At least 90 values from at least 6 artifacts of at least 4 media types."""
    lock, _ = _lock(demo, version)
    cited = [c for c in lock.values.values() if c.artifact]
    used = {c.artifact for c in cited}
    assert len(cited) >= 90
    assert len(used) >= 6
    assert len({lock.artifacts[id].media for id in used}) >= 4


@pytest.mark.parametrize("version", ["1.0.0", "1.1.0", "1.2.0"])
def test_why_resolves_every_machine_value(demo: Path, version: str) -> None:
    """100 %: `why` shows the file, the token and the bytes around it, and they give the value."""
    from cognify import explaining

    lock, folder = _lock(demo, version)
    card = strictyaml.read((folder / "card.yaml").read_bytes(), where="card.yaml")
    read = lambda artifact: _bytes(demo, folder, artifact.path) if artifact.path else None  # noqa: E731
    for pointer, citation in lock.values.items():
        explained = explaining.explain(card, lock, pointer, read)
        assert explained.citation == citation
        if not citation.inputs:
            assert explained.parts()[1] == citation.raw, pointer
    assert replay.discrepancies(card, lock, read, where="card.yaml") == ()


def test_why_says_so_on_the_command_line(demo: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cognify", "why", MODEL, "1.1.0", "/training/hyperparameters/lora_r", "--format", "json"],
        cwd=demo / "inventory", capture_output=True, check=True,
    )  # fmt: skip
    said = json.loads(done.stdout)
    assert (said["value"], said["raw"], said["class"]) == (8, "8", "measured")
    assert list(said) == ["pointer", "value", "class", "artifact", "at", "raw", "via", "excerpt"]


def _altered(raw: bytes, citation: Citation) -> bytes:
    """*raw* with the cited token made another."""
    kind, _, rest = citation.at.partition(":")
    if kind == "sqlite":
        table, _, tail = rest.partition("?")
        keys, _, column = tail.partition("#")
        connection = sqlite3.connect(":memory:")
        connection.deserialize(raw)
        where = " AND ".join(f'CAST("{unquote(k.partition("=")[0])}" AS TEXT) = ?' for k in keys.split("&"))
        values = [unquote(k.partition("=")[2]) for k in keys.split("&")]
        connection.execute(
            f'UPDATE "{unquote(table)}" SET "{unquote(column)}" = ? WHERE {where}', ["9.75", *values]
        )
        connection.commit()
        return connection.serialize()
    found = replay.find(citation.at, raw)
    if found.end == 0:
        return raw + b"\n{}\n"
    token = raw[found.start : found.end]
    other = bytes(b ^ 1 if chr(b).isdigit() or chr(b).isalpha() else b for b in token) or b"x"
    if token in (b"true", b"false"):
        other = b"false" if token == b"true" else b"true"
    elif token == b"null":
        other = b'"x"'
    return raw[: found.start] + other + raw[found.end :]


def test_altering_any_one_cited_token_makes_replay_fail(demo: Path) -> None:
    """Each of the citations of 1.1.0, one by one."""
    lock, folder = _lock(demo, "1.1.0")
    survived = []
    for pointer, citation in lock.values.items():
        path = lock.artifacts[citation.artifact].path if citation.artifact else None
        if path is None or citation.at.startswith("safetensors:parameters"):
            continue
        raw = _bytes(demo, folder, path)
        try:
            value, token = replay.value_of(citation, _altered(raw, citation))
        except ReplayError:
            continue
        if token == citation.raw:
            survived.append((pointer, value))
    assert survived == []


def _unpacked(package: Path, into: Path) -> Path:
    with zipfile.ZipFile(package) as packed:
        packed.extractall(into)
    return next(into.iterdir())


def _judge(folder: Path, *command: str) -> int:
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}
    done = subprocess.run([*command], cwd=folder, env=environment, capture_output=True, check=False)
    assert done.returncode in (0, 3), done.stdout.decode() + done.stderr.decode()
    return done.returncode


PYTHON = (shutil.which("python3", path="/usr/bin:/bin") or sys.executable, "verify.py")


@pytest.mark.parametrize("name", ["package.zip", "package-1.0.0.zip"])
def test_packages_verify_without_cognify(demo: Path, tmp_path: Path, name: str) -> None:
    """sh and Python's standard library say yes, and no to one changed byte in any file."""
    folder = _unpacked(demo / name, tmp_path)
    assert _judge(folder, "sh", "verify.sh") == 0
    assert _judge(folder, *PYTHON) == 0
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name not in ("verify.sh", "verify.py"))
    missed = []
    for path in files:
        raw = path.read_bytes()
        at = len(raw) // 2
        path.write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
        if _judge(folder, *PYTHON) != 3:
            missed.append(path.name)
        if (
            path.suffix in (".json", ".yaml", ".sig", ".note", ".vkey", "")
            and _judge(folder, "sh", "verify.sh") != 3
        ):
            missed.append(path.name)
        path.write_bytes(raw)
    assert missed == []
    assert _judge(folder, "sh", "verify.sh") == 0


def test_a_package_is_the_same_bytes_when_made_again(demo: Path, tmp_path: Path) -> None:
    """In another time zone, too."""
    out = tmp_path / "again.zip"
    subprocess.run(
        [sys.executable, "-m", "cognify", "package", MODEL, "1.1.0", "-o", str(out)], cwd=demo / "inventory",
        check=True, capture_output=True, env={**os.environ, "TZ": "Pacific/Auckland"},
    )  # fmt: skip
    with zipfile.ZipFile(out) as again, zipfile.ZipFile(demo / "package.zip") as first:
        assert again.namelist() == first.namelist()
        assert [n for n in first.namelist() if again.read(n) != first.read(n)] == []
    assert out.read_bytes() == (demo / "package.zip").read_bytes()


def test_a_drill_on_it_misses_nothing(demo: Path) -> None:
    """Every step but freshness, which its policy does not ask for, has a crime that it caught."""
    done = subprocess.run(
        [sys.executable, "-m", "cognify", "drill", "--seed", "7", "--format", "json"],
        cwd=demo / "inventory", capture_output=True, text=True, check=False,
    )  # fmt: skip
    report = json.loads(done.stdout)
    assert (done.returncode, report["verdict"]) == (0, "pass"), done.stderr
    caught = [crime for crime in report["crimes"] if crime["result"] == "caught"]
    assert {crime["step"] for crime in caught} == {1, 2, 4, 5, 6, 7, 8, 9}
    assert len(caught) == len(report["crimes"]) - 1
