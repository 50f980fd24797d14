"""Did the sources of the run contradict each other?"""

from __future__ import annotations

from collections.abc import Iterator

from cognify.checks.draft import Draft
from cognify.errors import CognifyError
from cognify.records import conflicts
from cognify.records.finding import Finding


class _Contested:
    ids = ("sources-conflict",)

    def __call__(self, draft: Draft) -> Iterator[Finding]:
        for artifact in draft.lock.artifacts.values():
            if artifact.media != conflicts.MEDIA:
                continue
            try:
                raw = draft.artifact_bytes(artifact)
            except CognifyError:
                continue  # the check of the evidence says so
            for conflict in conflicts.parse(raw or b""):
                yield conflict.finding(draft.where(conflict.pointer))


CONTESTED = _Contested()
