"""Are the artifacts that the lock lists there, with the bytes that it recorded?"""

from __future__ import annotations

from collections.abc import Iterator

from cognify import canonical
from cognify.checks.draft import Draft
from cognify.errors import CognifyError
from cognify.records.finding import Finding


class _Evidence:
    ids = ("evidence-unavailable", "evidence-digest", "mode-forbidden")

    def __call__(self, draft: Draft) -> Iterator[Finding]:
        for artifact in draft.lock.artifacts.values():
            path = draft.artifact_path(artifact)
            if path is None:
                continue
            try:
                raw = draft.artifact_bytes(artifact)
            except CognifyError as error:
                yield Finding.of(error, where=path)
                continue
            if raw is None:
                yield Finding(path, "evidence-unavailable", "evidence that the lock lists is not there",
                              "restore the file, or capture the version again")  # fmt: skip
            elif canonical.sha256(raw) != artifact.sha256 or len(raw) != artifact.bytes:
                yield Finding(path, "evidence-digest", "not the bytes whose digest the lock records",
                              "restore the file, or capture the version again")  # fmt: skip


EVIDENCE = _Evidence()
