"""Does anything that lies in Git hold a credential, or what identifies a person?"""

from __future__ import annotations

from collections.abc import Iterator

from cognify import privacy
from cognify.checks.draft import Draft
from cognify.errors import CognifyError
from cognify.inventory import Inventory
from cognify.records.finding import Finding
from cognify.records.lock import Artifact


class _Private:
    ids = ("secret-found", "pii-suspect", "finding-allowed")

    def __call__(self, draft: Draft) -> Iterator[Finding]:
        card = draft.inventory.files.read(draft.version.card)
        yield from privacy.examine(
            privacy.parts(draft.lock, card, lambda artifact: _held(draft, artifact)),
            allow=allowed(draft.inventory), granted=draft.granted, prefix=draft.version.prefix,
        ).findings  # fmt: skip


def _held(draft: Draft, artifact: Artifact) -> bytes | None:
    try:
        return draft.artifact_bytes(artifact)
    except CognifyError:
        return None  # the check of the evidence says so


def allowed(inventory: Inventory) -> tuple[privacy.Allow, ...]:
    """What `cognify.yaml` says is no credential; nothing if it cannot be read."""
    try:
        return inventory.settings.allow
    except CognifyError:
        return ()


PRIVATE = _Private()
