"""The training code, where the source is a Git repository: its commit, and what differs from it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cognify import canonical
from cognify.errors import CognifyError
from cognify.readers import taking, walk
from cognify.readers.reading import COMPUTED, Claim, Reading

_FILE, _EXECUTABLE = 0o100644, 0o100755
_LISTED = 200


class _Code:
    name = "code"
    version = 1

    def finds(self, source: Path) -> tuple[Path, ...]:
        """The source, or a folder directly in it, that holds a `.git` folder of its own.

        A `.git` file or link leads elsewhere, outside the source, and is not followed.
        """
        if not source.is_dir():
            return ()
        folders = [source, *sorted({path.parent for path in walk.files(source)} - {source})]
        near = [f for f in folders if len(f.parts) - len(source.parts) <= 1]
        return tuple(f for f in near if (f / ".git").is_dir() and not (f / ".git").is_symlink())[:1]

    def read(self, found: Path, source: Path) -> Reading:
        """HEAD as it is now, and the tracked files that differ from it.

        It does not say that the training ran this commit: that is what a tracker recorded.
        """
        where = "" if found == source else walk.relative(found, source) + "/"
        state = self.state(found, source)
        if state is None:
            return Reading(notes=(f"{where or source.name} is a Git repository without a commit",))
        seen: dict[str, Any] = {"observed": "code", **state}
        origin = f"observed/{where}code.json"
        claims = (
            Claim("/training/code_commit", origin, "json:/commit", "text", COMPUTED),
            Claim("/training/code_dirty", origin, "json:/dirty", "boolean", COMPUTED),
        )
        return Reading((taking.observation(self, origin, seen),), claims)

    def covered(self, source: Path) -> frozenset[str]:
        """Origins that the commit names: they need no listing of their own."""
        for found in self.finds(source):
            prefix = "" if found == source else walk.relative(found, source) + "/"
            return frozenset(f"{prefix}{path}" for path, _, _ in self._tracked(found, source)[1])
        return frozenset()

    def _tracked(self, found: Path, source: Path) -> tuple[str | None, list[tuple[str, int, str]]]:
        from cognify.git import Repository

        try:
            repository = Repository(found)
            commit = repository.resolve("HEAD")
            if commit is None:
                return None, []
            entries = repository.snapshot(commit).entries
        except CognifyError as error:
            where = walk.relative(found, source) if found != source else source.name
            raise taking.unreadable(f"the repository does not read: {error.what}", where) from None
        return commit, [(path, entry.mode, entry.oid) for path, entry in entries.items()]

    def state(self, found: Path, source: Path) -> dict[str, Any] | None:
        """`commit`, `dirty`, and which tracked files differ by which digest; None before a first commit.

        Raises:
            CaptureError: `run-unreadable`.
        """
        commit, tracked = self._tracked(found, source)
        if commit is None:
            return None
        changed = list(_differing(found, tracked))
        return {
            "commit": commit, "dirty": bool(changed), "changes": len(changed), "changed": changed[:_LISTED],
            "diff_sha256": canonical.sha256(canonical.dumps(changed)),
        }  # fmt: skip

    def tracked(self, found: Path) -> frozenset[str]:
        """The paths that HEAD of the repository *found* names."""
        return frozenset(path for path, _, _ in self._tracked(found, found)[1])


def _differing(folder: Path, tracked: list[tuple[str, int, str]]) -> Iterator[dict[str, str]]:
    """Tracked files whose bytes are not those of the commit; line ends that Git converts count."""
    for path, mode, oid in tracked:
        if mode not in (_FILE, _EXECUTABLE):
            continue
        on_disk = folder / path
        inside = os.path.realpath(on_disk.parent).startswith(os.path.realpath(folder))
        if os.path.islink(on_disk) or not on_disk.is_file() or not inside:
            yield {"path": path, "sha256": "absent"}
            continue
        blob, sha256 = _digests(on_disk, len(oid), path)
        if blob != oid:
            yield {"path": path, "sha256": sha256}


def _digests(path: Path, digits: int, where: str) -> tuple[str, str]:
    """The file's id as a Git blob, and its SHA-256."""
    blob = hashlib.sha1(usedforsecurity=False) if digits == 40 else hashlib.sha256()
    plain = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            blob.update(b"blob %d\0" % os.fstat(file.fileno()).st_size)
            while chunk := file.read(1024 * 1024):
                blob.update(chunk)
                plain.update(chunk)
    except OSError as error:
        raise taking.unreadable(f"the file cannot be read: {error.strerror}", where) from None
    return blob.hexdigest(), plain.hexdigest()


CODE = _Code()
