"""Through the command line: a run that was logged to a real MLflow tracking server, over REST."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cognify import strictyaml
from tests import tracking
from tests.scenario import Done, Scene

pytestmark = pytest.mark.slow  # a server of its own, of 350 MB

COMMIT = "0863a0bd42d9b96d7a0458d71114a5f60956f7e0"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tracking.Server]:
    with tracking.serving(tmp_path_factory.mktemp("tracking")) as server:
        yield server


@pytest.fixture
def scene(sealed_scene: Scene, tmp_path: Path) -> Scene:
    return sealed_scene.copy(tmp_path / "home")


def logged(server: tracking.Server) -> str:
    """A finished run with everything that a card takes, and much that it must not."""
    experiment = server.post("experiments/create", name="größe")["experiment_id"]
    tags = {"mlflow.user": "änn-lee", "mlflow.source.name": "/home/änn-lee/secret/train.py",
            "mlflow.source.git.commit": COMMIT}  # fmt: skip
    run: str = server.post(
        "runs/create", experiment_id=experiment, run_name="sft", start_time=1795421486599,
        tags=[{"key": key, "value": value} for key, value in tags.items()],
    )["run"]["info"]["run_id"]  # fmt: skip
    metrics = [("test_accuracy", 0.5, 1), ("test_accuracy", 0.1, 2), ("test_accuracy", 0.91, 9),
               ("train_loss", "NaN", 9), ("validation_loss", "Infinity", 9), ("test_f1", 1e-07, 9)]  # fmt: skip
    server.post(
        "runs/log-batch", run_id=run,
        params=[{"key": k, "value": v} for k, v in (("lr", "2e-5"), ("größe", "7"), ("seed", "42"))],
        metrics=[{"key": k, "value": v, "timestamp": 1795421500000 + n, "step": n} for k, v, n in metrics],
    )  # fmt: skip
    server.post("runs/log-inputs", run_id=run, datasets=[
        {"tags": [{"key": "mlflow.data.context", "value": role}],
         "dataset": {"name": name, "digest": f"d{role}", "source_type": "local", "schema": "{}",
                     "source": json.dumps({"uri": f"/home/änn-lee/{name}.csv"}),
                     "profile": json.dumps({"num_rows": rows})}}
        for name, role, rows in (("loans", "train", 900), ("loans-held", "test", 100))
    ])  # fmt: skip
    server.post("runs/update", run_id=run, status="FINISHED", end_time=1795421678804)
    return run


def capture(scene: Scene, *sources: str | Path, version: str = "1.0.0") -> Done:
    return scene.cognify("capture", "memo", version, *map(str, sources), "--tier", "low")


def card(scene: Scene, version: str = "1.0.0") -> Any:
    path = scene.root / f"models/memo/{version}/card.yaml"
    return strictyaml.load(path.read_bytes(), where="card")


def written(scene: Scene) -> dict[str, bytes]:
    places = (p for p in (scene.root / "models/memo").rglob("*") if p.is_file())
    return {place.relative_to(scene.root).as_posix(): place.read_bytes() for place in places}


def test_a_run_on_a_server(server: tracking.Server, scene: Scene, tmp_path: Path) -> None:
    """True values; every citation replays; the same bytes again; and the card of the server's own database."""
    run = logged(server)
    done = capture(scene, server.address(run))
    assert done.code == 0, done.err
    found = card(scene)
    training, results = found["training"], found["evaluation"]["runs"]
    assert training["run_id"] == run and training["code_commit"] == COMMIT
    assert (training["started_at"], training["ended_at"]) == ("2026-11-23T08:11:26Z", "2026-11-23T08:14:38Z")
    assert training["hyperparameters"] == {"lr": 2e-5, "größe": 7}
    assert training["seeds"] == {"seed": 42}
    assert {(r["dataset"], r["metric"]): r["value"] for r in results} == {
        ("test", "accuracy"): 0.91, ("test", "f1"): 1e-7,
    }  # fmt: skip
    assert {(d["role"], d["id"], d["version"], d["records"]) for d in found["data"]["datasets"]} == {
        ("train", "loans", "dtrain", 900), ("test", "loans-held", "dtest", 100),
    }  # fmt: skip
    assert "train_loss is not finite" in done.err and "validation_loss is not finite" in done.err
    assert scene.cognify("fill", "models/memo/1.0.0", "--check").code == 0
    first = written(scene)
    assert not any("änn-lee".encode() in raw for raw in first.values())
    again = capture(scene, server.address(run))
    assert (again.code, written(scene)) == (0, first), again.err

    store = tmp_path / "store"
    store.mkdir()
    for path in server.folder.glob("mlflow.db*"):
        shutil.copy(path, store)
    done = capture(scene, store, version="1.0.1")
    assert done.code == 0, done.err
    local = card(scene, "1.0.1")
    for result in (*results, *local["evaluation"]["runs"]):
        result.pop("report_digest")  # of the observation, which says whence it is
    for told in (found, local):
        told["evaluation"].pop("weights", None)  # by report, and so by the same digest
    assert {k: local[k] for k in ("training", "data", "evaluation")} == {
        k: found[k] for k in ("training", "data", "evaluation")
    }


def test_runs_that_are_not_done_or_not_there(server: tracking.Server, scene: Scene) -> None:
    """A run that goes on is captured with a note; a deleted or absent one is `capture-failed`, exit 2."""
    run = server.post("runs/create", experiment_id="0", start_time=1795421486599)["run"]["info"]["run_id"]
    done = capture(scene, server.address(run))
    assert done.code == 0 and "has the status RUNNING" in done.err, done.err
    server.post("runs/delete", run_id=run)
    for id, said in ((run, "the run is deleted"), ("0" * 32, "there is no such run")):
        done = capture(scene, server.address(id), version="1.0.2")
        assert (done.code, "error[capture-failed]" in done.err, said in done.err) == (2, True, True), done.err
    assert not (scene.root / "models/memo/1.0.2").exists()
