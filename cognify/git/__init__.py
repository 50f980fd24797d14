"""The only door to git: pygit2 reads objects, GitPython writes, both in a clean environment."""

from cognify.git.authoring import Author, Workshop
from cognify.git.objects import Entry, Repository, Snapshot

__all__ = ["Author", "Entry", "Repository", "Snapshot", "Workshop"]
