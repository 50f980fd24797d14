"""Step 1: the objects can be read, nothing hides history, and every name and mode is plain."""

from __future__ import annotations

import unicodedata

from cognify.git import Repository
from cognify.git.objects import FILE
from cognify.inventory import GITATTRIBUTES, MONITORING
from cognify.records.manifest import safe_path
from cognify.verification.examination import Examination

_PROTECTED = (
    "models/", "policy/", "trust/", "statements/", "datasets/", "agreements/", MONITORING, "cognify.yaml",
)  # fmt: skip


def step_1_objects(x: Examination) -> None:
    """Object access: full history, no replacement, only plain files under plain names."""
    repository = x.source.repository
    if repository is not None:
        hidden = repository.hidden_history()
        x.hidden = hidden is not None
        if hidden:
            x.fault("shallow", ".git", f"{hidden} hides history",
                    "fetch the full history: `git fetch --unshallow`", exit=4)  # fmt: skip
        _parted(x, repository)
        for ref in repository.replaced():
            x.note("replace-ref", ref, "a replace ref; plain git is fooled by it, this was not",
                   f"ask who made it, then `git replace -d {ref.rpartition('/')[2][:12]}`")  # fmt: skip
    for name in x.source.tools:
        x.note("pkg-tool-other", name, "not the one that this version of Cognify ships",
               "never judge a package by what came with it: use your own copy")  # fmt: skip
    _modes(x)
    _names(x)
    _attributes(x)


def _parted(x: Examination, repository: Repository) -> None:
    """Say which of two branches is judged, where the one here and the one at origin have parted."""
    if x.source.past:
        return
    name = x.inventory.settings.branch
    here, there = (repository.resolve(f"{at}/{name}") for at in ("refs/heads", "refs/remotes/origin"))
    if here and there and not repository.descends(here, there) and not repository.descends(there, here):
        x.note("branch-parted", name, f"{name} here and at origin have parted; the one here is judged",
               "verify a fresh clone to judge the one at origin")  # fmt: skip


def _modes(x: Examination) -> None:
    entries = getattr(x.source.files, "entries", {})
    for path, entry in entries.items():
        if path.startswith(_PROTECTED) and entry.mode != FILE:
            x.fault("mode-forbidden", path, f"mode {entry.mode:06o}: a link, a submodule or a program",
                    "only plain files (100644) may lie here")  # fmt: skip


def _names(x: Examination) -> None:
    seen: dict[str, str] = {}
    for path in x.source.files.paths():
        if path.startswith(_PROTECTED) and not safe_path(path):
            x.fault("path-not-normal", path, "a name that not every system reads the same way",
                    "rename it: relative, NFC, printable, no \\ : * ? \" < > |")  # fmt: skip
        twin = seen.setdefault(unicodedata.normalize("NFC", path).casefold(), path)
        if twin != path and path.startswith(_PROTECTED):
            x.fault("path-not-normal", path, f"differs from {twin} in case or normal form only",
                    "keep one of the two")  # fmt: skip


def _attributes(x: Examination) -> None:
    # An eol, ident, filter or working-tree-encoding attribute makes the work tree show other bytes
    # than the ones that were signed.
    for path in x.source.files.paths():
        if path.rpartition("/")[2] != ".gitattributes":
            continue
        if path != ".gitattributes" or x.source.files.read(path) != GITATTRIBUTES:
            x.fault("attr-forbidden", path, "attributes other than `* -text`",
                    "restore the one line `* -text` at the root, and no other file")  # fmt: skip
    if x.source.repository is not None and not x.source.files.exists(".gitattributes"):
        x.fault("attr-forbidden", ".gitattributes", "the file is gone, so line endings may be changed",
                "restore the one line `* -text`")  # fmt: skip
