"""A sealed version with limits on its card, and what a monitoring tool left of its use."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from cognify import canonical
from cognify.records import manifest
from tests import forge, scenario, weights
from tests.scenario import MODEL, Done, Scene

RECORD = "urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0c0%d"
LIMITS = """\
  thresholds:
    - {metric: accuracy, comparator: at_least, value: 0.80}
monitoring:
  metrics:
    - {metric: ece, threshold: {direction: above, warn: 0.05, breach: 0.10}}
"""


def write(scene: Scene, version: str, number: int, limits: str = LIMITS, *, seal: bool = True) -> None:
    """A version whose card has *limits*, proposed, and sealed unless it shall wait."""
    weights.write(scene, version, RECORD % number)
    card = scene.path(version, "card.yaml")
    card.write_text(card.read_text().replace("risk:\n", f"{limits}risk:\n", 1))
    scene.commit(f"capture {version}")
    scene.propose(version)
    if not seal:
        return
    scene.approve(version, "ines", "--role", "model-risk")
    scene.approve(version, "tomas")
    scene.seal()


def begun(scene: Scene) -> None:
    """1.0.0 is sealed, with an acceptance threshold and two levels of a monitored metric."""
    scenario.found(scene.home, scene=scene)
    write(scene, "1.0.0", 1)
    for name, raw in weights.FILES.items():
        place = scene.home / "serving" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(raw)


def observed(scene: Scene, month: str, **results: float) -> Path:
    """What a monitoring job left of *month*: the summary of an evaluation on 412 records in use."""
    folder = scene.home / "monitoring" / month
    folder.mkdir(parents=True)
    said = {f"test_{name}": value for name, value in results.items()}
    (folder / "all_results.json").write_text(json.dumps({**said, "test_samples": 412}))
    (folder / "trainer_state.json").write_text(json.dumps({"log_history": [], "global_step": 3}))
    return folder


def monitor(scene: Scene, month: str, *more: str, person: str = "noor", version: str = "1.0.0") -> Done:
    return scene.cognify(
        "monitor", MODEL, version, str(scene.home / "monitoring" / month), "--from", f"{month}-01",
        "--to", f"{month}-28", "--key", str(scene.key(person)), "--yes", *more,
    )  # fmt: skip


def folder(scene: Scene, version: str = "1.0.0") -> Path:
    """The folder of the only report on *version*."""
    (found,) = (scene.root / "monitoring" / MODEL / version).iterdir()
    return found


def rewrite(scene: Scene, version: str, signer: str, old: bytes, new: bytes, **said: str) -> None:
    """Change the only report on *version* before it is merged, and sign it again, past the command."""
    place = folder(scene, version)
    report = place / "report.yaml"
    assert old in report.read_bytes()
    report.write_bytes(report.read_bytes().replace(old, new))
    state_again(scene, version, place, signer, **said)


def freeze(place: Path) -> bytes:
    """The manifest of the report at *place* as its files lie there, written."""
    files = {path.relative_to(place).as_posix(): path for path in place.rglob("*") if path.is_file()}
    files.pop("MANIFEST.sha256")
    frozen = manifest.render({name: canonical.sha256(path.read_bytes()) for name, path in files.items()})
    (place / "MANIFEST.sha256").write_bytes(frozen)
    return frozen


def state_again(
    scene: Scene, version: str, place: Path, signer: str, *, frozen: bytes = b"", **said: str
) -> None:
    """Freeze the report at *place* as it lies there, or by *frozen*, and state it of *version* as *signer*."""
    frozen = frozen or freeze(place)
    (place / "MANIFEST.sha256").write_bytes(frozen)
    path = scene.statement(version, "monitor.report")
    data = json.loads(path.read_bytes())
    path.unlink()
    path.with_name(path.name + ".sig").unlink()
    data["predicate"].update(said)
    subject = (place / "MANIFEST.sha256").relative_to(scene.root).as_posix()
    data["subject"] = [{"digest": {"sha256": canonical.sha256(frozen)}, "name": subject}]
    forge.put_statement(scene, version, data, signer)


def move(scene: Scene, of: str, to: str, signer: str) -> None:
    """State the only report on *of* of the version *to*, with the very bytes."""
    place = scene.root / "monitoring" / MODEL / to / folder(scene, of).name
    shutil.copytree(folder(scene, of), place)
    data = json.loads(scene.statement(of, "monitor.report").read_bytes())
    record = json.loads(scene.statement(to, "record.propose").read_bytes())["predicate"]["record"]
    data["predicate"].update(version=to, record=record)
    data["subject"][0]["name"] = (place / "MANIFEST.sha256").relative_to(scene.root).as_posix()
    forge.put_statement(scene, to, data, signer)
