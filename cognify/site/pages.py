"""Which pages a site has, where each lies, and what is on it. Knows nothing of MkDocs."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from cognify import canonical
from cognify.inventory import Version
from cognify.ledger.log import CHECKPOINT
from cognify.records.framework import Framework
from cognify.records.ordering import natural
from cognify.register import Register
from cognify.site import commands, inventories, templates, versions, wording
from cognify.site.frameworks import Frameworks
from cognify.site.questions import Questions
from cognify.verification import Verification, VerifiedRecord

FRONT, INVENTORY, VERIFY, LOG = "index", "inventory", "verify", "log"
FRAMEWORKS = "frameworks/index"
VERIFIER = "assets/cognify/verify.html"
"""The verifier for a browser; a package carries it at its top, so its site does without."""
_PLAIN = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}\Z")
_TAKEN = re.compile(r"(index|readme|con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|\Z)")
_HEADING = re.compile(r'<h([23]) id="([^"]+)"[^>]*>(.*?)</h\1>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_NEWEST = 500
"""How many leaves the log's page shows; the file holds them all."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a page: its level, its id, and its text as HTML."""

    level: int
    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page: `path` without its ending, a title as plain text, and what makes its body."""

    path: str
    title: str
    wide: bool
    body: Callable[[], str]


@dataclass(frozen=True)
class Site:
    """All pages of a verification, or those of one version, as a package carries them.

    The pages of a package say what a stranger does with the package, not with a clone. `register` is
    the inventory as it is at a time; without it there is no page of it.
    """

    result: Verification
    only: Version | None = None
    register: Register | None = None

    @property
    def records(self) -> tuple[VerifiedRecord, ...]:
        """The versions that the site has a page for."""
        found = self.result.records
        return tuple(r for r in found if self.only is None or r.version == self.only)

    @cached_property
    def questions(self) -> Questions:
        """What is asked of each version."""
        return Questions(self.result, packed=self.only is not None)

    def pages(self) -> Iterator[Page]:
        """Every page; a body is made when it is asked for, so that few are in memory at once."""
        yield Page(FRONT, self.result.settings.name, True, self._front)
        if self.register is not None:
            yield Page(INVENTORY, "Inventory", True, self._inventory)
        yield Page(VERIFY, "How to verify", False, self._verify)
        yield Page(LOG, "The log", True, self._log)
        yield from self._framework_pages()
        for model, records in self.models():
            yield Page(model_path(model), model, True, self._model_body(model, records))
            for record in records:
                place, title = version_path(record.version), str(record.version)
                yield Page(place, title, False, self._version_body(record))

    def models(self) -> tuple[tuple[str, tuple[VerifiedRecord, ...]], ...]:
        """Each model with its versions, newest first as far as the names tell."""
        grouped = groupby(self.records, key=lambda r: r.version.model)
        return tuple(
            (model, tuple(sorted(records, key=lambda r: natural(r.version.version), reverse=True)))
            for model, records in grouped
        )

    def last_day(self) -> str:
        """The newest day that any statement says: the site's date, the same on every build."""
        days = [s.stated_at[:10] for r in self.result.records for s in r.trail]
        return max((d for d in days if re.fullmatch(r"\d{4}-\d\d-\d\d", d)), default="1980-01-01")

    @cached_property
    def frameworks(self) -> Frameworks:
        """What the adopted frameworks ask of the models that the site has pages for."""
        return Frameworks(self.result, self.models(), whole=self.only is None)

    def _framework_pages(self) -> Iterator[Page]:
        yield Page(FRAMEWORKS, "Frameworks", True, lambda: self._render("frameworks.html", FRAMEWORKS))
        for pack in self.frameworks.usable:
            place = framework_path(pack.id)
            yield Page(place, pack.status.title, True, self._framework_body(place, pack))

    def _framework_body(self, place: str, pack: Framework) -> Callable[[], str]:
        return lambda: self._render("framework.html", place, pack=pack)

    def _render(self, name: str, path: str, **values: object) -> str:
        return self._then() + templates.render(
            name,
            site=self,
            result=self.result,
            bar=wording.bar(self.result),
            banner=lambda record: wording.banner(self.result, record),
            link=lambda to: link(path, to),
            model_path=model_path,
            version_path=version_path,
            framework_path=framework_path,
            packed=self.only is not None,
            **values,
        )

    def _front(self) -> str:
        return self._render(
            "front.html", FRONT,
            states=wording.states(self.records, self.result),
            checks=commands.for_inventory(self.result, packed=self.only is not None),
        )  # fmt: skip

    def _inventory(self) -> str:
        assert self.register is not None
        return self._render("inventory.html", INVENTORY, page=inventories.page(self.register),
                            csv=inventories.FILE)  # fmt: skip

    def _then(self) -> str:
        """As of when the site is, where that is not now: on top of every page."""
        shown = self.register.then and self.register.basis if self.register else None
        return templates.render("then.html", sentences=shown) if shown else ""

    def _verify(self) -> str:
        checks = commands.for_inventory(self.result, packed=self.only is not None)
        example = next((r for r in self.records if r.state == "sealed"), None)
        verifier = VERIFIER if self.only is None else "../verify.html"
        return self._render("verify.html", VERIFY, checks=checks, example=example, verifier=verifier)

    def _log(self) -> str:
        note = self.result.log_files.get(CHECKPOINT, b"").decode("utf-8", "replace")
        named = {r.record: r for r in self.records if r.record}
        newest = tuple(reversed(self.result.chain.leaves[-_NEWEST:]))
        return self._render("log.html", LOG, checkpoint=note, leaves=newest, named=named)

    def _model_body(self, model: str, records: tuple[VerifiedRecord, ...]) -> Callable[[], str]:
        return lambda: self._render("model.html", model_path(model), model=model, records=records)

    def _version_body(self, record: VerifiedRecord) -> Callable[[], str]:
        def body() -> str:
            page = versions.page(self.result, record, self.questions)
            return self._render("version.html", version_path(record.version), page=page)

        return body

    def bar(self) -> str:
        """What stands on top of pages that are not ours; empty while everything verifies."""
        return self._then() + templates.render("bar.html", bar=wording.bar(self.result))


def model_path(model: str) -> str:
    """Where the page of *model* lies."""
    return f"models/{slug(model)}/index"


def version_path(version: Version) -> str:
    """Where the page of *version* lies."""
    return f"models/{slug(version.model)}/{slug(version.version)}"


def framework_path(id: str) -> str:
    """Where the page of the framework pack *id* lies."""
    return f"frameworks/{slug(id)}"


def slug(name: str) -> str:
    """*name* as a file name on any system: itself where that is safe, else with its digest."""
    if _PLAIN.match(name) and not _TAKEN.match(name) and not name.endswith("."):
        return name
    plain = re.sub(r"[^a-z0-9-]+", "-", name.lower())[:40].strip("-") or "x"
    return f"{plain}~{canonical.sha256(name.encode())[:12]}"


def link(start: str, to: str) -> str:
    """The relative address of page *to* on page *start*; both are paths without their ending."""
    return posixpath.relpath(f"{to}.html", posixpath.dirname(start) or ".")


def headings(body: str) -> tuple[Heading, ...]:
    """The second and third level headings of *body*, which is ours."""
    return tuple(
        Heading(int(level), id, html.escape(html.unescape(_TAG.sub("", title)).strip()))
        for level, id, title in _HEADING.findall(body)
    )
