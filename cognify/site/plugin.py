"""The MkDocs plugin: `mkdocs build` in any inventory gives the audit site.

It judges the inventory once and adds pages that exist in no folder. Their HTML is ours from the
first tag to the last and is put in after Markdown has run, so that nothing a card says can be
taken for Markdown, for a template, or for HTML.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.toc import AnchorLink, TableOfContents
from mkdocs.utils import get_build_datetime

from cognify import register, resources, verification
from cognify.errors import CognifyError, ConfigurationError
from cognify.git import Repository
from cognify.site import inventories, templates
from cognify.site.pages import (
    FRAMEWORKS,
    FRONT,
    INVENTORY,
    LOG,
    VERIFIER,
    VERIFY,
    Heading,
    Page,
    Site,
    headings,
)

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure import pages as mkdocs_pages

ASSETS = "assets/cognify/"
_ASSETS = ("sheet.css", "site.css", "site.js", "iframe-worker.js", "iframe-worker.LICENSE")
_NAV = {
    FRONT: "Overview", INVENTORY: "Inventory", FRAMEWORKS: "Frameworks", VERIFY: "How to verify",
    LOG: "The log",
}  # fmt: skip

# Nothing that a page holds can make it ask another host. Material's own inline scripts and those of
# its search worker from file:// need 'unsafe-inline'; `file:` is what 'self' means there.
_CSP = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; script-src 'self' file: 'unsafe-inline'; "
    "style-src 'self' file: 'unsafe-inline'; img-src 'self' file: data:; font-src 'self' file:; "
    "connect-src 'self' file:; worker-src 'self' file: blob:; frame-src 'self' file:"
)
_META = (
    f'<meta http-equiv="Content-Security-Policy" content="{_CSP}">\n'
    '<meta name="referrer" content="no-referrer">'
)
_CHARSET = '<meta charset="utf-8">'


class CognifyPlugin(BasePlugin):  # type: ignore[type-arg, no-untyped-call]
    """Adds the pages of a verification; makes one itself where none is given."""

    def __init__(self, site: Site | None = None) -> None:
        super().__init__()
        self._given, self._site = site, site
        self._pages: dict[str, Page] = {}

    @property
    def site(self) -> Site:
        """The pages that are built; there are none before `on_config`."""
        assert self._site is not None
        return self._site

    # First of all plugins: `offline` would add a script from a public host if it found none.
    @event_priority(100)
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Judge the inventory, and see to it that no page needs a web server or another host."""
        if self._given is None:
            self._site = _judged(Path(config.config_file_path or ".").resolve().parent)
        config.site_name = html.escape(html.unescape(str(templates.inert(config.site_name))))
        config.use_directory_urls = False
        config.theme["font"] = False
        polyfills = [p for p in config.extra.get("polyfills", []) if "iframe-worker" not in str(p)]
        config.extra["polyfills"] = [*polyfills, f"{ASSETS}iframe-worker.js"]
        config.extra["generator"] = False
        config.extra_css = [f"{ASSETS}sheet.css", f"{ASSETS}site.css", *config.extra_css]
        config.extra_javascript = [f"{ASSETS}site.js", *config.extra_javascript]
        return config

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add every page and every asset; a file of the same name in `docs/` is refused."""
        self._pages = {f"{page.path}.md": page for page in self.site.pages()}
        written = [file for file in files.documentation_pages() if file.src_uri not in self._pages]
        for source, page in self._pages.items():
            if files.get_file_from_path(source) is not None:
                raise _failed(_taken(source))
            level = InclusionLevel.INCLUDED if page.path in _NAV else InclusionLevel.NOT_IN_NAV
            files.append(File.generated(config, source, content="", inclusion=level))
        for name in _ASSETS:
            raw = resources.shipped(f"site_template/assets/{name}")
            files.append(File.generated(config, f"{ASSETS}{name}", content=raw))
        if self.site.only is None:
            raw = resources.shipped("site_template/package/verify.html")
            files.append(File.generated(config, VERIFIER, content=raw))
        if self.site.register is not None:
            raw = inventories.as_csv(self.site.register)
            files.append(File.generated(config, inventories.FILE, content=raw))
        if config.nav is None:
            ours = {f"{path}.md": title for path, title in _NAV.items() if f"{path}.md" in self._pages}
            config.nav = [*({title: source} for source, title in ours.items()),
                          *(file.src_uri for file in written)]  # fmt: skip
        return files

    def on_pre_page(
        self, page: mkdocs_pages.Page, *, config: MkDocsConfig, files: Files
    ) -> mkdocs_pages.Page:
        """The date of a page is the newest that a statement says: no build clock in the output."""
        page.update_date = self.site.last_day()
        return page

    def on_page_markdown(
        self, markdown: str, *, page: mkdocs_pages.Page, config: MkDocsConfig, files: Files
    ) -> str:
        """Name our pages, and say which of Material's columns they can do without."""
        ours = self._pages.get(page.file.src_uri)
        if ours is not None:
            page.title = _NAV.get(ours.path) or html.escape(str(templates.inert(ours.title)))
            tabs = "navigation.tabs" in config.theme.get("features", ())
            page.meta["hide"] = [*(["navigation"] if tabs else []), *(["toc"] if ours.wide else [])]
        return markdown

    @event_priority(100)
    def on_page_context(
        self, context: Any, *, page: mkdocs_pages.Page, config: MkDocsConfig, nav: Any
    ) -> Any:
        """Make the page's body, just before it is written; on pages of others, the bar alone."""
        ours = self._pages.get(page.file.src_uri)
        if ours is None:
            page.content = f'<div class="cg">{self.site.bar()}</div>{page.content}'
            return context
        try:
            page.content = ours.body()
        except CognifyError as error:
            raise _failed(error) from error
        page.toc = TableOfContents(_links(headings(page.content)))
        return context

    def on_post_page(self, output: str, *, page: mkdocs_pages.Page, config: MkDocsConfig) -> str:
        """Forbid the page to ask another host, and let go of its body."""
        page.content = ""
        return output.replace(_CHARSET, f"{_CHARSET}\n{_META}", 1)


def _judged(root: Path) -> Site:
    try:
        source, at = verification.open_repository(Repository(root)), get_build_datetime()
        result = verification.verify(source, at=at)
        return Site(result, register=register.register(result, at=at))
    except CognifyError as error:
        raise _failed(error) from error


def _failed(error: CognifyError) -> PluginError:
    """What MkDocs prints without a traceback; the cause is kept for our own command line."""
    failure = PluginError(str(error))
    failure.__cause__ = error
    return failure


def _taken(source: str) -> ConfigurationError:
    return ConfigurationError(
        f"docs/{source} lies where the site has a page of its own",
        where=f"docs/{source}",
        fix="give your page another name",
        id="page-taken",
    )


def _links(found: Iterable[Heading]) -> list[AnchorLink]:
    """Headings as Material's table of contents wants them: third level under second."""
    top: list[AnchorLink] = []
    for heading in found:
        link = AnchorLink(heading.title, heading.id, heading.level)
        if heading.level == 3 and top:
            top[-1].children.append(link)
        else:
            top.append(link)
    return top
