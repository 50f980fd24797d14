"""What the git room refuses: names and trees that no honest git writes, objects that are not there."""

from __future__ import annotations

from typing import Any

from cognify.errors import SurroundingsError, VerificationError


def plain_name(item: Any, prefix: str) -> str:
    """The name of a tree's entry, refused where git itself would not have written it."""
    raw: bytes = item.raw_name
    if b"/" in raw or raw in (b"", b".", b"..") or raw.lower() == b".git":
        raise crafted(f"an entry called {raw!r}", prefix)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise SurroundingsError(
            f"a file name that is not UTF-8: {raw!r}",
            where=prefix or "/",
            fix="rename the file and commit again",
            id="path-not-normal",
        ) from None


def crafted(what: str, prefix: str) -> VerificationError:
    """The error for a tree that is made by hand."""
    # Two readers of such a tree see two sets of files, so nothing can be said of it.
    return VerificationError(
        f"a tree that git itself would not write: {what}", where=prefix or "/",
        fix="ask who pushed it, and restore the branch from a clone: `git fsck` names the object",
        id="fsck",
    )  # fmt: skip


def missing(what: str) -> SurroundingsError:
    """The error for an object that cannot be had."""
    return SurroundingsError(
        what, where=None, fix="fetch the full history again: `git fetch --refetch`", id="object-missing"
    )
