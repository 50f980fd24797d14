"""One changed byte in any file of a package is found by each of the three ways to verify it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cognify import package
from cognify.errors import VerificationError
from tests import parcel
from tests.scenario import Scene

QUIET = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def folder(sealed_scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = parcel.made(sealed_scene.copy(tmp_path_factory.mktemp("packed") / "home"))
    return parcel.unpacked(files, tmp_path_factory.mktemp("unpacked"))


def paths(folder: Path) -> list[str]:
    """The files that may be changed while the scripts themselves still run."""
    found = (p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    return sorted(path for path in found if path not in ("verify.sh", "verify.py"))


def codes(folder: Path) -> tuple[int, int]:
    run = [subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode
           for command in (["sh", "verify.sh"], [sys.executable, "verify.py"])]  # fmt: skip
    return run[0], run[1]


def test_unchanged(folder: Path) -> None:
    """Both scripts pass what nobody touched."""
    assert codes(folder) == (0, 0)


@QUIET
@given(st.data(), st.floats(0, 1, exclude_max=True), st.integers(1, 255))
def test_one_changed_byte(folder: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject,
                          where: float, mask: int) -> None:  # fmt: skip
    """Shell, Python and Cognify each refuse it; a script that was changed is refused by Cognify."""
    path = data.draw(st.sampled_from(paths(folder)))
    before = (folder / path).read_bytes()
    raw = bytearray(before)
    raw[int(where * len(raw))] ^= mask
    (folder / path).write_bytes(bytes(raw))
    try:
        assert codes(folder) == (3, 3), (path, where, mask)
    finally:
        (folder / path).write_bytes(before)


@settings(QUIET, max_examples=60)
@given(st.data(), st.floats(0, 1, exclude_max=True), st.integers(1, 255))
def test_one_changed_byte_for_cognify(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, where: float, mask: int
) -> None:
    """Any file at all, the scripts and the list itself included: `pkg-checksum`."""
    files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    path = data.draw(st.sampled_from(sorted(files)))
    raw = bytearray(files[path])
    raw[int(where * len(raw))] ^= mask
    place = tmp_path_factory.getbasetemp() / "changed.zip"
    place.write_bytes(parcel.zipped({**files, path: bytes(raw)}))
    with pytest.raises(VerificationError) as refusal:
        package.open_source(place)
    assert refusal.value.fault == "pkg-checksum"
