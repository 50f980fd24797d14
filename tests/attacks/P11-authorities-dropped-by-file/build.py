"""P11: authorities dropped by file."""

from __future__ import annotations

from cognify import canonical
from tests import attested
from tests.scenario import Scene


def without_authorities(scene: Scene) -> Scene:
    second = attested.copied(scene.home)
    text = (second.home / "policy.yaml").read_text()
    text = text[: text.index("timestamps:")].replace("version: 1", "version: 2", 1)
    (scene.home / "next.yaml").write_text(text)
    return second


def crime(scene: Scene) -> list[str] | None:
    second = without_authorities(scene)
    first = (second.root / "policy/0001.yaml").read_text()
    bound = first[first.index("inventory: urn") :]
    previous = f'previous: {{sha256: "{canonical.sha256(first.encode())}"}}\n'
    text = (scene.home / "next.yaml").read_text()
    (second.root / "policy/0002.yaml").write_text(text + previous + bound)
    second.commit("policy 2")
    return None


def twin(scene: Scene) -> list[str] | None:
    second = without_authorities(scene)
    key = str(second.key("ines"))
    second.must("policy", "propose", str(scene.home / "next.yaml"), "--key", key, "--yes")
    second.commit("policy 2")
    second.seal()
    return None
