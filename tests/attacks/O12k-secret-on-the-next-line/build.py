"""O12k: secret on the next line."""

from __future__ import annotations

from tests.scenario import Done, Scene

VALUE = "hunter2" + "hunter"
CRIMES = (
    f"password: |-\n    {VALUE}\n", f'{{"größe": 1, "api_key":\n          "{VALUE}"}}\n',
    f"train --api-token \\\n    {VALUE} --größe 1\n",
)  # fmt: skip
TWINS = (
    "password:\n    from: the vault\n", '{"größe": 1, "api_key":\n          {"env": "API_KEY"}}\n',
    "train --api-token \\\n    $TOKEN --größe 1\n",
)  # fmt: skip


def run(scene: Scene, *texts: str) -> list[str] | None:
    folder = scene.root / "docs"
    folder.mkdir(exist_ok=True)
    for number, text in enumerate(texts):
        (folder / f"settings-{number}.txt").write_text(text)
    return None


def crime(scene: Scene) -> list[str] | None:
    return run(scene, *CRIMES)


def twin(scene: Scene) -> list[str] | None:
    return run(scene, *TWINS)


def after_crime(scene: Scene, done: Done) -> None:
    """All three are found, and none is said."""
    places = {finding["where"].partition(":")[0] for finding in done.json()["findings"]}
    assert places == {f"docs/settings-{number}.txt" for number in range(3)}
    assert VALUE not in done.out + done.err
