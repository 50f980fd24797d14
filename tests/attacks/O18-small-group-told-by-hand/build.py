"""O18: small group told by hand."""

from __future__ import annotations

import hashlib

from cognify import strictyaml
from cognify.strictyaml import splice
from tests.scenario import Done, Scene

TABLE = "attribute,group,metric,n,value\nage,a,accuracy,90,0.9\nage,b,accuracy,7,0.857143\nage,c,accuracy,30,0.8\n"


def captured(scene: Scene) -> list[str]:
    folder = scene.home / "run"
    folder.mkdir()
    (folder / "groups.csv").write_text(TABLE)
    scene.must("capture", "credit-memo", "2.0.0", str(folder), "--tier", "low")
    return ["models/credit-memo/2.0.0", "--draft"]


def crime(scene: Scene) -> list[str] | None:
    command = captured(scene)
    path = scene.path("2.0.0", "card.yaml")
    for field, text in (("n", "7"), ("value", "0.857143")):
        card = strictyaml.read(path.read_bytes(), where="card.yaml")
        path.write_bytes(splice.replace(card.raw, card, f"/evaluation/subgroups/1/{field}", text))
    return command


def twin(scene: Scene) -> list[str] | None:
    return captured(scene)


def after_twin(scene: Scene, done: Done) -> None:
    """Neither the number nor a digest of the table lies in the inventory."""
    files = (path for path in scene.path("2.0.0").rglob("*") if path.is_file())
    everything = b"".join(path.read_bytes() for path in files)
    assert b"857143" not in everything
    assert hashlib.sha256(TABLE.encode()).hexdigest().encode() not in everything
