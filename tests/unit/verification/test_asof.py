"""Which run of the sequencer a time belongs to, where the log holds what cannot be read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cognify.errors import ConfigurationError
from cognify.git import Repository
from cognify.verification import open_as_of
from tests import forge
from tests.scenario import Scene

NOTHING = b"{}"


def test_a_run_that_cannot_be_read_is_passed_over(scene: Scene) -> None:
    """The one before it is shown: `verify` says what is wrong with the log of now."""
    now, leaves = datetime.now(UTC), forge.leaves(scene)
    assert open_as_of(Repository(scene.root), now)[1].size == len(leaves)
    runs = [leaf["seq"] for leaf in leaves if leaf["kind"] == "seal"]
    leaves[-1] |= {"sha256": forge.sha256(NOTHING), "size": len(NOTHING)}
    forge.put_log(scene, {"log/leaves": forge.chained(leaves), "log/statements/seal.forged.json": NOTHING})
    source, then = open_as_of(Repository(scene.root), now)
    assert (then.size, source.past) == (runs[-2] + 1, True)


def test_a_log_without_a_run_has_no_state(scene: Scene) -> None:
    """All that the sequencer stated is gone: no time is before or after anything."""
    names = scene.git("ls-tree", "-r", "--name-only", "cognify-log", "log/statements").splitlines()
    forge.put_log(scene, {}, drop=names)
    with pytest.raises(ConfigurationError) as caught:
        open_as_of(Repository(scene.root), datetime.now(UTC))
    assert caught.value.fault == "as-of-before-log" and caught.value.what.endswith("no run is there")
