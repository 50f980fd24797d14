"""Writing: repositories, commits and branches, with GitPython.

Every call pins the repository's location, so that `GIT_DIR` or `GIT_INDEX_FILE` of a hook that
calls us (https://git-scm.com/docs/githooks sets them) can never redirect a write.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cognify.errors import SurroundingsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import git


@dataclass(frozen=True, slots=True)
class Author:
    """Whose name a commit carries. Shown, never trusted."""

    name: str
    email: str


class Workshop:
    """A repository opened for writing."""

    def __init__(self, path: Path) -> None:
        import git

        with mended("open the repository"):
            self._repo = git.Repo(path)
        common = Path(self._repo.common_dir)
        location = {
            "GIT_DIR": str(self._repo.git_dir),
            "GIT_COMMON_DIR": str(common),
            "GIT_OBJECT_DIRECTORY": str(common / "objects"),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": "",
            "GIT_INDEX_FILE": str(Path(self._repo.git_dir, "index")),
            "GIT_NAMESPACE": "",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_TERMINAL_PROMPT": "0",
        }
        if self._repo.working_tree_dir:
            location["GIT_WORK_TREE"] = str(self._repo.working_tree_dir)
        self._repo.git.update_environment(**location)

    @classmethod
    def create(cls, path: Path, *, branch: str) -> Workshop:
        """A new repository in the existing folder *path*, on unborn *branch*."""
        import git

        with mended("create the repository"):
            git.Repo.init(path, initial_branch=branch)
        return cls(path)

    def identity(self) -> Author | None:
        """The configured identity, or None where git has none."""
        reader = self._repo.config_reader()
        name = str(reader.get_value("user", "name", ""))
        email = str(reader.get_value("user", "email", ""))
        return Author(name, email) if name and email else None

    def commit(
        self,
        paths: Iterable[str],
        message: str,
        *,
        author: Author,
        signing_key: Path | None = None,
        at: datetime | None = None,
    ) -> str:
        """Stage *paths* and commit them on the current branch, SSH-signed if a key is given."""
        environment = {
            "GIT_AUTHOR_NAME": author.name,
            "GIT_AUTHOR_EMAIL": author.email,
            "GIT_COMMITTER_NAME": author.name,
            "GIT_COMMITTER_EMAIL": author.email,
        }
        if at is not None:
            environment |= {"GIT_AUTHOR_DATE": at.isoformat(), "GIT_COMMITTER_DATE": at.isoformat()}
        options = []
        if signing_key is not None:
            options = ["-c", "gpg.format=ssh", "-c", f"user.signingkey={signing_key}"]
        with mended("commit"):
            # `--force`: a user's global ignore file must not drop a statement from the record.
            self._repo.git.add("--force", "--", *paths)
            sign = ["-S"] if signing_key is not None else ["--no-gpg-sign"]
            self._repo.git.execute(
                ["git", *options, "commit", "--quiet", *sign, "-m", message],
                env={**self._repo.git.environment(), **environment},
            )
            return str(self._repo.head.commit.hexsha)

    def commit_files(
        self,
        files: Mapping[str, bytes],
        message: str,
        *,
        parent: str | None,
        author: Author,
        at: datetime,
    ) -> str:
        """A commit whose tree is *parent*'s with *files* written over it; touches no work tree.

        No branch moves: see `move`.
        """
        import git

        with mended("write the commit"):
            # Not `from_tree`: it moves the user's own index aside meanwhile, and killed leaves it there.
            index = (
                git.IndexFile.new(self._repo, self._repo.commit(parent).tree)
                if parent
                else git.IndexFile(self._repo, self._scratch_index())
            )
            index.add([self._blob(path, raw) for path, raw in files.items()], write=False)
            actor = git.Actor(author.name, author.email)
            made = git.Commit.create_from_tree(
                self._repo,
                index.write_tree(),
                message,
                parent_commits=[self._repo.commit(parent)] if parent else [],
                head=False,
                author=actor,
                committer=actor,
                author_date=at,
                commit_date=at,
            )
        return str(made.hexsha)

    def _scratch_index(self) -> str:
        path = Path(self._repo.git_dir, "cognify.index")
        path.unlink(missing_ok=True)
        return str(path)

    def _blob(self, path: str, raw: bytes) -> git.BaseIndexEntry:
        import git
        from gitdb import IStream

        stream = self._repo.odb.store(IStream(b"blob", len(raw), io.BytesIO(raw)))
        return git.BaseIndexEntry((0o100644, stream.binsha, 0, path))

    def move(self, branch: str, new: str) -> None:
        """Move local *branch* to *new*, which must descend from where it is, or fail untouched."""
        ref = f"refs/heads/{branch}"
        with mended(f"move branch {branch}"):
            old = self._repo.git.rev_parse("--verify", "--quiet", ref, with_exceptions=False)
            if old:
                self._repo.git.merge_base("--is-ancestor", old, new)
            self._repo.git.update_ref(ref, new, old or "0" * 40)

    def push(self, commit: str, branch: str) -> None:
        """Push *commit* as *branch* of `origin`, fast-forward only."""
        with mended(f"push {branch}"):
            self._repo.git.push("--quiet", "origin", f"{commit}:refs/heads/{branch}")

    def fetch(self) -> None:
        """Fetch every branch of `origin`."""
        with mended("fetch from origin"):
            self._repo.git.fetch("--quiet", "origin")

    def run(self, *arguments: str, env: Mapping[str, str] | None = None) -> str:
        """Any other git command here, e.g. `run("switch", "-c", "card/1.0.0")`."""
        with mended(f"git {arguments[0]}"):
            return str(
                self._repo.git.execute(
                    ["git", *arguments], env={**self._repo.git.environment(), **(env or {})}
                )
            )


@contextmanager
def mended(doing: str) -> Iterator[None]:
    """Turn what GitPython raises into an error that a person can mend."""
    import git

    try:
        yield
    except (git.InvalidGitRepositoryError, git.NoSuchPathError) as error:
        raise SurroundingsError(
            "not a Git repository",
            where=str(error),
            fix="run the command inside the inventory",
            id="not-a-repository",
        ) from None
    except git.GitCommandNotFound:
        raise SurroundingsError(
            "git is not installed", where="PATH", fix="install git 2.34 or newer", id="git-missing"
        ) from None
    except git.GitCommandError as error:
        said = str(error.stderr).strip().removeprefix("stderr: ").strip("' \n")
        rejected = "rejected" in said or "non-fast-forward" in said or "cannot lock ref" in said
        raise SurroundingsError(
            f"git could not {doing}: {said or error.status}",
            where=None,
            fix="fetch and run the command again" if rejected else "mend what git says, then again",
            id="push-rejected" if rejected else "git-failed",
        ) from None
    except OSError as error:
        raise SurroundingsError(
            f"git could not {doing}: {error}",
            where=str(error.filename or ""),
            fix="free the disk or mend the permissions, then run the command again",
            id="disk",
        ) from None


def configured(name: str, place: Path | None = None) -> str:
    """The value of *name* in git's configuration: of the repository around *place*, else the user's."""
    import git

    section, _, option = name.partition(".")
    reader = git.GitConfigParser(git.config.get_config_path("global"), read_only=True)
    if place is not None:
        with contextlib.suppress(git.InvalidGitRepositoryError, git.NoSuchPathError):
            reader = git.Repo(place, search_parent_directories=True).config_reader()
    return str(reader.get_value(section, option, ""))


def global_identity() -> Author | None:
    """The name and e-mail of the user's git configuration, or None where git has none."""
    name, email = configured("user.name"), configured("user.email")
    return Author(name, email) if name and email else None
