"""The gate as a deploy step would call it: the installed command, a folder or a package."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.conftest import Installed
from tests.scenario import MODEL
from tests.weights import begun, gate


def test_what_was_approved_and_nothing_else(installed: Path, tmp_path: Path) -> None:
    """The captured folder is admitted, by the inventory and by a package; one changed byte is refused."""
    scene = Installed(tmp_path / "home", installed)
    begun(scene)
    scene.must("package", MODEL, "1.0.0", "-o", str(scene.home / "p.zip"))
    for inventory in (scene.root, scene.home / "p.zip"):
        done = gate(scene, "serving/outputs", inventory=inventory)
        assert (done.code, done.json()["verdict"]) == (0, "admitted")
    (scene.home / "serving/outputs/config.json").write_bytes(b'{"layers": 3}')
    for inventory in (scene.root, scene.home / "p.zip"):
        done = gate(scene, "serving/outputs", inventory=inventory)
        assert (done.code, done.ids) == (1, {"weights-unknown"})
