"""A tag that is called after a version shows that version: else people deploy what nobody sealed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cognify import canonical
from cognify.errors import CognifyError
from cognify.git import Repository
from cognify.git.comparing import Part
from cognify.git.objects import FILE
from cognify.inventory import Version
from cognify.records import manifest
from cognify.verification.examination import Examination

_TAGS = "refs/tags/"


def judge_tags(x: Examination, sealed: Mapping[Version, str]) -> None:
    """Hold each tag that is called after a version against the digests by which versions are *sealed*.

    Other tags say nothing about a version and are never looked at. Sealing is stopped by none: a
    tag is no part of what is sequenced.
    """
    repository = x.source.repository
    if repository is None or x.resuming:
        return
    if x.source.past:
        x.not_proven.append("where tags and branches pointed then: they keep no history, and are not judged")
        return
    called = _called(x)
    for tag in repository.tags():
        versions = called.get(tag, ())
        shown = [_Shown(x, repository, _TAGS + tag, version) for version in versions]
        if any(
            version in sealed and not one.differs(sealed[version])
            for version, one in zip(versions, shown, strict=True)
        ):
            continue
        for version, one in zip(versions, shown, strict=True):
            if version in sealed:
                x.fault("tag-not-logged", _TAGS + tag, f"it is called after {version}, and "
                        f"{one.differs(sealed[version])}",
                        "point it at a commit that holds the sealed bytes, or delete it")  # fmt: skip
            else:
                x.note("tag-not-logged", _TAGS + tag, f"it is called after {version}, which is not sealed",
                       "tag a version once it is sealed")  # fmt: skip


def _called(x: Examination) -> dict[str, list[Version]]:
    """The names of tags that stand for a version; `a-b-c` may be 'c' of 'a-b' or 'b-c' of 'a'."""
    called: dict[str, list[Version]] = {}
    for version in x.inventory.versions():
        model, number = version.model, version.version
        for name in (
            f"{model}/{number}",
            f"{model}-{number}",
            f"{model}@{number}",
            f"models/{model}/{number}",
        ):
            called.setdefault(name, []).append(version)
    return called


@dataclass(frozen=True, slots=True)
class _Shown:
    """What *ref* shows in the folder of *version*."""

    x: Examination
    repository: Repository
    ref: str
    version: Version

    def differs(self, digest: str) -> str:
        """How it differs from the version whose manifest has *digest*, in words; empty if it does not."""
        commit = self.repository.resolve(self.ref)
        if commit is None:
            return "leads to no commit"
        part = Part(self.repository, commit, (self.version.prefix,))
        try:
            shown = part.entries.get(self.version.manifest)  # where a folder lies, no file is listed
            if shown is None or shown.mode != FILE or self._sha256(part, self.version.manifest) != digest:
                return "shows another manifest than the sealed one"
            listed = manifest.parse(part.read(self.version.manifest), where=self.ref)
            return self._files(part, listed)
        except CognifyError as error:
            return f"cannot be read: {error.what}"

    def _files(self, part: Part, listed: Mapping[str, str]) -> str:
        prefix = self.version.prefix
        frozen = {p.removeprefix(prefix) for p in part.entries if not p.startswith(self.version.statements)}
        for name in sorted(frozen - {manifest.NAME} ^ listed.keys()):
            return f"shows {name}, which was not sealed" if name in frozen else f"does not show {name}"
        for name, expected in listed.items():
            path = prefix + name
            if part.entries[path].mode != FILE or self._sha256(part, path) != expected:
                return f"shows another {name}"
        return ""

    def _sha256(self, part: Part, path: str) -> str:
        """The digest of what lies at *path*; taken once where it is what is judged anyhow."""
        here = getattr(self.x.source.files, "entries", {}).get(path)
        if here == part.entries[path]:
            return self.x.sha256(path)
        return canonical.sha256(part.read(path))
