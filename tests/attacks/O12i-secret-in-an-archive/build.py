"""O12i: secret in an archive."""

from __future__ import annotations

import io
import zipfile

from tests import seeds
from tests.scenario import Done, Scene

TOKEN = seeds.CREDENTIALS["github-token"]


def packed(scene: Scene, line: str) -> list[str] | None:
    inner, outer = io.BytesIO(), io.BytesIO()
    for place, name, raw in ((inner, "größe/environment.txt", f"{line}\n" * 9), (outer, "run.zip", inner)):
        with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, raw.getvalue() if isinstance(raw, io.BytesIO) else raw)
    folder = scene.root / "docs"
    folder.mkdir(exist_ok=True)
    (folder / "run.zip").write_bytes(outer.getvalue())
    return None


def crime(scene: Scene) -> list[str] | None:
    return packed(scene, f"GH={TOKEN}")


def twin(scene: Scene) -> list[str] | None:
    return packed(scene, "GH=<GH>")


def after_crime(scene: Scene, done: Done) -> None:
    """It is said where it lies, as far as names may be said."""
    assert "member run.zip, member */environment.txt, line 1:4" in done.out
