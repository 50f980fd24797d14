"""Judging what a version is made of: findings without values, what was settled, what was looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from cognify.privacy import text as texts
from cognify.privacy.grammar import CREDENTIALS
from cognify.privacy.kinds import KINDS
from cognify.privacy.looking import Sight, look
from cognify.records.finding import Finding, Severity
from cognify.records.settings import Allow

_PLACES = 3
Granted = Callable[[], Collection[str]]


@dataclass(frozen=True, slots=True)
class Item:
    """Something that would be, or is, in Git: a file's bytes, or one text at a *place* of a file.

    `kinds` narrows what is looked for; None is everything.
    """

    path: str
    raw: bytes
    place: str = ""
    kinds: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Examined:
    """What an examination found, and how far it looked. Nothing in it is a value that was found."""

    findings: tuple[Finding, ...]
    files: int
    bytes: int
    unread: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def blocked(self) -> bool:
        """Whether anything was found that nobody settled."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        """The report, class by class, with how each was looked for and what that does not find."""
        return {
            "files": self.files,
            "bytes": self.bytes,
            "not_looked_into": dict(self.unread),
            "classes": [
                {"class": kind.id, "name": kind.name, "found": self.counts.get(kind.id, 0), "how": kind.how,
                 "not_covered": kind.beyond}
                for kind in KINDS.values()
            ],
        }  # fmt: skip


def examine(
    items: Iterable[Item], *, allow: Sequence[Allow] = (), granted: Granted = frozenset, prefix: str = ""
) -> Examined:
    """Look into every item; *prefix* is the version's folder, which goes before every path.

    *allow* settles credentials. *granted* is asked, and only if need be, for the exceptions that a
    quorum signed: it settles everything else.
    """
    seen: dict[tuple[str, str, str], list[Sight]] = {}
    files = size = 0
    unread: dict[str, str] = {}
    for item in items:
        looked = look(item.path, item.raw, item.kinds)
        if not item.place:
            files, size = files + 1, size + len(item.raw)
        if looked.unread:
            unread[shown_path(item.path)] = looked.unread
        for sight in looked.sights:
            told = Sight(sight.kind, sight.rule, "", item.place) if item.place else sight
            place = item.path if item.path.startswith("datasets/") else prefix + item.path
            seen.setdefault((shown_path(place), told.kind, told.rule), []).append(told)
    findings = tuple(_findings(seen, allow, granted, prefix))
    counts = Counter(dict.fromkeys(KINDS, 0))
    for (_, kind, _), sights in seen.items():
        counts[kind] += len(sights)
    return Examined(findings, files, size, unread, counts)


def shown_path(path: str) -> str:
    """*path* with the parts masked that hold something a detector knows."""
    return "/".join("*" if texts.hits(part) else part for part in path.split("/"))


def masked(text: str, kinds: Collection[str] | None = None) -> str:
    """*text* with everything withheld that a detector knows, or those of *kinds*."""
    for hit in reversed(texts.hits(text, kinds)):
        text = f"{text[: hit.start]}[withheld: {hit.kind}]{text[max(hit.end, hit.start) :]}"
    return text


def phrase(kind: str, path: str) -> str:
    """The words of an exception that lets class *kind* stay in the file *path*."""
    return f"pii-suspect {kind} in {path}"


def _findings(
    seen: Mapping[tuple[str, str, str], Sequence[Sight]],
    allow: Sequence[Allow],
    granted: Granted,
    prefix: str,
) -> Iterator[Finding]:
    excepted: Collection[str] | None = None
    for (path, kind, rule), sights in sorted(seen.items()):
        what, where = _what(kind, rule, sights), f"{path}:{sights[0].at}" if sights[0].at else path
        if kind == CREDENTIALS:
            settled = next((a for a in allow if fnmatchcase(path.removeprefix(prefix), a.path)), None)
            reason = f"{settled.by} allowed it: {settled.reason}" if settled else ""
            fix = ("revoke it and take it out of the run, or scrub it by a rule under privacy.scrub in "
                   "cognify.yaml; if it is none, say so under privacy.allow")  # fmt: skip
        else:
            excepted = granted() if excepted is None else excepted
            words = phrase(kind, path)
            # A masked name stands for any: whoever signed it cannot have said which file they meant.
            plain = "*" not in path.split("/")
            reason = "a quorum granted an exception" if words in excepted and plain else ""
            fix = ("take it out of the run, or scrub it by a rule under privacy.scrub in cognify.yaml; if it may "
                   f"stay, the policy's owners say so: cognify state except --what '{words}' --expires DATE"
                   if plain else "take it out, and give the file a name that tells nothing: it shows here as *")  # fmt: skip
        if reason:
            yield Finding(where, "finding-allowed", f"{what}; {reason}", "", Severity.NOTE)
        else:
            yield Finding(where, KINDS[kind].fault, what, fix)


def _what(kind: str, rule: str, sights: Sequence[Sight]) -> str:
    named = KINDS[kind]
    title = named.name if kind == CREDENTIALS else f"class {kind}, {named.name}"
    places = list(dict.fromkeys(s.place or (f"line {s.at}" if n else "") for n, s in enumerate(sights)))
    told = [place for place in places if place][:_PLACES]
    more = len(sights) - max(len(told), 1)
    at = f", at {'; '.join(told)}" if told else ""
    return f"{title} ({rule}){at}" + (f", and {more} more in this file" if more > 0 else "")
