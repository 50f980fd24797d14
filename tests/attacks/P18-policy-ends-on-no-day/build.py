"""P18: policy that ends on no day."""

from __future__ import annotations

from tests.scenario import Scene, policy_with


def crime(scene: Scene) -> list[str] | None:
    return policy_with(scene, "version: 1\n", 'version: 1\nexpires: "2027-02-31"\n')


def twin(scene: Scene) -> list[str] | None:
    return policy_with(scene, "version: 1\n", 'version: 1\nexpires: "2027-02-28"\n')
