"""Everything that no reader knows: listed by digest, and never opened to be understood."""

from __future__ import annotations

from pathlib import Path

from cognify.readers import taking, walk
from cognify.readers.reading import Reading


class _Plain:
    name = "plain"
    version = 1

    def finds(self, source: Path) -> tuple[Path, ...]:
        """Every file; `read_sources` asks for those that are left."""
        return walk.files(source)

    def read(self, found: Path, source: Path) -> Reading:
        """Digest and size. Pickles are among these files: they are hashed and never loaded."""
        return Reading((taking.hashed(self, found, source),))


PLAIN = _Plain()
