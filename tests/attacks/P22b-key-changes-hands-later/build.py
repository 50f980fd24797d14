"""P22b: key changes hands later."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    return third(scene, "noor")


def twin(scene: Scene) -> list[str] | None:
    return third(scene, "ines")


def third(scene: Scene, person: str) -> list[str]:
    """Policy 2 drops a key of Ines; policy 3 lists it again, for *person*."""
    key, own = scene.public("ines2"), scene.public(person)
    scene.next_policy((f', {{ssh: "{key}"}}]', "]"))
    scene.seal()
    text = (scene.home / "policy.yaml").read_text().replace("version: 2\n", "version: 3\n", 1)
    text = text.replace(f'keys: [{{ssh: "{own}"}}]', f'keys: [{{ssh: "{own}"}}, {{ssh: "{key}"}}]')
    (scene.home / "third.yaml").write_text(text)
    return [str(scene.home / "third.yaml"), "--key", str(scene.key("ines")), "--yes"]
