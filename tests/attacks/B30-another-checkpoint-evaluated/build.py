"""B30: another checkpoint evaluated."""

from __future__ import annotations

import json

from tests.scenario import Scene


def weights(name: str) -> bytes:
    header = json.dumps({name: {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    return len(header).to_bytes(8, "little") + header + bytes(4)


def run(scene: Scene, evaluated: str) -> list[str]:
    folder = scene.home / "run"
    (folder / "out/checkpoint-5").mkdir(parents=True)
    (folder / "out/model.safetensors").write_bytes(weights("last"))
    (folder / "out/checkpoint-5/model.safetensors").write_bytes(weights("best"))
    report = {
        "results": {"t": {"acc,none": 0.75}}, "n-samples": {"t": {"original": 40, "effective": 40}},
        "config": {"model_args": {"pretrained": evaluated}}, "lm_eval_version": "0.4.13",
    }  # fmt: skip
    (folder / "results_2026-11-23T08-29-45.332936.json").write_text(json.dumps(report))
    scene.must("capture", "credit-memo", "2.0.0", str(folder), "--tier", "low")
    return ["models/credit-memo/2.0.0", "--draft"]


def crime(scene: Scene) -> list[str] | None:
    return run(scene, "out/checkpoint-5")


def twin(scene: Scene) -> list[str] | None:
    return run(scene, "out")
