"""Where a lock may send its reader."""

from __future__ import annotations

from typing import Any

import pytest

from cognify import canonical
from cognify.errors import MalformedRecord
from cognify.records import lock

ARTIFACT = {
    "bytes": 1,
    "extractor": "x",
    "extractor_version": 1,
    "media": "text/plain",
    "origin": "größe",
    "sha256": "0" * 64,
}


def parse(artifact: dict[str, Any]) -> lock.Lock:
    data = {"artifacts": {"a01": {**ARTIFACT, **artifact}}, "generator": {"name": "cognify", "version": "0"}, "lock": 1,
            "model": "m", "replay": 1, "values": {}, "version": "1"}  # fmt: skip
    return lock.parse(canonical.pretty(data), where="evidence.lock.json")


@pytest.mark.parametrize("path", ["evidence/größe.csv", "datasets/x/0123456789ab.json"])
def test_inside(path: str) -> None:
    """Under the version's evidence, or under the inventory's data sets."""
    assert parse({"path": path}).artifacts["a01"].path == path


@pytest.mark.parametrize("path", [
    "evidence/../../x", "datasets/../../secret", "evidence/..", "evidence/./x", "evidence/gro\u0308ße", "evidence/a:b",
    "evidence/.git/config", "evidence/x.", "evidence/nul", "/etc/passwd", "statements/x", "evidence",
])  # fmt: skip
def test_outside(path: str) -> None:
    """Any way out, or a name that is another file elsewhere: `lock-schema`."""
    with pytest.raises(MalformedRecord) as refusal:
        parse({"path": path})
    assert refusal.value.fault in ("lock-schema", "not-nfc")


def test_kept_outside_on_purpose() -> None:
    """A file that stays outside is named, and never opened."""
    assert parse({"uri": "s3://größe/../x"}).artifacts["a01"].path is None
