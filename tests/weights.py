"""An inventory whose versions hold weights, each cited, and the folder that a service would load."""

from __future__ import annotations

import json
from pathlib import Path

from cognify import canonical
from tests import scenario
from tests.scenario import MODEL, NONE, Done, Scene

RECORD = "urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0b0%d"
FILES = {
    "outputs/adapter.safetensors": b"the weights", "outputs/config.json": b'{"layers": 2}',
    "outputs/checkpoint-3/adapter.safetensors": b"an earlier state of them",
    "outputs/checkpoint-3/config.json": b'{"layers": 2}',
}  # fmt: skip
LATER = ("outputs/checkpoint-3/adapter.safetensors", "outputs/checkpoint-3/config.json")
SOLO = """\
version: 1
profile: solo
people:
  ines:
    name: Inés Okafor
    roles: [owner]
    keys: [{{ssh: "{ines}"}}]
signoff:
  - tiers: [low]
    all_of: [{{role: owner, min: 1}}]
policy_change: {{role: owner, min: 1}}
"""
RELEASED = "outputs/adapter.safetensors"


def write(scene: Scene, version: str, record: str, *, released: tuple[str, ...] = (RELEASED,)) -> None:
    """A version whose card lists *released* as its weights, each cited, and whose lock knows all FILES."""
    scene.write_version(version, record=record)
    listed = [
        {"path": name, "sha256": canonical.sha256(FILES[name]), "bytes": len(FILES[name])}
        for name in released
    ]
    seen = canonical.pretty({"base": "tiny-base", "files": listed})
    folder = scene.path(version)
    (folder / "evidence/weights.json").write_bytes(seen)
    card = (folder / "card.yaml").read_text()
    entries = "".join(
        f'\n    - {{path: {e["path"]}, digest: "{e["sha256"]}", bytes: {e["bytes"]}}}' for e in listed
    )
    (folder / "card.yaml").write_text(
        card.replace(f"  artifacts: {NONE}", f"  artifacts:{entries}").replace(
            f"  base: {NONE}", f"  base: {{id: tiny-base, revision: {NONE}, digest: {NONE}}}"
        )
    )
    lock = json.loads((folder / "evidence.lock.json").read_bytes())
    lock["artifacts"]["a02"] = {
        "bytes": len(seen), "extractor": "safetensors", "extractor_version": 1, "media": "application/json",
        "origin": "observed/weights.json", "path": "evidence/weights.json", "sha256": canonical.sha256(seen),
    }  # fmt: skip
    for number, (name, raw) in enumerate(FILES.items(), 3):
        lock["artifacts"][f"a{number:02}"] = {
            "bytes": len(raw), "extractor": "plain", "extractor_version": 1, "media": "application/octet-stream",
            "origin": name, "sha256": canonical.sha256(raw), "uri": name,
        }  # fmt: skip
    lock["values"]["/model/base/id"] = {
        "at": "json:/base", "class": "declared", "from": "a02", "raw": '"tiny-base"', "via": "text",
    }  # fmt: skip
    for number, entry in enumerate(listed):
        for field, key, via in (
            ("path", "path", "text"),
            ("digest", "sha256", "text"),
            ("bytes", "bytes", "integer"),
        ):
            lock["values"][f"/model/artifacts/{number}/{field}"] = {
                "at": f"json:/files/{number}/{key}", "class": "computed", "from": "a02",
                "raw": json.dumps(entry[key]), "via": via,
            }  # fmt: skip
    (folder / "evidence.lock.json").write_bytes(canonical.pretty(lock))
    scene.commit(f"capture {version}")


def sign(scene: Scene, version: str, *more: str) -> None:
    scene.propose(version)
    scene.approve(version, "ines", "--role", "model-risk", *more)
    if "--condition" in more:
        scene.must("state", "acknowledge", MODEL, version, "--key", str(scene.key("mara")), "--yes")
        scene.commit(f"acknowledge {version}")
    scene.approve(version, "tomas")


def begun(scene: Scene) -> None:
    """1.0.0 is sealed on a condition that was taken on; 1.1.0 holds the checkpoint and is proposed."""
    scenario.found(scene.home, scene=scene)
    write(scene, "1.0.0", RECORD % 1)
    sign(scene, "1.0.0", "--condition", "An analyst reads every memo.")
    scene.seal()
    write(scene, "1.1.0", RECORD % 2, released=LATER)
    scene.propose("1.1.0")
    scene.seal()
    for name, raw in FILES.items():
        place = scene.home / "serving" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(raw)


def gate(scene: Scene, *named: str, inventory: Path | None = None, **env: str) -> Done:
    where = str(inventory or scene.root)
    return scene.cognify("gate", *named, "--inventory", where, "--format", "json", cwd=scene.home, **env)
