"""Through the command line: nothing that may not enter Git is written, or printed, or left anywhere."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from cognify import canonical
from tests import seeds
from tests.scenario import Done, Scene
from tests.unit.readers.test_mlflow_stores import store

VALUES = [
    *(("credentials", text) for text in seeds.CREDENTIALS.values()),
    *((kind, text) for kind, (texts, _) in seeds.IDENTIFIERS.items() for text in texts),
]
CONFIG: dict[str, Any] = {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": 64}


@pytest.fixture
def scene(sealed_scene: Scene, tmp_path: Path) -> Scene:
    scene = sealed_scene.copy(tmp_path / "home")
    scene.environment["TMPDIR"] = str(tmp_path / "tmp")
    (tmp_path / "tmp").mkdir()
    return scene


def run(scene: Scene, **more: object) -> Path:
    folder = scene.home / "run"
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(CONFIG | more))
    (folder / "environment.txt").write_text("torch==2.9.1\n")
    (folder / "data/train.jsonl").write_text('{"text": "größe", "label": 1}\n')
    return folder


def capture(scene: Scene, *more: str) -> Done:
    return scene.cognify("capture", "memo", "1.0.0", str(scene.home / "run"), "--tier", "low", *more)


def held(scene: Scene) -> bytes:
    """Everything in the inventory, Git's own folder included, and in the folder for temporary files."""
    roots = (scene.root, Path(scene.environment["TMPDIR"]))
    return b"\n".join(p.read_bytes() for root in roots for p in sorted(root.rglob("*")) if p.is_file())


def blocked(scene: Scene, done: Done, kind: str, value: str, before: bytes) -> None:
    """Exit 1 by the class's id, and nothing of the value is anywhere."""
    assert done.code == 1, done.err
    assert ("secret-found" if kind == "credentials" else "pii-suspect") in done.ids
    assert held(scene) == before
    said = done.out + done.err
    for word in (
        value,
        *(w for w in value.replace("\n", " ").split() if len(w) > 9 and any(c.isdigit() for c in w)),
    ):
        assert word not in said, said


def test_every_class_is_blocked_and_none_is_told(scene: Scene) -> None:
    """One file with all of them: each class by its id, no value in text, JSON or on the disk."""
    folder = run(scene, notes=[text for _, text in VALUES])
    before = held(scene)
    for form in ("text", "json"):
        done = capture(scene, "--format", form)
        for kind, value in VALUES:
            blocked(scene, done, kind, value, before)
    told = done.json()
    assert told["written"] is False
    assert {c["class"] for c in told["privacy"]["classes"] if c["found"]} >= set("ABCDFGHIJKLMNOPQR")
    assert all(c["how"] and c["not_covered"] for c in told["privacy"]["classes"])
    assert {f["where"].rpartition("/")[2].partition(":")[0] for f in told["findings"]} == {"config.json"}
    (folder / "config.json").write_text(json.dumps(CONFIG))
    (folder / "environment.txt").write_text(
        "torch==2.9.1\n" + "".join(f"\n# {text}\n" for text in seeds.CLEAN)
    )
    twin = capture(scene)
    assert twin.code == 0, twin.err
    assert "nothing found" in twin.out


@pytest.mark.parametrize(("kind", "key", "value"), [
    ("credentials", "hub_token", "7ec5bb1f2abc"), ("A", "last_name", "Großmann"), ("C", "dob", "1951-03-04"),
    ("E", "fax_number", "2125550199"), ("H", "mrn", "00481516"), ("R", "employee_id", "E4815162"),
])  # fmt: skip
def test_a_labelled_value_in_each_place(scene: Scene, kind: str, key: str, value: str) -> None:
    """A key of JSON, a comment, a row of data, a tag of an MLflow database."""
    folder = run(scene)
    before = held(scene)
    places = {
        "config.json": json.dumps(CONFIG | {"task_specific_params": {"who": {key: value}}}),
        "environment.txt": f"torch==2.9.1\n# {key}: {value}\n",
        "data/train.jsonl": json.dumps({key: value, "label": 1}) + "\n",
        "data/test.csv": f"n,{key},label\n1,{value},0\n",
    }
    for name, text in places.items():
        old = (folder / name).read_bytes() if (folder / name).exists() else None
        (folder / name).write_text(text)
        blocked(scene, capture(scene, "--keep-data"), kind, value, before)
        (folder / name).unlink() if old is None else (folder / name).write_bytes(old)
    database = store(folder / "mlflow.db", r1={"params": {"lr": "0.5"}, "tags": {key: value}})
    blocked(scene, capture(scene), kind, value, before)
    database.unlink()
    assert capture(scene, "--keep-data").code == 0


