"""What goes into a package, and what may not be packed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cognify import package, verification
from cognify.errors import VerificationError
from cognify.git import Repository
from cognify.inventory import Version
from tests import forge, parcel
from tests.scenario import Scene

SEALED, PROPOSED = Version("credit-memo", "1.0.0"), Version("credit-memo", "1.1.0")


def result(scene: Scene, *, hour: int = 12) -> verification.Verification:
    source = verification.open_repository(Repository(scene.root))
    return verification.verify(source, at=datetime(2026, 11, 23, hour, tzinfo=UTC))


def fault(scene: Scene, version: Version) -> str:
    with pytest.raises(VerificationError) as refusal:
        package.write(result(scene), version, pages={})
    return refusal.value.fault


def test_the_same_inventory_gives_the_same_bytes(sealed_scene: Scene) -> None:
    """On any day, at any hour."""
    once = package.write(result(sealed_scene), SEALED, pages={"größe.html": b"x"})
    assert package.write(result(sealed_scene, hour=23), SEALED, pages={"größe.html": b"x"}) == once


def test_a_package_tells_nothing_of_other_versions(sealed_scene: Scene) -> None:
    """No name and no byte of another version."""
    files = parcel.made(sealed_scene)
    assert not [path for path in files if "1.1.0" in path]
    assert not [
        path for path, raw in files.items() if b"1.1.0" in raw and path.startswith(("log/", "inventory/"))
    ]


def test_only_what_is_sealed_is_packed(sealed_scene: Scene) -> None:
    """A proposed version, and one that does not exist: `not-sealed`."""
    assert fault(sealed_scene, PROPOSED) == "not-sealed"
    assert fault(sealed_scene, Version("größe", "1")) == "not-sealed"


def test_an_inventory_that_does_not_verify_is_not_packed(scene: Scene) -> None:
    """Another version's fault keeps every version from being packed: its id is named."""
    (scene.root / "trust/größe.pem").write_text("x")
    scene.commit()
    assert fault(scene, SEALED) == "trust-unbound"


def test_pending_statements_are_left_out(scene: Scene) -> None:
    """What is merged and not sequenced is in no package, and the package verifies without it."""
    scene.must("reject", "credit-memo", "1.0.0", "--key", str(scene.key("noor")), "--yes")
    scene.commit("reject")
    files = parcel.made(scene)
    assert not [path for path in files if "signoff.reject" in path]
    parcel.put(scene, parcel.zipped(files))
    assert scene.verify(str(scene.home / "package.zip")).code == 0


def test_leaves_without_a_checkpoint_are_not_packed(scene: Scene) -> None:
    """`leaves-unsigned`: the scripts in the package could not verify such a log."""
    entries = [*forge.leaves(scene), forge.leaf_of("heartbeat", "inventory", b"{}")]
    forge.put_log(scene, {"log/leaves": forge.chained(entries)})
    assert fault(scene, SEALED) == "leaves-unsigned"
