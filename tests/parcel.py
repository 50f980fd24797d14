"""Packages in tests: made as `cognify package` makes them, taken apart, and packed again by hand."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

from tests.scenario import MODEL, Scene

CHECKSUMS = "CHECKSUMS.sha256"
TOP = f"{MODEL}-1.0.0"
# Without the site's pages, which need the whole site; the bytes that are verified are the same.
_MAKE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from cognify import package, verification
from cognify.git import Repository
from cognify.inventory import Version
source = verification.open_repository(Repository(Path(sys.argv[1])))
result = verification.verify(source, at=datetime.now(UTC))
page = "<p>Größe".encode()
Path(sys.argv[2]).write_bytes(package.write(result, Version(sys.argv[3], sys.argv[4]), pages={"index.html": page}))
"""


BLIND = """
from cognify.approvals.course import Course
Course.waiting = lambda self: set()
"""
"""A Cognify that does not ask whether anybody acknowledged a condition."""


def made(scene: Scene, version: str = "1.0.0", *, first: str = "") -> dict[str, bytes]:
    """The files of the package of *version*, by their path in it; made after the code *first* has run."""
    place = scene.home / "made.zip"
    subprocess.run(
        [sys.executable, "-c", first + _MAKE, str(scene.root), str(place), MODEL, version],
        env=scene.environment, capture_output=True, check=True,
    )  # fmt: skip
    with zipfile.ZipFile(place) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def listed(files: dict[str, bytes]) -> dict[str, bytes]:
    """*files* with a list of checksums that is right again."""
    rest = {path: raw for path, raw in files.items() if path != CHECKSUMS}
    lines = [f"{hashlib.sha256(raw).hexdigest()}  {path}\n" for path, raw in sorted(rest.items())]
    return {**rest, CHECKSUMS: "".join(lines).encode()}


def zipped(
    files: dict[str, bytes] | Iterable[tuple[str | zipfile.ZipInfo, bytes]], top: str = f"{TOP}/"
) -> bytes:
    """*files* (or members as they are given) as an archive."""
    members = ((f"{top}{p}", raw) for p, raw in files.items()) if isinstance(files, dict) else files
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, raw in members:
            info = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name)
            archive.writestr(info, raw)
    return buffer.getvalue()


def put(scene: Scene, raw: bytes) -> None:
    (scene.home / "package.zip").write_bytes(raw)


def unpacked(files: dict[str, bytes], folder: Path) -> Path:
    for path, raw in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(raw)
    return folder
