"""Which commit brought a file, and who signed it: shown beside a statement, and trusted for nothing.

Commits are rewritten by squashes and rebases, and a forge signs what is clicked together on its pages;
so a statement's own signature counts, and this is the second signal: who brought the bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from cognify.errors import CognifyError
from cognify.git import Repository
from cognify.records.policy import Policy
from cognify.signing.commit import CommitSignature, signature_of

_GITHUB = frozenset({"4AEE18F83AFDEB23", "B5690EEEBB952194"})
"""Key ids with which github.com signs (until January 2024, and since) what is clicked together on its
pages: one key for all of its users."""


@dataclass(frozen=True, slots=True)
class Brought:
    """The commit that brought a file to the branch, and what its signature says."""

    commit: str
    said: str


class History:
    """Who brought what, on the first-parent line of *tip*; read when it is first asked for.

    *policies* are every version that the inventory has: a key is somebody's if any lists it.
    """

    def __init__(self, repository: Repository, tip: str, policies: Iterable[Policy]) -> None:
        self._repository, self._tip = repository, tip
        self._names = {
            mark: person.name
            for policy in policies
            for person in policy.people.values()
            for mark in person.marks
        }

    def brought(self, path: str) -> Brought | None:
        """The commit that last added *path*, from the side of a merge where it came by one."""
        commit = self._by_path.get(path)
        if commit is None:
            return None
        commit = self._origin(commit, path)
        return Brought(commit, self._said(signature_of(self._repository.raw(commit))))

    @cached_property
    def _line(self) -> dict[str, None]:
        """The first-parent line, newest first, as far as it can be read."""
        line: dict[str, None] = {}
        try:
            for commit in self._repository.first_parents(self._tip):
                line[commit] = None
        except CognifyError:
            pass  # history that ends or cannot be read is a finding of step 1, and shows less here
        return line

    @cached_property
    def _by_path(self) -> dict[str, str]:
        found: dict[str, str] = {}
        try:
            for commit in self._line:
                for path in self._repository.added(commit):
                    found.setdefault(path, commit)
        except CognifyError:
            pass  # as above
        return found

    def _origin(self, commit: str, path: str) -> str:
        """The commit on a merged branch that added *path*, if *commit* merges one that did."""
        try:
            for side in self._repository.parents(commit)[1:]:
                for earlier in self._repository.first_parents(side):
                    if earlier in self._line:
                        break
                    if path in self._repository.added(earlier):
                        return earlier
        except CognifyError:
            pass  # as above
        return commit

    def _said(self, signature: CommitSignature) -> str:
        if signature.form == "ssh" and signature.mark:
            name = self._names.get(signature.mark)
            return f"signed with a key of {name}" if name else f"signed with {signature.mark}, in no policy"
        if signature.form == "openpgp":
            if signature.mark in _GITHUB:
                return (
                    f"made on GitHub's pages, as its OpenPGP signature ({signature.mark}) says; not checked"
                )
            return f"signed with OpenPGP ({signature.mark or 'no key id'}); not checked"
        return {
            "none": "not signed", "ssh": f"signed, and the signature does not hold: {signature.fault}",
            "x509": "signed with a certificate (gitsign or S/MIME); not checked",
            "several": "signed twice, which counts as not signed",
        }.get(signature.form, "signed in a way that is not known here")  # fmt: skip
