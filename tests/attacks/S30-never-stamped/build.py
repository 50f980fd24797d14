"""S30: never stamped."""

from __future__ import annotations

from tests import attested, scenario
from tests.authority import TimestampAuthority, listening
from tests.scenario import Scene


def begun(scene: Scene, *, answers: bool) -> None:
    authority = TimestampAuthority(scene.home / "zeit", "Größe Zeit")
    authority.down = not answers
    folder = scene.home / "trust/tsa"
    folder.mkdir(parents=True)
    (folder / "zeit.pem").write_bytes(authority.root)
    (folder / "andere.pem").write_bytes(authority.root)
    with listening(authority) as url:
        asked = attested.ASKED.format(url=url)
        scenario.found(scene.home / "second", policy=scenario.POLICY + asked,
                       more=("--trust", str(scene.home / "trust")))  # fmt: skip


def crime(scene: Scene) -> list[str] | None:
    begun(scene, answers=False)
    return None


def twin(scene: Scene) -> list[str] | None:
    begun(scene, answers=True)
    return None