def test_a_database_of_many_is_reduced_to_the_run(scene: Scene) -> None:
    """Other runs, deleted rows, users and folders stay outside; the values cite what is kept."""
    folder = run(scene)
    path = store(
        folder / "mlflow.db",
        r1={"params": {"lr": "0.5", "out": "/scratch/zoe/models/memo", "b": "2"}, "tags": {"mlflow.user": "zoegross"},
            "metrics": {"test_f1": (0.25, 0)}},
        other={"params": {"x": "of-someone-else"}, "tags": {"mail": "zoe.gross@clinic.example"}},
    )  # fmt: skip
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA secure_delete = OFF")
        db.execute("INSERT INTO tags VALUES ('gone', '219-09-9999 lingers', 'r1')")
        db.commit()
        db.execute("DELETE FROM tags WHERE key = 'gone'")
        db.commit()
    assert b"lingers" in path.read_bytes()
    done = capture(scene)
    assert done.code == 0, done.err
    everything = held(scene)
    for word in (b"lingers", b"zoegross", b"/scratch/zoe", b"of-someone-else", b"SQLite format 3\x00"):
        assert word not in everything
    lock = json.loads((scene.root / "models/memo/1.0.0/evidence.lock.json").read_bytes())
    kept = next(a for a in lock["artifacts"].values() if a["origin"] == "observed/mlflow.db.json")
    assert kept["scrubbed"] == {
        "bytes": path.stat().st_size, "rules": ["one-run", "path", "user"], "sha256": canonical.sha256(path.read_bytes())
    }  # fmt: skip
    why = scene.must("why", "memo", "1.0.0", "/training/hyperparameters/lr", "--format", "json").json()
    assert (why["value"], why["artifact"]["path"]) == (0.5, "evidence/observed/mlflow.db.json")
    assert why["artifact"]["scrubbed"] == kept["scrubbed"]
    said = scene.must("why", "memo", "1.0.0", "/training/hyperparameters/lr").out
    assert f"scrubbed (one-run, path, user), original sha256 {kept['scrubbed']['sha256']}" in said
    assert scene.must("check", "models/memo/1.0.0", "--draft").code == 0
    first = (scene.root / "models/memo/1.0.0/evidence/observed/mlflow.db.json").read_bytes()
    assert capture(scene).code == 0
    assert (scene.root / "models/memo/1.0.0/evidence/observed/mlflow.db.json").read_bytes() == first


def test_a_rule_of_the_inventory(scene: Scene) -> None:
    """What it takes out is not there, the lock says so, and a rule that changes a value is refused."""
    folder = run(scene, site="MEM-0048151", note="größe")
    (folder / "environment.txt").write_text("torch==2.9.1\nnumpy @ file:///scratch/zoe/wheels/numpy.whl\n")
    rules = "privacy:\n  scrub:\n    - {name: our-sites, pattern: 'MEM-[0-9]+'}\n    - {name: notes, keys: [Note]}\n"
    settings = scene.root / "cognify.yaml"
    plain = settings.read_text()
    settings.write_text(plain + rules)
    told = capture(scene, "--format", "json").json()
    assert told["scrubbed"]["evidence/config.json"]["rules"] == ["notes", "our-sites"]
    digest = canonical.sha256((folder / "environment.txt").read_bytes())
    # The digest of the environment is still the file's own: the file stays outside, by digest.
    assert digest in (scene.root / "models/memo/1.0.0/card.yaml").read_text()
    kept = (scene.root / "models/memo/1.0.0/evidence/scrubbed/environment.txt").read_text()
    assert kept == "torch==2.9.1\nnumpy @ [scrubbed]/numpy.whl\n"
    assert scene.cognify("check", "models/memo/1.0.0", "--draft").code == 0
    settings.write_text(plain + "privacy:\n  scrub:\n    - {name: no-llamas, pattern: llama}\n")
    before = held(scene)
    done = capture(scene)
    assert (done.code, done.ids) == (2, {"scrub-changes-value"})
    assert held(scene) == before


