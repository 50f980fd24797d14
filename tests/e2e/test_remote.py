"""Through the command line: data in a store, read over HTTP from a server of S3 on this machine."""

from __future__ import annotations

import base64
import gzip
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from cognify import strictyaml
from tests.forge import sha256
from tests.scenario import Done, Scene

CSV = b"x,y\n" + b"1,0.5\n" * 5000
SERVER = """\
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
server._thread.join()
"""


PUT = """\
import base64, json, sys
import botocore.session
store = botocore.session.get_session().create_client("s3")
store.create_bucket(Bucket="bucket")
for name, raw in json.load(sys.stdin).items():
    store.put_object(Bucket="bucket", Key=name, Body=base64.b64decode(raw))
print(store.generate_presigned_url("get_object", {"Bucket": "bucket", "Key": name}))
"""


def parquet() -> bytes:
    held = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table({"größe": list(range(500)), "z": ["a"] * 500}), held)
    return held.getvalue()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", SERVER], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert server.stdout is not None
    yield int(server.stdout.readline())
    server.kill()
    server.wait()
    server.stdout.close()


@pytest.fixture
def scene(sealed_scene: Scene, tmp_path: Path, port: int) -> Scene:
    """A person whose surroundings know the store and its keys."""
    scene = sealed_scene.copy(tmp_path / "home")
    scene.environment |= {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_ACCESS_KEY_ID": "known-to-the-store",
        "AWS_SECRET_ACCESS_KEY": "known-to-the-store", "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }  # fmt: skip
    return scene


def put(scene: Scene, **objects: bytes) -> str:
    """Objects by their names, in a bucket; and an address that whoever has it may read one day."""
    told = json.dumps({name: base64.b64encode(raw).decode() for name, raw in objects.items()})
    done = subprocess.run(
        [sys.executable, "-c", PUT],
        input=told,
        env=scene.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def capture(scene: Scene, *arguments: str | Path) -> Done:
    return scene.cognify("capture", "memo", "1.0.0", *map(str, arguments), "--tier", "low")


def kept(scene: Scene) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    place = scene.root / "models/memo/1.0.0"
    card: Any = strictyaml.load((place / "card.yaml").read_bytes(), where="card")
    lock = json.loads((place / "evidence.lock.json").read_bytes())
    return card, {a["origin"]: a for a in lock["artifacts"].values()}


def written(scene: Scene) -> str:
    """All that a commit would take."""
    places = (p for p in scene.root.rglob("*") if p.is_file() and ".git" not in p.parts)
    return "".join(place.read_text(errors="replace") for place in places)


def test_data_in_a_store(scene: Scene, tmp_path: Path) -> None:
    """Beside a run on the disk: digest, size, custodian, records, columns; every citation replays."""
    run = tmp_path / "run"
    run.mkdir()
    (run / "all_results.json").write_text('{"eval_loss": 0.5}')
    table, packed = parquet(), gzip.compress(CSV)
    put(scene, **{"v1/train.parquet": table, "v1/test.csv.gz": packed, "v1/weights.bin": b"w" * 99})
    names = [f"s3://bucket/v1/{name}" for name in ("train.parquet", "test.csv.gz", "weights.bin")]
    done = capture(scene, run, *names)
    assert done.code == 0, done.err
    card, held = kept(scene)
    train, test, weights = (held[name] for name in names)
    assert (train["uri"], train["sha256"], train["bytes"]) == (names[0], sha256(table), len(table))
    assert (test["sha256"], weights["sha256"]) == (sha256(packed), sha256(b"w" * 99))
    assert {a["custodian"] for a in (train, test, weights)} == {"s3://bucket"}
    assert {(d["role"], d["records"]) for d in card["data"]["datasets"]} == {("train", 500), ("test", 5000)}
    assert scene.cognify("fill", "models/memo/1.0.0", "--check").code == 0
    text = written(scene)
    assert "known-to-the-store" not in text


def test_a_folder_in_a_store(scene: Scene) -> None:
    """Everything under it, shards as one data set; a star picks by name in the one folder."""
    objects = {f"v2/data/train-{i:05d}-of-00002.csv": CSV for i in range(2)}
    put(
        scene,
        **objects,
        **{"v2/data/test.csv": CSV, "v2/weights.bin": b"w", "v2/.hidden/x": b"x", "v22/x": b"x"},
    )
    done = capture(scene, "s3://bucket/v2/")
    assert done.code == 0, done.err
    card, held = kept(scene)
    outside = {f"s3://bucket/{name}" for name in (*objects, "v2/data/test.csv", "v2/weights.bin")}
    assert {origin for origin in held if "://" in origin} == outside
    records = {(entry["id"], entry["role"], entry["records"]) for entry in card["data"]["datasets"]}
    assert records == {("train", "train", 10_000), ("test", "test", 5000)}
    done = capture(scene, "s3://bucket/v2/data/te*.csv")
    assert done.code == 0, done.err
    card, held = kept(scene)
    assert {origin for origin in held if "://" in origin} == {"s3://bucket/v2/data/test.csv"}
    assert [entry["id"] for entry in card["data"]["datasets"]] == ["test"]
    assert "that no source gives any more" in done.out
    assert scene.cognify("fill", "models/memo/1.0.0", "--check").code == 0


def test_a_signed_address_is_not_written(scene: Scene) -> None:
    """Its signature opens the object for whoever reads the record; the rest of it names the object."""
    signed = put(scene, **{"train.csv": CSV})
    assert "Signature=" in signed
    done = capture(scene, signed)
    assert done.code == 0, done.err
    (uri,) = [a["uri"] for a in kept(scene)[1].values() if "uri" in a]
    assert uri == signed.partition("?")[0] and "query is not recorded" in done.err
    text = written(scene)
    for said in (text, done.out, done.err):
        assert "Signature=" not in said and "known-to-the-store" not in said


def test_what_cannot_be_read(scene: Scene) -> None:
    """Refused by name, nothing written, no key repeated."""
    put(scene, **{"folder/a.csv": CSV, "data/cut.parquet": parquet()[:200]})
    for name, exit, id in (
        ("s3://bucket/none.csv", 2, "capture-failed"),
        ("s3://bucket/folder", 2, "capture-failed"),
        ("s3://bucket/none/", 2, "capture-failed"),
        ("s3://bucket/folder/*.parquet", 2, "capture-failed"),
        ("s3://bucket/*.parquet", 2, "address-refused"),
        ("s3://bucket/data/cut.parquet", 2, "run-unreadable"),
        ("s3://key:secret@bucket/train.csv", 2, "address-refused"),
        ("http://127.0.0.1:9/train.csv", 4, "unreachable"),
    ):
        done = capture(scene, name)
        assert (done.code, f"error[{id}]" in done.err) == (exit, True), done.err
        assert "secret" not in done.err + done.out
    assert not (scene.root / "models/memo/1.0.0").exists()
