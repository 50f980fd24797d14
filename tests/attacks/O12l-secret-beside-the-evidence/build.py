"""O12l: secret beside the evidence."""

from __future__ import annotations

from tests import seeds
from tests.scenario import Done, Scene

TOKEN = seeds.CREDENTIALS["github-token"]
ALLOWED = """privacy:
  allow:
    - {class: credentials, path: 'docs/example.md', reason: an example from a manual, by: Ines Okafor}
"""


def crime(scene: Scene) -> list[str] | None:
    for name in (
        "agreements/größe.md",
        "docs/operations.md",
        "notes.txt",
        "policy/0001.yaml",
        "cognify.yaml",
    ):
        path = scene.root / name
        path.parent.mkdir(exist_ok=True)
        with path.open("a") as file:
            file.write(f"# {TOKEN}\n")
    return ["agreements", "docs", "notes.txt", "policy", "cognify.yaml"]


def twin(scene: Scene) -> list[str] | None:
    (scene.root / "docs").mkdir(exist_ok=True)
    (scene.root / "docs/keys.md").write_text(
        f"Tomas: {scene.public('tomas')}, größer {scene.mark('tomas')}\n"
    )
    (scene.root / "docs/example.md").write_text(f"{TOKEN}\n")
    with (scene.root / "cognify.yaml").open("a") as file:
        file.write(ALLOWED)
    return ["docs", "policy", "cognify.yaml"]


def after_crime(scene: Scene, done: Done) -> None:
    """Every file is named, and the token in none."""
    places = {f["where"].partition(":")[0] for f in done.json()["findings"] if f["id"] == "secret-found"}
    assert places >= {
        "agreements/größe.md",
        "docs/operations.md",
        "notes.txt",
        "policy/0001.yaml",
        "cognify.yaml",
    }
    assert TOKEN not in done.out + done.err


def after_twin(scene: Scene, done: Done) -> None:
    """What was allowed is shown."""
    assert [f["id"] for f in done.json()["findings"]] == ["finding-allowed"]