@pytest.mark.parametrize("rule", [
    "allow: [{class: F, path: evidence/x.json, reason: r, by: mara}]", "scrub: [{name: x}]",
    "scrub: [{name: x, pattern: '('}]", "scrub: [{name: x, pattern: 'a*'}]", "scrub: [{name: x, keys: [a], pattern: b}]",
])  # fmt: skip
def test_rules_that_cannot_be(scene: Scene, rule: str) -> None:
    """A class of people is not allowed by a file, and an expression has to be one."""
    run(scene)
    with open(scene.root / "cognify.yaml", "a") as file:
        file.write(f"privacy:\n  {rule}\n")
    done = capture(scene)
    assert (done.code, done.ids) == (2, {"settings-schema"})


def test_an_allowed_credential_is_told_in_every_report(scene: Scene) -> None:
    run(scene, example=seeds.CREDENTIALS["github-token"])
    with open(scene.root / "cognify.yaml", "a") as file:
        file.write(
            "privacy:\n  allow:\n    - {class: credentials, path: evidence/*.json, reason: from a manual, by: Ines}\n"
        )
    done = capture(scene)
    assert done.code == 0, done.err
    assert "note[finding-allowed]" in done.err
    (note,) = [f for f in scene.cognify("check", "models/memo/1.0.0", "--draft", "--format", "json").json()["findings"]
               if f["id"] == "finding-allowed"]  # fmt: skip
    assert "Ines allowed it: from a manual" in note["what"]


def test_a_name_of_a_file_is_looked_at_and_masked(scene: Scene) -> None:
    """A file that nobody reads is listed by its name, which would enter the lock."""
    folder = run(scene)
    before = held(scene)
    (folder / "memo of zoe.gross@clinic.example.txt").write_text("x")
    blocked(scene, capture(scene), "F", "zoe.gross@clinic.example", before)


def test_a_reader_that_quotes_what_it_cannot_read(scene: Scene) -> None:
    """Its error goes through the same detectors."""
    folder = run(scene)
    (folder / "config.json").write_text('{"model_type": "llama", "219-09-9999": 1, "219-09-9999": 2}')
    done = capture(scene)
    assert done.code in (0, 1, 2)
    assert "219-09-9999" not in done.out + done.err


def test_what_check_refuses_is_not_proposed(scene: Scene) -> None:
    """Nor is it told when the proposal is refused."""
    scene.write_version("1.2.0", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03")
    from tests.scenario import RESULTS

    results = RESULTS.replace("größe", "zoe.gross@clinic.example")
    scene.path("1.2.0", "evidence/results.json").write_text(results)
    scene.write_lock("1.2.0", results)
    scene.commit("capture 1.2.0")
    done = scene.cognify("propose", "credit-memo", "1.2.0", "--key", str(scene.key("mara")), "--yes")
    assert (done.code, done.ids) == (3, {"pii-suspect"})
    assert "zoe.gross" not in done.out + done.err


def test_hosts_in_the_names_of_files(scene: Scene) -> None:
    folder = run(scene)
    events = folder / "outputs/runs/Nov23_08-11-30_gpu-17.acme.example"
    events.mkdir(parents=True)
    (events / "events.out.tfevents.1795421490.gpu-17.acme.example.10330.0").write_bytes(b"x")
    assert capture(scene).code == 0
    assert b"gpu-17" not in held(scene)
