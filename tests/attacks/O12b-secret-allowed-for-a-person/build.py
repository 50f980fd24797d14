"""O12b: a rule for credentials used for a person."""

from __future__ import annotations

from tests import seeds
from tests.scenario import Scene

RULE = """\
privacy:
  allow:
    - {class: credentials, path: evidence/environment.txt, reason: an example of the manual, by: Ines Okafor}
"""


def run(scene: Scene, line: str) -> list[str]:
    folder = scene.home / "run"
    folder.mkdir()
    (folder / "environment.txt").write_text(f"torch==2.9.1\n# {line}\n")
    with open(scene.root / "cognify.yaml", "a") as file:
        file.write(RULE)
    return [str(folder)]


def crime(scene: Scene) -> list[str] | None:
    return run(scene, "asked zoe.gross@clinic.example")


def twin(scene: Scene) -> list[str] | None:
    return run(scene, seeds.CREDENTIALS["github-token"])
