"""Building the site: into a folder, or into memory for a package. MkDocs does the work."""

from __future__ import annotations

import html
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from cognify import register, resources, verification
from cognify.errors import CognifyError, ConfigurationError, SurroundingsError
from cognify.git import Repository
from cognify.inventory import Version
from cognify.site import templates
from cognify.site.pages import Site
from cognify.site.printing import record_page
from cognify.verification import Source, Then, Verification

CONFIGURATION = "mkdocs.yml"
_MARKER = "assets/cognify/sheet.css"
# What a reader of files on a disk has no use for: maps for debuggers, and what web servers serve.
_UNUSED = ("404.html", "sitemap.xml", "sitemap.xml.gz", "search/search_index.json")


def build(
    root: Path, *, into: Path, at: datetime, source: Source | None = None, then: Then | None = None
) -> Verification:
    """Judge the inventory at *root* and write its site to *into*, whole or not at all.

    The site says in red what does not verify, and is written all the same: look at the verdict.
    *source* and *then* are an earlier state of it and which run that is of (`verification.open_as_of`);
    every page says so.

    Raises:
        ConfigurationError: `folder-not-empty`, *into* holds something that is no site of ours;
            `site-configuration`, `mkdocs.yml` cannot be used; `page-taken`.
        SurroundingsError: `disk`, or the inventory cannot be read.
    """
    target = into.resolve()
    if target.exists() and not _replaceable(target):
        raise ConfigurationError(
            "the folder holds something that is not a site of ours", where=str(into),
            fix="name a new folder, or empty this one", id="folder-not-empty",
        )  # fmt: skip
    result = verification.verify(source or verification.open_repository(Repository(root)), at=at)
    site = Site(result, register=register.register(result, at=at, then=then))
    file = root / CONFIGURATION
    with _beside(target) as fresh:
        if file.is_file():
            _run(file, site, {"site_dir": str(fresh)})
        else:
            _run_shipped(site, fresh)
        _swap(fresh, target)
    return result


def offline_pages(result: Verification, version: Version) -> Mapping[str, bytes]:
    """What a package of *version* carries to be read: a start page, the record, and a small site.

    Nothing is read but what was verified; nothing of other models is shown.

    Raises:
        VerificationError: `record-missing`, there is no such version.
    """
    site = Site(result, version)
    record = record_page(result, version)
    with tempfile.TemporaryDirectory(prefix="cognify-") as folder:
        built = Path(folder) / "site"
        _run_shipped(site, built)
        pages = {f"site/{name}": raw for name, raw in _files(built)}
    start = templates.render("start.html", result=result, record=result.record(version), style=_style())
    return {"index.html": start.encode(), "record.html": record, **pages}


def _style() -> str:
    return resources.shipped("site_template/assets/sheet.css").decode()


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for place in sorted(folder.rglob("*")):
        name = place.relative_to(folder).as_posix()
        if place.is_file() and name not in _UNUSED and not name.endswith(".map"):
            yield name, place.read_bytes()


def _run_shipped(site: Site, into: Path) -> None:
    """Build with the configuration that every inventory starts with, and no pages of others."""
    name = html.escape(str(templates.inert(site.result.settings.name)))
    raw = resources.shipped("site_template/inventory/mkdocs.yml").replace(b'"@NAME@"', b"Cognify")
    with tempfile.TemporaryDirectory(prefix="cognify-") as folder:
        docs = Path(folder) / "docs"
        docs.mkdir()
        file = Path(folder) / CONFIGURATION
        file.write_bytes(raw)
        _run(file, site, {"site_dir": str(into), "site_name": name})


def _run(file: Path, site: Site, settings: Mapping[str, Any]) -> None:
    """One MkDocs build of *site*, configured by *file*. The plugin is handed over, not looked up."""
    from mkdocs.commands.build import build as mkdocs_build
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.exceptions import MkDocsException

    from cognify.site.plugin import CognifyPlugin

    config = MkDocsConfig(config_file_path=str(file))
    try:
        with file.open("rb") as raw:
            config.load_file(raw)
        config.load_dict({**settings, "plugins": _others(config.data.get("plugins"))})
        errors, _ = config.validate()
        if errors:
            raise _unusable(f"{errors[0][0]}: {errors[0][1]}", file)
        config.plugins["cognify"] = CognifyPlugin(site)
        with _quiet():
            mkdocs_build(config)
    except MkDocsException as error:
        raise _cause(error) or _unusable(str(error), file) from None
    except OSError as error:
        raise _disk(error, str(error.filename or file)) from None


def _others(listed: Any) -> list[Any]:
    """The plugins of the configuration but ours; what every site needs where it lists none."""
    if isinstance(listed, Mapping):
        listed = [{name: options} for name, options in listed.items()]
    if not isinstance(listed, list):
        listed = ["search", "offline"]
    return [p for p in listed if p != "cognify" and not (isinstance(p, Mapping) and "cognify" in p)]


@contextmanager
def _quiet() -> Iterator[None]:
    """Without MkDocs's progress lines; its warnings are kept."""
    log = logging.getLogger("mkdocs")
    before = log.level
    log.setLevel(logging.WARNING)
    try:
        yield
    finally:
        log.setLevel(before)


def _cause(error: BaseException) -> CognifyError | None:
    """The fault of ours behind what MkDocs raised, if there is one."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, CognifyError):
            return seen
        seen = seen.__cause__ or seen.__context__
    return None


def _unusable(what: str, file: Path) -> ConfigurationError:
    return ConfigurationError(
        f"the site cannot be built: {what}", where=file.name,
        fix="mend the file; `cognify init` writes one that works", id="site-configuration",
    )  # fmt: skip


def _replaceable(folder: Path) -> bool:
    return folder.is_dir() and (not any(folder.iterdir()) or (folder / _MARKER).is_file())


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A fresh folder on the same disk as *target*, gone afterwards if it is still there."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        os.chmod(fresh, 0o755)
    except OSError as error:
        raise _disk(error, str(target)) from None
    try:
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _swap(fresh: Path, target: Path) -> None:
    """Put *fresh* in the place of *target*; what was there is removed last."""
    old = fresh.with_name(f"{fresh.name}-old")
    try:
        if target.exists():
            os.rename(target, old)
        os.rename(fresh, target)
    except OSError as error:
        if old.exists() and not target.exists():
            os.rename(old, target)
        raise _disk(error, str(target)) from None
    shutil.rmtree(old, ignore_errors=True)


def _disk(error: OSError, where: str) -> SurroundingsError:
    return SurroundingsError(
        f"the disk refused: {error.strerror}", where=where,
        fix="free space or mend the permissions, then run the command again", id="disk",
    )  # fmt: skip
