"""The only door to git: pygit2 reads objects, GitPython writes, both in a clean environment."""

from cognify.git.authoring import Author, Workshop
from cognify.git.comparing import Change, Part, changes
from cognify.git.objects import Entry, Repository, Snapshot

__all__ = ["Author", "Change", "Entry", "Part", "Repository", "Snapshot", "Workshop", "changes"]
