"""Copies of a repository to do anything with: bare, in a folder of their own, the original only read.

Each further copy borrows the objects of the first one (gitrepository-layout, "objects/info/alternates"),
so that a hundred of them cost no more than their differences.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cognify.git.authoring import mended
from cognify.git.objects import FILE, Repository

if TYPE_CHECKING:
    import pygit2


def clone(original: Path, folder: Path) -> Path:
    """A bare clone of *original* in the new *folder*, sharing no file with it.

    Raises:
        SurroundingsError: `git-failed`, `disk`.
    """
    import git

    with mended("copy the repository"):
        git.Repo.clone_from(str(original.resolve()), str(folder), bare=True, no_hardlinks=True).close()
    return folder


class Copy:
    """A bare repository that borrows the objects of *lender*, with two branches of its own."""

    def __init__(self, lender: Path, folder: Path, *, branch: str, tips: Mapping[str, str]) -> None:
        import pygit2

        self.folder, self.branch = folder, branch
        pygit2.init_repository(str(folder), bare=True, initial_head=branch)
        (folder / "objects/info/alternates").write_text(f"{lender / 'objects'}\n", encoding="utf-8")
        self._repository = pygit2.Repository(str(folder))
        for name, commit in tips.items():
            self.point(f"refs/heads/{name}", commit)

    @property
    def reading(self) -> Repository:
        """The copy as anyone reads it."""
        return Repository(self.folder)

    def tip(self, branch: str) -> str:
        """The commit that *branch* stands at."""
        return str(self._repository.references[f"refs/heads/{branch}"].target)

    def point(self, ref: str, target: str) -> None:
        """Let *ref* stand at *target*, wherever it stood."""
        import pygit2

        self._repository.references.create(ref, pygit2.Oid(hex=target), force=True)

    def drop(self, branch: str) -> None:
        """Delete *branch*."""
        self._repository.references.delete(f"refs/heads/{branch}")

    def hide_history(self) -> None:
        """Cut history off below the tip, as a shallow clone does."""
        (self.folder / "shallow").write_text(self.tip(self.branch) + "\n", encoding="ascii")

    def blob(self, raw: bytes) -> str:
        """The id of a blob of *raw*, which is there from now on."""
        return str(self._repository.create_blob(raw))

    def commit(
        self,
        branch: str,
        files: Mapping[str, bytes],
        *,
        drop: Iterable[str] = (),
        mode: int = FILE,
        orphan: bool = False,
    ) -> str:
        """Commit *files* over the tree of *branch*, without the paths in *drop*; *orphan*: over nothing."""
        import pygit2

        index, tip = pygit2.Index(), self._repository[pygit2.Oid(hex=self.tip(branch))]
        if not orphan:
            index.read_tree(tip.peel(pygit2.Tree))
        for path in drop:
            index.remove(path)
        for path, raw in files.items():
            index.add(pygit2.IndexEntry(path, self._repository.create_blob(raw), pygit2.enums.FileMode(mode)))
        return self._committed(branch, index.write_tree(self._repository), [] if orphan else [tip.id])

    def set_back(self, branch: str, commit: str) -> str:
        """Commit on top of *branch* the tree that it had at *commit*."""
        import pygit2

        tree = self._repository[pygit2.Oid(hex=commit)].peel(pygit2.Tree)
        return self._committed(branch, tree.id, [pygit2.Oid(hex=self.tip(branch))])

    def _committed(self, branch: str, tree: pygit2.Oid, parents: list[Any]) -> str:
        import pygit2

        who = pygit2.Signature("Somebody", "somebody@example.org")
        made = str(self._repository.create_commit(None, who, who, "Fix a typo\n", tree, parents))
        self.point(f"refs/heads/{branch}", made)
        return made
