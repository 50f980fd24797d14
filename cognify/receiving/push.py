"""A push: which refs are to move from where to where, and which of them an inventory stands on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cognify.errors import CognifyError, ConfigurationError, SurroundingsError
from cognify.git import Part, Repository
from cognify.inventory import LOG_BRANCH, Inventory
from cognify.records import settings
from cognify.records.settings import Settings

HEADS = "refs/heads/"
LOG = HEADS + LOG_BRANCH
_LINE = re.compile(r"([0-9a-f]{40}) ([0-9a-f]{40}) (refs/[^\n]+)\Z")
_NONE = "0" * 40


@dataclass(frozen=True, slots=True)
class Update:
    """One ref of a push: the commit it stands at and the one it is to stand at; None: not there."""

    ref: str
    old: str | None
    new: str | None


def parse(text: str) -> tuple[Update, ...]:
    """The updates that git names on a hook's standard input (githooks, "pre-receive").

    Raises:
        ConfigurationError: `usage`, a line that git would not write; SHA-256 repositories among them.
    """
    updates = []
    for line in text.splitlines():
        match = _LINE.match(line)
        if match is None:
            raise ConfigurationError(
                f"not a line that git gives to a pre-receive hook: {line[:120]!r}", where="standard input",
                fix="let git run the hook; Cognify reads SHA-1 repositories", id="usage",
            )  # fmt: skip
        old, new, ref = match.groups()
        updates.append(Update(ref, None if old == _NONE else old, None if new == _NONE else new))
    return tuple(updates)


@dataclass(frozen=True, slots=True)
class Push:
    """The updates of one push in one repository, as the branches stand before and after it."""

    repository: Repository
    moves: Mapping[str, str | None]

    @classmethod
    def of(cls, repository: Repository, updates: Iterable[Update]) -> Push:
        """The push of *updates*; a ref that is symbolic moves what it stands for.

        Raises:
            SurroundingsError: `object-missing`, a branch's new commit is not to be had.
        """
        moves = {repository.aims_at(update.ref): update.new for update in updates}
        for ref, new in moves.items():
            if new is not None and ref.startswith(HEADS) and repository.resolve(new) is None:
                raise SurroundingsError(
                    f"the commit {new[:12]} is not here", where=ref, id="object-missing",
                    fix="let git run the hook: it says where the objects of the push are kept",
                )  # fmt: skip
        return cls(repository, moves)

    def before(self, ref: str) -> str | None:
        """The commit at *ref* as long as the push is not accepted."""
        return self.repository.resolve(ref)

    def after(self, ref: str) -> str | None:
        """The commit at *ref* once the push is accepted."""
        return self.moves[ref] if ref in self.moves else self.before(ref)

    @property
    def head(self) -> str:
        """The ref that HEAD stands for, whether or not it exists."""
        return self.repository.aims_at("HEAD")

    def protected(self) -> tuple[str, ...]:
        """The refs that an inventory of this repository is judged on.

        The branch that `cognify.yaml` at HEAD names, as it was before the push. Where HEAD has none:
        every branch whose own `cognify.yaml` names it; and before there is any, the pushed ones of
        which that is so.
        """
        said = described(self.repository, self.before(self.head))
        if said is not None:
            return (HEADS + said.branch,)
        standing = [name for name in map(HEADS.__add__, self.repository.branches())
                    if self._names_itself(name, self.before(name))]  # fmt: skip
        brought = (ref for ref in self.moves if ref.startswith(HEADS))
        return tuple(standing) or tuple(ref for ref in brought if self._names_itself(ref, self.moves[ref]))

    def _names_itself(self, ref: str, commit: str | None) -> bool:
        said = described(self.repository, commit)
        return said is not None and ref == HEADS + said.branch


def described(repository: Repository, commit: str | None) -> Settings | None:
    """What `cognify.yaml` at *commit* says; None where it is not there or says nothing usable."""
    if commit is None or repository.entry(commit, settings.NAME) is None:
        return None
    try:
        return Inventory(Part(repository, commit)).settings
    except CognifyError:
        return None
