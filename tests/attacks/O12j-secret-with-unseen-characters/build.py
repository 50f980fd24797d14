"""O12j: secret with unseen characters."""

from __future__ import annotations

from tests import seeds
from tests.scenario import Done, Scene

TOKEN = seeds.CREDENTIALS["github-token"]
WIDE = {ord(c): ord(c) + 0xFEE0 for c in "0123456789"}


def run(scene: Scene, *lines: str) -> list[str]:
    folder = scene.home / "run"
    folder.mkdir()
    (folder / "environment.txt").write_text("\n".join(("torch==2.9.1", *lines, "")))
    return [str(folder)]


def crime(scene: Scene) -> list[str] | None:
    return run(
        scene,
        f"# {TOKEN[:9]}\u00ad{TOKEN[9:]}",
        "# zoe.gr\u200boss@clinic.example",
        f"# ssn {'219-09-9999'.translate(WIDE)}",
    )


def twin(scene: Scene) -> list[str] | None:
    return run(scene, "# Grö\u00adße und Ge\u200bwicht", f"# Schritt {'100'.translate(WIDE)}")


def after_crime(scene: Scene, done: Done) -> None:
    """Each is found where it stands."""
    for place in ("environment.txt:2:3", "environment.txt:3:3", "environment.txt:4:7"):
        assert place in done.out + done.err
