"""Are the files the ones that the manifest froze, and does nothing lie beside them?"""

from __future__ import annotations

from collections.abc import Iterator

from cognify import canonical
from cognify.checks.draft import Draft
from cognify.errors import CognifyError
from cognify.inventory import BUNDLE, SIGNATURE, is_statement
from cognify.records import manifest
from cognify.records.finding import Finding

_AGAIN = "restore the file, or propose again: earlier approvals are void then"


class _Complete:
    ids = ("manifest-mismatch", "unlisted-file", "manifest-path", "manifest-syntax")

    def __call__(self, draft: Draft) -> Iterator[Finding]:
        yield from _strangers(draft)
        if draft.proposing or not draft.inventory.files.exists(draft.version.manifest):
            return
        try:
            raw = draft.inventory.files.read(draft.version.manifest)
            listed = manifest.parse(raw, where=draft.version.manifest)
        except CognifyError as error:
            yield Finding.of(error)
            return
        here = draft.inventory.frozen_paths(draft.version)
        for path in sorted({*listed, *here}):
            full = draft.version.prefix + path
            if path not in listed:
                what = "it was added after the version was proposed"
            elif path not in here:
                what = "it was removed after the version was proposed"
            elif canonical.sha256(draft.inventory.files.read(full)) != listed[path]:
                what = "it was changed after the version was proposed"
            else:
                continue
            yield Finding(full, "manifest-mismatch", what, _AGAIN)


def _strangers(draft: Draft) -> Iterator[Finding]:
    """Files in the version's folder that neither the layout nor the lock knows."""
    prefix = draft.version.prefix
    known = {
        draft.version.card, draft.version.lock, draft.version.manifest,
        *(draft.artifact_path(artifact) for artifact in draft.lock.artifacts.values()),
    }  # fmt: skip
    for path in draft.inventory.files.paths(prefix):
        statement = path.removesuffix(SIGNATURE).removesuffix(BUNDLE)
        if path in known or is_statement(path) or is_statement(statement):
            continue
        yield Finding(path, "unlisted-file", "a file that no citation and no layout knows",
                      "capture it, or remove it")  # fmt: skip


COMPLETE = _Complete()
